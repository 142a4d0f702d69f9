"""Cases: as a row, as a page of rows, and whole."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from classifiers.contract import Cause, Severity
from monitor.domain.model import EventKind, Status, Target
from monitor.domain.presence import Doing
from monitor.web.api.schemas.base import Out
from monitor.web.api.schemas.posts import Account, Post, ThreadPost


class Deadline(Out):
    """One promise of a case; it runs until it is met or stopped."""

    target: Target
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    stopped_at: datetime | None
    warned: bool
    breached: bool
    running: bool


class Case(Out):
    """The unit of work. `version` grows with every change: send it back as `If-Match`."""

    id: int
    version: int
    brand: str
    platform: str
    conversation_id: str
    customer_id: str
    first_post_id: str
    status: Status
    severity: Severity | None
    risk: float
    reasons: list[str]
    causes: list[Cause]
    lang: str | None
    needs_human: bool
    labels: list[str] = Field(validation_alias="tags")
    assignee: str | None
    claimed_at: datetime | None
    snoozed_until: datetime | None
    opened_at: datetime
    waiting_since: datetime | None
    due_at: datetime | None
    first_reply_at: datetime | None
    first_reply_by: str | None
    last_customer_at: datetime | None
    last_reply_at: datetime | None
    resolved_at: datetime | None
    customer_posts: int
    brand_replies: int
    handoffs: int
    reopened: int
    merged_into: int | None
    deadlines: list[Deadline]


class Presence(Out):
    """A colleague who is at the case now."""

    agent: str
    doing: Doing
    seen_at: datetime


class CaseRow(Out):
    """A case as the list shows it, with the post that waits (or the first one) and who wrote it."""

    case: Case
    post: Post | None
    author: Account | None
    presence: list[Presence]
    held_by: str | None


class CasePage(BaseModel):
    """A page of the queue, the most urgent first. `next` is null on the last one."""

    items: list[CaseRow]
    next: str | None = Field(description="The cursor of the next page, for `after`; the header Link has it too.")


class Event(Out):
    """What happened to a case. `actor` is null for the program itself; `undoable` ones can be taken back by `key`."""

    kind: EventKind
    at: datetime
    key: str
    actor: str | None
    data: dict[str, str | int | float | None]
    bulk: str | None
    undoable: bool = False
    undone_by: str | None = None


class PastCase(Out):
    """Another case of the customer. Not `certain`: only the handle is the same, on another platform."""

    id: int
    brand: str
    platform: str
    status: Status
    severity: Severity | None
    causes: list[Cause]
    opened_at: datetime
    ended_at: datetime | None
    assignee: str | None
    certain: bool


class CustomerHistory(Out):
    """What we know of the customer besides this case. `told_to` are the agents who were told the story, in order."""

    open: list[PastCase]
    past: list[PastCase]
    total: int
    complaints: int
    repeat_contacts: int
    handoffs: int
    told_to: list[str]
    languages: list[str]
    first_contact_at: datetime | None
    last_contact_at: datetime | None
    last_reply_at: datetime | None


class CaseInFull(Out):
    """One case whole. `merged` are the numbers of the cases that were merged into it."""

    case: Case
    customer: Account | None
    thread: list[ThreadPost]
    events: list[Event]
    history: CustomerHistory
    merged: list[int]
    playbook: str | None

    @classmethod
    def of(cls, full: Any) -> "CaseInFull":
        return cls(
            case=Case.model_validate(full.case),
            customer=None if full.customer is None else Account.model_validate(full.customer),
            thread=[ThreadPost.of(item) for item in full.thread],
            events=[_event(item) for item in full.events],
            history=CustomerHistory.model_validate(full.history),
            merged=[case.id for case in full.merged],
            playbook=full.playbook,
        )


def _event(logged: Any) -> Event:
    told = Event.model_validate(logged.event)
    return told.model_copy(update={"undoable": logged.undoable, "undone_by": logged.undone_by})


class Reviewed(BaseModel):
    """The review as it is kept, and the live case that the post had opened, which follows it."""

    post_id: int
    agent: str
    labels: dict[str, Any]
    case: Case | None
