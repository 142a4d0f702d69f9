"""What the desk hands to the pages: frozen, whole, and in the words of the domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from classifiers.contract import Assessment, Cause, Severity
from monitor.domain.model import Account, Case, Event, Post, Status
from monitor.domain.presence import Presence
from monitor.domain.search import Search
from monitor.store.drafts import Draft


@dataclass(frozen=True, slots=True)
class ViewCount:
    """A view of the queue and how many cases it has now.

    `key` is stable and fit for a link: the name of a built-in view (`mine`, `unassigned`, `breaching`, `waiting`,
    `snoozed`, `all`, `needs-label`) or `view-12`. The names of built-in views are for the page to translate. `owner`
    is None for built-in views and for those of the team. `more` says that counting stopped: there are at least `count`.
    """

    key: str
    name: str
    search: Search
    count: int
    more: bool = False
    built_in: bool = True
    owner: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ThreadPost:
    """A post of the thread as an agent reads it.

    `held_by` names who held the case when a reply of ours was published: the platform does not say who of us wrote it.
    `answers` is the external id of the post that a reply of ours ended the wait of; `answered_by` that of the reply
    which ended the wait of a customer's post, `waiting` that nobody has. `labels` are people's verdicts by agent.
    """

    post: Post
    author: Account | None
    assessment: Assessment | None = None
    labels: Mapping[str, Mapping[str, object]] | None = None
    ours: bool = False
    held_by: str | None = None
    answers: str | None = None
    answered_by: str | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event of a case; `undone_by` is who took it back, `undoable` that it can be taken back as things stand."""

    event: Event
    undoable: bool = False
    undone_by: str | None = None


@dataclass(frozen=True, slots=True)
class PastCase:
    """Another case of the same customer. `certain` is false when only the handle, on another platform, is the same."""

    id: int
    brand: str
    platform: str
    status: Status
    severity: Severity | None
    causes: tuple[Cause, ...]
    opened_at: datetime
    ended_at: datetime | None
    assignee: str | None
    text: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """What we know of a customer across brands: `open` and `past` cases other than the one shown, newest first.

    `complaints` counts the complaints of the last 90 days without this case, `repeat_contacts` the cases of the same
    brand within its repeat window before this one. `told_to` are the agents who held this case or an open one of the
    customer, in order: each of them was told the story.
    """

    open: tuple[PastCase, ...] = ()
    past: tuple[PastCase, ...] = ()
    total: int = 0
    complaints: int = 0
    repeat_contacts: int = 0
    handoffs: int = 0
    told_to: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    first_contact_at: datetime | None = None
    last_contact_at: datetime | None = None
    last_reply_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseInFull:
    """Everything that the page says about one case. `merged` are the cases that were merged into it."""

    case: Case
    customer: Account | None
    thread: tuple[ThreadPost, ...]
    events: tuple[LoggedEvent, ...]
    history: CustomerHistory
    presence: tuple[Presence, ...] = ()
    draft: Draft | None = None
    held_by: str | None = None
    merged: tuple[Case, ...] = ()
    playbook: str | None = None
    last_event: int = 0
    """The id of the newest event of all cases: what to ask `news` with."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened since an event id: cases that now match, those among the seen that changed, or match no more.

    `upto` is the id to ask with next time. `more` says that there was too much to tell: read the page again.
    """

    arrived: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    upto: int = 0
    more: bool = False
