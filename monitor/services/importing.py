"""Import: a file of posts goes into the store, whole, once, however often it is started or interrupted.

One transaction a batch holds its posts, its rejected records and how far the file is read, so that a killed import
goes on behind the last line that was committed. Everything of one run is ingested at the moment the run began: for
history there is no other honest answer, and published times are what its response times are measured by. Verdicts
and new cases are `assess`'s work, afterwards.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from monitor.clock import Clock
from monitor.domain.handling import Handlings
from monitor.services.ingest import observe_replies
from monitor.sources.base import Account, Post, Reject
from monitor.store import cursors, intake
from monitor.store.db import Database, Session
from monitor.store.intake import Saved

SOURCE = "import"
"""The source under which cursors and dead letters of imports are kept."""

_FINISHED = "finished"


class Entry(Protocol):
    """What one record of a file became: posts and their author, a reject, or the reason why it is left out."""

    @property
    def line(self) -> int: ...
    @property
    def posts(self) -> Sequence[Post]: ...
    @property
    def account(self) -> Account | None: ...
    @property
    def reject(self) -> Reject | None: ...
    @property
    def skipped(self) -> str | None: ...


class Dump(Protocol):
    """A file of posts. `identity` is the same for the same bytes read the same way; `rows` counts its records."""

    @property
    def name(self) -> str: ...
    @property
    def identity(self) -> str: ...
    @property
    def rows(self) -> int: ...
    def entries(self, *, after: int, ingested_at: datetime) -> Iterator[Entry]: ...


@dataclass(slots=True)
class ImportResult:
    """What one run did with a file.

    `rows` are the records read by this run; a record can become several posts (one per brand that watches it), so
    `new`, `changed` (text or reach) and `already_there` count posts. `rejected` names each line and its reason,
    `skipped` counts records by the reason why they were left out. `resumed_from` is the line that an interrupted
    import had reached.
    """

    rows: int = 0
    new: int = 0
    changed: int = 0
    already_there: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    resumed_from: int | None = None

    def add(self, entries: Sequence[Entry], saved: Saved) -> None:
        self.rows += len(entries)
        self.new += len(saved.new)
        self.changed += saved.updated
        self.already_there += saved.seen
        self.rejected += [(entry.line, entry.reject.error) for entry in entries if entry.reject is not None]
        self.skipped.update(entry.skipped for entry in entries if entry.skipped is not None)


Progress = Callable[[int], None]
"""Called after each batch with the number of records read so far by this run."""


def import_file(
    database: Database,
    dump: Dump,
    *,
    handlings: Handlings,
    clock: Clock,
    progress: Progress | None = None,
    batch: int = 1000,
) -> ImportResult:
    """Store what the file holds; cases that are there already take note of replies to them.

    Raises what the dump raises when the file is damaged; what was committed before stays.
    """
    now = clock.now()
    with database.read() as session:
        position = cursors.load_cursor(session, SOURCE, dump.identity).position
    settled = position == _FINISHED
    result = ImportResult(resumed_from=None if position is None or settled else int(position))
    entries = dump.entries(after=result.resumed_from or 0, ingested_at=now)
    while chunk := list(islice(entries, batch)):
        with database.write() as session:
            saved = _store(session, chunk, handlings, now)
            if not settled:  # a file that was read to its end before leaves no new traces
                rejects = [entry.reject for entry in chunk if entry.reject is not None]
                cursors.record_rejects(session, SOURCE, dump.identity, rejects, now)
                _remember(session, dump, str(chunk[-1].line))
        result.add(chunk, saved)
        if progress is not None:
            progress(result.rows)
    if not settled:
        with database.write() as session:
            _remember(session, dump, _FINISHED)
    return result


def _store(session: Session, entries: Sequence[Entry], handlings: Handlings, now: datetime) -> Saved:
    intake.one_at_a_time(session)
    saved = intake.save_page(
        session,
        accounts=[entry.account for entry in entries if entry.account is not None],
        posts=[post for entry in entries for post in entry.posts],
    )
    observe_replies(session, saved.new, handlings, now)
    return saved


def _remember(session: Session, dump: Dump, position: str) -> None:
    cursor = cursors.load_cursor(session, SOURCE, dump.identity)
    cursors.save_cursor(session, replace(cursor, position=position))
