"""The nouns of the domain, frozen. This module's docstrings are the glossary; docs/glossary.md repeats them for people.

Identity: a public item is kept once *per brand that watches it* (`brand`, `platform`, `external_id`), because what
a post is (a complaint, somebody else's complaint) depends on the brand that looks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from classifiers.contract import Cause, Churn, Kind, Severity, Threat


class Role(StrEnum):
    """What a post is in the traffic between a brand and the public."""

    MENTION = "mention"
    """An inbound post: somebody else's, found because it names or answers the brand."""
    REPLY = "reply"
    """An outbound post of the brand that answers somebody else's post."""
    BROADCAST = "broadcast"
    """Any other outbound post of the brand, threads with itself included."""
    REPOST = "repost"
    """Somebody passed a post on unchanged: reach of the original, never a case."""


@dataclass(frozen=True, slots=True)
class Account:
    """Anyone who posts. Counts are as last seen; None when the platform did not say."""

    platform: str
    external_id: str
    handle: str
    name: str = ""
    followers: int | None = None
    following: int | None = None
    posts: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One public item as one brand sees it.

    `published_at` is the platform's clock, `ingested_at` ours. `conversation_id` is the platform's thread id.
    `in_reply_to` is the external id of the post that this one answers. `reach` holds public counts by name
    (reposts, replies, likes, quotes). `automated`: an outbound reply that no person wrote. `id` is the store's key.
    """

    brand: str
    platform: str
    external_id: str
    conversation_id: str
    author_id: str
    text: str
    published_at: datetime
    ingested_at: datetime
    role: Role
    lang: str | None = None
    in_reply_to: str | None = None
    in_reply_to_author: str | None = None
    repost_of: str | None = None
    automated: bool = False
    reach: Mapping[str, int] = field(default_factory=dict)
    needs_answer: bool | None = None
    """What triage decided about a mention: somebody waits for an answer to it. None while untriaged."""
    id: int | None = None


def id_order(external_id: str) -> tuple[int, str]:
    """A sort key under which later ids of one platform come later: numbers by size, equal lengths by text."""
    return (len(external_id), external_id)


class Status(StrEnum):
    """Where a case stands. OPEN waits for us, WAITING for the customer, SNOOZED for a moment that we chose."""

    OPEN = "open"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"

    @property
    def live(self) -> bool:
        return self not in (Status.RESOLVED, Status.DISMISSED)


class Target(StrEnum):
    """What an SLA policy sets a time for."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Targets:
    """The promises copied onto a case when it opens, so that an edited policy never rewrites history.

    Amounts are business time on the calendar named `calendar`; None means no promise. `warn_before` is how long before
    a deadline (business time too) a warning is due.
    """

    policy: str
    calendar: str
    first_response: timedelta | None = None
    next_response: timedelta | None = None
    resolution: timedelta | None = None
    warn_before: timedelta = timedelta(0)

    def amount(self, target: Target) -> timedelta | None:
        promised: timedelta | None = getattr(self, target.value)  # the targets are named like the fields
        return promised


@dataclass(frozen=True, slots=True)
class Deadline:
    """One promise of a case: the clock started at `started_at` and runs out at `due_at`.

    It ends `met_at` (what was promised happened, in time or late) or `stopped_at` (the case was closed without it).
    `warned` and `breached` become true once each. Ended ones stay with the case: attainment is computed from them.
    """

    target: Target
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None = None
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    warned: bool = False
    breached: bool = False

    @property
    def running(self) -> bool:
        return self.met_at is None and self.stopped_at is None

    def next_moment(self) -> datetime | None:
        """When this deadline next wants attention; None when it has said all it has to say."""
        if not self.running or self.breached:
            return None
        if self.warn_at is not None and not self.warned:
            return self.warn_at
        return self.due_at


@dataclass(frozen=True, slots=True)
class Triage:
    """The decision about one mention: does a person need it, how urgently, and why, in words for that person."""

    needs_case: bool
    kind: Kind | None
    severity: Severity | None
    risk: float
    reasons: tuple[str, ...]
    causes: tuple[Cause, ...] = ()
    churn: Churn | None = None
    threats: tuple[Threat, ...] = ()
    playbook: str | None = None
    needs_human: bool = False  # the model abstained or failed: a person decides what this is


