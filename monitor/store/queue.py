"""The queue as people read it: live cases, the most urgent first, page by page.

It is walked by keyset (the last row of one page is where the next begins), so that page 1,000 costs what page 1 does
and nothing is shown twice while cases come and go.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Text, cast, func, literal, select, tuple_

from classifiers.contract import Cause, Severity
from monitor.domain.model import Account, Case, Post, Status
from monitor.errors import NotFound
from monitor.store.cases import ALL_CASES, priorities_of, whole
from monitor.store.db import Session
from monitor.store.intake import accounts_by_id, posts_by_key
from monitor.store.tables import cases, live

LIVE = tuple(status for status in Status if status.live)
_ORDER = (cases.c.priority, cases.c.due_at, cases.c.id)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases to show; None means any. `unassigned` and `breached` narrow when they are true."""

    brand: str | None = None
    statuses: Sequence[Status] = LIVE
    lang: str | None = None
    severity: Severity | None = None
    cause: Cause | None = None
    assignee: str | None = None
    unassigned: bool = False
    breached: bool = False


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case with what a person needs to see of it: the post that waits (or else the first one) and its author."""

    case: Case
    post: Post | None
    author: Account | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """`after` asks for the next page; None on the last one."""

    rows: tuple[QueueRow, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many cases are live, and how many of them nobody has, are late, or need a person's judgement."""

    by_status: dict[Status, int]
    unassigned: int
    breached: int
    needs_human: int


def queue_page(session: Session, wanted: CaseFilter, *, after: str | None = None, limit: int = 50) -> QueuePage:
    """The most urgent cases behind `after`: by severity and risk, then by what is due first."""
    statement = ALL_CASES.add_columns(cases.c.priority, cases.c.due_at).where(*_conditions(wanted)).order_by(*_ORDER)
    if after is not None:
        statement = statement.where(_behind(after))
    found = session.execute(statement.limit(limit + 1)).all()
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return QueuePage(
        tuple(_rows(session, whole(session, shown))),
        None if last is None else _token(last.priority, last.due_at, last.id),
    )


def queue_counts(session: Session, brand: str | None = None) -> QueueCounts:
    """How much there is to do, over all brands or one."""
    needs = (cases.c.assignee.is_(None), cases.c.breached.is_(True), cases.c.needs_human.is_(True))
    conditions = (*(cases.c.status == status for status in LIVE), *needs)
    statement = select(*(func.count().filter(condition) for condition in conditions)).where(live)
    if brand is not None:
        statement = statement.where(cases.c.brand == brand)
    *by_status, unassigned, breached, needs_human = session.execute(statement).one()
    return QueueCounts(dict(zip(LIVE, by_status, strict=True)), unassigned, breached, needs_human)


def _conditions(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    statuses = set(wanted.statuses)
    if statuses <= set(LIVE):
        yield live
    if statuses != set(LIVE):
        yield cases.c.status.in_(sorted(statuses))
    for column, value in ((cases.c.brand, wanted.brand), (cases.c.lang, wanted.lang)):
        if value is not None:
            yield column == value
    if wanted.severity is not None:
        mildest_first = priorities_of(wanted.severity)
        yield cases.c.severity == wanted.severity
        yield cases.c.priority.between(mildest_first.start, mildest_first.stop - 1)  # lets the index skip the rest
    if wanted.cause is not None:
        # Not LIKE: PostgreSQL takes that for rare, and sorts all matches instead of walking the index.
        causes = cast(cases.c.causes, Text)
        yield func.replace(causes, f'"{wanted.cause.value}"', "") != causes
    if wanted.assignee is not None:
        yield cases.c.assignee == wanted.assignee
    if wanted.unassigned:
        yield cases.c.assignee.is_(None)
    if wanted.breached:
        yield cases.c.breached.is_(True)


def _rows(session: Session, shown: Sequence[Case]) -> Iterator[QueueRow]:
    posts = posts_by_key(session, {_post_key(case) for case in shown})
    authors = accounts_by_id(session, {(case.platform, case.customer_id) for case in shown})
    for case in shown:
        yield QueueRow(case, posts.get(_post_key(case)), authors.get((case.platform, case.customer_id)))


def _post_key(case: Case) -> tuple[str, str, str]:
    return (case.brand, case.platform, case.waiting_post_id or case.first_post_id)


def _token(priority: int, due_at: datetime, case_id: int) -> str:
    return f"{priority}.{(due_at - _EPOCH) // timedelta(microseconds=1)}.{case_id}"


def _behind(token: str) -> ColumnElement[bool]:
    try:
        priority, micros, case_id = map(int, token.split("."))
        place = (priority, _EPOCH + timedelta(microseconds=micros), case_id)
    except (ValueError, OverflowError):
        raise NotFound("There is no such page of the queue; begin with the first.") from None
    return tuple_(*_ORDER) > tuple_(*(literal(value, column.type) for value, column in zip(place, _ORDER, strict=True)))
