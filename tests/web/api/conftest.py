"""Programs with tokens, and a queue for them to work on."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from monitor.domain.access import Rank, Scope
from monitor.wiring import App
from tests.web.conftest import browser

ROOT = "/api/v1"
Program = Callable[..., TestClient]


def with_token(monitor: App, site: FastAPI, name: str, rank: Rank, *scopes: Scope) -> TestClient:
    """A program that sends the token of somebody, who joins the team if need be. It says nothing of an origin."""
    if name not in {agent.name for agent in monitor.team.everybody()}:
        monitor.team.add(name, by="root", rank=rank)
    key, _ = monitor.tokens.create(monitor.team.person(name), "a program", frozenset(scopes), by="root")
    client = browser(site, headers={"Authorization": f"Bearer {key}"})
    client.base_url = client.base_url.join(ROOT + "/")
    return client


@pytest.fixture
def program(monitor: App, site: FastAPI) -> Program:
    """`program()` reads and acts for the agent ilze; `program("petar", Rank.LEAD, Scope.READ)` is another."""

    def made(name: str = "ilze", rank: Rank = Rank.AGENT, *scopes: Scope) -> TestClient:
        return with_token(monitor, site, name, rank, *(scopes or (Scope.READ, Scope.ACT)))

    return made
