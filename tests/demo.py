"""`python -m tests.demo`: a day of posts to two made-up brands, through the real pipeline, on the embedded database.

A fake X server plays the day; the program polls it, classifies with the shipped model, opens cases and watches their
deadlines, half an hour of the day at a time. Then it is yours to look at.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.config import load
from monitor.services.sweep import Swept, sweep
from monitor.store import migrate
from monitor.wiring import App
from tests.fakex import FakeX, World, WorldClock
from tests.fakex.day import last_moment, load_day, read_day

ROOT = Path(__file__).parent.parent
DAY = Path(__file__).parent / "day" / "day.jsonl"
FOLDER = ROOT / ".demo"
TOKEN = "fake-bearer-token"
STEP = timedelta(minutes=30)
DAY_LENGTH = timedelta(hours=24)


@contextmanager
def fake_day(end: datetime) -> Iterator[FakeX]:
    """A fake X whose world stands a day before `end`, with the day's posts ahead of it and some history behind."""
    clock = WorldClock(end - DAY_LENGTH)
    world = World(clock)
    load_day(world, DAY, shift=end - last_moment(read_day(DAY)))
    with FakeX(world, bearer_token=TOKEN) as fake:
        yield fake


def environment(fake: FakeX, folder: Path) -> dict[str, str]:
    """What makes the shipped configuration read the fake server and keep its data in `folder`."""
    return {
        "HOME": str(folder),
        "X_BEARER_TOKEN": TOKEN,
        "MONITOR__DATA_DIR": str(folder),
        "MONITOR__SOURCES__X__BASE_URL": fake.base_url,
    }


def play(app: App, world: World, until: datetime, told: Callable[[datetime, Swept], None] | None = None) -> None:
    """Let the world and the program live through the day together, a step at a time."""
    while world.clock.now() < until:
        world.clock.advance(min(STEP, until - world.clock.now()))
        assert app.x is not None
        for stream in app.x.streams():
            app.ingest(stream)
        app.assess()
        swept = sweep(app.database, clock=app.clock)
        if told is not None:
            told(world.clock.now(), swept)
    app.snapshots()


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    now = datetime.now(UTC)
    with fake_day(now) as fake:
        settings = environment(fake, FOLDER)
        config = load(ROOT / "config.yaml", settings)
        migrate.upgrade(config.database_url)
        _say(f"a fake X server plays {len(read_day(DAY))} posts of one day; the program polls it every half hour of it")
        app = App(config, fake.world.clock)
        play(app, fake.world, now, _narrate)
    _say("that was the day. The queue, the most urgent first:\n")
    command = [sys.executable, "-m", "monitor.cli", "--config", str(ROOT / "config.yaml")]
    seen = {**os.environ, "MONITOR__DATA_DIR": str(FOLDER)}
    subprocess.run([*command, "queue", "list", "--limit", "15"], env=seen, check=True)
    _say("\nlook on with:")
    for words in ("queue list", "queue show 1", "report response-times", "report sla", "report account", "doctor"):
        print(f"  MONITOR__DATA_DIR={FOLDER.relative_to(ROOT)} .venv/bin/complaint-monitor {words}")  # noqa: T201


def _narrate(now: datetime, swept: Swept) -> None:
    if now.minute < 30 and now.hour % 4 == 0:
        _say(f"{now:%H:%M} UTC")
    if swept.breached:
        _say(f"{now:%H:%M} UTC: {swept.breached} {'promise' if swept.breached == 1 else 'promises'} broken")


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
