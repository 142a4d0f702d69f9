"""The audit trail: entries are added and read. The database itself refuses to change them or to take one away."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, func, insert, select

from monitor.domain.audit import FIRST_SEAL, Entry, seal
from monitor.store.db import Session
from monitor.store.people_tables import audit
from monitor.store.types import canonical

_ONE_AFTER_ANOTHER = 6_741_093_552
"""PostgreSQL's lock for whoever adds an entry: each seals the one before."""
_READ = 1000


def record(session: Session, entry: Entry) -> None:
    """Add an entry. The last thing that a transaction does: others who have something to say wait for its end."""
    if session.dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_ONE_AFTER_ANOTHER)))
    kept = _as_kept(entry)
    before = session.execute(select(audit.c.seal).order_by(audit.c.id.desc()).limit(1)).scalar_one_or_none()
    session.execute(
        insert(audit).values(
            at=kept.at,
            deed=kept.deed,
            actor=kept.actor,
            subject=kept.subject,
            address=kept.address,
            detail=dict(kept.detail),
            seal=seal(FIRST_SEAL if before is None else before, kept),
        )
    )


def _as_kept(entry: Entry) -> Entry:
    """The entry as the database gives it back: what is sealed is what can be read."""

    def text(value: str | None) -> str | None:
        return None if value is None else canonical(value)

    detail = {canonical(name): canonical(value) for name, value in entry.detail.items()}
    return Entry(entry.at, entry.deed, text(entry.actor), text(entry.subject), text(entry.address), detail)


def page(
    session: Session, *, before: int | None = None, about: str | None = None, limit: int = 50
) -> list[tuple[int, Entry]]:
    """Entries with their ids, the newest first; `about` gives those that a person did or that were done to them."""
    asked = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        asked = asked.where(audit.c.id < before)
    if about is not None:
        asked = asked.where((audit.c.actor == about) | (audit.c.subject == about))
    return [(row.id, _entry_of(row)) for row in session.execute(asked)]


def whole(session: Session) -> Iterator[tuple[Entry, str]]:
    """Every entry with its seal, in the order in which they were written."""
    last = 0
    while rows := session.execute(select(audit).where(audit.c.id > last).order_by(audit.c.id).limit(_READ)).all():
        yield from ((_entry_of(row), row.seal) for row in rows)
        last = rows[-1].id


def _entry_of(row: Row[Any]) -> Entry:
    return Entry(row.at, row.deed, row.actor, row.subject, row.address, row.detail)
