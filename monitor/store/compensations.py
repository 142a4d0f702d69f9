"""The ledger of compensations: what was asked for, who decided, and what waits for somebody who may."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor.domain.compensation import Compensation, Money, State
from monitor.errors import Conflict
from monitor.store.db import Session
from monitor.store.reply_tables import compensations as table
from monitor.store.reply_tables import requested
from monitor.store.statements import among, batches


def add(session: Session, one: Compensation) -> Compensation:
    """Write a new entry; `Conflict` when a request for the case waits already."""
    try:
        new = session.execute(insert(table).values(_values(one)).returning(table.c.id)).scalar_one()
    except IntegrityError:
        raise Conflict from None
    return replace(one, id=new)


def move(session: Session, one: Compensation, *, was: State) -> None:
    """Save a decision about an entry; `Conflict` when somebody decided first."""
    waiting = (table.c.id == one.id) & (table.c.state == was)
    if not session.execute(update(table).where(waiting).values(_values(one))).rowcount:
        raise Conflict


def by_id(session: Session, number: int) -> Compensation | None:
    row = session.execute(select(table).where(table.c.id == number)).one_or_none()
    return None if row is None else _compensation(row)


def of_case(session: Session, case_id: int) -> Sequence[Compensation]:
    """Everything about a case, the oldest first."""
    statement = select(table).where(table.c.case_id == case_id).order_by(table.c.requested_at, table.c.id)
    return [_compensation(row) for row in session.execute(statement)]


def listed(session: Session, state: State | None = State.REQUESTED, *, limit: int = 100) -> Sequence[Compensation]:
    """Entries in a state (None: any), the oldest first."""
    statement = select(table).order_by(table.c.requested_at, table.c.id).limit(limit)
    if state is State.REQUESTED:
        statement = statement.where(requested)
    elif state is not None:
        statement = statement.where(table.c.state == state)
    return [_compensation(row) for row in session.execute(statement)]


def awaiting_authority(session: Session, case_ids: Iterable[int]) -> set[int]:
    """Those of the cases that wait for a decision."""
    found: set[int] = set()
    for batch in batches(case_ids):
        statement = select(table.c.case_id).where(requested, among(session, table.c.case_id, batch))
        found |= set(session.execute(statement).scalars())
    return found


def _values(one: Compensation) -> dict[str, Any]:
    return {
        "case_id": one.case_id,
        "kind": one.kind,
        "minor": one.amount.minor,
        "currency": one.amount.currency,
        "reason": one.reason,
        "requested_by": one.requested_by,
        "requested_at": one.requested_at,
        "state": one.state,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at,
        "paid_at": one.paid_at,
        "note": one.note,
    }


def _compensation(row: Row[Any]) -> Compensation:
    values = dict(row._mapping)
    amount = Money(values.pop("minor"), values.pop("currency"))
    return Compensation(amount=amount, **values)
