"""Cursors, gaps and dead letters: nothing is forgotten by a restart, and nothing is recorded twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.store import cursors
from monitor.store.cursors import Cursor, Window
from monitor.store.db import Database
from tests.make import NOW, make_reject

HOUR = timedelta(hours=1)


def load(database: Database, stream: str = "s", source: str = "x") -> Cursor:
    with database.read() as session:
        return cursors.load_cursor(session, source, stream)


def save(database: Database, cursor: Cursor) -> None:
    with database.write() as session:
        cursors.save_cursor(session, cursor)


class TestCursors:
    def test_a_stream_never_read_starts_fresh(self, database: Database) -> None:
        assert load(database) == Cursor("x", "s")

    @pytest.mark.parametrize(
        "cursor",
        [
            Cursor("x", "s"),
            Cursor("x", "s", position="99", last_success_at=NOW),
            Cursor("x", "s", window=Window(opened_at=NOW)),
            Cursor("x", "s", position="99", window=Window(NOW, "90", "120", "110", 300)),
            Cursor("x", "s", last_error_at=NOW, last_error="RateLimited: wait", errors_in_a_row=3, retry_at=NOW + HOUR),
        ],
    )
    def test_a_cursor_comes_back_as_it_was_saved(self, database: Database, cursor: Cursor) -> None:
        save(database, cursor)

        assert load(database) == cursor

    def test_a_drained_window_is_gone(self, database: Database) -> None:
        cursor = Cursor("x", "s", position="1", window=Window(NOW, top="9", returned=100))
        save(database, cursor)

        save(database, replace(cursor, position="9", window=None))

        assert load(database) == Cursor("x", "s", position="9")

    def test_streams_of_one_name_belong_to_their_sources(self, database: Database) -> None:
        save(database, Cursor("x", "s", position="1"))
        save(database, Cursor("import", "s", position="2"))

        assert (load(database).position, load(database, source="import").position) == ("1", "2")

    def test_all_are_listed_in_order(self, database: Database) -> None:
        for source, stream in (("x", "b"), ("x", "a"), ("import", "z")):
            save(database, Cursor(source, stream, position=stream))

        with database.read() as session:
            listed = [(c.source, c.stream, c.position) for c in cursors.all_cursors(session)]
        assert listed == [("import", "z", "z"), ("x", "a", "a"), ("x", "b", "b")]


class TestGaps:
    def open(
        self, database: Database, since: str | None = "10", until: str | None = "20", hours: int = 0
    ) -> cursors.Gap:
        with database.write() as session:
            return cursors.open_gap(
                session, "x", "s", since=since, until=until, reason="800 deep", now=NOW + hours * HOUR
            )

    def listed(self, database: Database, **how: bool) -> list[cursors.Gap]:
        with database.read() as session:
            return cursors.gaps(session, **how)

    def test_a_gap_is_visible_until_it_is_closed(self, database: Database) -> None:
        gap = self.open(database)
        assert self.listed(database) == [gap]
        assert (gap.since_id, gap.until_id, gap.reason, gap.opened_at) == ("10", "20", "800 deep", NOW)

        with database.write() as session:
            cursors.close_gap(session, gap.id, NOW + HOUR, "filled")

        assert self.listed(database) == []
        assert self.listed(database, open_only=False) == [replace(gap, closed_at=NOW + HOUR, outcome="filled")]

    def test_the_same_stretch_is_recorded_once(self, database: Database) -> None:
        first = self.open(database)

        assert self.open(database, hours=1) == first
        assert self.listed(database) == [first]

    @pytest.mark.parametrize("since, until", [(None, "20"), ("10", None), (None, None)])
    def test_an_unknown_end_is_unknown_and_still_recorded_once(
        self, database: Database, since: str | None, until: str | None
    ) -> None:
        gap = self.open(database, since, until)

        assert (gap.since_id, gap.until_id) == (since, until)
        assert self.open(database, since, until, hours=1).id == gap.id

    def test_different_stretches_are_listed_oldest_first(self, database: Database) -> None:
        late = self.open(database, "30", "40", hours=2)
        early = self.open(database, "10", "20")

        assert self.listed(database) == [early, late]

    def test_the_first_outcome_stays(self, database: Database) -> None:
        gap = self.open(database)
        for hours, outcome in ((1, "lost"), (2, "filled")):
            with database.write() as session:
                cursors.close_gap(session, gap.id, NOW + hours * HOUR, outcome)

        assert self.listed(database, open_only=False)[0].outcome == "lost"


class TestDeadLetters:
    def record(self, database: Database, *rejects: cursors.Reject, stream: str = "s", hours: int = 0) -> None:
        with database.write() as session:
            cursors.record_rejects(session, "x", stream, rejects, NOW + hours * HOUR)

    def kept(self, database: Database, source: str | None = None) -> list[cursors.DeadLetter]:
        with database.read() as session:
            return cursors.rejects(session, source)

    def test_the_raw_bytes_are_kept_whatever_they_are(self, database: Database) -> None:
        reject = make_reject(raw=bytes(range(256)), error="not JSON", position="line 7", external_id=None)

        self.record(database, reject)

        (letter,) = self.kept(database)
        assert (letter.raw, letter.error, letter.position, letter.external_id) == (
            reject.raw,
            "not JSON",
            "line 7",
            None,
        )
        assert (letter.source, letter.stream, letter.attempts) == ("x", "s", 1)
        assert letter.first_seen_at == letter.last_seen_at == NOW

    def test_the_same_bytes_again_are_another_attempt(self, database: Database) -> None:
        self.record(database, make_reject(error="first"))
        self.record(database, make_reject(error="second"), hours=1)
        self.record(database, make_reject(error="third"), hours=2)

        (letter,) = self.kept(database)
        assert (letter.attempts, letter.error) == (3, "third")
        assert (letter.first_seen_at, letter.last_seen_at) == (NOW, NOW + 2 * HOUR)

    def test_the_same_bytes_twice_in_one_page_are_one_attempt(self, database: Database) -> None:
        self.record(database, make_reject(), make_reject())

        assert [letter.attempts for letter in self.kept(database)] == [1]

    def test_streams_keep_their_own(self, database: Database) -> None:
        self.record(database, make_reject())
        self.record(database, make_reject(), stream="other")

        assert len(self.kept(database)) == 2
        assert self.kept(database, "import") == []
        assert len(self.kept(database, "x")) == 2

    def test_no_rejects_are_no_work(self, database: Database) -> None:
        self.record(database)

        assert self.kept(database) == []
