"""Import: a file of posts goes into the store, whole, once, however often it is started or interrupted.

One transaction a batch holds its posts, its rejected records and how far the file is read, so that a killed import
goes on behind the last line that was committed. Everything of one run is ingested at the moment the run began: for
history there is no other honest answer, and published times are what its response times are measured by. Only posts
and accounts are stored; verdicts and cases are `assess`'s work.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Protocol, TypeVar

from monitor.clock import Clock
from monitor.sources.base import Account, Post, Reject
from monitor.store import cursors, intake
from monitor.store.db import Database

SOURCE = "import"
"""The source under which cursors and dead letters of imports are kept."""

_FINISHED = "finished"
_T = TypeVar("_T")


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


@dataclass(frozen=True, slots=True)
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
    rejected: tuple[tuple[int, str], ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    resumed_from: int | None = None


Progress = Callable[[int], None]
"""Called after each batch with the number of records read so far by this run."""


def import_file(
    database: Database,
    dump: Dump,
    *,
    clock: Clock,
    progress: Progress = lambda _rows: None,
    batch: int = 1000,
) -> ImportResult:
    """Store what the file holds. Raises `SourceError` for a damaged file; what was committed before stays."""
    now = clock.now()
    with database.read() as session:
        position = cursors.load(session, SOURCE, dump.identity).position
    finished_before = position == _FINISHED
    resumed_from = None if position is None or finished_before else int(position)
    result = ImportResult(resumed_from=resumed_from)
    for entries in _chunks(dump.entries(after=resumed_from or 0, ingested_at=now), batch):
        result = _store(database, dump, entries, result, now, settled=finished_before)
        progress(result.rows)
    if not finished_before:
        _remember(database, dump, _FINISHED)
    return result


def _store(
    database: Database,
    dump: Dump,
    entries: Sequence[Entry],
    result: ImportResult,
    now: datetime,
    *,
    settled: bool,
) -> ImportResult:
    """One batch, one transaction. A file `settled` by an earlier run keeps its dead letters and cursor as they are."""
    rejects = [entry.reject for entry in entries if entry.reject is not None]
    with database.write() as session:
        saved = intake.save_page(
            session,
            accounts=[entry.account for entry in entries if entry.account is not None],
            posts=[post for entry in entries for post in entry.posts],
        )
        if not settled:
            cursors.record_rejects(session, SOURCE, dump.identity, rejects, now)
            cursor = cursors.load(session, SOURCE, dump.identity)
            cursors.save(session, replace(cursor, position=str(entries[-1].line)))
    return replace(
        result,
        rows=result.rows + len(entries),
        new=result.new + len(saved.new),
        changed=result.changed + saved.updated,
        already_there=result.already_there + saved.seen,
        rejected=(*result.rejected, *_refusals(entries)),
        skipped=Counter(result.skipped) + Counter(entry.skipped for entry in entries if entry.skipped is not None),
    )


def _refusals(entries: Iterable[Entry]) -> Iterator[tuple[int, str]]:
    for entry in entries:
        if entry.reject is not None:
            yield entry.line, entry.reject.error


def _remember(database: Database, dump: Dump, position: str) -> None:
    with database.write() as session:
        cursor = cursors.load(session, SOURCE, dump.identity)
        cursors.save(session, replace(cursor, position=position))


def _chunks(items: Iterator[_T], size: int) -> Iterator[list[_T]]:
    while chunk := list(islice(items, size)):
        yield chunk
