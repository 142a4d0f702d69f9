"""Holds: who was given which case to look at next. A lease, not an assignment: it ends by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, select

from monitor.store.db import Session
from monitor.store.desk_tables import holds
from monitor.store.statements import among, upsert
from monitor.store.tables import cases

LEASE = timedelta(minutes=3)
"""How long a case is somebody's to look at; a heartbeat renews it."""


def hold(session: Session, case_id: int, agent: str, now: datetime) -> bool:
    """Give the case to the agent for a while; False when a colleague has it."""
    session.execute(delete(holds).where(holds.c.case_id == case_id, holds.c.expires_at <= now))
    row = {"case_id": case_id, "agent": agent, "expires_at": now + LEASE}
    # Of two who insert at once the second waits for the first and then finds the place taken.
    upsert(session, holds, [row], key=("case_id",))
    mine = (holds.c.case_id == case_id) & (holds.c.agent == agent)
    return session.execute(holds.update().where(mine).values(expires_at=now + LEASE)).rowcount == 1


def renew(session: Session, case_id: int, agent: str, now: datetime) -> None:
    """Prolong the agent's lease of the case, if there is one still."""
    mine = (holds.c.case_id == case_id) & (holds.c.agent == agent) & (holds.c.expires_at > now)
    session.execute(holds.update().where(mine).values(expires_at=now + LEASE))


def let_go(session: Session, agent: str, case_id: int | None = None) -> None:
    """End the agent's lease of the case (None: of all)."""
    gone = delete(holds).where(holds.c.agent == agent)
    session.execute(gone if case_id is None else gone.where(holds.c.case_id == case_id))


def nobody_holds(now: datetime) -> ColumnElement[bool]:
    """Holds for cases that nobody has a lease of."""
    return ~exists().where(holds.c.case_id == cases.c.id, holds.c.expires_at > now)


def holders(session: Session, case_ids: Sequence[int], now: datetime) -> dict[int, str]:
    """Who has a lease of these cases, by case."""
    statement = select(holds.c.case_id, holds.c.agent).where(holds.c.expires_at > now)
    found = session.execute(statement.where(among(session, holds.c.case_id, list(case_ids))))
    return {row.case_id: row.agent for row in found}
