"""Browsers that are logged in: one row each, found by the SHA-256 of the secret in their cookie."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from monitor.domain.access import Agent, Origin, WebSession
from monitor.store import people
from monitor.store.db import Session
from monitor.store.people_tables import agents, web_sessions

_FIELDS = ("id", "agent_id", "created_at", "seen_at", "expires_at", "ended_at", "address", "user_agent")
_COLUMNS = tuple(web_sessions.c[name] for name in _FIELDS)

REMEMBERED = timedelta(days=30)
"""How long a session that is over is kept: it tells from which addresses a person works."""


def open_session(
    session: Session, digest: str, agent_id: int, origin: Origin, *, now: datetime, expires_at: datetime
) -> int:
    """Keep a new session; its id. What is long over is swept away."""
    session.execute(delete(web_sessions).where(web_sessions.c.expires_at < now - REMEMBERED))
    row = session.execute(
        insert(web_sessions)
        .values(
            hash=digest,
            agent_id=agent_id,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
            address=origin.address,
            user_agent=origin.user_agent,
        )
        .returning(web_sessions.c.id)
    ).one()
    return int(row.id)


def by_digest(session: Session, digest: str) -> tuple[WebSession, Agent] | None:
    """The session of that secret, live or not, and whose it is."""
    asked = select(*_COLUMNS, *people.COLUMNS).join(agents).where(web_sessions.c.hash == digest)
    row = session.execute(asked).one_or_none()
    return None if row is None else (_session_of(row), people.agent_of(row))


def of_agent(session: Session, agent_id: int) -> list[WebSession]:
    """The sessions of a person that were not ended, the one that was used last first."""
    asked = select(*_COLUMNS).where(web_sessions.c.agent_id == agent_id, web_sessions.c.ended_at.is_(None))
    return [_session_of(row) for row in session.execute(asked.order_by(web_sessions.c.seen_at.desc()))]


def touch(session: Session, session_id: int, now: datetime) -> None:
    """Note that the session is in use."""
    session.execute(
        update(web_sessions).where(web_sessions.c.id == session_id, web_sessions.c.seen_at < now).values(seen_at=now)
    )


def end(session: Session, session_id: int, now: datetime) -> bool:
    """End one session; False when it was over already."""
    ended = update(web_sessions).where(web_sessions.c.id == session_id, web_sessions.c.ended_at.is_(None))
    return session.execute(ended.values(ended_at=now)).rowcount == 1


def end_all(session: Session, agent_id: int, now: datetime) -> int:
    """End every session of a person; how many there were."""
    ended = update(web_sessions).where(web_sessions.c.agent_id == agent_id, web_sessions.c.ended_at.is_(None))
    return session.execute(ended.values(ended_at=now)).rowcount


def was_here(session: Session, agent_id: int, address: str) -> bool:
    """Whether that person has logged in from that address before."""
    asked = select(web_sessions.c.id).where(web_sessions.c.agent_id == agent_id, web_sessions.c.address == address)
    return session.execute(asked.limit(1)).first() is not None


def _session_of(row: Row[Any]) -> WebSession:
    return WebSession(**{name: row._mapping[web_sessions.c[name]] for name in _FIELDS})
