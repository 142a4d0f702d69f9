"""Imports: a file goes into the store once and whole, however often it is started, and wherever it was interrupted."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.handling import Handlings
from monitor.domain.model import Status
from monitor.errors import StoreError
from monitor.services.assess import assess_pending
from monitor.services.importing import SOURCE, Dump, ImportResult, import_file
from monitor.sources.replay import AGAIN, ANOTHER_BRAND, ReplayFile, Watched
from monitor.sources.replay_lines import Entry, FileDamaged
from monitor.sources.twcs import TwcsFile
from monitor.store import cases, cursors, intake
from monitor.store.db import Database
from monitor.store.schema import metadata
from tests.day import write_day
from tests.fakes import FakeClassifier, FakeClock
from tests.make import NOW

Line = dict[str, Any]
Bring = Callable[..., ImportResult]


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


def line(number: int, **more: Any) -> Line:
    fields = {
        "id": str(number),
        "brand": "acme",
        "author": {"id": f"customer-{number % 3}", "handle": f"customer{number % 3}", "followers": number},
        "text": f"@acme complaint number {number}",
        "created_at": (NOW - timedelta(days=30, minutes=-number)).isoformat(),
    }
    return fields | more


def reply(number: int, to: int, **more: Any) -> Line:
    return line(number, author={"id": "brand", "handle": "acme"}, text="Hi, on it", in_reply_to=str(to), **more)


BROKEN: Line = {"id": "bad", "brand": "acme"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "posts.jsonl"


def write(path: Path, *lines: Line | bytes) -> Path:
    path.write_bytes(b"\n".join(each if isinstance(each, bytes) else json.dumps(each).encode() for each in lines))
    return path


@pytest.fixture
def bring(database: Database, clock: FakeClock, handlings: Handlings) -> Bring:
    def run(dump: Dump | Path, **options: Any) -> ImportResult:
        chosen = ReplayFile(dump) if isinstance(dump, Path) else dump
        return import_file(database, chosen, handlings=handlings, clock=clock, **options)

    return run


def snapshot(database: Database) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with database.read() as session:
        found = {
            t.name: sorted(repr(tuple(row)) for row in session.execute(t.select())) for t in metadata.sorted_tables
        }
    return {name: rows for name, rows in found.items() if rows}


def ids(database: Database) -> list[str]:
    with database.read() as session:
        return sorted((post.external_id for post in intake.untriaged(session, limit=100_000)), key=int)


def position(database: Database, path: Path) -> str | None:
    with database.read() as session:
        return cursors.load_cursor(session, SOURCE, ReplayFile(path).identity).position


class Dying:
    """A dump whose reader is killed after `entries_left` records."""

    def __init__(self, dump: ReplayFile, entries_left: int) -> None:
        self.dump = dump
        self.left = entries_left
        self.name, self.identity, self.rows = dump.name, dump.identity, dump.rows

    def entries(self, *, after: int, ingested_at: Any) -> Iterator[Entry]:
        for entry in self.dump.entries(after=after, ingested_at=ingested_at):
            if self.left == 0:
                raise Killed
            self.left -= 1
            yield entry


def test_posts_and_their_authors_are_kept(database: Database, bring: Bring, file: Path) -> None:
    result = bring(write(file, line(1), line(2), line(4)))
    assert (result.rows, result.new, result.already_there, result.changed) == (3, 3, 0, 0)
    assert ids(database) == ["1", "2", "4"]
    with database.read() as session:
        accounts = intake.accounts_by_id(session, [("x", "customer-1"), ("x", "customer-2")])
    assert accounts["x", "customer-1"].followers == 4
    assert accounts["x", "customer-2"].handle == "customer2"


def test_everything_is_ingested_at_the_moment_the_import_began(
    database: Database, bring: Bring, file: Path, clock: FakeClock
) -> None:
    bring(write(file, *map(line, range(5))), batch=2, progress=lambda _: clock.pass_time(hours=1))
    with database.read() as session:
        posts = intake.untriaged(session, limit=10)
    assert {post.ingested_at for post in posts} == {NOW}
    assert {post.published_at for post in posts}.isdisjoint({NOW})


def test_importing_twice_changes_nothing(database: Database, bring: Bring, file: Path, clock: FakeClock) -> None:
    write(file, line(1), BROKEN, reply(2, to=1), line(3, brand=5), line(1), b"not json", line(4))
    first = bring(file)
    before = snapshot(database)
    clock.pass_time(days=1)
    second = bring(file)
    assert snapshot(database) == before
    assert (first.new, first.already_there) == (3, 0)
    assert (second.new, second.already_there, second.changed) == (0, 3, 0)
    assert second.rejected == first.rejected
    assert second.skipped == first.skipped == {AGAIN: 1}


def test_importing_twice_changes_nothing_in_another_size_of_batch(database: Database, bring: Bring, file: Path) -> None:
    bring(write(file, *map(line, range(10)), BROKEN), batch=3)
    before = snapshot(database)
    assert bring(file, batch=4).already_there == 10
    assert snapshot(database) == before


def test_rejected_rows_are_named_by_line_and_kept_with_their_bytes(
    database: Database, bring: Bring, file: Path
) -> None:
    result = bring(write(file, line(1), BROKEN, line(3), b"{oops"))
    assert [number for number, _ in result.rejected] == [2, 4]
    assert result.rejected[0] == (2, "author: missing")
    assert result.new == 2
    with database.read() as session:
        letters = cursors.rejects(session, SOURCE)
    assert [(letter.raw, letter.position, letter.external_id) for letter in letters] == [
        (json.dumps(BROKEN).encode(), "line 2", "bad"),
        (b"{oops", "line 4", None),
    ]


def test_skipped_rows_are_counted_by_their_reason(database: Database, bring: Bring, file: Path) -> None:
    write(file, line(1), line(1), line(2, brand="other"), line(3, brand="other"))
    result = bring(ReplayFile(file, Watched(frozenset({"acme"}))))
    assert result.skipped == {AGAIN: 1, ANOTHER_BRAND: 2}
    assert (result.rows, result.new, result.rejected) == (4, 1, [])


def test_an_empty_file_is_no_trouble(database: Database, bring: Bring, file: Path) -> None:
    assert bring(write(file)) == ImportResult()
    assert bring(file).resumed_from is None


def test_progress_is_told_after_every_batch(bring: Bring, file: Path) -> None:
    told: list[int] = []
    bring(write(file, *map(line, range(7))), batch=3, progress=told.append)
    assert told == [3, 6, 7]


def test_a_killed_import_goes_on_behind_its_last_batch(database: Database, bring: Bring, file: Path) -> None:
    write(file, *map(line, range(10)))
    with pytest.raises(Killed):
        bring(Dying(ReplayFile(file), 7), batch=3)
    assert len(ids(database)) == 6
    assert position(database, file) == "6"
    result = bring(file, batch=3)
    assert result.resumed_from == 6
    assert (result.rows, result.new, result.already_there) == (4, 4, 0)
    assert len(ids(database)) == 10


def test_an_import_that_ended_is_not_resumed_but_read_again(database: Database, bring: Bring, file: Path) -> None:
    write(file, *map(line, range(4)))
    assert bring(file).resumed_from is None
    with database.write() as session:
        session.execute(metadata.tables["post_words"].delete())
        session.execute(metadata.tables["posts"].delete())
    again = bring(file)
    assert (again.resumed_from, again.new) == (None, 4)


def test_a_file_that_grew_is_read_from_its_beginning(database: Database, bring: Bring, file: Path) -> None:
    write(file, *map(line, range(6)))
    with pytest.raises(Killed):
        bring(Dying(ReplayFile(file), 4), batch=2)
    write(file, line(90), *map(line, range(6)))
    result = bring(file)
    assert (result.resumed_from, result.rows, result.new) == (None, 7, 3)
    assert len(ids(database)) == 7


def test_other_brands_of_the_same_file_are_another_import(database: Database, bring: Bring, file: Path) -> None:
    write(file, line(1), line(2, brand="nordtel"), line(3))
    assert bring(ReplayFile(file, Watched(frozenset({"acme"})))).new == 2
    rest = bring(ReplayFile(file))
    assert (rest.resumed_from, rest.new, rest.already_there) == (None, 1, 2)


def test_a_batch_that_cannot_be_saved_leaves_no_trace(
    database: Database, bring: Bring, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(file, line(1), BROKEN, line(3))
    before = snapshot(database)

    def fence(_session: object) -> None:
        raise StoreError("no more room")

    database.fence = fence
    with pytest.raises(StoreError):
        bring(file)
    database.fence = None
    assert snapshot(database) == before
    assert bring(file).new == 2


def test_a_damaged_file_is_refused_before_anything_is_kept(database: Database, bring: Bring, tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl.gz"
    path.write_bytes(b"this was never packed")
    with pytest.raises(FileDamaged):
        bring(ReplayFile(path))
    assert snapshot(database) == {}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=st.lists(st.integers(0, 25), max_size=6), batch=st.integers(1, 9))
def test_wherever_an_import_is_killed_nothing_is_lost_or_doubled(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, handlings: Handlings, kills: list[int], batch: int
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    lines = [BROKEN | {"id": f"bad-{n}"} if n % 7 == 3 else line(n) for n in range(24)]
    file = write(folder / "posts.jsonl", *lines)
    copy = folder / "monitor.db"
    copy.write_bytes(sqlite_template.read_bytes())
    database, clock = Database(f"sqlite:///{copy}"), FakeClock(NOW)
    for entries_left in kills:
        with suppress(Killed):
            import_file(database, Dying(ReplayFile(file), entries_left), handlings=handlings, clock=clock, batch=batch)
    import_file(database, ReplayFile(file), handlings=handlings, clock=clock, batch=batch)
    assert ids(database) == [str(n) for n in range(24) if n % 7 != 3]
    with database.read() as session:
        letters = cursors.rejects(session, SOURCE)
    database.dispose()
    assert sorted(letter.external_id or "" for letter in letters) == sorted(f"bad-{n}" for n in range(24) if n % 7 == 3)
    assert {letter.attempts for letter in letters} == {1}


def test_a_reply_that_is_imported_later_stops_the_clock_of_its_case(
    database: Database, bring: Bring, file: Path, tmp_path: Path, clock: FakeClock, handlings: Handlings
) -> None:
    bring(write(file, line(1)))
    assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)
    assert case_of(database, "1").status is Status.OPEN
    later = write(tmp_path / "later.jsonl", reply(2, to=1, conversation_id="1"))
    clock.pass_time(minutes=5)
    bring(later)
    case = case_of(database, "1")
    assert case.status is Status.WAITING
    assert case.first_reply_at is not None
    assert (case.first_reply_at - case.opened_at).total_seconds() == 60


def case_of(database: Database, conversation: str) -> Any:
    with database.read() as session:
        return cases.latest_cases(session, [("acme", "x", conversation)])["acme", "x", conversation]


def test_a_reply_in_the_same_file_counts_when_the_case_opens(
    database: Database, bring: Bring, file: Path, clock: FakeClock, handlings: Handlings
) -> None:
    bring(write(file, reply(7, to=3), line(3)))
    assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)
    case = case_of(database, "3")
    assert case.first_reply_at is not None
    assert (case.first_reply_at - case.opened_at).total_seconds() == 240


def test_a_dump_gives_every_answer_its_question(database: Database, bring: Bring, tmp_path: Path) -> None:
    rows = [
        {"tweet_id": "1", "author_id": "100", "inbound": True, "text": "@AcmeCare lost", "brand": "AcmeCare"},
        {"tweet_id": "2", "author_id": "AcmeCare", "inbound": False, "text": "@100 Not us", "in_reply_to": "1"},
        {"tweet_id": "3", "author_id": "NordHelp", "inbound": False, "text": "@100 It was us", "in_reply_to": "1"},
        {"tweet_id": "4", "author_id": "200", "inbound": True, "text": "lovely day"},
    ]
    times = [f"2017-10-31T22:1{minute}:00Z" for minute in range(4)]
    dated = [row | {"created_at": moment} for row, moment in zip(rows, times, strict=True)]
    result = bring(TwcsFile(write(tmp_path / "dump.jsonl", *dated)))
    assert (result.rows, result.new, sum(result.skipped.values())) == (4, 4, 1)
    with database.read() as session:
        for brand, waited in (("AcmeCare", 60), ("NordHelp", 120)):
            key = (brand, "twcs", "1")
            question = intake.posts_by_key(session, [key])[key]
            (answer,) = intake.replies_to(session, [key])[key]
            assert (answer.published_at - question.published_at).total_seconds() == waited


def test_the_whole_day_comes_in_and_nothing_of_it_is_refused(
    database: Database, bring: Bring, tmp_path: Path, clock: FakeClock
) -> None:
    result = bring(ReplayFile(write_day(tmp_path / "day.jsonl", clock.now())))
    assert (result.rejected, dict(result.skipped)) == ([], {})
    assert result.new == result.rows == 202
