"""A note that is written once, however often it is sent: for programs that repeat what they got no answer to."""

from dataclasses import replace
from hashlib import sha256

from monitor.clock import Clock
from monitor.domain import actions
from monitor.domain.model import Case
from monitor.errors import Conflict, MonitorError, NotFound
from monitor.store import cases, intake
from monitor.store.db import Database

LONGEST_MARK = 200


class MarkReused(MonitorError):
    """This idempotency key was used for another note; take a new key for new words."""


def note_once(
    database: Database, clock: Clock, case_id: int, agent: str, text: str, *, mark: str, version: int | None = None
) -> Case:
    """Write the note unless this agent did so under the same mark; then the case is given as it now is.

    The mark becomes the key of the event, which is unique in the case: two who ask at once write one note. Raises
    `MarkReused` for other words under the mark, and `NotFound`, `Conflict` and `NotAllowed` as every action does.
    """
    with database.write() as session:
        intake.one_at_a_time(session)  # or the case could be older than the note that is found in it
        case = cases.case_by_id(session, case_id)
        if case is None:
            raise NotFound(f"There is no case {case_id}.")
        key = event_key(agent, mark)
        written = next((event for event in cases.events_of(session, case_id) if event.key == key), None)
        if written is not None:
            if written.data.get("text") != text:
                raise MarkReused
            return case
        if version is not None and version != case.version:
            raise Conflict
        change = actions.note(case, agent, text, now=clock.now())
        once = tuple(replace(event, key=key) for event in change.events)
        return cases.save_change(session, replace(change, events=once))


def event_key(agent: str, mark: str) -> str:
    """The key of the event of the note: of a length that any mark has, and another for every agent."""
    return f"noted:{sha256(f'{agent} {mark}'.encode()).hexdigest()[:32]}"
