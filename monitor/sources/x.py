"""X as a source: mentions, searches for untagged names, the brands' own timelines, follower and post counts.

All calls go through tweepy, one page a call. Nothing here waits, sleeps or retries: what X refuses comes out as one of
our errors, which says when to come back. Safe to share between threads; requests go out one at a time.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import requests

from monitor.clock import Clock
from monitor.errors import ConfigError, SourceError, SourceRefused
from monitor.sources import x_payload, x_query, x_snowflake, x_vocabulary
from monitor.sources.base import Account, Count, Page, PageRequest, Stream, StreamKind
from monitor.sources.x_budget import Ledger, MemoryLedger, Prices, Spending
from monitor.sources.x_client import Call, Endpoint, XClient
from monitor.sources.x_paging import SEARCH_LAG, SEARCH_WINDOW, bounds
from monitor.sources.x_settings import SMALLEST_PAGE, OAuth1, XAccount, XBrand, XSettings
from monitor.sources.x_values import Json
from monitor.sources.x_vocabulary import Vocabulary

__all__ = [
    "Ledger",
    "MemoryLedger",
    "OAuth1",
    "Prices",
    "Spending",
    "Vocabulary",
    "XAccount",
    "XBrand",
    "XSettings",
    "XSource",
]

_DEPTH = {StreamKind.MENTIONS: 800, StreamKind.TIMELINE: 3200, StreamKind.SEARCH: None}
_MOST_IDS = 100
# X may send an empty page that has older posts behind it; only its token leads on from there.
_MOST_EMPTY_PAGES = 5


@dataclass(frozen=True, slots=True)
class _Target:
    """What one stream reads: of which account (a search: of none), and the query that finds the same posts."""

    stream: Stream
    brand: XBrand
    query: str
    account_id: str = ""

    @property
    def window(self) -> timedelta | None:
        return SEARCH_WINDOW if self.stream.kind is StreamKind.SEARCH else None


class XSource:
    """`monitor.sources.base.Source` and `Audience` for X."""

    def __init__(
        self, settings: XSettings, brands: Sequence[XBrand], clock: Clock, ledger: Ledger | None = None
    ) -> None:
        """`ledger` remembers what was spent across restarts; without one the day's budget begins with the process."""
        if len({brand.key for brand in brands}) < len(brands):
            raise ConfigError("two brands on X have the same key")
        self._settings = settings
        self._brands = tuple(brands)
        self._clock = clock
        self._targets = {target.stream.name: target for brand in brands for target in _targets(settings.name, brand)}
        self._client = XClient(settings, clock, ledger)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._settings.name

    @property
    def vocabulary(self) -> Vocabulary:
        """What X was last spoken to in; it changes when X refuses the names of the other."""
        return self._client.vocabulary

    def streams(self) -> Sequence[Stream]:
        return tuple(target.stream for target in self._targets.values())

    def depth(self, stream: Stream) -> int | None:
        return _DEPTH[stream.kind]

    def horizon(self, stream: Stream) -> timedelta | None:
        return self._target(stream).window

    def earlier(self, external_id: str, by: timedelta) -> str | None:
        return x_snowflake.earlier(external_id, by)

    def fetch(self, stream: Stream, request: PageRequest) -> Page:
        target = self._target(stream)
        with self._lock:
            within = bounds(request, now=self._clock.now(), window=target.window)
            return Page(requests=0) if within is None else self._page(target, within)

    def brand_accounts(self) -> Mapping[str, Account]:
        """The main account of every brand, where X knows it."""
        main = {brand.key: brand.accounts[0].id for brand in self._brands}
        ids = list(dict.fromkeys(main.values()))
        found: dict[str, Account] = {}
        said: list[str] = []
        with self._lock:
            for start in range(0, len(ids), _MOST_IDS):
                document = self._users(ids=ids[start : start + _MOST_IDS])
                found |= {account.external_id: account for account in x_payload.parse_accounts(document)}
                said += x_payload.notices(document)
        if ids and not found:
            raise SourceError(f"X knows none of the brand accounts ({'; '.join(said) or 'and does not say why'})")
        return {brand: found[account_id] for brand, account_id in main.items() if account_id in found}

    def find_account(self, handle: str) -> Account | None:
        """The account behind a @handle, for whoever sets a brand up and does not know its number."""
        username = XAccount("0", handle.removeprefix("@")).handle
        with self._lock:
            found = x_payload.parse_accounts(self._users(username=username))
        return found[0] if found else None

    def counts(self, stream: Stream, start: datetime, end: datetime) -> Sequence[Count]:
        """How many posts X itself counts on `stream`, hour by hour, as far as its seven days reach. App-only."""
        query = self._target(stream).query
        if not self._settings.bearer_token:
            raise SourceRefused("X counts posts for an app only: a bearer token is needed")
        price = self._settings.prices.counts_request
        with self._lock:
            now = self._clock.now()
            start, end = max(start, now - SEARCH_WINDOW), min(end, now - SEARCH_LAG)
            if start >= end:
                return []
            self._client.budget.room(now, unit=price, most=1)
            call = Call(
                Endpoint.COUNTS,
                user_auth=False,
                send=lambda: self._client.tweepy.get_recent_tweets_count(
                    query, start_time=start, end_time=end, granularity="hour"
                ),
                price=lambda _document, _now: price,
            )
            return x_payload.parse_counts(self._client.ask(call).document)

    def close(self) -> None:
        self._client.close()

    def _target(self, stream: Stream) -> _Target:
        try:
            return self._targets[stream.name]
        except KeyError:
            raise SourceError(f"{self.name} has no stream {stream.name}") from None

    def _page(self, target: _Target, within: Mapping[str, object]) -> Page:
        """The first page with posts on it, over as many empty ones as X puts before it."""
        kind = target.stream.kind
        own = frozenset(account.id for account in target.brand.accounts)
        timeline_of = target.account_id if kind is StreamKind.TIMELINE else None
        view = x_payload.Viewpoint(target.brand.key, own, timeline_of)
        params = dict(within)
        cost, sent = 0.0, 0
        for _ in range(_MOST_EMPTY_PAGES):
            answer = self._client.ask(self._page_call(target, params))
            cost, sent = cost + answer.cost, sent + answer.requests
            page = x_payload.parse_page(answer.document, view, ingested_at=self._clock.now())
            if page.returned or not page.more:
                return replace(page, cost=cost, requests=sent)
            token = "next_token" if kind is StreamKind.SEARCH else "pagination_token"
            params[token] = x_payload.next_token(answer.document)
        raise SourceError(f"X sent {_MOST_EMPTY_PAGES} empty pages in a row and says that more follow")

    def _page_call(self, target: _Target, within: Mapping[str, object]) -> Call:
        owned = self._owned(target)
        user_auth = owned or not self._settings.bearer_token
        arguments: dict[str, object] = {
            **within,
            "max_results": self._page_size(target, owned),
            "tweet_fields": list(x_vocabulary.POST_FIELDS),
            "expansions": list(x_vocabulary.POST_EXPANSIONS),
            "user_fields": list(x_vocabulary.USER_FIELDS),
            "user_auth": user_auth,
        }
        client, account_id = self._client.tweepy, target.account_id
        send: Mapping[StreamKind, Callable[[], requests.Response]] = {
            StreamKind.MENTIONS: lambda: client.get_users_mentions(account_id, **arguments),
            StreamKind.TIMELINE: lambda: client.get_users_tweets(account_id, **arguments),
            StreamKind.SEARCH: lambda: client.search_recent_tweets(target.query, **arguments),
        }
        kind = target.stream.kind
        return Call(Endpoint(kind.value), user_auth, send[kind], lambda document, now: self._cost(document, owned, now))

    def _users(self, **whom: str | list[str]) -> Json:
        """A look-up of accounts by `ids`, or of one by `username`."""
        wanted = len(whom.get("ids", "."))
        unit = self._settings.prices.user_read
        self._client.budget.room(self._clock.now(), unit=unit, most=wanted, least=wanted)
        arguments = {
            "user_fields": list(x_vocabulary.USER_FIELDS),
            "user_auth": not self._settings.bearer_token,
            **whom,
        }
        look_up = self._client.tweepy.get_users if "ids" in whom else self._client.tweepy.get_user
        call = Call(
            Endpoint.USERS,
            user_auth=not self._settings.bearer_token,
            send=lambda: look_up(**arguments),
            price=lambda document, _now: len(x_payload.parse_accounts(document)) * unit,
        )
        return self._client.ask(call).document

    def _owned(self, target: _Target) -> bool:
        """Whether X bills this stream as our own data: our own account, read in its own name."""
        keys = self._settings.oauth1
        return keys is not None and keys.account_id == target.account_id

    def _page_size(self, target: _Target, owned: bool) -> int:
        """How many posts to ask for: no more than what is left of the day's money can pay."""
        # The new vocabulary gives references and addressees only together with the posts and accounts themselves.
        each = sum(self._prices(owned)) * (2 if self.vocabulary is Vocabulary.NEW else 1)
        least = SMALLEST_PAGE[target.stream.kind]
        most = self._settings.page_sizes.get(target.stream.kind, 100)
        return self._client.budget.room(self._clock.now(), unit=each, most=most, least=least)

    def _cost(self, document: Json, owned: bool, now: datetime) -> float:
        post, author = self._prices(owned)
        posts, users = x_payload.billed_ids(document)
        fresh_posts = self._client.budget.unbilled(now, [f"post {i}" for i in posts])
        return fresh_posts * post + self._client.budget.unbilled(now, [f"user {i}" for i in users]) * author

    def _prices(self, owned: bool) -> tuple[float, float]:
        prices = self._settings.prices
        return (prices.owned_read, prices.owned_read) if owned else (prices.post_read, prices.included_user)


def _targets(source: str, brand: XBrand) -> list[_Target]:
    """The streams of one brand. A stream's name keys its cursor, so it must not depend on what is asked."""

    def target(kind: StreamKind, query: str, what: str, account_id: str = "") -> _Target:
        stream = Stream(source=source, name=f"{brand.key}:{kind}:{what}", brand=brand.key, kind=kind)
        return _Target(stream, brand, query, account_id)

    queries = x_query.searches(brand.handles, brand.names, brand.languages)
    return [
        *(
            target(StreamKind.MENTIONS, x_query.mentions(account.handle, brand.handles), account.id, account.id)
            for account in brand.accounts
        ),
        *(target(StreamKind.SEARCH, query, str(number)) for number, query in enumerate(queries, start=1)),
        *(
            target(StreamKind.TIMELINE, x_query.timeline(account.handle), account.id, account.id)
            for account in brand.accounts
        ),
    ]
