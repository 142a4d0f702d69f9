"""`python -m tests.soak.kills`: SIGKILL the daemon again and again while people post, then count.

The daemon is a real process against the fake X; posts keep coming while it dies at random moments. In the end every
mention must be in the database once and every complaint's conversation must have one case: 0 lost, 0 double.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text

from monitor.domain.model import Role
from monitor.store import cursors, migrate
from monitor.store.db import Database
from monitor.store.tables import case_events, cases, posts
from tests.conftest import POSTGRES_URL, created_database
from tests.fakex import FakePost, FakeUser, FakeX, World, WorldClock

ROOT = Path(__file__).parent.parent.parent
BRAND, BRAND_ID = "acmebank", "1000001"
WORDS = (
    "@acmebank my card is blocked again and nobody answers, this is outrageous",
    "@acmebank third time I am writing, where is my refund?",
    "@acmebank jūsu lietotne atkal nestrādā, cik ilgi var gaidīt",
    "@acmebank почему деньги списали дважды, верните",
    "@acmebank картата ми не работи, а вие мълчите вече седмица",
)


@dataclass
class Verdict:
    """What was found after the last kill. `lost` and `double` must be zero."""

    kills: int
    published: int
    stored: int
    lost: int
    double: int
    untriaged: int
    cases: int
    double_cases: int
    double_events: int
    gaps: int

    @property
    def clean(self) -> bool:
        return not any((self.lost, self.double, self.untriaged, self.double_cases, self.double_events, self.gaps))

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.published} mentions published, {self.stored} stored: {self.lost} lost, "
            f"{self.double} double; {self.untriaged} unjudged; {self.cases} cases, {self.double_cases} double, "
            f"{self.double_events} double events; {self.gaps} gaps"
        )


class Trial:
    """One world, one database, one daemon that keeps dying."""

    def __init__(self, url: str, fake: FakeX, folder: Path, rng: random.Random) -> None:
        self.url = url
        self.fake = fake
        self.rng = rng
        self.environment = {
            **os.environ,
            "DATABASE_URL": url,
            "X_BEARER_TOKEN": fake.bearer_token,
            "MONITOR_CONFIG": str(ROOT / "config.yaml"),
            "MONITOR__DATA_DIR": str(folder),
            "MONITOR__SOURCES__X__BASE_URL": fake.base_url,
            "MONITOR__SOURCES__X__POLL__MENTIONS": "1s",
            "MONITOR__SOURCES__X__POLL__SEARCH": "1s",
            "MONITOR__SOURCES__X__POLL__TIMELINE": "1s",
            "MONITOR__SOURCES__X__PAGE_SIZE": "10",
            "MONITOR__SOURCES__X__BUDGET__MONEY": "100000",
            "MONITOR__SOURCES__X__BUDGET__REQUESTS": "10000000",
            "MONITOR__DAEMON__ASSESS": "1s",
            "MONITOR__DAEMON__LEASE": "1s",
        }
        self.log = (folder / "daemon.log").open("ab")
        self.brand = fake.world.add_user(BRAND, id=BRAND_ID, name="Acme Bank", followers=900, following=870)
        self.people = [fake.world.add_user(f"person{n}") for n in range(40)]
        self.published: list[FakePost] = []

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "monitor.cli", "run"]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=self.log)

    def publish(self, count: int) -> None:
        """People post, a few of them indexed late; the brand answers some and says something itself."""
        world = self.fake.world
        for _ in range(count):
            person: FakeUser = self.rng.choice(self.people)
            late = timedelta(seconds=self.rng.uniform(0, 20)) if self.rng.random() < 0.1 else timedelta(0)
            self.published.append(world.post(person, self.rng.choice(WORDS), late=late))
        if self.rng.random() < 0.5:
            world.post(self.brand, "@person we are sorry", reply_to=self.rng.choice(self.published))
        if self.rng.random() < 0.2:
            world.post(self.brand, "@acmebank is open late today")

    def die_and_rise(self, longest: float) -> None:
        """Start the daemon, let people post, and kill it: as a rule at work, now and then while it starts."""
        asked = len(self.fake.exchanges)
        process = self.start()
        # Few enough that what waits stays within the depth that X shows: a gap would be X's doing, not a loss of ours.
        self.publish(self.rng.randint(0, 12))
        starting = self.rng.random() < 0.15
        patience = time.monotonic() + 60
        while not starting and len(self.fake.exchanges) == asked and time.monotonic() < patience:
            time.sleep(0.02)
        end = time.monotonic() + self.rng.uniform(0.0, longest)
        while time.monotonic() < end:
            self.publish(self.rng.randint(0, 2))
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def settle(self, database: Database, seconds: float = 180) -> None:
        """Let the daemon work in peace until all is in and judged, then end it in order."""
        process = self.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._all_in(database):
            time.sleep(0.5)
        process.terminate()
        if (code := process.wait(20)) != 0:
            raise SystemExit(f"the daemon ended with {code} after SIGTERM")

    def _all_in(self, database: Database) -> bool:
        with database.read() as session:
            untriaged = session.execute(
                select(func.count()).where(posts.c.role == Role.MENTION, posts.c.triaged_at.is_(None))
            ).scalar_one()
            stored = session.execute(select(func.count()).where(posts.c.role == Role.MENTION)).scalar_one()
        return untriaged == 0 and stored >= len(self.published)

    def judge(self, database: Database, kills: int) -> Verdict:
        with database.read() as session:
            mentions = select(posts.c.external_id).where(posts.c.role == Role.MENTION)
            stored = Counter(session.execute(mentions).scalars())
            untriaged = session.execute(
                select(func.count()).where(posts.c.role == Role.MENTION, posts.c.triaged_at.is_(None))
            ).scalar_one()
            conversations = Counter(session.execute(select(cases.c.conversation_id)).scalars())
            events = Counter(session.execute(select(case_events.c.case_id, case_events.c.key)).all())
            known_gaps = len(cursors.gaps(session))
        expected = {post.id for post in self.published}
        return Verdict(
            kills=kills,
            published=len(expected),
            stored=len(stored),
            lost=len(expected - set(stored)),
            double=sum(stored.values()) - len(stored) + len(set(stored) - expected),
            untriaged=untriaged,
            cases=len(conversations),
            double_cases=sum(conversations.values()) - len(conversations),
            double_events=sum(events.values()) - len(events),
            gaps=known_gaps,
        )


def trial(url: str, kills: int, seed: int, longest: float, told: Callable[[str], None] = print) -> Verdict:
    """Kill the daemon `kills` times on the database at `url`, which must be empty; what was found in the end."""
    clock = WorldClock(datetime.now(UTC), speed=1.0)
    # No rate limits: a daemon that is restarted every second asks more often than X would let it.
    limits = dict.fromkeys(("mentions", "search", "timeline", "users"), (10**9, 10**9))
    migrate.upgrade(url)
    database = Database(url)
    with tempfile.TemporaryDirectory() as folder, FakeX(World(clock), limits=limits) as fake:
        run = Trial(url, fake, Path(folder), random.Random(seed))
        for number in range(1, kills + 1):
            run.die_and_rise(longest)
            if number % 20 == 0:
                told(f"{number} of {kills} kills, {len(run.published)} mentions published")
        run.settle(database)
        run.log.close()
        verdict = run.judge(database, kills)
        if database.dialect == "sqlite":
            with database.read() as session:
                told("integrity_check: " + session.execute(text("PRAGMA integrity_check")).scalar_one())
    database.dispose()
    return verdict


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=3.0, help="seconds that a daemon works at most")
    parser.add_argument("--fresh-postgresql", action="store_true", help="a PostgreSQL database of its own, not SQLite")
    chosen = parser.parse_args()
    with empty_database(chosen.fresh_postgresql) as url:
        verdict = trial(url, chosen.kills, chosen.seed, chosen.longest)
    print(verdict)  # noqa: T201
    sys.exit(0 if verdict.clean else 1)


@contextmanager
def empty_database(postgresql: bool) -> Iterator[str]:
    """An empty database that is gone afterwards."""
    if postgresql:
        with created_database(POSTGRES_URL, f"monitor_soak_{os.getpid()}") as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/soak.db"


if __name__ == "__main__":
    main()
