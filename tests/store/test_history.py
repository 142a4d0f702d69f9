"""History for a new version of the model: what it has not judged, page by page along one index."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.domain.model import Post, Role, Status
from monitor.store import assessments, cases, history, intake
from monitor.store.db import Database
from tests.make import NOW, make_assessment, make_change, make_post

HOUR = timedelta(hours=1)


def stored(database: Database, *posts: Post, triaged: bool = True) -> list[int]:
    with database.write() as session:
        ids = [post.id for post in intake.save_page(session, accounts=(), posts=posts).new if post.id is not None]
        if triaged:
            intake.mark_triaged(session, dict.fromkeys(ids, False), NOW)
    return ids


def judged(database: Database, model: str, *ids: int) -> None:
    with database.write() as session:
        assessments.save_assessments(session, [(number, make_assessment(model=model)) for number in ids], NOW)


def ids(database: Database, model: str = "new", brand: str = "acme", **how: Any) -> list[int | None]:
    with database.read() as session:
        return [post.id for post in history.unjudged(session, model, brand, **{"limit": 100, **how})]


def test_the_newest_come_first(database: Database) -> None:
    old, new, middle = stored(database, *(make_post(published_at=NOW + hours * HOUR) for hours in (0, 2, 1)))

    assert ids(database) == [new, middle, old]


def test_what_this_version_judged_is_done_and_what_another_judged_is_not(database: Database) -> None:
    mine, theirs = stored(database, make_post(published_at=NOW + HOUR), make_post())
    judged(database, "new", mine)
    judged(database, "old", mine, theirs)

    assert ids(database) == [theirs]
    assert ids(database, "old") == []
    assert ids(database, "newest") == [mine, theirs]


@pytest.mark.parametrize("other", [{"role": Role.REPLY}, {"role": Role.BROADCAST}, {"brand": "other"}])
def test_only_mentions_of_the_brand_are_history(database: Database, other: dict[str, Any]) -> None:
    stored(database, make_post(**other))

    assert ids(database) == []


def test_what_is_not_triaged_yet_is_left_to_the_daemon(database: Database) -> None:
    stored(database, make_post(), triaged=False)

    assert ids(database) == []


def test_what_was_erased_has_nothing_to_judge(database: Database) -> None:
    (gone,) = stored(database, make_post())
    with database.write() as session:
        intake.erase(session, [gone], NOW)

    assert ids(database) == []


def test_a_beginning_can_be_given(database: Database) -> None:
    _, at, after = stored(database, *(make_post(published_at=NOW + hours * HOUR) for hours in (-1, 0, 1)))

    assert ids(database, since=NOW) == [after, at]


def test_pages_follow_each_other_also_among_posts_of_one_moment(database: Database) -> None:
    stored(database, *(make_post(published_at=NOW + (n // 3) * HOUR) for n in range(8)))
    seen: list[Post] = []
    with database.read() as session:
        while page := history.unjudged(session, "new", "acme", before=seen[-1] if seen else None, limit=3):
            seen += page

    assert [post.id for post in seen] == ids(database)
    assert len(seen) == 8


def test_the_count_is_that_of_all_pages(database: Database) -> None:
    first, *_ = stored(database, *(make_post() for _ in range(5)), make_post(brand="other"))
    judged(database, "new", first)

    with database.read() as session:
        assert history.count_unjudged(session, "new", "acme") == 4
        assert history.count_unjudged(session, "new", "acme", NOW + HOUR) == 0


def test_a_page_is_a_walk_along_an_index_that_sorts_nothing(sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    heard: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        heard.append((statement, parameters))

    with database.read() as session:
        sa.event.listen(session, "before_cursor_execute", listen)
        history.unjudged(session, "new", "acme", since=NOW, before=replace(make_post(), id=7), limit=3)
        statement, parameters = next(each for each in heard if each[0].startswith("SELECT"))
        plan = " ".join(row[3] for row in session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
    database.dispose()

    assert "USING INDEX ix_posts_published" in plan
    assert "TEMP B-TREE" not in plan


class TestLiveCases:
    def opened(self, database: Database, **fields: Any) -> int | None:
        with database.write() as session:
            return cases.save_change(session, make_change(**fields)).id

    def test_closed_ones_are_not_among_them(self, database: Database) -> None:
        live = [self.opened(database, status=status) for status in (Status.OPEN, Status.WAITING, Status.SNOOZED)]
        self.opened(database, status=Status.RESOLVED)

        with database.read() as session:
            assert history.live_case_ids(session) == live

    def test_a_brand_and_a_beginning_narrow(self, database: Database) -> None:
        mine = self.opened(database, opened_at=NOW + HOUR)
        self.opened(database, opened_at=NOW - HOUR)
        self.opened(database, brand="other", opened_at=NOW + HOUR)

        with database.read() as session:
            assert history.live_case_ids(session, "acme", NOW) == [mine]
