"""Who may use which operation: every route with every scope and every rank, read from the routers themselves."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from monitor.domain.access import Rank, Scope, allows, reach
from monitor.web import api
from monitor.web.app import create_app
from monitor.web.auth import declared
from monitor.wiring import App
from tests.web.api.conftest import ROOT, Program, with_token
from tests.web.conftest import LogIn, MakeApp, add_agent, browser

ROUTES = [
    (method, route.path, declared(route) or Rank.VIEWER) for route in api.routes() for method in sorted(route.methods)
]
OWNERS = [
    (rank, scope)
    for rank in Rank
    for scope in Scope
    if not (scope is Scope.ADMIN and rank is not Rank.ADMIN) and not (scope is Scope.ACT and rank is Rank.VIEWER)
]


def filled(path: str) -> str:
    """The path with something plausible in it, which is not there."""
    known = path.replace("{slug}", "nothing").replace("{name}", "0" * 32)
    return ROOT + "/".join("987654321" if part.startswith("{") else part for part in known.split("/"))


@pytest.fixture(scope="module")
def ranks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, FastAPI]]:
    """One page for the whole matrix: nothing in it changes what a later row sees."""
    from monitor.config import load
    from monitor.store import migrate
    from tests.fakes import FakeClock, FakeHasher
    from tests.make import NOW
    from tests.web.conftest import ROOT as FOLDER

    home = tmp_path_factory.mktemp("matrix")
    settings = {"HOME": str(home), "MONITOR__WEB__API_PER_MINUTE": "100000"}
    app = App(load(FOLDER / "config.yaml", settings), FakeClock(NOW))
    app.hasher = FakeHasher()  # type: ignore[assignment]
    migrate.upgrade(app.config.database_url)
    yield app, create_app(app)
    app.database.dispose()


def test_there_is_a_matrix() -> None:
    assert len(ROUTES) > 25
    assert {rank for _, _, rank in ROUTES} == {Rank.VIEWER, Rank.AGENT, Rank.LEAD}


@pytest.mark.parametrize(("method", "path", "needed"), ROUTES)
def test_a_stranger_reaches_nothing(ranks: tuple[App, FastAPI], method: str, path: str, needed: Rank) -> None:
    unknown = browser(ranks[1], headers={"Authorization": "Bearer cm_nobody"}).request(method, filled(path))
    page = browser(ranks[1]).request(method, filled(path))

    for answer in (unknown, page):
        assert answer.status_code == 401
        assert answer.json()["type"] == f"{ROOT}/problems/not-signed-in"
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("rank", "scope"), OWNERS)
def test_each_scope_of_each_rank_reaches_what_it_may_and_nothing_else(
    ranks: tuple[App, FastAPI], rank: Rank, scope: Scope
) -> None:
    client = with_token(*ranks, f"{rank.value}-owner", rank, scope)
    has = reach(rank, frozenset((scope,)))
    assert has is not None

    for method, path, needed in ROUTES:
        answer = client.request(method, filled(path).removeprefix(f"{ROOT}/"))
        if allows(has, needed):
            assert answer.status_code not in (401, 403), (path, answer.text)
            assert answer.status_code < 500, (path, answer.text)
        else:
            assert answer.status_code == 403, path
            assert answer.json()["type"] == f"{ROOT}/problems/denied"


def test_what_was_denied_is_in_the_audit_trail(ranks: tuple[App, FastAPI]) -> None:
    client = with_token(*ranks, "curious", Rank.AGENT, Scope.READ)

    client.post("next", json={})

    entry = ranks[0].team.trail()[0][1]
    assert (entry.actor, entry.detail) == ("curious", {"request": f"POST {ROOT}/next"})


def test_a_page_of_ours_may_use_the_browsers_session(log_in: LogIn) -> None:
    ours = log_in("ilze")

    assert ours.get(f"{ROOT}/me").json()["name"] == "ilze"
    assert ours.post(f"{ROOT}/next", json={}).status_code == 204


def test_a_page_of_another_site_may_not(log_in: LogIn) -> None:
    other = log_in("ilze").post(f"{ROOT}/next", json={}, headers={"Sec-Fetch-Site": "cross-site"})

    assert other.status_code == 403
    assert other.json()["type"] == f"{ROOT}/problems/cross-site"


def test_a_token_that_was_revoked_or_whose_owner_left_counts_no_more(monitor: App, program: Program) -> None:
    add_agent(monitor, "petar")
    revoked, left = program("ilze"), program("petar")
    (token,) = monitor.tokens.listed(monitor.team.person("ilze"))
    monitor.tokens.revoke(token[0].id, by=None, name="root")
    monitor.team.disable("petar", by="root")

    assert (revoked.get("me").status_code, left.get("me").status_code) == (401, 401)


def test_too_many_requests_are_told_when_to_come_back(make_monitor: MakeApp) -> None:
    monitor = make_monitor(MONITOR__WEB__API_PER_MINUTE="3")
    site = create_app(monitor)
    first, second = (with_token(monitor, site, "ilze", Rank.AGENT, Scope.READ) for _ in range(2))

    assert [first.get("me").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = first.get("me")
    assert refused.headers["retry-after"] == "20"
    assert refused.json()["type"] == f"{ROOT}/problems/too-many-requests"
    assert second.get("me").status_code == 200, "another token has a count of its own"
    monitor.clock.pass_time(seconds=20)  # type: ignore[attr-defined]
    assert [first.get("me").status_code for _ in range(2)] == [200, 429]
