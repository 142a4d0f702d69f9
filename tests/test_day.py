"""The newcomer's day: the daemon against the fake X for 24 hours, every fault switched on in turn.

The same posts as the demo, the shipped model, both databases. What must hold in the end: every mention there once, own
posts and reposts never cases, our replies matched, follower snapshots taken, and nothing private logged.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers.contract import Classifier
from classifiers.load import load as load_classifier
from monitor.config import load
from monitor.daemon import Daemon
from monitor.domain.model import Case, Post, Role
from monitor.domain.search import EVERYTHING_LIVE
from monitor.services.leadership import Leadership
from monitor.store import cases, followers, heartbeats, intake, queue, reading
from monitor.store.db import Database
from monitor.store.finding import Asker
from monitor.wiring import App
from tests import day
from tests.demo import TOKEN, environment
from tests.fakex import FakeX, Fault, World, WorldClock

ROOT = Path(__file__).parent.parent
START = datetime(2026, 3, 10, tzinfo=UTC)
STEP = timedelta(minutes=20)
BRANDS = {"acme": "1000001", "nordtel": "1007920"}


@dataclass
class Lived:
    """A day that is over: what the world showed and what the program made of it."""

    database: Database
    world: World
    fake: FakeX
    log: str

    def posts(self, brand: str) -> dict[str, Post]:
        with self.database.read() as session:
            found = session.execute(intake.posts.select().where(intake.posts.c.brand == brand)).all()
            keys = [(brand, row.platform, row.external_id) for row in found]
            return {post.external_id: post for post in intake.posts_by_key(session, keys).values()}

    def cases(self) -> list[Case]:
        with self.database.read() as session:
            return list(reading.cases_between(session))

    def expected_mentions(self, brand: str) -> set[str]:
        """What anybody wrote to the brand or about its name, own posts and reposts left out."""
        account = self.world.user(BRANDS[brand])
        assert account is not None
        return {
            post.id for post in self.world.mentions(account) if post.author_id != account.id and post.repost_of is None
        }


@pytest.fixture(scope="module")
def shipped() -> Classifier:
    return load_classifier("shipped")


@pytest.fixture
def lived(database: Database, shipped: Classifier, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Lived]:
    caplog.set_level(logging.DEBUG)
    world = World(WorldClock(START))
    _populate(world)
    with FakeX(world, bearer_token=TOKEN, hang_seconds=1.5) as fake:
        settings = {
            **environment(fake, tmp_path),
            "DATABASE_URL": database.url,
            "MONITOR__SOURCES__X__TIMEOUTS__CONNECT": "1s",
            "MONITOR__SOURCES__X__TIMEOUTS__READ": "1s",
            "MONITOR__SOURCES__X__TIMEOUTS__TOTAL": "2s",
        }
        app = App(load(ROOT / "config.yaml", settings), world.clock)
        app.classifier = shipped
        _live(app, fake)
        app.database.dispose()
        yield Lived(database, world, fake, caplog.text)


def _populate(world: World) -> None:
    from tests.fakex import load_day as into

    into(world, day.PATH, shift=START - day.WRITTEN_FOR)


def _live(app: App, fake: FakeX) -> None:
    """Every job of the daemon at every step; each fault rages for one step, and the next one is healthy."""
    leadership = Leadership(app.database, app.clock, ttl=timedelta(hours=1))
    daemon = Daemon(app.clock, leadership, ())
    jobs = app.jobs(daemon.stopping.is_set)
    faults = iter(Fault)
    clock = fake.world.clock
    for number in range(timedelta(hours=24) // STEP + 4):
        clock.advance(STEP)
        fake.faults.clear()
        if number % 2 and (fault := next(faults, None)) is not None:
            # One silent request is as good as five, and each costs the whole time-out.
            fake.faults.add(fault, times=1 if fault in (Fault.HANG, Fault.DRIP) else None)
        leadership.take()
        for job in jobs:
            daemon.guarded(job)
    assert next(faults, None) is None, "the day is too short for every fault"


def test_a_day_of_faults_loses_nothing_and_tells_nobody(lived: Lived) -> None:
    for brand in BRANDS:
        stored = lived.posts(brand)
        mentions = {id for id, post in stored.items() if post.role is Role.MENTION}

        assert lived.expected_mentions(brand) <= mentions
        assert all(post.needs_answer is not None for post in stored.values() if post.role is Role.MENTION)
    _own_posts_and_reposts_never_become_cases(lived)
    _clear_complaints_become_cases(lived)
    _our_replies_are_matched(lived)
    _snapshots_are_taken(lived)
    _every_job_left_a_heartbeat(lived)
    _nothing_private_is_logged(lived)
    _the_queue_shows_who_waits_and_why(lived)


def _own_posts_and_reposts_never_become_cases(lived: Lived) -> None:
    never = day.must_never_become_cases(START)

    assert not never & {case.first_post_id for case in lived.cases()}
    for brand, account in BRANDS.items():
        for post in lived.posts(brand).values():
            if post.author_id == account or post.repost_of is not None:
                assert post.role is not Role.MENTION
    live = [(c.brand, c.conversation_id) for c in lived.cases() if c.status.live]
    assert len(live) == len(set(live))


def _clear_complaints_become_cases(lived: Lived) -> None:
    conversations = {case.conversation_id for case in lived.cases()}
    posts = {id: post for brand in BRANDS for id, post in lived.posts(brand).items()}
    clear = day.must_become_cases(START) & set(posts)
    found = {id for id in clear if posts[id].conversation_id in conversations}

    # The first shipped model finds 46 of these 52, missing the politest ones and some in French and Polish.
    assert len(found) >= 0.85 * len(clear)


def _our_replies_are_matched(lived: Lived) -> None:
    by_conversation = {(case.brand, case.conversation_id): case for case in lived.cases()}
    matched = 0
    for brand in BRANDS:
        for reply in lived.posts(brand).values():
            case = by_conversation.get((brand, reply.conversation_id))
            if reply.role is Role.REPLY and case is not None and reply.in_reply_to == case.first_post_id:
                assert case.first_reply_at is not None
                assert case.first_reply_at <= reply.published_at
                matched += 1
    assert matched >= 20


def _snapshots_are_taken(lived: Lived) -> None:
    with lived.database.read() as session:
        for account in BRANDS.values():
            assert followers.snapshots(session, "x", account)


def _every_job_left_a_heartbeat(lived: Lived) -> None:
    with lived.database.read() as session:
        beats = heartbeats.heartbeats(session)
    assert {beat.job.split("/")[0] for beat in beats} == {"assess", "sweep", "ingest", "followers"}
    assert all(beat.last_ok_at is not None for beat in beats)
    assert any(beat.error is None for beat in beats)


def _nothing_private_is_logged(lived: Lived) -> None:
    assert TOKEN not in lived.log
    for post in lived.world.visible():
        if len(post.text) > 15:
            assert post.text[:40] not in lived.log


def _the_queue_shows_who_waits_and_why(lived: Lived) -> None:
    with lived.database.read() as session:
        page = queue.queue_page(session, EVERYTHING_LIVE, Asker(None, START), limit=200)

    assert page.rows
    assert all(row.case.reasons and row.post is not None for row in page.rows)
    ranks = [cases.priority(row.case) for row in page.rows]
    assert ranks == sorted(ranks)
