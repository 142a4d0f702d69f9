"""Our latest replies, for finding copies of them."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.model import Post, Role
from monitor.store import intake
from monitor.store.db import Database
from monitor.store.replies import recent_replies
from tests.make import NOW, make_post, make_reply

HOUR = timedelta(hours=1)


@pytest.fixture
def on_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A database whose plans do not depend on how much is in it."""
    path = tmp_path / "plans.db"
    shutil.copyfile(sqlite_template, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.dispose()


def kept(database: Database, *posts: Post) -> list[int]:
    with database.write() as session:
        saved = intake.save_page(session, accounts=(), posts=posts)
    return [post.id for post in saved.new if post.id is not None]


def read(database: Database, brand: str = "acme", limit: int = 60) -> list[str]:
    with database.read() as session:
        return list(recent_replies(session, brand, since=NOW - 2 * HOUR, limit=limit))


def test_the_newest_replies_of_the_brand_come_first(database: Database) -> None:
    mention = make_post()
    kept(
        database,
        mention,
        make_reply(mention, text="first", published_at=NOW - HOUR),
        make_reply(mention, text="second", published_at=NOW),
        make_reply(mention, text="long ago", published_at=NOW - 3 * HOUR),
        make_reply(mention, text="theirs", brand="other"),
        make_post(text="a broadcast", role=Role.BROADCAST),
    )

    assert read(database) == ["second", "first"]
    assert read(database, limit=1) == ["second"]


def test_what_was_erased_is_not_among_them(database: Database) -> None:
    (number,) = kept(database, make_reply(make_post(), text="gone"))
    with database.write() as session:
        intake.erase(session, [number], NOW)

    assert read(database) == []


def test_they_are_read_by_their_own_index(on_sqlite: Database) -> None:
    query = (
        "SELECT text FROM posts WHERE role = 'reply' AND brand = 'a' AND published_at >= 'b' ORDER BY published_at DESC"
    )
    with on_sqlite.read() as session:
        plan = session.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()

    assert "ix_posts_replies" in str(plan)
