"""`run` and `ingest-once` as real processes: they work, they obey SIGTERM, one leads, and dying loses nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.store.db import Database
from tests.cli.conftest import Run
from tests.conftest import created_database
from tests.fakex import FakeX, Fault, World
from tests.fakex.world import WorldClock
from tests.soak.kills import ROOT, Trial, trial


@pytest.fixture
def world() -> World:
    from datetime import UTC, datetime

    return World(WorldClock(datetime.now(UTC), speed=1.0))


@pytest.fixture
def fake(world: World) -> Iterator[FakeX]:
    with FakeX(world) as server:
        yield server


@pytest.fixture
def prepared(fake: FakeX, tmp_path: Path) -> Iterator[Trial]:
    """A database beside a fake X with twelve mentions."""
    from monitor.store import migrate

    url = f"sqlite:///{tmp_path}/run.db"
    migrate.upgrade(url)
    run = Trial(url, fake, tmp_path, random.Random(5))
    run.publish(12)
    yield run
    run.log.close()


def wait_for(condition: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def ended(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
    """How the process ends on the signal, and after how many seconds."""
    began = time.monotonic()
    process.send_signal(number)
    return process.wait(30), time.monotonic() - began


def test_the_daemon_fills_the_queue_and_ends_in_order(prepared: Trial, tmp_path: Path) -> None:
    database = Database(prepared.url)
    process = prepared.start()
    try:
        wait_for(lambda: prepared.judge(database, 0).stored == len(prepared.published))
        wait_for(lambda: prepared.judge(database, 0).untriaged == 0)
        code, seconds = ended(process)
    finally:
        process.kill()
        process.wait()
        database.dispose()

    assert code == 0
    assert seconds < 10
    verdict = prepared.judge(database, 0)
    assert verdict.clean
    assert verdict.cases > 0
    log = (tmp_path / "daemon.log").read_text()
    assert '"event": "stopped"' in log
    assert prepared.fake.bearer_token not in log
    assert not any(post.text[:30] in log for post in prepared.published)


def test_a_hanging_network_does_not_keep_the_daemon_from_ending(prepared: Trial) -> None:
    prepared.fake.hang_seconds = 60
    prepared.fake.faults.add(Fault.HANG, times=None)
    prepared.environment["MONITOR__DAEMON__STOP_WITHIN"] = "2s"
    process = prepared.start()
    try:
        wait_for(lambda: bool(prepared.fake.requests()))
        code, seconds = ended(process)
    finally:
        process.kill()
        process.wait()

    assert code == 0
    assert seconds < 10


def test_a_second_daemon_stands_by_and_takes_over(prepared: Trial, tmp_path: Path) -> None:
    log = tmp_path / "daemon.log"
    prepared.environment["MONITOR__DAEMON__LEASE"] = "6s"
    first = prepared.start()
    second = None
    try:
        wait_for(lambda: '"event": "leading"' in log.read_text())
        second = prepared.start()
        wait_for(lambda: log.read_text().count('"event": "started"') == 2)
        assert log.read_text().count('"event": "leading"') == 1

        first.kill()
        first.wait()

        wait_for(lambda: log.read_text().count('"event": "leading"') == 2, seconds=30)
        assert ended(second)[0] == 0
    finally:
        for process in (first, second):
            if process is not None:
                process.kill()
                process.wait()


def test_kills_lose_and_double_nothing_on_sqlite(tmp_path: Path) -> None:
    told: list[str] = []

    verdict = trial(f"sqlite:///{tmp_path}/kills.db", kills=4, seed=7, longest=2.0, told=told.append)

    assert verdict.clean, verdict
    assert verdict.cases > 0
    assert told == ["integrity_check: ok"]


def test_kills_lose_and_double_nothing_on_postgresql(postgres_server: str) -> None:
    with created_database(postgres_server, f"monitor_kills_{os.getpid()}") as url:
        verdict = trial(url, kills=4, seed=8, longest=2.0, told=lambda _: None)

    assert verdict.clean, verdict
    assert verdict.cases > 0


def ingest_once(prepared: Trial, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor.cli", "ingest-once", *options]
    return subprocess.run(command, cwd=ROOT, env=prepared.environment, capture_output=True, text=True, check=False)


def test_one_round_by_hand_brings_everything_in(prepared: Trial) -> None:
    result = ingest_once(prepared, "--json")

    brought = json.loads(result.stdout)
    assert result.returncode == 0, result.stderr
    assert sum(stream.get("new", 0) for stream in brought["streams"]) >= len(prepared.published) - 3
    assert brought["assessed"]["posts"] > 0
    assert "cases opened" in result.stderr


@pytest.mark.parametrize(("fault", "code"), [(Fault.UNAUTHORIZED, 4), (Fault.OUT_OF_CREDITS, 4), (Fault.RESET, 75)])
def test_a_refusal_is_said_and_told_to_the_shell(prepared: Trial, fault: Fault, code: int) -> None:
    prepared.fake.faults.add(fault, times=None)

    result = ingest_once(prepared, "--no-assess")

    assert result.returncode == code
    assert "acme:mentions:1000001: " in result.stderr
    assert "Traceback" not in result.stderr


def test_without_credentials_the_remedy_is_named(run: Run) -> None:
    result = run("ingest-once")

    assert result.exit_code == 3
    assert "X_BEARER_TOKEN" in result.stderr
