"""Who may use which route: a matrix of every route and every rank, read from the routers themselves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from monitor.domain.access import Agent, Rank, Scope, allows
from monitor.web import app as web
from monitor.web.auth import anyone, declared, local_path, needs, signed_in
from monitor.wiring import App
from tests.fakes import FakeClock
from tests.web.conftest import PASSWORD, LogIn, MakeApp, add_agent, browser

OPEN = {"GET /healthz", "GET /login", "POST /login", "POST /logout", "GET /setup", "POST /setup"}
"""What somebody who is not logged in may reach, beside static files. A new one is a decision: add it here by hand."""


def routes() -> Iterator[tuple[str, str, Rank | None]]:
    for router in web.ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute), f"{route} is not a route that can say who may use it"
            for method in sorted(route.methods - {"HEAD"}):
                yield method, route.path, declared(route)


ROUTES = list(routes())
CLOSED = [(method, path, rank) for method, path, rank in ROUTES if rank is not None]


def filled(path: str) -> str:
    """The path with something plausible for its parameters, which is not there."""
    for name in ("{name}", "{key}", "{code}"):
        path = path.replace(name, "nobody")
    return "/".join("987654321" if part.startswith("{") else part for part in path.split("/"))


@pytest.fixture(scope="module")
def ranks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, FastAPI]]:
    """One page for the whole matrix: nothing in it changes what a later row sees."""
    from monitor.config import load
    from monitor.store import migrate
    from tests.fakes import FakeHasher
    from tests.make import NOW
    from tests.web.conftest import ROOT

    folder = tmp_path_factory.mktemp("matrix")
    app = App(load(ROOT / "config.yaml", {"HOME": str(folder)}), FakeClock(NOW))
    app.hasher = FakeHasher()  # type: ignore[assignment]
    migrate.upgrade(app.config.database_url)
    for rank in Rank:
        add_agent(app, rank.value, rank)
    yield app, web.create_app(app)
    app.database.dispose()


def test_only_these_routes_are_open() -> None:
    assert {f"{method} {path}" for method, path, rank in ROUTES if rank is None} == OPEN


def test_there_is_a_matrix() -> None:
    assert len(CLOSED) > 10


@pytest.mark.parametrize(("method", "path", "needed"), CLOSED, ids=str)
def test_a_stranger_reaches_nothing(ranks: tuple[App, FastAPI], method: str, path: str, needed: Rank) -> None:
    page = browser(ranks[1]).request(method, filled(path))
    program = browser(ranks[1]).request(method, filled(path), headers={"Accept": "application/json"})

    if path.startswith("/api/"):
        assert page.status_code == 401
    else:
        assert page.status_code == 303
        assert page.headers["location"].startswith("/login")
    assert program.status_code == 401


@pytest.mark.parametrize("rank", Rank)
@pytest.mark.parametrize(("method", "path", "needed"), CLOSED, ids=str)
def test_each_rank_reaches_what_it_may_and_nothing_else(
    ranks: tuple[App, FastAPI], method: str, path: str, needed: Rank, rank: Rank
) -> None:
    """A stream that never ends is only asked for by those who may not have it."""
    if allows(rank, needed) and path.endswith(("/live", "/stream", "/events")):
        pytest.skip("a stream never ends")
    app, site = ranks
    client = browser(site)
    client.post("/login", data={"name": rank.value, "password": PASSWORD})

    answer = client.request(method, filled(path))

    if allows(rank, needed):
        assert answer.status_code not in (401, 403), answer.text
        assert answer.status_code < 500, answer.text
    else:
        assert answer.status_code == 403
        entry = app.team.trail()[0][1]
        assert (entry.actor, entry.detail) == (rank.value, {"request": f"{method} {filled(path)}"})


def test_a_route_that_does_not_say_who_may_use_it_stops_the_page(monitor: App, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = APIRouter()

    @forgotten.get("/forgotten")
    def page() -> str:
        return "secret"

    monkeypatch.setattr(web, "ROUTERS", (*web.ROUTERS, forgotten))
    with pytest.raises(LookupError, match="/forgotten does not say who may use it"):
        web.create_app(monitor)


def test_the_strictest_of_several_declarations_counts() -> None:
    router = APIRouter(dependencies=[Depends(anyone), Depends(signed_in)])

    def inner(agent: Annotated[Agent, Depends(needs(Rank.LEAD))]) -> Agent:
        return agent

    @router.get("/deep")
    def page(agent: Annotated[Agent, Depends(inner)]) -> str:
        return agent.name

    route = router.routes[0]
    assert isinstance(route, APIRoute)
    assert declared(route) is Rank.LEAD


@pytest.mark.parametrize("path", ["/nowhere", "/people/x/y/z", "/openapi.json", "/docs", "/redoc", "/static/../app.py"])
def test_to_a_stranger_a_path_that_leads_nowhere_looks_like_a_closed_one(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).headers["location"].startswith("/login?next=")
    assert stranger.get(path, headers={"Accept": "application/json"}).status_code == 401


def test_whoever_is_logged_in_is_told_that_there_is_nothing(log_in: LogIn) -> None:
    answer = log_in().get("/nowhere")

    assert answer.status_code == 404
    assert "There is nothing here." in answer.text


class TestCookies:
    def cookie(self, monitor: App, url: str) -> str:
        add_agent(monitor, "ilze")
        answer = browser(web.create_app(monitor), url).post("/login", data={"name": "ilze", "password": PASSWORD})
        return answer.headers["set-cookie"]

    def test_over_plain_http_on_this_machine(self, monitor: App) -> None:
        cookie = self.cookie(monitor, "http://127.0.0.1")

        assert cookie.startswith("complaint_monitor_session=")
        assert "secure" not in cookie.lower()
        assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=604800"} <= set(cookie.split("; "))

    def test_over_https(self, monitor: App) -> None:
        cookie = self.cookie(monitor, "https://localhost")

        assert cookie.startswith("__Host-complaint_monitor_session=")
        assert {"HttpOnly", "SameSite=lax", "Path=/", "Secure"} <= set(cookie.split("; "))
        assert "domain" not in cookie.lower()

    def test_where_the_public_address_is_https_a_plain_cookie_counts_for_nothing(self, make_monitor: MakeApp) -> None:
        """A neighbouring site could have set it."""
        monitor = make_monitor(MONITOR__WEB__PUBLIC_URL="https://care.example.org")
        add_agent(monitor, "ilze")
        site = web.create_app(monitor)
        given = browser(site, "https://care.example.org").post("/login", data={"name": "ilze", "password": PASSWORD})
        name, secret = given.headers["set-cookie"].split(";")[0].split("=")
        asked = browser(site, "https://care.example.org")

        assert asked.get("/account", headers={"Cookie": f"{name}={secret}"}).status_code == 200
        plain = name.removeprefix("__Host-")
        assert asked.get("/account", headers={"Cookie": f"{plain}={secret}"}).status_code == 303


class TestSessions:
    def test_a_cookie_cannot_be_replayed_after_logging_out(self, log_in: LogIn) -> None:
        client = log_in()
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
        assert client.get("/account").status_code == 200

        answer = client.post("/logout")

        assert answer.headers["location"] == "/login"
        assert answer.headers["clear-site-data"] == '"cache", "storage"'
        assert dict(client.cookies) == {}
        client.cookies.clear()
        assert client.get("/account", headers=cookie).status_code == 303

    def test_logging_in_again_gives_a_new_session_and_ends_the_old_one(self, log_in: LogIn) -> None:
        client = log_in()
        old = dict(client.cookies)
        client.post("/login", data={"name": "ilze", "password": PASSWORD})
        assert dict(client.cookies) != old

        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in old.items())}
        client.cookies.clear()
        assert client.get("/account", headers=cookie).status_code == 303

    def test_a_session_that_somebody_planted_is_not_taken_over(self, site: FastAPI, monitor: App) -> None:
        add_agent(monitor, "ilze")
        client = browser(site)
        client.cookies.set("complaint_monitor_session", "planted", domain="127.0.0.1")
        client.post("/login", data={"name": "ilze", "password": PASSWORD})

        assert "planted" not in client.cookies.values()
        assert monitor.access.session_of("planted") is None

    def test_an_idle_browser_logs_in_again(self, log_in: LogIn, clock: FakeClock) -> None:
        client = log_in()
        clock.pass_time(hours=8)
        assert client.get("/account").headers["location"] == "/login?next=/account"

    @pytest.mark.parametrize("change", ["disable", "rank", "password"])
    def test_whatever_changes_for_a_person_ends_the_session(self, log_in: LogIn, monitor: App, change: str) -> None:
        client = log_in("ilze", Rank.LEAD)
        changes = {
            "disable": lambda: monitor.team.disable("ilze", by="anna"),
            "rank": lambda: monitor.team.set_rank("ilze", Rank.VIEWER, by="anna"),
            "password": lambda: monitor.team.set_password("ilze", "quay meadow saxophone", by="anna"),
        }
        changes[change]()
        assert client.get("/account").status_code == 303


class TestTokens:
    def token(self, monitor: App, rank: Rank, scope: Scope, **options: timedelta) -> dict[str, str]:
        owner = add_agent(monitor, f"owner-{rank.value}", rank)
        key, _ = monitor.tokens.create(owner, "bot", frozenset({scope}), by="root", **options)
        return {"Authorization": f"Bearer {key}"}

    @pytest.mark.parametrize(("scope", "status"), [(Scope.READ, 403), (Scope.ACT, 403), (Scope.ADMIN, 200)])
    def test_a_token_reaches_as_far_as_its_scope(
        self, stranger: TestClient, monitor: App, scope: Scope, status: int
    ) -> None:
        answer = stranger.get("/people", headers=self.token(monitor, Rank.ADMIN, scope))

        assert answer.status_code == status
        if status == 403:
            assert answer.headers["content-type"] == "application/problem+json"

    def test_a_token_that_does_not_count_is_not_saved_by_a_cookie(self, log_in: LogIn) -> None:
        assert log_in().get("/account", headers={"Authorization": "Bearer cm_made-up"}).status_code == 401

    def test_an_old_token_is_refused(self, stranger: TestClient, monitor: App, clock: FakeClock) -> None:
        headers = self.token(monitor, Rank.AGENT, Scope.READ, lasts=timedelta(days=1))
        assert stranger.get("/account", headers=headers).status_code == 200
        clock.pass_time(days=1)
        assert stranger.get("/account", headers=headers).status_code == 401


@pytest.mark.parametrize("target", ["/", "/queue", "/cases/7?view=mine&q=lang%3Alv", "/a//b", "/a:b", "/@x"])
def test_after_logging_in_one_comes_back_to_a_page_of_ours(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "queue",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: a=b",
        "/\x00",
        "/ü",
        "@evil.example",
        ".evil.example",
    ],
)
def test_and_to_nowhere_else(target: str | None) -> None:
    assert local_path(target) == "/"
