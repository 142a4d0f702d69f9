"""A small world to test against: one bank on X, two customers, a server, and a source that reads from it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from monitor.sources.base import Page, PageRequest, Stream, StreamKind
from monitor.sources.x import Ledger, MemoryLedger, OAuth1, XAccount, XBrand, XSettings, XSource
from tests.fakex.access import Keys
from tests.fakex.server import FakeX
from tests.fakex.world import FakePost, FakeUser, World, WorldClock

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEYS = Keys()
USER_CONTEXT = OAuth1(KEYS.consumer_key, KEYS.consumer_secret, KEYS.access_token, KEYS.access_token_secret)
BRAND = XBrand("acme", [XAccount("1000001", "acmebank")], names=["Acme Bank"])


class Scene:
    """It is noon on 22 November 2026. A context manager; `source` is made on first use."""

    def __init__(self, *, brand: XBrand = BRAND, ledger: Ledger | None = None, **server: Any) -> None:
        self.clock = WorldClock(NOON)
        self.world = World(self.clock)
        self.bank = self.world.add_user("acmebank", id="1000001", name="Acme Bank", followers=48_210, following=312)
        self.anna = self.world.add_user("anna_k", name="Anna K.", followers=120, following=80)
        self.ben = self.world.add_user("ben_r", name="Ben R.", followers=15, following=300)
        self.fake = FakeX(self.world, hang_seconds=0.6, **server)
        self.ledger = ledger or MemoryLedger()
        self._brand = brand
        self._sources: list[XSource] = []

    @property
    def source(self) -> XSource:
        return self._sources[0] if self._sources else self.make_source()

    def make_source(self, **settings: Any) -> XSource:
        """A source for the bank with settings of the test's choosing; `source` gives the first one made."""
        # Patient, so that a busy machine is no fault; tests of the time-outs themselves choose their own.
        patience = {"connect_timeout": 10.0, "read_timeout": 10.0, "total_timeout": 20.0}
        chosen = {"bearer_token": self.fake.bearer_token, "base_url": self.fake.base_url, **patience, **settings}
        source = XSource(XSettings(**chosen), [self._brand], self.clock, self.ledger)
        self._sources.append(source)
        return source

    def stream(self, kind: StreamKind) -> Stream:
        return next(stream for stream in self.source.streams() if stream.kind is kind)

    def fetch(self, kind: StreamKind = StreamKind.MENTIONS, **request: Any) -> Page:
        return self.source.fetch(self.stream(kind), PageRequest(**request))

    def drain(self, kind: StreamKind = StreamKind.MENTIONS, **request: Any) -> list[Page]:
        """Every page, as ingestion asks for them: each one below the one before."""
        pages = [self.fetch(kind, **request)]
        while pages[-1].more:
            pages.append(self.fetch(kind, **{**request, "until_id": pages[-1].oldest_id}))
        return pages

    def complaints(
        self, number: int, *, apart: timedelta = timedelta(seconds=1), text: Callable[[int], str] | None = None
    ) -> list[FakePost]:
        """`number` mentions, the last one a minute ago, oldest first."""
        first = self.clock.now() - timedelta(minutes=1) - (number - 1) * apart
        words = text or (lambda i: f"@acmebank this is complaint number {i}")
        return [self.world.post(self._customer(i), words(i), at=first + i * apart) for i in range(number)]

    def _customer(self, number: int) -> FakeUser:
        return self.anna if number % 2 else self.ben

    def __enter__(self) -> Self:
        self.fake.start()
        return self

    def __exit__(self, *exc: object) -> None:
        for source in self._sources:
            source.close()
        self.fake.stop()
