"""Hand-written stand-ins for the world outside: a clock, a network, a model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from classifiers.contract import Assessment, Cause, Churn, Kind, Sentiment, Severity, Stage, Text, Threat
from monitor.domain.model import Account, Post, id_order
from monitor.errors import SourceError
from monitor.sources.base import Page, PageRequest, Reject, Stream, StreamKind


class FakeClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    def pass_time(self, **amount: float) -> datetime:
        self._now += timedelta(**amount)
        return self._now


@dataclass
class FakeSource:
    """A network that answers newest first, a page at a time, no deeper than `deepest`, and fails when told to.

    Ids are whole minutes since `epoch`, so `earlier` can do arithmetic with them.
    """

    posts: list[Post] = field(default_factory=list)
    page_size: int = 3
    deepest: int | None = None
    looks_back: timedelta | None = None
    errors: list[SourceError | None] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    requests: list[PageRequest] = field(default_factory=list)
    followers: Mapping[str, Account] = field(default_factory=dict)
    before_page: Callable[[int], None] = lambda number: None
    name: str = "fake"
    stream: Stream = field(default_factory=lambda: Stream("fake", "acme:mentions", "acme", StreamKind.MENTIONS))

    def streams(self) -> Sequence[Stream]:
        return [self.stream]

    def depth(self, stream: Stream) -> int | None:
        return self.deepest

    def horizon(self, stream: Stream) -> timedelta | None:
        return self.looks_back

    def earlier(self, external_id: str, by: timedelta) -> str | None:
        return str(max(int(external_id) - int(by.total_seconds() // 60), 0))

    def brand_accounts(self) -> Mapping[str, Account]:
        return self.followers

    def fetch(self, stream: Stream, request: PageRequest) -> Page:
        self.requests.append(request)
        self.before_page(len(self.requests))
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        visible = sorted(self.posts, key=lambda p: id_order(p.external_id), reverse=True)[: self.deepest]
        matching = [p for p in visible if self._within(p, request)]
        page = matching[: self.page_size]
        ids = [p.external_id for p in page]
        return Page(
            posts=page,
            accounts=[Account(p.platform, p.author_id, p.author_id) for p in page],
            rejects=self.rejects,
            returned=len(page),
            newest_id=ids[0] if ids else None,
            oldest_id=ids[-1] if ids else None,
            more=len(matching) > len(page),
        )

    @staticmethod
    def _within(post: Post, request: PageRequest) -> bool:
        position = id_order(post.external_id)
        newer = request.since_id is None or position > id_order(request.since_id)
        older = request.until_id is None or position < id_order(request.until_id)
        return newer and older and (request.since_time is None or post.published_at >= request.since_time)


def spread(labels: type[StrEnum], likely: StrEnum, p: float = 0.9) -> dict[Any, float]:
    """A distribution that gives `likely` the probability `p` and the others equal shares of the rest."""
    rest = (1 - p) / (len(labels) - 1)
    return {label: p if label is likely else rest for label in labels}


class FakeClassifier:
    """Knows what posts are by words in them: `complaint`, `question`, `thanks`; breaks on `poison`."""

    name = "fake-1"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        self.batches.append(len(texts))
        if any("poison" in text.text for text in texts):
            raise RuntimeError("the model choked")
        return [self._one(text) for text in texts]

    def _one(self, text: Text) -> Assessment:
        words = {"complaint": Kind.COMPLAINT, "question": Kind.QUESTION, "thanks": Kind.PRAISE}
        kind = next((kind for word, kind in words.items() if word in text.text), Kind.OTHER)
        causes = {cause: 0.9 if cause.value in text.text else 0.02 for cause in Cause}
        severity = next((s for s in Severity if s.value in text.text), Severity.DISAPPROVAL)
        return Assessment(
            model=self.name,
            lang=text.lang or "en",
            kind=spread(Kind, kind),
            sentiment=spread(Sentiment, Sentiment.NEGATIVE if kind is Kind.COMPLAINT else Sentiment.NEUTRAL),
            severity=spread(Severity, severity),
            causes=causes,
            stage=spread(Stage, Stage.SUPPORT),
            churn=spread(Churn, Churn.NONE),
            threats=dict.fromkeys(Threat, 0.01),
            escalation=0.2 if kind is Kind.COMPLAINT else 0.01,
            abstained="gibberish" in text.text,
            abstain_reason="no language recognised" if "gibberish" in text.text else None,
        )


class FakeHasher:
    """Hashes that cost nothing, and how often something was compared. `old` hashes are to be renewed."""

    nobody = "fake:\x00"

    def __init__(self) -> None:
        self.compared: list[str] = []

    def hash(self, password: str) -> str:
        return f"fake:{password}"

    def verify(self, password: str, hashed: str) -> tuple[bool, str | None]:
        self.compared.append(hashed)
        right = hashed.partition(":")[2] == password
        return right, self.hash(password) if right and hashed.startswith("old:") else None
