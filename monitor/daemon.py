"""The daemon: jobs on a schedule, under one leader, until SIGTERM.

APScheduler keeps the time and nothing else: its jobs live in memory and are declared here, everything that must survive
is in our tables. Every job is wrapped by a guard, so that no error ends the schedule and each run leaves a heartbeat.
"""

import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor import log
from monitor.clock import Clock, SystemClock
from monitor.errors import LostLeadership, MonitorError, RateLimited
from monitor.job import Job
from monitor.services.leadership import Leadership

MAX_BACK_OFF = timedelta(minutes=15)

_log = log.get(__name__)


@dataclass(slots=True)
class _Health:
    """What the guard remembers of a job between two runs."""

    failures: int = 0
    not_before: datetime | None = None


@dataclass(slots=True)
class Daemon:
    """Runs `jobs` while it leads, and stands by while another daemon does.

    `stop_within` is how long running jobs get to finish at the end.
    """

    clock: Clock
    leadership: Leadership
    jobs: Sequence[Job]
    stop_within: timedelta = timedelta(seconds=8)
    stopping: threading.Event = field(default_factory=threading.Event)
    _health: dict[str, _Health] = field(default_factory=dict)

    def run(self) -> bool:
        """Work until `stop()` or a signal; whether every running job had ended within `stop_within`.

        Where one had not, its thread still runs, and only leaving the process without waiting ends it.
        """
        scheduler = self._scheduler()
        self._lead()
        scheduler.start()
        _log.info("started", jobs=len(self.jobs))
        try:
            while not self.stopping.wait(self.leadership.ttl.total_seconds() / 3):
                self._lead()
        finally:
            ended = self._finish(scheduler)
        return ended

    def stop(self) -> None:
        self.stopping.set()

    def obey_signals(self) -> None:
        """SIGTERM and SIGINT end the daemon in order; a second one ends it at once."""

        def end(number: int, _frame: FrameType | None) -> None:
            if self.stopping.is_set():
                os._exit(128 + number)
            self.stop()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)

    def _scheduler(self) -> BackgroundScheduler:
        lanes = {job.lane: ThreadPoolExecutor(max_workers=2 if job.lane == "ingest" else 1) for job in self.jobs}
        scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(max_workers=1), **lanes},
            # The library's default of one second skips late jobs in silence.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        scheduler.add_listener(self._note_skip, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        for job in self.jobs:
            scheduler.add_job(
                self.guarded,
                IntervalTrigger(seconds=job.interval.total_seconds(), timezone=UTC),
                args=(job,),
                id=job.name,
                executor=job.lane,
                next_run_time=SystemClock().now(),
            )
        return scheduler

    def _note_skip(self, event: JobExecutionEvent) -> None:
        _log.warning("job_skipped", job=event.job_id)

    def guarded(self, job: Job) -> None:
        """One run of a job: nothing while standing by, stopping or backing off; never an exception."""
        health = self._health.setdefault(job.name, _Health())
        now = self.clock.now()
        if not self.leadership.held or self.stopping.is_set() or (health.not_before and now < health.not_before):
            return
        began, error = self.clock.monotonic(), None
        try:
            job.run()
        except Exception as caught:  # noqa: BLE001 - the guard: whatever a job does, the schedule goes on
            error = caught
        self._settle(job, health, error, self.clock.monotonic() - began)

    def _settle(self, job: Job, health: _Health, error: Exception | None, seconds: float) -> None:
        now = self.clock.now()
        if isinstance(error, LostLeadership):
            self.leadership.lost()
            _log.warning("leadership_lost", job=job.name)
            return
        health.failures = 0 if error is None else health.failures + 1
        health.not_before = None if error is None else self._retry_at(job, error, health.failures, now)
        if error is not None:
            said = str(error) if isinstance(error, MonitorError) else ""
            _log.warning("job_failed", job=job.name, kind=type(error).__name__, error=said, failures=health.failures)
            if not isinstance(error, MonitorError):
                _log.error("job_broke", job=job.name, exc_info=error)
        self._beat(job, error, seconds)

    @staticmethod
    def _retry_at(job: Job, error: Exception, failures: int, now: datetime) -> datetime:
        asked: datetime | None = getattr(error, "retry_at", None)
        backed_off: datetime = now + min(job.interval * 2.0 ** min(failures - 1, 10), MAX_BACK_OFF)
        if asked is None:
            return backed_off
        return asked if isinstance(error, RateLimited) else max(asked, backed_off)

    def _beat(self, job: Job, error: Exception | None, seconds: float) -> None:
        words = None if error is None else (str(error) if isinstance(error, MonitorError) else type(error).__name__)
        try:
            self.leadership.beat(job.name, error=words, seconds=seconds)
        except MonitorError as failed:
            _log.warning("heartbeat_failed", job=job.name, error=str(failed))

    def _lead(self) -> None:
        """Take or keep the lead. A database that is away costs the lead, never the daemon."""
        held = self.leadership.held
        try:
            self.leadership.take()
        except MonitorError as error:
            self.leadership.lost()
            _log.warning("lease_failed", error=str(error))
        if held != self.leadership.held:
            _log.info("leading" if self.leadership.held else "standing_by")

    def _finish(self, scheduler: BackgroundScheduler) -> bool:
        _log.info("stopping")
        scheduler.pause()
        waiter = threading.Thread(target=scheduler.shutdown, kwargs={"wait": True}, daemon=True)
        waiter.start()
        waiter.join(self.stop_within.total_seconds())
        if waiter.is_alive():
            _log.warning("jobs_cut_off", seconds=self.stop_within.total_seconds())
        try:
            self.leadership.release()
        except MonitorError as error:
            _log.warning("lease_not_released", error=str(error))
        _log.info("stopped")
        return not waiter.is_alive()
