"""What a source of posts is: it fetches one page at a time and knows nothing of cursors, databases or cases.

A *stream* is one query of a source for one brand (its mentions, a search for its untagged name, its own timeline).
The window algorithm of `services.ingest` decides what to ask for; a source only answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from monitor.domain.model import Account, Post, id_order

__all__ = [
    "Account",
    "Audience",
    "Count",
    "Page",
    "PageRequest",
    "Post",
    "Reject",
    "Source",
    "Stream",
    "StreamKind",
    "id_order",
]


class StreamKind(StrEnum):
    MENTIONS = "mentions"
    SEARCH = "search"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class Stream:
    """One query of one source for one brand. `name` is the stable key of its cursor."""

    source: str
    name: str
    brand: str
    kind: StreamKind


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page to fetch: posts newer than `since_id` (exclusive) and older than `until_id` (exclusive), newest first.

    `since_time` bounds the page from below where no `since_id` is known (or the platform refuses an old one).
    """

    since_id: str | None = None
    until_id: str | None = None
    since_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """An item that could not be understood: its raw bytes, why, and where it stood (a line, a position)."""

    raw: bytes
    error: str
    position: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of posts, newest first, with the accounts that wrote them.

    `returned` counts the items the platform sent, understood or not; `oldest_id`/`newest_id` span all of them.
    `more` says that the platform has older posts of this request. `cost` is the money spent, in US dollars.
    `notices` are partial errors that came with the page, in words without personal data.
    """

    posts: Sequence[Post] = ()
    accounts: Sequence[Account] = ()
    rejects: Sequence[Reject] = ()
    returned: int = 0
    newest_id: str | None = None
    oldest_id: str | None = None
    more: bool = False
    cost: float = 0.0
    requests: int = 1
    notices: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Count:
    """How many posts the platform itself counts between two moments."""

    start: datetime
    end: datetime
    posts: int


class Source(Protocol):
    """A network that can be polled. Raises `RateLimited`, `SourceRefused`, `BudgetExhausted` or `SourceError`."""

    @property
    def name(self) -> str: ...

    def streams(self) -> Sequence[Stream]: ...

    def depth(self, stream: Stream) -> int | None:
        """How many posts deep the platform lets one look on this stream; None when there is no such limit."""

    def horizon(self, stream: Stream) -> timedelta | None:
        """How far back in time the platform looks on this stream; None when it sets no such limit."""

    def earlier(self, external_id: str, by: timedelta) -> str | None:
        """An id that old posts published `by` before `external_id` would have; None where ids tell no time."""

    def fetch(self, stream: Stream, request: PageRequest) -> Page: ...


class Audience(Protocol):
    """A network that tells how many follow a brand's account, and how many it follows."""

    def brand_accounts(self) -> Mapping[str, Account]:
        """The brand accounts with their present counts, by brand."""
