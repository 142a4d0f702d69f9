"""Keys for programs: one row each, found by the SHA-256 of the key."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from monitor.domain.access import Agent, Scope, Token
from monitor.store import people
from monitor.store.db import Session
from monitor.store.people_tables import agents, api_tokens

_FIELDS = (
    "id",
    "agent_id",
    "name",
    "prefix",
    "scopes",
    "created_at",
    "expires_at",
    "used_at",
    "revoked_at",
)
_COLUMNS = tuple(api_tokens.c[name] for name in _FIELDS)


def add(
    session: Session,
    digest: str,
    agent_id: int,
    *,
    name: str,
    prefix: str,
    scopes: tuple[Scope, ...],
    now: datetime,
    expires_at: datetime | None,
) -> Token:
    new = insert(api_tokens).values(
        hash=digest,
        agent_id=agent_id,
        name=name,
        prefix=prefix,
        scopes=scopes,
        created_at=now,
        expires_at=expires_at,
    )
    return _token_of(session.execute(new.returning(*_COLUMNS)).one())


def by_digest(session: Session, digest: str) -> tuple[Token, Agent] | None:
    """The token of that key, live or not, and whose it is."""
    asked = select(*_COLUMNS, *people.COLUMNS).join(agents).where(api_tokens.c.hash == digest)
    row = session.execute(asked).one_or_none()
    return None if row is None else (_token_of(row), people.agent_of(row))


def by_id(session: Session, token_id: int) -> tuple[Token, Agent] | None:
    asked = select(*_COLUMNS, *people.COLUMNS).join(agents).where(api_tokens.c.id == token_id)
    row = session.execute(asked).one_or_none()
    return None if row is None else (_token_of(row), people.agent_of(row))


def listed(session: Session, agent_id: int | None = None) -> list[tuple[Token, Agent]]:
    """Tokens that were not revoked, and whose they are, the newest first; of one person, or of everybody."""
    asked = select(*_COLUMNS, *people.COLUMNS).join(agents).where(api_tokens.c.revoked_at.is_(None))
    if agent_id is not None:
        asked = asked.where(api_tokens.c.agent_id == agent_id)
    rows = session.execute(asked.order_by(api_tokens.c.created_at.desc(), api_tokens.c.id.desc()))
    return [(_token_of(row), people.agent_of(row)) for row in rows]


def used(session: Session, token_id: int, now: datetime) -> None:
    session.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(used_at=now))


def revoke(session: Session, token_id: int, now: datetime) -> bool:
    """False when it was revoked already."""
    revoked = update(api_tokens).where(api_tokens.c.id == token_id, api_tokens.c.revoked_at.is_(None))
    return session.execute(revoked.values(revoked_at=now)).rowcount == 1


def _token_of(row: Row[Any]) -> Token:
    return Token(**{name: row._mapping[api_tokens.c[name]] for name in _FIELDS})
