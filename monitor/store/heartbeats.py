"""The last sign of life of every job: when it ran, whether it went well, how long it took."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import select

from monitor.store.db import Session
from monitor.store.statements import upsert
from monitor.store.tables import heartbeats as table


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """`error` holds words without personal data and is None after a run that went well."""

    job: str
    last_at: datetime
    last_ok_at: datetime | None
    duration: timedelta
    error: str | None
    failures_in_a_row: int


_COLUMNS = tuple(table.c[field.name] for field in fields(Heartbeat))


def beat(session: Session, job: str, *, ok: bool, duration: timedelta, error: str | None, now: datetime) -> None:
    """Record that the job ran."""
    row = {
        "job": job,
        "last_at": now,
        "last_ok_at": now if ok else None,
        "duration": duration.total_seconds(),
        "error": error,
        "failures_in_a_row": 0 if ok else 1,
    }
    since_last_ok = {} if ok else {"failures_in_a_row": table.c.failures_in_a_row + 1}
    update = ("last_at", "duration", "error", *(("last_ok_at", "failures_in_a_row") if ok else ()))
    upsert(session, table, [row], key=("job",), update=update, also=lambda _: since_last_ok)


def heartbeats(session: Session) -> list[Heartbeat]:
    """Every job's last sign of life, by name."""
    rows = session.execute(select(*_COLUMNS).order_by(table.c.job))
    return [
        Heartbeat(job, last_at, last_ok_at, timedelta(seconds=duration), error, failures)
        for job, last_at, last_ok_at, duration, error, failures in rows
    ]
