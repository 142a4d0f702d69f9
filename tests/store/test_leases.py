"""Leases: one holder at a time, and one that was displaced is told so by its next write."""

import threading
from datetime import datetime, timedelta

import pytest

from monitor.errors import LostLeadership
from monitor.store import leases, spending
from monitor.store.db import Database
from tests.make import NOW

TTL = timedelta(seconds=15)


def acquire(database: Database, holder: str, now: datetime = NOW, name: str = "daemon") -> int | None:
    with database.write() as session:
        return leases.acquire(session, name, holder, now, TTL)


def renew(database: Database, epoch: int, now: datetime) -> None:
    with database.write() as session:
        leases.renew(session, "daemon", epoch, now, TTL)


def check(database: Database, epoch: int) -> None:
    with database.write() as session:
        leases.check(session, "daemon", epoch)


def test_a_free_lease_is_had_by_the_first_and_refused_to_the_second(database: Database) -> None:
    assert acquire(database, "a") == 1
    assert acquire(database, "b") is None


def test_leases_of_other_names_are_other_leases(database: Database) -> None:
    acquire(database, "a")

    assert acquire(database, "b", name="model") == 1


def test_an_expired_lease_changes_hands_and_the_epoch_grows(database: Database) -> None:
    acquire(database, "a")

    assert acquire(database, "b", NOW + TTL) == 2


def test_a_lease_is_held_to_the_last_moment(database: Database) -> None:
    acquire(database, "a")

    assert acquire(database, "b", NOW + TTL - timedelta(microseconds=1)) is None


def test_a_holder_that_asks_again_gets_a_new_epoch(database: Database) -> None:
    acquire(database, "a")

    assert acquire(database, "a", NOW + TTL / 2) == 2


def test_renewing_holds_it_longer(database: Database) -> None:
    epoch = acquire(database, "a") or 0
    for n in range(1, 5):
        renew(database, epoch, NOW + n * TTL / 2)

    assert acquire(database, "b", NOW + 2 * TTL) is None
    check(database, epoch)


def test_a_lease_that_ran_out_unnoticed_can_still_be_renewed(database: Database) -> None:
    epoch = acquire(database, "a") or 0

    renew(database, epoch, NOW + 10 * TTL)

    assert acquire(database, "b", NOW + 10 * TTL) is None


def test_a_displaced_holder_can_neither_renew_nor_write(database: Database) -> None:
    old = acquire(database, "a") or 0
    new = acquire(database, "b", NOW + TTL) or 0

    with pytest.raises(LostLeadership):
        renew(database, old, NOW + TTL)
    with pytest.raises(LostLeadership):
        check(database, old)
    check(database, new)


def test_an_unknown_lease_is_not_ours(database: Database) -> None:
    with pytest.raises(LostLeadership):
        check(database, 1)
    with pytest.raises(LostLeadership):
        renew(database, 1, NOW)


def test_a_released_lease_is_free_at_once(database: Database) -> None:
    epoch = acquire(database, "a") or 0
    with database.write() as session:
        leases.release(session, "daemon", epoch, NOW + TTL / 3)

    assert acquire(database, "b", NOW + TTL / 3) == 2


def test_releasing_what_is_somebody_else_s_changes_nothing(database: Database) -> None:
    old = acquire(database, "a") or 0
    new = acquire(database, "b", NOW + TTL) or 0
    with database.write() as session:
        leases.release(session, "daemon", old, NOW + TTL)

    check(database, new)
    assert acquire(database, "c", NOW + TTL) is None


def test_the_holder_can_be_asked_for(database: Database) -> None:
    acquire(database, "a")

    with database.read() as session:
        assert leases.holder_of(session, "daemon", NOW) == "a"
        assert leases.holder_of(session, "daemon", NOW + TTL) is None
        assert leases.holder_of(session, "other", NOW) is None


def test_of_many_that_race_for_it_one_gets_it(database: Database) -> None:
    for round_ in range(5):
        now = NOW + round_ * TTL
        start = threading.Barrier(4)
        epochs: list[int | None] = []

        def race(
            holder: str, now: datetime = now, start: threading.Barrier = start, got: list[int | None] = epochs
        ) -> None:
            start.wait()
            got.append(acquire(database, holder, now))

        threads = [threading.Thread(target=race, args=(f"{round_}-{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [epoch for epoch in epochs if epoch is not None] == [round_ + 1]


def test_it_cannot_change_hands_within_a_write_that_was_checked(database: Database) -> None:
    """The successor waits for the old holder's transaction; afterwards the old holder is out."""
    epoch = acquire(database, "a") or 0
    taken: list[int | None] = []
    with database.write() as session:
        leases.check(session, "daemon", epoch)
        successor = threading.Thread(target=lambda: taken.append(acquire(database, "b", NOW + TTL)))
        successor.start()
        successor.join(timeout=0.3)
        assert taken == []
        spending.add(session, "x", "2026-03-02", requests=1, money=0.0)
    successor.join()

    assert taken == [epoch + 1]
    with pytest.raises(LostLeadership):
        check(database, epoch)
