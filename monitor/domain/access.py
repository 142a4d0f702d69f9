"""Who may do what: the ranks of the people of the team, what each rank can do, and how far a token reaches.

A rank includes every rank below it. Whoever is disabled has no rank at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.errors import MonitorError

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")


class Rank(StrEnum):
    """What a person of the team may do, the least first."""

    VIEWER = "viewer"
    """Reads cases and reports."""
    AGENT = "agent"
    """Works on cases."""
    LEAD = "lead"
    """Also works on others' cases, in bulk, and grants what is above an agent's authority."""
    ADMIN = "admin"
    """Also says who is in the team, and reads the audit trail."""


class Scope(StrEnum):
    """How far a token reaches; never further than its owner's rank."""

    READ = "read"
    ACT = "act"
    ADMIN = "admin"


_HEIGHT = {rank: height for height, rank in enumerate(Rank)}
# The highest rank that a token of this scope can stand in for.
_REACH = {Scope.READ: Rank.VIEWER, Scope.ACT: Rank.LEAD, Scope.ADMIN: Rank.ADMIN}


class Denied(MonitorError):
    """Your rank does not allow this; ask an administrator of the team."""


class BadName(MonitorError):
    """A login name has 1 to 40 small letters, digits, dots, dashes or underscores; a letter or digit at both ends."""


def allows(rank: Rank, needed: Rank) -> bool:
    """Whether `rank` includes `needed`."""
    return _HEIGHT[rank] >= _HEIGHT[needed]


def reach(rank: Rank, scopes: frozenset[Scope]) -> Rank | None:
    """The rank that a token of these scopes gives its owner; None when it has no scope."""
    highest = max((_HEIGHT[_REACH[scope]] for scope in scopes), default=None)
    return None if highest is None else list(Rank)[min(highest, _HEIGHT[rank])]


@dataclass(frozen=True, slots=True)
class Agent:
    """A person of the team. `name` is the actor of events and the assignee of cases; it never changes."""

    id: int | None
    name: str
    display_name: str
    email: str | None
    rank: Rank
    locale: str | None = None
    zone: str | None = None
    disabled_at: datetime | None = None
    preferences: Mapping[str, str] = field(default_factory=dict)

    def may(self, needed: Rank) -> bool:
        """Whether this person can do what `needed` is asked for."""
        return self.disabled_at is None and allows(self.rank, needed)


def login_name(text: str) -> str:
    """The name as it is kept: trimmed and in small letters. Raises `BadName`."""
    name = text.strip().casefold()
    if not _NAME.fullmatch(name):
        raise BadName
    return name


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: the network address and what the browser says it is, both cut to a sane length."""

    address: str
    user_agent: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", self.address[:64])
        object.__setattr__(self, "user_agent", self.user_agent[:200])


@dataclass(frozen=True, slots=True)
class WebSession:
    """One browser that is logged in. Its secret is kept nowhere: the store knows only the secret's SHA-256."""

    id: int
    agent_id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts: `idle` after the last request, and no longer than `absolute` whatever happens."""

    idle: timedelta = timedelta(hours=8)
    absolute: timedelta = timedelta(days=7)

    def is_live(self, session: WebSession, now: datetime) -> bool:
        """Whether the session still counts. A session of before a shorter `absolute` follows the shorter one."""
        ends = min(session.expires_at, session.created_at + self.absolute, session.seen_at + self.idle)
        return session.ended_at is None and now < ends


@dataclass(frozen=True, slots=True)
class Token:
    """A key for programs. `prefix` is its beginning, to tell it from others; the rest is kept nowhere."""

    id: int
    agent_id: int
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
