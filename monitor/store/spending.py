"""What reading a source has cost, by day (UTC): requests and money, over every stream and process."""

from sqlalchemy import select

from monitor.store.db import Session
from monitor.store.statements import upsert
from monitor.store.tables import spending as table


def add(session: Session, source: str, day: str, *, requests: int, money: float) -> None:
    """Add to what was spent on that day (ISO)."""
    row = {"source": source, "day": day, "requests": requests, "money": money}
    upsert(
        session,
        table,
        [row],
        key=("source", "day"),
        also=lambda new: {"requests": table.c.requests + new.requests, "money": table.c.money + new.money},
    )


def spent(session: Session, source: str, day: str) -> tuple[int, float]:
    """Requests and money (US dollars) spent on that day."""
    statement = select(table.c.requests, table.c.money).where(table.c.source == source, table.c.day == day)
    row = session.execute(statement).one_or_none()
    return (0, 0.0) if row is None else (row.requests, row.money)
