"""Heartbeats: the last run of every job, and for how long it has not gone well."""

from datetime import datetime, timedelta

from monitor.store import heartbeats
from monitor.store.db import Database
from monitor.store.heartbeats import Heartbeat
from tests.make import NOW

MINUTE = timedelta(minutes=1)
TOOK = timedelta(milliseconds=250)


def beat(database: Database, job: str, now: datetime, error: str | None = None) -> None:
    with database.write() as session:
        heartbeats.beat(session, job, ok=error is None, duration=TOOK, error=error, now=now)


def all_of(database: Database) -> list[Heartbeat]:
    with database.read() as session:
        return heartbeats.heartbeats(session)


def test_nothing_has_run_yet(database: Database) -> None:
    assert all_of(database) == []


def test_a_good_run(database: Database) -> None:
    beat(database, "sweep", NOW)

    assert all_of(database) == [Heartbeat("sweep", NOW, NOW, TOOK, None, 0)]


def test_a_job_that_never_went_well(database: Database) -> None:
    beat(database, "sweep", NOW, "no answer")

    assert all_of(database) == [Heartbeat("sweep", NOW, None, TOOK, "no answer", 1)]


def test_failures_are_counted_and_the_last_good_run_is_remembered(database: Database) -> None:
    beat(database, "sweep", NOW)
    beat(database, "sweep", NOW + MINUTE, "no answer")
    beat(database, "sweep", NOW + 2 * MINUTE, "refused")

    assert all_of(database) == [Heartbeat("sweep", NOW + 2 * MINUTE, NOW, TOOK, "refused", 2)]


def test_a_good_run_ends_a_row_of_failures(database: Database) -> None:
    beat(database, "sweep", NOW, "no answer")
    beat(database, "sweep", NOW + MINUTE)

    assert all_of(database) == [Heartbeat("sweep", NOW + MINUTE, NOW + MINUTE, TOOK, None, 0)]


def test_every_job_has_its_own_in_order_of_name(database: Database) -> None:
    for job in ("sweep", "assess", "deliver"):
        beat(database, job, NOW)

    assert [each.job for each in all_of(database)] == ["assess", "deliver", "sweep"]
