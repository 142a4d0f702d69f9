"""The stream of events: one look at the database for everybody, and what each browser is told."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from httpx2 import Client
from starlette.testclient import TestClient

from monitor.domain.presence import Doing
from monitor.domain.search import EVERYTHING_LIVE
from monitor.services.desk import ViewCount
from monitor.web.live import Feed, Sight, counts, look
from monitor.wiring import App
from tests.web.conftest import PASSWORD, add_agent
from tests.web.scene import add_case


class Looks:
    """A database to look at that counts how often it was looked at."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Sight:
        self.times += 1
        return Sight(self.times)


async def first_sights(feed: Feed, many: int) -> list[int]:
    seen = []
    async for sight in feed.follow():
        seen.append(sight.last_event)
        if len(seen) == many:
            break
    return seen


class TestTheFeed:
    def test_many_readers_share_one_look(self) -> None:
        looks = Looks()

        async def read() -> list[list[int]]:
            feed = Feed(looks, every=0.02)
            return await asyncio.gather(*(first_sights(feed, 3) for _ in range(20)))

        seen = asyncio.run(read())

        assert looks.times <= 5
        assert all(len(sights) == 3 for sights in seen)

    def test_nobody_looks_while_nobody_reads(self) -> None:
        looks = Looks()

        async def read_and_leave() -> int:
            feed = Feed(looks, every=0.01)
            await first_sights(feed, 1)
            await asyncio.sleep(0.1)
            return looks.times

        assert asyncio.run(read_and_leave()) <= 3

    def test_it_begins_again_for_the_next_reader(self) -> None:
        looks = Looks()

        async def twice() -> list[int]:
            feed = Feed(looks, every=0.01)
            await first_sights(feed, 1)
            await asyncio.sleep(0.05)
            return await first_sights(feed, 1)

        assert asyncio.run(twice())

    def test_every_stream_ends_with_the_server(self) -> None:
        async def end() -> list[int]:
            feed = Feed(Looks(), every=0.01)
            reading = asyncio.create_task(first_sights(feed, 10_000))
            await asyncio.sleep(0.05)
            await feed.end()
            return await asyncio.wait_for(reading, 3)

        assert asyncio.run(end())


def test_a_look_sees_the_newest_event_and_who_is_where(monitor: App) -> None:
    case = add_case(monitor)
    monitor.workplace.beat(case.id or 0, "janis", Doing.REPLYING)

    sight = look(monitor)

    assert sight.last_event == monitor.desk.last_event() > 0
    assert sight.presence == {str(case.id): [{"agent": "janis", "doing": "replying"}]}


def test_views_that_were_not_counted_to_the_end_are_named() -> None:
    views = [ViewCount("all", "all", EVERYTHING_LIVE, 1000, more=True), ViewCount("mine", "mine", EVERYTHING_LIVE, 2)]

    assert counts(views) == {"counts": {"all": 1000, "mine": 2}, "more": ["all"]}


@contextmanager
def served(site: FastAPI) -> Iterator[str]:
    """The page on a port of its own."""
    config = uvicorn.Config(site, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            threading.Event().wait(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(15)
        assert not thread.is_alive()


def told(lines: Iterator[str], wanted: str) -> dict[str, object]:
    """The data of the next event of that name."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: ") and name == wanted:
            found: dict[str, object] = json.loads(line.removeprefix("data: "))
            return found
    raise AssertionError(f"the stream ended without {wanted}")


@pytest.mark.slow
class TestTheStream:
    def test_a_browser_hears_counts_changes_and_colleagues(self, monitor: App, site: FastAPI) -> None:
        add_agent(monitor, "ilze")
        case = add_case(monitor)
        with served(site) as url, Client(base_url=url, headers={"Sec-Fetch-Site": "same-origin"}) as client:
            client.post("/login", data={"name": "ilze", "password": PASSWORD})
            with client.stream("GET", "/live", timeout=20) as answer:
                lines = answer.iter_lines()
                assert answer.headers["content-type"].startswith("text/event-stream")
                views = told(lines, "views")
                monitor.workplace.beat(case.id or 0, "janis", Doing.VIEWING)
                there = told(lines, "presence")
                monitor.review.claim(case.id or 0, "janis")
                changed = told(lines, "changed")

        assert views["counts"]["all"] == 1  # type: ignore[index]
        assert there == {str(case.id): [{"agent": "janis", "doing": "viewing"}]}
        assert changed == {"upto": monitor.desk.last_event()}

    def test_what_was_missed_while_the_connection_was_broken_is_told_at_once(self, monitor: App, site: FastAPI) -> None:
        add_agent(monitor, "ilze")
        add_case(monitor)
        before = monitor.desk.last_event()
        add_case(monitor)
        with served(site) as url, Client(base_url=url, headers={"Sec-Fetch-Site": "same-origin"}) as client:
            client.post("/login", data={"name": "ilze", "password": PASSWORD})
            with client.stream("GET", "/live", timeout=20, headers={"Last-Event-ID": str(before)}) as answer:
                assert told(answer.iter_lines(), "changed") == {"upto": monitor.desk.last_event()}

    def test_a_stranger_hears_nothing(self, stranger: TestClient) -> None:
        assert stranger.get("/live").status_code == 303
