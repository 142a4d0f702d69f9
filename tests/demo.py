"""`python -m tests.demo`: a day of posts to two made-up brands, through the real pipeline, on the embedded database.

A fake X server plays the day; the program polls it, classifies with the shipped model, opens cases and watches their
deadlines, half an hour of the day at a time. Then the page is served, and it is yours to look at.
"""

import argparse
import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.config import Config, load
from monitor.domain.access import Rank
from monitor.domain.search import EVERYTHING_LIVE
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
PASSWORD = "a quiet day of care"
TEAM = {
    "anna": ("Anna Ozola", Rank.ADMIN),
    "ilze": ("Ilze Liepiņa", Rank.LEAD),
    "janis": ("Jānis Bērziņš", Rank.AGENT),
    "petar": ("Петър Иванов", Rank.AGENT),
}
"""Who works on the made-up brands' cases."""


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


def team(app: App) -> None:
    """A made-up team who log in with the same password, and something that each of them has done already."""
    for name, (shown, rank) in TEAM.items():
        app.team.add(name, by="demo", rank=rank, display_name=shown)
        app.team.set_password(name, PASSWORD, by="demo")
    page = app.desk.page(EVERYTHING_LIVE, agent="ilze", limit=12)
    waiting = [row.case for row in page.rows if row.case.id is not None]
    for case, name in zip(waiting[1:6], ("ilze", "janis", "petar", "ilze", "janis"), strict=False):
        app.review.claim(case.id or 0, name)
    for case in waiting[2:4]:
        app.review.tag(case.id or 0, "ilze", add=("call back",))
    for case in waiting[4:5]:
        app.review.note(case.id or 0, "petar", "The network team knows; they promise an answer before noon.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Play the day and fill a team; then serve the page until Ctrl-C, or with `--no-serve` print what there is."""
    asked = argparse.ArgumentParser(prog="make demo", description=__doc__)
    asked.add_argument("--no-serve", action="store_true", help="play the day, show the queue and end")
    asked.add_argument("--port", type=int, default=0, help="the port of the page; 0 takes one that is free")
    options = asked.parse_args(arguments)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    now = datetime.now(UTC)
    with fake_day(now) as fake:
        config = load(ROOT / "config.yaml", environment(fake, FOLDER))
        migrate.upgrade(config.database_url)
        _say(f"a fake X server plays {len(read_day(DAY))} posts of one day; the program polls it every half hour of it")
        app = App(config, fake.world.clock)
        play(app, fake.world, now, _narrate)
        team(app)
        app.database.dispose()
    if options.no_serve:
        _show_queue()
    else:
        _serve(config, options.port)


def _show_queue() -> None:
    _say("that was the day. The queue, the most urgent first:\n")
    command = [sys.executable, "-m", "monitor.cli", "--config", str(ROOT / "config.yaml")]
    seen = {**os.environ, "MONITOR__DATA_DIR": str(FOLDER)}
    subprocess.run([*command, "queue", "list", "--limit", "15"], env=seen, check=True)
    _say("\nlook on with:")
    for words in (
        "serve",
        "queue list",
        "queue show 1",
        "report response-times",
        "report sla",
        "report account",
        "doctor",
    ):
        print(f"  MONITOR__DATA_DIR={FOLDER.relative_to(ROOT)} .venv/bin/complaint-monitor {words}")  # noqa: T201


def _serve(config: Config, port: int) -> None:
    """The page on this machine alone, until Ctrl-C."""
    from monitor.web import app as web

    def ready(listening: int) -> None:
        address = f"http://127.0.0.1:{listening}/queue"
        names = ", ".join(f"{name} ({rank.value})" for name, (_, rank) in TEAM.items())
        _say(f"that was the day. The page where the team works: {address}")
        _say(f"log in as {names}; everybody's password: {PASSWORD}")
        _say("Ctrl-C ends it")
        if _has_screen():
            webbrowser.open(address)

    web.serve(App(config), host="127.0.0.1", port=port, ready=ready)


def _has_screen() -> bool:
    """Whether a browser would be a window of its own: one in the terminal would cover what was just printed."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _narrate(now: datetime, swept: Swept) -> None:
    if now.minute < 30 and now.hour % 4 == 0:
        _say(f"{now:%H:%M} UTC")
    if swept.breached:
        _say(f"{now:%H:%M} UTC: {swept.breached} {'promise' if swept.breached == 1 else 'promises'} broken")


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
