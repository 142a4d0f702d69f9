"""The queue as people read it: what a search finds, the most urgent first, page by page.

It is walked by keyset (the last row of one page is where the next begins), so that page 1,000 costs what page 1 does
and nothing is shown twice while cases come and go.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, select, tuple_

from monitor.domain.model import Account, Case, Post, Status
from monitor.domain.presence import Presence
from monitor.domain.search import Search
from monitor.errors import NotFound
from monitor.store.cases import ALL_CASES, whole
from monitor.store.db import Session
from monitor.store.finding import Asker, conditions
from monitor.store.holds import nobody_holds
from monitor.store.intake import accounts_by_id, posts_by_key
from monitor.store.statements import among, batches
from monitor.store.tables import cases, live

LIVE = tuple(status for status in Status if status.live)
_ORDER = (cases.c.priority, cases.c.due_at, cases.c.id)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case with what a person needs to see of it: the post that waits (or else the first one) and its author.

    `presence` are the agents who are at it, and `held_by` who was given it to look at first.
    """

    case: Case
    post: Post | None
    author: Account | None
    presence: tuple[Presence, ...] = ()
    held_by: str | None = None


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


def queue_page(
    session: Session, search: Search, asker: Asker, *, after: str | None = None, limit: int = 50
) -> QueuePage:
    """The most urgent cases behind `after`: by severity and risk, then by what is due first."""
    wanted = conditions(session, search, asker)
    statement = ALL_CASES.add_columns(cases.c.priority, cases.c.due_at).where(*wanted).order_by(*_ORDER)
    if after is not None:
        statement = statement.where(_behind(after))
    found = session.execute(statement.limit(limit + 1)).all()
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return QueuePage(
        tuple(rows_of(session, whole(session, shown))),
        None if last is None else _token(last.priority, last.due_at, last.id),
    )


def count(session: Session, search: Search, asker: Asker, *, most: int | None = None) -> int:
    """How many cases the search finds; counting stops at `most`."""
    found = select(cases.c.id).where(*conditions(session, search, asker)).limit(most)
    return session.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def counts(session: Session, searches: Sequence[Search], asker: Asker, *, most: int) -> list[int]:
    """How many cases each of the searches finds, in one statement; counting stops at `most` each."""
    each = [select(cases.c.id).where(*conditions(session, search, asker)).limit(most) for search in searches]
    counted = [select(func.count()).select_from(found.subquery()).scalar_subquery() for found in each]
    return list(session.execute(select(*counted)).one()) if counted else []


def found_ids(session: Session, search: Search, asker: Asker, *, limit: int | None = None) -> list[int]:
    """The cases that the search finds, the most urgent first."""
    wanted = conditions(session, search, asker)
    return list(session.execute(select(cases.c.id).where(*wanted).order_by(*_ORDER).limit(limit)).scalars())


def still_found(session: Session, search: Search, asker: Asker, case_ids: Sequence[int]) -> set[int]:
    """Which of these cases the search finds."""
    wanted = conditions(session, search, asker)
    return {
        case_id
        for batch in batches(case_ids)
        for case_id in session.execute(select(cases.c.id).where(among(session, cases.c.id, batch), *wanted)).scalars()
    }


def queue_counts(session: Session, brand: str | None = None) -> QueueCounts:
    """How much there is to do, over all brands or one."""
    needs = (cases.c.assignee.is_(None), cases.c.breached.is_(True), cases.c.needs_human.is_(True))
    each = (*(cases.c.status == status for status in LIVE), *needs)
    statement = select(*(func.count().filter(condition) for condition in each)).where(live)
    if brand is not None:
        statement = statement.where(cases.c.brand == brand)
    *by_status, unassigned, breached, needs_human = session.execute(statement).one()
    return QueueCounts(dict(zip(LIVE, by_status, strict=True)), unassigned, breached, needs_human)


def rows_of(session: Session, shown: Sequence[Case]) -> Iterator[QueueRow]:
    """The cases as rows, in order, without who is at them."""
    posts = posts_by_key(session, {_post_key(case) for case in shown})
    authors = accounts_by_id(session, {(case.platform, case.customer_id) for case in shown})
    for case in shown:
        yield QueueRow(case, posts.get(_post_key(case)), authors.get((case.platform, case.customer_id)))


def next_free(session: Session, search: Search, asker: Asker, skip: Sequence[int] = ()) -> int | None:
    """The most urgent case that the search finds, that nobody has, holds, or passed over (`skip`)."""
    wanted = (*conditions(session, search, asker), cases.c.assignee.is_(None), nobody_holds(asker.now))
    statement = select(cases.c.id).where(*wanted, cases.c.id.not_in(list(skip))).order_by(*_ORDER).limit(1)
    return session.execute(statement).scalar_one_or_none()


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
