"""The page over an empty SQLite database, a clock that moves when told, and browsers that are logged in."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from monitor.config import load
from monitor.domain.access import Agent, Rank
from monitor.web.app import create_app
from monitor.wiring import App
from tests.fakes import FakeClock, FakeHasher
from tests.make import NOW

ROOT = Path(__file__).parents[2]
PASSWORD = "tumbleweed lantern 9"
OWN = {"Sec-Fetch-Site": "same-origin"}

MakeApp = Callable[..., App]
LogIn = Callable[..., TestClient]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def make_monitor(tmp_path: Path, sqlite_template: Path, clock: FakeClock) -> Iterator[MakeApp]:
    """A program with other settings: `make_monitor(MONITOR__WEB__PUBLIC_URL="https://care.example.org")`."""
    made: list[App] = []
    path = tmp_path / "monitor.db"
    shutil.copyfile(sqlite_template, path)

    def make(**environment: str) -> App:
        variables = {"HOME": str(tmp_path), "MONITOR__DATABASE__URL": f"sqlite:///{path}", **environment}
        app = App(load(ROOT / "config.yaml", variables), clock)
        app.hasher = FakeHasher()  # type: ignore[assignment]
        made.append(app)
        return app

    yield make
    for app in made:
        app.database.dispose()


@pytest.fixture
def monitor(make_monitor: MakeApp) -> App:
    return make_monitor()


@pytest.fixture
def site(monitor: App) -> FastAPI:
    return create_app(monitor)


def add_agent(monitor: App, name: str, rank: Rank = Rank.AGENT) -> Agent:
    """Somebody of the team who can log in with `PASSWORD`."""
    added = monitor.team.add(name, by="root", rank=rank)
    monitor.team.set_password(name, PASSWORD, by="root")
    return added


def browser(site: FastAPI, url: str = "http://127.0.0.1", **options: Any) -> TestClient:
    """A browser on our own pages that does not follow redirects and lets the page answer for its mistakes."""
    given = {"headers": OWN, "raise_server_exceptions": False, "follow_redirects": False} | options
    return TestClient(site, base_url=url, client=("127.0.0.1", 50_000), **given)


@pytest.fixture
def stranger(site: FastAPI) -> TestClient:
    return browser(site)


@pytest.fixture
def log_in(monitor: App, site: FastAPI) -> LogIn:
    """A browser in which somebody is logged in, who joins the team if need be: `log_in("ilze", Rank.LEAD)`."""

    def enter(name: str = "ilze", rank: Rank = Rank.AGENT, **options: Any) -> TestClient:
        if name not in monitor.team.able_to_log_in():
            add_agent(monitor, name, rank)
        client = browser(site, **options)
        answer = client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    return enter


def words_of(html: str) -> str:
    """What a page says, without its mark-up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))
