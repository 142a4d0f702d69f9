"""Cases taken out of the program: all that a search finds, row by row, with a line in the audit trail."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.domain.access import Agent, Origin
from monitor.domain.audit import Deed, Entry
from monitor.domain.search import Search
from monitor.store import audit, cases, queue
from monitor.store.db import Database
from monitor.store.finding import Asker
from monitor.store.queue import QueueRow
from monitor.store.statements import batches

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Export:
    """The numbers of the cases, as found in one snapshot, and their rows, which are read while they are taken."""

    case_ids: tuple[int, ...]
    rows: Iterator[QueueRow]


def export_cases(
    database: Database, clock: Clock, search: Search, agent: Agent, *, form: str, origin: Origin | None = None
) -> Export:
    """Every case that the search finds now, once, in the order of the queue and as it is when its turn comes.

    No transaction is open between two chunks, so a slow reader holds up nobody. The audit trail says who took how many
    in which `form`.
    """
    now = clock.now()
    with database.read() as session:
        found = tuple(queue.found_ids(session, search, Asker(agent.name, now)))
    address = origin.address if origin is not None else None
    with database.write() as session:
        detail = {"form": form, "cases": str(len(found))}
        audit.record(session, Entry(now, Deed.EXPORTED, agent.name, None, address, detail))
    return Export(found, _rows(database, found))


def _rows(database: Database, case_ids: tuple[int, ...]) -> Iterator[QueueRow]:
    for chunk in batches(case_ids, CHUNK):
        with database.read() as session:
            known = cases.cases_by_id(session, chunk)
            rows = list(queue.rows_of(session, [known[case_id] for case_id in chunk if case_id in known]))
        yield from rows
