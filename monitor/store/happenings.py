"""Events across cases: what is new since somebody looked, and what an agent did last."""

from dataclasses import dataclass, fields

from sqlalchemy import func, select

from monitor.domain.model import Event, EventKind
from monitor.store.db import Session
from monitor.store.statements import among
from monitor.store.tables import case_events

_EVENT_COLUMNS = tuple(case_events.c[field.name] for field in fields(Event))


@dataclass(frozen=True, slots=True)
class Happening:
    """An event and the case that it belongs to."""

    case_id: int
    event: Event


def last_event_id(session: Session) -> int:
    """The id of the newest event; 0 where nothing has happened."""
    return session.execute(select(func.max(case_events.c.id))).scalar_one() or 0


@dataclass(frozen=True, slots=True)
class Touched:
    """A case to which something happened. `quiet`: nothing that brings it into a view (a note, somebody's post)."""

    case_id: int
    quiet: bool


_QUIET = {EventKind.NOTED, EventKind.MERGED}


def touched_since(session: Session, event_id: int) -> list[Touched]:
    """The cases of the events behind `event_id`, each once, in order of their first event."""
    statement = select(case_events.c.case_id, case_events.c.kind).where(case_events.c.id > event_id)
    quiet: dict[int, bool] = {}
    for case_id, kind in session.execute(statement.order_by(case_events.c.id)):
        quiet[case_id] = quiet.get(case_id, True) and kind in _QUIET
    return [Touched(case_id, each) for case_id, each in quiet.items()]


def actions_of(session: Session, agent: str, limit: int) -> list[Happening]:
    """What the agent did, the newest first."""
    statement = select(case_events.c.case_id, *_EVENT_COLUMNS).where(case_events.c.actor == agent)
    newest = statement.order_by(case_events.c.id.desc()).limit(limit)
    return [Happening(case_id, Event(*event)) for case_id, *event in session.execute(newest)]


def of_bulk(session: Session, bulk: str) -> list[Happening]:
    """What was done together under this name, in order."""
    statement = select(case_events.c.case_id, *_EVENT_COLUMNS).where(case_events.c.bulk == bulk)
    found = session.execute(statement.order_by(case_events.c.id))
    return [Happening(case_id, Event(*event)) for case_id, *event in found]


def events_of_cases(session: Session, case_ids: list[int]) -> dict[int, list[Event]]:
    """What happened to each of these cases, in order."""
    statement = select(case_events.c.case_id, *_EVENT_COLUMNS).where(among(session, case_events.c.case_id, case_ids))
    found: dict[int, list[Event]] = {case_id: [] for case_id in case_ids}
    for case_id, *event in session.execute(statement.order_by(case_events.c.at, case_events.c.id)):
        found[case_id].append(Event(*event))
    return found
