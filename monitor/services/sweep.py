"""The sweep: what the passing of time does to cases. Warnings, breaches and the ends of snoozes, each recorded once."""

from dataclasses import dataclass

from monitor.clock import Clock
from monitor.domain.lifecycle import sweep as pass_time
from monitor.domain.model import EventKind
from monitor.store import cases
from monitor.store.db import Database

BATCH = 200


@dataclass(frozen=True, slots=True)
class Swept:
    warned: int = 0
    breached: int = 0
    woke: int = 0


def sweep(database: Database, *, clock: Clock) -> Swept:
    """Bring every case whose next moment has come up to now, in batches of one transaction each."""
    counts = dict.fromkeys(EventKind, 0)
    while True:
        with database.write() as session:
            now = clock.now()
            due = cases.due_for_sweep(session, now, BATCH)
            changes = [change for case in due if (change := pass_time(case, now=now)) is not None]
            cases.save_changes(session, changes)
        for change in changes:
            for event in change.events:
                counts[event.kind] += 1
        if len(due) < BATCH:
            return Swept(counts[EventKind.WARNED], counts[EventKind.BREACHED], counts[EventKind.WOKE])
