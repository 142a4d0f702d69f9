"""The daemon: jobs on time under one leader, errors that end nothing, an end in order."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from monitor.clock import SystemClock
from monitor.daemon import Daemon
from monitor.errors import BudgetExhausted, RateLimited, SourceError
from monitor.job import Job
from monitor.services.leadership import Leadership
from monitor.store import heartbeats, migrate
from monitor.store.db import Database
from tests.fakes import FakeClock
from tests.make import NOW

SECOND = timedelta(seconds=1)


class Script:
    """A job that does what it was told, run by run."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.outcomes = list(outcomes)
        self.runs = 0

    def __call__(self) -> None:
        self.runs += 1
        if self.outcomes and (outcome := self.outcomes.pop(0)) is not None:
            raise outcome


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def daemon(database: Database, clock: FakeClock) -> Daemon:
    leadership = Leadership(database, clock, ttl=timedelta(seconds=15))
    leadership.take()
    return Daemon(clock, leadership, ())


def beats(database: Database) -> dict[str, heartbeats.Heartbeat]:
    with database.read() as session:
        return {beat.job: beat for beat in heartbeats.heartbeats(session)}


def test_a_run_leaves_a_heartbeat(daemon: Daemon, database: Database) -> None:
    daemon.guarded(Job("sweep", SECOND, Script()))

    assert beats(database)["sweep"].last_ok_at == NOW
    assert beats(database)["sweep"].error is None


def test_an_error_is_written_down_and_ends_nothing(daemon: Daemon, database: Database) -> None:
    daemon.guarded(Job("ingest", SECOND, Script(SourceError("the answer was cut short"))))

    assert beats(database)["ingest"].error == "the answer was cut short"
    assert beats(database)["ingest"].failures_in_a_row == 1


def test_what_a_foreign_error_says_stays_out_of_the_heartbeat(daemon: Daemon, database: Database) -> None:
    daemon.guarded(Job("ingest", SECOND, Script(ValueError("could not parse: anna's private words"))))

    assert beats(database)["ingest"].error == "ValueError"


def test_a_rate_limit_is_waited_out_without_a_request(daemon: Daemon, clock: FakeClock) -> None:
    script = Script(RateLimited(retry_at=NOW + timedelta(minutes=15)))
    job = Job("ingest", SECOND, script)
    daemon.guarded(job)

    clock.pass_time(minutes=14)
    daemon.guarded(job)
    assert script.runs == 1

    clock.pass_time(minutes=1)
    daemon.guarded(job)
    assert script.runs == 2


def test_failures_back_off_further_each_time_and_success_forgets_them(daemon: Daemon, clock: FakeClock) -> None:
    script = Script(SourceError(), SourceError(), None, SourceError())
    job = Job("ingest", timedelta(seconds=60), script)
    daemon.guarded(job)
    clock.pass_time(seconds=60)
    daemon.guarded(job)
    assert script.runs == 2

    clock.pass_time(seconds=119)
    daemon.guarded(job)
    assert script.runs == 2
    clock.pass_time(seconds=1)
    daemon.guarded(job)
    assert script.runs == 3

    daemon.guarded(job)
    clock.pass_time(seconds=60)
    daemon.guarded(job)
    assert script.runs == 5


def test_out_of_credits_is_asked_again_at_most_every_back_off(daemon: Daemon, clock: FakeClock) -> None:
    script = Script(*[BudgetExhausted("out of credits")] * 200)
    job = Job("ingest", timedelta(seconds=60), script)
    for _ in range(24 * 60):
        daemon.guarded(job)
        clock.pass_time(minutes=1)

    assert script.runs < 24 * 60 / 13


def test_a_standby_does_nothing(database: Database, clock: FakeClock) -> None:
    script = Script()
    daemon = Daemon(clock, Leadership(database, clock), ())

    daemon.guarded(Job("sweep", SECOND, script))

    assert script.runs == 0


def test_a_displaced_leader_stops_working_at_its_next_write(
    daemon: Daemon, database: Database, clock: FakeClock
) -> None:
    other = Database(database.url)
    try:
        clock.pass_time(seconds=16)
        Leadership(other, clock).take()
        script = Script()

        def write() -> None:
            script()
            with database.write():
                pass

        job = Job("sweep", SECOND, write)
        daemon.guarded(job)
        daemon.guarded(job)

        assert script.runs == 1
        assert "sweep" not in beats(database)
    finally:
        other.dispose()


@pytest.fixture
def running(tmp_path: object) -> Iterator[Callable[..., Daemon]]:
    """Starts a daemon on a database of its own in a thread, and ends it with the test."""
    started: list[tuple[Daemon, threading.Thread, Database]] = []

    def start(*jobs: Job, stop_within: float = 2) -> Daemon:
        url = f"sqlite:///{tmp_path}/daemon.db"
        migrate.upgrade(url)
        database = Database(url)
        leadership = Leadership(database, SystemClock(), ttl=timedelta(seconds=3))
        daemon = Daemon(SystemClock(), leadership, jobs, stop_within=timedelta(seconds=stop_within))
        thread = threading.Thread(target=daemon.run)
        thread.start()
        started.append((daemon, thread, database))
        return daemon

    yield start
    for daemon, thread, database in started:
        daemon.stop()
        thread.join(10)
        database.dispose()


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_every_job_runs_at_once_and_then_again(running: Callable[..., Daemon]) -> None:
    quick, other = Script(), Script()

    running(Job("quick", timedelta(seconds=0.1), quick), Job("other", timedelta(seconds=0.1), other, lane="other"))

    wait_for(lambda: quick.runs >= 3 and other.runs >= 3)


def test_a_job_that_hangs_does_not_keep_another_lane_waiting(running: Callable[..., Daemon]) -> None:
    release, quick = threading.Event(), Script()

    running(
        Job("stuck", timedelta(seconds=0.1), lambda: release.wait(5), lane="model"),
        Job("quick", timedelta(seconds=0.1), quick, lane="sweep"),
    )

    wait_for(lambda: quick.runs >= 3)
    release.set()


def test_a_late_job_runs_instead_of_being_skipped(running: Callable[..., Daemon]) -> None:
    slow, waiting = Script(), Script()

    def sleep_through() -> None:
        slow()
        time.sleep(1.3)

    running(
        Job("slow", timedelta(seconds=30), sleep_through, lane="one"),
        Job("waiting", timedelta(seconds=30), waiting, lane="one"),
    )

    wait_for(lambda: slow.runs == 1 and waiting.runs == 1)


def test_a_stop_waits_for_the_running_job(running: Callable[..., Daemon]) -> None:
    finished = threading.Event()

    def work() -> None:
        time.sleep(0.3)
        finished.set()

    script = Script()
    daemon = running(Job("work", timedelta(seconds=30), lambda: (script(), work())))
    wait_for(lambda: script.runs == 1)

    daemon.stop()

    wait_for(finished.is_set, 2)


def test_a_job_that_will_not_end_is_left_behind_in_time(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/stuck.db"
    migrate.upgrade(url)
    database = Database(url)
    release, begun = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        release.wait(10)

    daemon = Daemon(
        SystemClock(),
        Leadership(database, SystemClock(), ttl=timedelta(seconds=3)),
        [Job("hang", timedelta(seconds=30), hang)],
        stop_within=timedelta(seconds=0.3),
    )
    ended: list[bool] = []
    thread = threading.Thread(target=lambda: ended.append(daemon.run()))
    thread.start()
    begun.wait(5)
    began = time.monotonic()

    daemon.stop()
    thread.join(5)

    assert ended == [False]
    assert time.monotonic() - began < 3
    release.set()
    database.dispose()
