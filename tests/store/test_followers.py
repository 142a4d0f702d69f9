"""Follower snapshots: one a day and account, the last look of the day."""

from dataclasses import replace
from datetime import timedelta

from monitor.domain.model import FollowerSnapshot
from monitor.store import followers
from monitor.store.db import Database
from tests.make import NOW, make_snapshot


def save(database: Database, *snapshots: FollowerSnapshot) -> None:
    with database.write() as session:
        for snapshot in snapshots:
            followers.save_snapshot(session, snapshot)


def of(database: Database, account_id: str = "brand-1", since_day: str | None = None) -> list[FollowerSnapshot]:
    with database.read() as session:
        return followers.snapshots(session, "x", account_id, since_day=since_day)


def test_a_snapshot_comes_back_with_what_was_hidden(database: Database) -> None:
    snapshot = make_snapshot(followers=None, following=0)

    save(database, snapshot)

    assert of(database) == [snapshot]


def test_a_later_look_on_the_same_day_wins(database: Database) -> None:
    later = make_snapshot(followers=5100, posts=None, taken_at=NOW + timedelta(hours=3))

    save(database, make_snapshot(), later)

    assert of(database) == [later]


def test_days_come_in_order_from_the_asked_one_on(database: Database) -> None:
    days = [make_snapshot(day=f"2026-03-{day:02}", followers=5000 + day) for day in (9, 2, 10)]

    save(database, *days)

    assert [each.day for each in of(database)] == ["2026-03-02", "2026-03-09", "2026-03-10"]
    assert [each.day for each in of(database, since_day="2026-03-09")] == ["2026-03-09", "2026-03-10"]


def test_accounts_and_platforms_are_kept_apart(database: Database) -> None:
    save(database, make_snapshot(), make_snapshot(account_id="brand-2"), replace(make_snapshot(), platform="y"))

    assert of(database) == [make_snapshot()]
    assert len(of(database, "brand-2")) == 1
    assert of(database, "brand-3") == []
