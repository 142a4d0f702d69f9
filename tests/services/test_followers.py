"""Follower snapshots: one per account and day, hidden counts included."""

import pytest

from monitor.domain.model import Account
from monitor.errors import SourceError
from monitor.services.followers import take_snapshots
from monitor.store import followers
from monitor.store.db import Database
from tests.fakes import FakeClock, FakeSource
from tests.make import NOW


class Silent(FakeSource):
    def brand_accounts(self) -> dict[str, Account]:
        raise SourceError("no answer")


def series(database: Database) -> list[tuple[str, int | None, int | None]]:
    with database.read() as session:
        return [(s.day, s.followers, s.following) for s in followers.snapshots(session, "x", "1")]


def test_each_day_is_kept_and_the_last_look_of_a_day_wins(database: Database, clock: FakeClock) -> None:
    source = FakeSource(followers={"acme": Account("x", "1", "acme", followers=100, following=90)})
    take_snapshots(database, source, clock=clock)
    clock.pass_time(hours=3)
    source.followers = {"acme": Account("x", "1", "acme", followers=101, following=90)}
    take_snapshots(database, source, clock=clock)
    clock.pass_time(days=1)
    source.followers = {"acme": Account("x", "1", "acme", followers=None, following=92)}

    assert take_snapshots(database, source, clock=clock) == 1

    assert series(database) == [("2026-03-02", 101, 90), ("2026-03-03", None, 92)]


def test_a_silent_platform_leaves_no_snapshot(database: Database, clock: FakeClock) -> None:
    with pytest.raises(SourceError):
        take_snapshots(database, Silent(), clock=clock)

    assert series(database) == []


def test_the_account_itself_is_refreshed(database: Database, clock: FakeClock) -> None:
    from monitor.store import intake

    source = FakeSource(followers={"acme": Account("x", "1", "acme", "Acme", followers=100, following=90)})

    take_snapshots(database, source, clock=clock)

    with database.read() as session:
        assert intake.accounts_by_id(session, [("x", "1")])["x", "1"].followers == 100
    assert clock.now() == NOW
