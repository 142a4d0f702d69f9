"""The people of the team: find, add and change them, and the codes with which they choose a password."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.domain.access import Agent, Rank
from monitor.store.db import Session
from monitor.store.people_tables import agents, setup_codes

_FIELDS = ("id", "name", "display_name", "email", "rank", "locale", "zone", "disabled_at", "preferences")
COLUMNS = tuple(agents.c[name] for name in _FIELDS)


def agent_of(row: Row[Any]) -> Agent:
    """The person in a row that has `COLUMNS`."""
    return Agent(**{name: row._mapping[agents.c[name]] for name in _FIELDS})


def add(session: Session, agent: Agent, now: datetime) -> Agent | None:
    """The person with an id; None when the name or the e-mail address is somebody else's."""
    new = sqlite.insert(agents) if session.dialect.name == "sqlite" else postgresql.insert(agents)
    values = _values(agent) | {"name": agent.name, "created_at": now}
    row = session.execute(new.values(values).on_conflict_do_nothing().returning(*COLUMNS)).one_or_none()
    return None if row is None else agent_of(row)


def change(session: Session, agent: Agent) -> bool:
    """Keep everything about a person but the name and the password; False when the e-mail address is taken."""
    if agent.email is not None:
        taken = select(agents.c.id).where(agents.c.email == agent.email, agents.c.id != agent.id)
        if session.execute(taken).first() is not None:
            return False
    session.execute(update(agents).where(agents.c.id == agent.id).values(_values(agent)))
    return True


def _values(agent: Agent) -> dict[str, Any]:
    return {
        "display_name": agent.display_name,
        "email": agent.email,
        "rank": agent.rank,
        "locale": agent.locale,
        "zone": agent.zone,
        "preferences": dict(agent.preferences),
        "disabled_at": agent.disabled_at,
    }


def by_name(session: Session, name: str) -> Agent | None:
    row = session.execute(select(*COLUMNS).where(agents.c.name == name)).one_or_none()
    return None if row is None else agent_of(row)


def by_id(session: Session, agent_id: int) -> Agent | None:
    row = session.execute(select(*COLUMNS).where(agents.c.id == agent_id)).one_or_none()
    return None if row is None else agent_of(row)


def everybody(session: Session) -> list[Agent]:
    """The whole team by name, the disabled too."""
    return [agent_of(row) for row in session.execute(select(*COLUMNS).order_by(agents.c.name))]


def password_hash(session: Session, agent_id: int) -> str | None:
    return session.execute(select(agents.c.password_hash).where(agents.c.id == agent_id)).scalar_one_or_none()


def set_password_hash(session: Session, agent_id: int, hashed: str) -> None:
    session.execute(update(agents).where(agents.c.id == agent_id).values(password_hash=hashed))


def names_with_password(session: Session) -> frozenset[str]:
    """Who can log in with a password."""
    return frozenset(session.scalars(select(agents.c.name).where(agents.c.password_hash.is_not(None))))


def working_admins(session: Session) -> frozenset[int]:
    """The administrators who are not disabled. In a write transaction nobody else changes them until it ends."""
    asked = select(agents.c.id).where(agents.c.rank == Rank.ADMIN, agents.c.disabled_at.is_(None))
    return frozenset(session.scalars(asked.with_for_update()))


def save_code(session: Session, digest: str, agent_id: int | None, *, now: datetime, expires_at: datetime) -> None:
    """Keep a code; earlier ones for the same person, or for the first administrator, no longer count."""
    session.execute(delete(setup_codes).where(setup_codes.c.agent_id.is_not_distinct_from(agent_id)))
    session.execute(insert(setup_codes).values(hash=digest, agent_id=agent_id, created_at=now, expires_at=expires_at))


def code_is_for(session: Session, digest: str, now: datetime) -> tuple[int | None] | None:
    """For whom the code is; None for one that is unknown, used or too old."""
    asked = select(setup_codes.c.agent_id).where(setup_codes.c.hash == digest, setup_codes.c.expires_at > now)
    row = session.execute(asked).one_or_none()
    return None if row is None else (row.agent_id,)


def take_code(session: Session, digest: str, now: datetime) -> tuple[int | None] | None:
    """For whom the code was, taken away so that nobody uses it again; None for one that is unknown or too old."""
    taken = delete(setup_codes).where(setup_codes.c.hash == digest, setup_codes.c.expires_at > now)
    row = session.execute(taken.returning(setup_codes.c.agent_id)).one_or_none()
    return None if row is None else (row.agent_id,)
