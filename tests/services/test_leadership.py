"""Leadership: one daemon writes; a displaced one is refused, however sure it is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.errors import LostLeadership
from monitor.services.leadership import Leadership
from monitor.store import heartbeats
from monitor.store.db import Database
from tests.fakes import FakeClock

TTL = timedelta(seconds=15)


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """A second process's door to the same database."""
    second = Database(database.url)
    yield second
    second.dispose()


def test_the_first_leads_and_the_second_stands_by(database: Database, other: Database, clock: FakeClock) -> None:
    first, second = Leadership(database, clock, ttl=TTL), Leadership(other, clock, ttl=TTL)

    first.take()
    second.take()

    assert (first.held, second.held) == (True, False)


def test_renewing_keeps_the_lead(database: Database, other: Database, clock: FakeClock) -> None:
    first, second = Leadership(database, clock, ttl=TTL), Leadership(other, clock, ttl=TTL)
    for _ in range(5):
        first.take()
        clock.pass_time(seconds=10)
        second.take()

    assert (first.held, second.held) == (True, False)


def test_a_silent_leader_is_displaced_and_its_writes_are_refused(
    database: Database, other: Database, clock: FakeClock
) -> None:
    first, second = Leadership(database, clock, ttl=TTL), Leadership(other, clock, ttl=TTL)
    first.take()
    clock.pass_time(seconds=16)
    second.take()

    assert second.held
    assert first.held  # it does not know yet
    with pytest.raises(LostLeadership):
        first.beat("sweep", error=None, seconds=0.1)
    second.beat("sweep", error=None, seconds=0.1)


def test_nothing_is_written_before_the_lead_is_taken(database: Database, clock: FakeClock) -> None:
    leadership = Leadership(database, clock, ttl=TTL)

    with pytest.raises(LostLeadership):
        leadership.beat("sweep", error=None, seconds=0.1)


def test_a_released_lead_is_free_at_once(database: Database, other: Database, clock: FakeClock) -> None:
    first, second = Leadership(database, clock, ttl=TTL), Leadership(other, clock, ttl=TTL)
    first.take()

    first.release()
    second.take()

    assert (first.held, second.held) == (False, True)


def test_a_displaced_leader_that_releases_takes_nothing_from_the_new_one(
    database: Database, other: Database, clock: FakeClock
) -> None:
    first, second = Leadership(database, clock, ttl=TTL), Leadership(other, clock, ttl=TTL)
    first.take()
    clock.pass_time(seconds=16)
    second.take()

    first.release()

    second.beat("sweep", error=None, seconds=0.1)
    assert second.held


def test_a_heartbeat_says_when_how_long_and_what_went_wrong(database: Database, clock: FakeClock) -> None:
    leadership = Leadership(database, clock, ttl=TTL)
    leadership.take()

    leadership.beat("sweep", error=None, seconds=0.25)
    clock.pass_time(seconds=5)
    leadership.beat("sweep", error="no answer", seconds=1.5)

    with database.read() as session:
        (beat,) = heartbeats.heartbeats(session)
    assert beat.job == "sweep"
    assert beat.error == "no answer"
    assert beat.last_ok_at == clock.now() - timedelta(seconds=5)