@dataclass(frozen=True, slots=True)
class Case:
    """The unit of work: at most one live case per conversation of a brand.

    The clocks: `opened_at` is the first customer post that needs an answer, as published, `opened_ingested_at` the
    same as ingested; `first_reply_at`/`first_reply_ingested_at` our first human reply; `waiting_since` the oldest
    customer post that we have not answered (None while it is the customer's turn). `deadlines` are the running
    promises and the ended ones, oldest first; `next_deadline_at` is the earliest moment that wants attention. Customer
    posts ingested up to `closed_through` were closed by a person and wait no longer; those up to `begins_after` belong
    to an earlier case of the conversation. `tags` are the team's own words, sorted; `merged_into` is the case that this
    one goes on in; a case that `keeps_snooze` sleeps on when the customer writes. `version` grows with every saved
    change; 0 means not saved yet.
    """

    id: int | None
    brand: str
    platform: str
    conversation_id: str
    customer_id: str
    first_post_id: str
    status: Status
    severity: Severity | None
    risk: float
    reasons: tuple[str, ...]
    targets: Targets
    opened_at: datetime
    opened_ingested_at: datetime
    lang: str | None = None
    causes: tuple[Cause, ...] = ()
    needs_human: bool = False
    assignee: str | None = None
    claimed_at: datetime | None = None
    snoozed_until: datetime | None = None
    waiting_since: datetime | None = None
    waiting_post_id: str | None = None
    first_reply_at: datetime | None = None
    first_reply_ingested_at: datetime | None = None
    first_reply_by: str | None = None
    last_customer_at: datetime | None = None
    last_reply_at: datetime | None = None
    resolved_at: datetime | None = None
    first_resolved_at: datetime | None = None
    closed_through: datetime | None = None
    begins_after: datetime | None = None
    customer_posts: int = 1
    brand_replies: int = 0
    handoffs: int = 0
    reopened: int = 0
    deadlines: tuple[Deadline, ...] = ()
    tags: tuple[str, ...] = ()
    keeps_snooze: bool = False
    merged_into: int | None = None
    version: int = 0

    @property
    def next_deadline_at(self) -> datetime | None:
        if not self.status.live:
            return None
        moments = [d.next_moment() for d in self.deadlines]
        moments.append(self.snoozed_until if self.status is Status.SNOOZED else None)
        return min((moment for moment in moments if moment is not None), default=None)

    @property
    def due_at(self) -> datetime | None:
        """The earliest running promise, breached or not: what the queue sorts by and counts down to."""
        return min((d.due_at for d in self.deadlines if d.running), default=None) if self.status.live else None

    def running(self, target: Target) -> Deadline | None:
        """The running deadline for `target`; there is at most one."""
        return next((d for d in self.deadlines if d.target is target and d.running), None)


class EventKind(StrEnum):
    """What can happen to a case."""

    OPENED = "opened"
    CUSTOMER_POSTED = "customer_posted"
    MERGED = "merged"
    ESCALATED = "escalated"
    REPLY_OBSERVED = "reply_observed"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    RELEASED = "released"
    SNOOZED = "snoozed"
    WOKE = "woke"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    DISMISSED = "dismissed"
    LABELLED = "labelled"
    REASSESSED = "reassessed"
    NOTED = "noted"
    TAGGED = "tagged"
    MERGED_INTO = "merged_into"
    TOOK_IN = "took_in"
    UNDONE = "undone"
    WON_BACK = "won_back"
    COMPENSATION = "compensation"
    WARNED = "warned"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Event:
    """An append-only fact about a case. `key` is unique within the case: the same fact is never recorded twice.

    `changes` is what a person's action changed (see `changed`); `bulk` names many actions that were one to the person.
    """

    kind: EventKind
    at: datetime
    key: str
    actor: str | None = None
    data: Mapping[str, str | int | float | None] = field(default_factory=dict)
    changes: Mapping[str, Any] | None = None
    bulk: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision asks the store to save: the case as it now is, and what happened to it."""

    case: Case
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowerSnapshot:
    """The public counts of a brand account on one day (UTC)."""

    platform: str
    account_id: str
    day: str
    followers: int | None
    following: int | None
    posts: int | None
    taken_at: datetime
