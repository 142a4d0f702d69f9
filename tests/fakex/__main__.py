"""`python -m tests.fakex --port N --day FILE`: the fake X as a program, for the demo.

The day in the file is moved so that its last post is written now; with `--back` the world begins that many hours
earlier and hurries towards the present `--speed` times as fast as time itself.
"""

import argparse
import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakex.day import last_moment, load_day, read_day
from tests.fakex.server import FakeX
from tests.fakex.world import World, WorldClock


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakex", description="A fake X server on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--day", type=Path, help="a file of posts, JSON lines")
    parser.add_argument("--back", type=float, default=0.0, help="hours before now at which the world begins")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast the world hurries to the present")
    parser.add_argument("--as-written", action="store_true", help="leave the day when it was, and begin at its end")
    parser.add_argument("--vocabulary", choices=["old", "new", "either"], default="either")
    parser.add_argument("--bearer-token", default="fake-bearer-token")
    chosen = parser.parse_args(arguments)
    now = datetime.now(UTC)
    rows = read_day(chosen.day) if chosen.day else []
    end = last_moment(rows) if rows else now
    start = (end if chosen.as_written else now) - timedelta(hours=chosen.back)
    world = World(WorldClock(start, speed=chosen.speed, not_after_real=True))
    posts = load_day(world, chosen.day, shift=timedelta(0) if chosen.as_written else now - end) if chosen.day else 0
    # Limits run on real time, because whoever is told to wait waits in it.
    fake = FakeX(
        world,
        vocabulary=chosen.vocabulary,
        bearer_token=chosen.bearer_token,
        now=lambda: datetime.now(UTC),
        port=chosen.port,
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with fake:
        print(f"fake X with {posts} posts on {fake.base_url}", flush=True)  # noqa: T201
        stop.wait()


if __name__ == "__main__":
    main()
