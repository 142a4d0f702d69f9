"""Where each stream resumes, the stretches that may have been missed, and the items that could not be understood."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from monitor.sources.base import Reject
from monitor.store.db import Session
from monitor.store.statements import upsert
from monitor.store.tables import cursors, dead_letters
from monitor.store.tables import gaps as gaps_table


@dataclass(frozen=True, slots=True)
class Window:
    """A drain in progress: everything above `since`, newest first; fetched from `top` down to `resume_below`.

    A crash resumes below the last committed page; the cursor moves to `top` only when nothing is left.
    """

    opened_at: datetime
    since: str | None = None
    top: str | None = None
    resume_below: str | None = None
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a stream stands and how it fares. `last_error` holds words without personal data."""

    source: str
    stream: str
    position: str | None = None
    window: Window | None = None
    last_success_at: datetime | None = None
    last_error_at: datetime | None = None
    last_error: str | None = None
    errors_in_a_row: int = 0
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Posts between two ids (either may be unknown) that we may have missed, until `outcome` says what became of it."""

    id: int
    source: str
    stream: str
    since_id: str | None
    until_id: str | None
    reason: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An item that could not be understood, as it came; `attempts` counts how often it did."""

    id: int
    source: str
    stream: str
    raw: bytes
    error: str
    position: str
    external_id: str | None
    attempts: int
    first_seen_at: datetime
    last_seen_at: datetime


_KEY = ("source", "stream")
_WINDOW_FIELDS = tuple(field.name for field in fields(Window))
_PLAIN_FIELDS = tuple(field.name for field in fields(Cursor) if field.name != "window")
_LETTER_COLUMNS = tuple(dead_letters.c[field.name] for field in fields(DeadLetter))


def load_cursor(session: Session, source: str, stream: str) -> Cursor:
    """The cursor of a stream; a fresh one for a stream that was never read."""
    statement = select(cursors).where(cursors.c.source == source, cursors.c.stream == stream)
    row = session.execute(statement).one_or_none()
    return Cursor(source, stream) if row is None else _cursor(row)


def save_cursor(session: Session, cursor: Cursor) -> None:
    row = {name: getattr(cursor, name) for name in _PLAIN_FIELDS}
    row |= {f"window_{name}": getattr(cursor.window, name, None) for name in _WINDOW_FIELDS}
    upsert(session, cursors, [row], key=("source", "stream"), update=[name for name in row if name not in _KEY])


def all_cursors(session: Session) -> list[Cursor]:
    return [_cursor(row) for row in session.execute(select(cursors).order_by(cursors.c.source, cursors.c.stream))]


def _cursor(row: Row[Any]) -> Cursor:
    kept = row._mapping
    window = {name: kept[f"window_{name}"] for name in _WINDOW_FIELDS}
    return Cursor(
        **{name: kept[name] for name in _PLAIN_FIELDS},
        window=None if window["opened_at"] is None else Window(**window),
    )


def open_gap(
    session: Session, source: str, stream: str, *, since: str | None, until: str | None, reason: str, now: datetime
) -> Gap:
    """Record a stretch that we may have missed; the same stretch is recorded once, however often it is noticed."""
    bounds = {"source": source, "stream": stream, "since_id": since or "", "until_id": until or ""}
    row = {**bounds, "reason": reason, "opened_at": now}
    upsert(session, gaps_table, [row], key=tuple(bounds))
    same = [gaps_table.c[name] == value for name, value in bounds.items()]
    return _gap(session.execute(select(gaps_table).where(*same)).one())


def gaps(session: Session, *, open_only: bool = True) -> list[Gap]:
    """The recorded stretches, oldest first."""
    statement = select(gaps_table).order_by(gaps_table.c.opened_at, gaps_table.c.id)
    if open_only:
        statement = statement.where(gaps_table.c.closed_at.is_(None))
    return [_gap(row) for row in session.execute(statement)]


def close_gap(session: Session, gap_id: int, now: datetime, outcome: str) -> None:
    """Record what became of the gap; the first outcome stays."""
    still_open = (gaps_table.c.id == gap_id) & gaps_table.c.closed_at.is_(None)
    session.execute(gaps_table.update().where(still_open).values(closed_at=now, outcome=outcome))


def _gap(row: Row[Any]) -> Gap:
    kept = dict(row._mapping)
    return Gap(**kept | {"since_id": kept["since_id"] or None, "until_id": kept["until_id"] or None})


def record_rejects(session: Session, source: str, stream: str, rejects: Iterable[Reject], now: datetime) -> None:
    """Keep the items with their raw bytes; the same bytes again count as another attempt."""
    rows = (
        {
            "source": source,
            "stream": stream,
            "sha256": hashlib.sha256(reject.raw).hexdigest(),
            "raw": reject.raw,
            "error": reject.error,
            "position": reject.position,
            "external_id": reject.external_id,
            "attempts": 1,
            "first_seen_at": now,
            "last_seen_at": now,
        }
        for reject in rejects
    )
    upsert(
        session,
        dead_letters,
        rows,
        key=(*_KEY, "sha256"),
        update=("error", "position", "last_seen_at"),
        also=lambda _: {"attempts": dead_letters.c.attempts + 1},
    )


def rejects(session: Session, source: str | None = None) -> list[DeadLetter]:
    """The items that could not be understood, oldest first."""
    statement = select(*_LETTER_COLUMNS).order_by(dead_letters.c.first_seen_at, dead_letters.c.id)
    if source is not None:
        statement = statement.where(dead_letters.c.source == source)
    return [DeadLetter(*row) for row in session.execute(statement)]
