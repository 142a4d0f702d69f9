"""The fake X's clock, the day of posts that it can be filled with, and the program that the demo runs."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.fakex import Keys, World, WorldClock, load_day
from tests.fakex.day import moved, read_day
from tests.fakex.scene import NOON
from tests.fakex.world import moment_of, snowflake

DAY = Path(__file__).parent / "day" / "day.jsonl"


def test_a_clock_stands_still_runs_fast_and_never_overtakes_the_present():
    assert WorldClock(NOON).now() == NOON
    fast = WorldClock(NOON, speed=36_000.0)
    time.sleep(0.05)
    assert fast.now() > NOON + timedelta(minutes=20)
    caught_up = WorldClock(datetime.now(UTC) - timedelta(seconds=1), speed=1e6, not_after_real=True)
    time.sleep(0.01)
    assert abs(caught_up.now() - datetime.now(UTC)) < timedelta(seconds=1)
    assert WorldClock(NOON).monotonic() == NOON.timestamp()


def test_ids_carry_the_time_and_move_with_it():
    assert moment_of(str(snowflake(NOON))) == NOON
    assert moment_of(moved(str(snowflake(NOON) + 5), timedelta(hours=1))) == NOON + timedelta(hours=1)


def test_a_day_can_be_moved_whole():
    world = World(WorldClock(NOON + timedelta(days=400)))
    number = load_day(world, DAY, shift=timedelta(days=200))
    posts = world.visible()
    assert len(posts) == number
    for post in posts:
        assert moment_of(post.id).replace(microsecond=0) == post.created_at
    answered = [post for post in posts if post.reply_to is not None]
    assert answered
    assert all(world.find(post.reply_to) is not None for post in answered)
    assert all(post.conversation_id for post in posts)


@pytest.mark.parametrize("options", [[], ["--as-written"], ["--back", "24", "--speed", "10000"]])
def test_it_runs_as_a_program(options):
    command = [sys.executable, "-m", "tests.fakex", "--day", str(DAY), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as program:
        try:
            line = program.stdout.readline()
            url = line.split()[-1] + "/2/users/by/username/acmebank"
            answer = requests.get(url, headers={"Authorization": "Bearer fake-bearer-token"}, timeout=5)
            assert answer.json()["data"]["username"] == "acmebank"
        finally:
            program.terminate()
        assert program.wait(timeout=5) == 0
    assert f"{len(read_day(DAY))} posts" in line


def test_the_keys_of_the_fake_are_nobody_s():
    assert all(value.startswith(("fake-", "1000001-fake-")) for value in vars(Keys()).values())
