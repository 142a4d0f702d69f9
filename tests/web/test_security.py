"""What holds for every answer and every request: headers, hosts, origins, sizes, proxies."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from monitor.domain.access import Rank, Scope
from monitor.web.app import create_app
from monitor.web.security import bearer_of
from monitor.wiring import App
from tests.web.conftest import OWN, PASSWORD, LogIn, MakeApp, add_agent, browser

EXPECTED = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class TestHeaders:
    @pytest.fixture
    def failing(self, monitor: App) -> FastAPI:
        """The page, with a route that fails without being expected to."""
        site = create_app(monitor)

        @site.get("/fails")
        def fails() -> None:
            raise ZeroDivisionError("the words of a post")

        site.router.routes.insert(0, site.router.routes.pop())
        return site

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/healthz", 200),
            ("GET", "/setup", 200),
            ("GET", "/login", 303),
            ("GET", "/account", 303),
            ("GET", "/nowhere", 303),
            ("GET", "/api/nowhere", 401),
            ("DELETE", "/login", 405),
            ("GET", "/static/nowhere.css", 303),
            ("GET", "/static/css/access.css", 200),
            ("GET", "/fails", 500),
        ],
    )
    def test_they_are_on_every_answer(self, failing: FastAPI, method: str, path: str, status: int) -> None:
        answer = browser(failing).request(method, path)

        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "server" not in answer.headers

    @pytest.mark.parametrize(
        ("path", "data", "status"),
        [("/account/tokens", {"days": "many"}, 422), ("/account/sessions/x/revoke", {}, 422), ("/nowhere", {}, 404)],
    )
    def test_also_on_what_was_wrong_with_a_form(
        self, log_in: LogIn, path: str, data: dict[str, str], status: int
    ) -> None:
        answer = log_in().post(path, data=data)

        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
        assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        ("url", "headers", "status"),
        [("http://evil.example", OWN, 400), ("http://127.0.0.1", {"Sec-Fetch-Site": "cross-site"}, 403)],
    )
    def test_also_on_what_is_turned_away_at_the_door(
        self, site: FastAPI, url: str, headers: dict[str, str], status: int
    ) -> None:
        answer = browser(site, url, headers=headers).post("/login", data={})

        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED

    def test_pages_are_in_no_cache_and_static_files_may_be(self, stranger: TestClient) -> None:
        assert stranger.get("/setup").headers["cache-control"] == "no-store"
        assert "no-store" not in stranger.get("/static/css/access.css").headers.get("cache-control", "")

    def test_a_failure_says_nothing_of_what_was_behind_it(
        self, failing: FastAPI, caplog: pytest.LogCaptureFixture
    ) -> None:
        page = browser(failing).get("/fails")
        program = browser(failing).get("/fails", headers={"Accept": "application/json"})

        assert "ZeroDivision" not in page.text + program.text
        assert "words of a post" not in page.text + program.text + caplog.text
        assert program.json()["status"] == 500
        assert program.headers["content-type"] == "application/problem+json"


class TestOrigins:
    """CSRF: whatever changes something must come from our own pages, or carry a token that no other site can send."""

    @pytest.mark.parametrize(
        ("headers", "passes"),
        [
            ({"Sec-Fetch-Site": "same-origin"}, True),
            ({"Sec-Fetch-Site": "none"}, True),
            ({"Sec-Fetch-Site": "same-site"}, False),
            ({"Sec-Fetch-Site": "cross-site"}, False),
            ({"Sec-Fetch-Site": "anything else"}, False),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"}, False),
            ({"Origin": "http://127.0.0.1"}, True),
            ({"Origin": "http://127.0.0.1:8000"}, False),
            ({"Origin": "http://evil.example"}, False),
            ({"Origin": "http://127.0.0.1.evil.example"}, False),
            ({"Origin": "null"}, False),
            ({"Origin": "http://[::1"}, False),
            ({"Origin": ""}, False),
            ({}, False),
            ({"Referer": "http://127.0.0.1/login"}, False),
            ({"Authorization": "Bearer cm_made-up"}, True),
            ({"Authorization": "Basic aWx6ZTp4"}, False),
            ({"X-HTTP-Method-Override": "GET"}, False),
        ],
    )
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_who_may_change_something(self, site: FastAPI, method: str, headers: dict[str, str], passes: bool) -> None:
        answer = browser(site, headers=headers).request(method, "/login")

        assert (answer.status_code != 403 or "password" in answer.text) is passes
        if not passes:
            assert answer.text == (
                "This was not sent from a page of this program. Open the page again and repeat it there."
            )

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_reading_is_for_everybody(self, site: FastAPI, method: str) -> None:
        assert browser(site, headers={"Sec-Fetch-Site": "cross-site"}).request(method, "/setup").status_code != 403

    def test_a_forged_form_does_nothing_in_the_name_of_somebody_who_is_logged_in(
        self, log_in: LogIn, monitor: App
    ) -> None:
        anna = log_in("anna", Rank.ADMIN)
        add_agent(monitor, "ilze")
        answer = anna.post("/people/ilze/disable", headers={"Sec-Fetch-Site": "cross-site"})

        assert answer.status_code == 403
        assert monitor.team.person("ilze").disabled_at is None

    def test_a_token_does_not_make_a_cookie_count(self, log_in: LogIn) -> None:
        """A made-up token gets a forged request past the door, and nowhere else."""
        headers = {"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer made-up"}

        assert log_in("anna", Rank.ADMIN).post("/people/anna/sessions/revoke", headers=headers).status_code == 401

    def test_behind_a_proxy_that_changes_the_host_the_public_address_counts(self, make_monitor: MakeApp) -> None:
        site = create_app(make_monitor(MONITOR__WEB__PUBLIC_URL="https://care.example.org"))
        own = browser(site, headers={"Origin": "https://care.example.org"}).post("/login", data={})
        other = browser(site, headers={"Origin": "https://care.example.org.evil"}).post("/login", data={})

        assert "password" in own.text
        assert "not sent from a page" in other.text

    @pytest.mark.parametrize(
        ("header", "token"),
        [("Bearer cm_x", "cm_x"), ("bearer  cm_x ", "cm_x"), ("Bearer", ""), ("Basic cm_x", None), ("", None)],
    )
    def test_a_bearer_token_is_read_from_its_header(self, header: str, token: str | None) -> None:
        assert bearer_of(Headers({"Authorization": header})) == token
        assert bearer_of(Headers()) is None


class TestHosts:
    @pytest.mark.parametrize("url", ["http://127.0.0.1", "http://127.0.0.1:8000", "http://localhost", "http://[::1]"])
    def test_the_own_names_are_answered(self, site: FastAPI, url: str) -> None:
        assert browser(site, url).get("/healthz").status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil", "", "a b", "[::1"])
    def test_other_names_are_not(self, site: FastAPI, host: str) -> None:
        answer = browser(site).get("/healthz", headers={"Host": host})

        assert answer.status_code == 400
        assert host not in answer.text or not host

    def test_configured_names_are_answered_too(self, make_monitor: MakeApp) -> None:
        names = {
            "MONITOR__WEB__PUBLIC_URL": "https://Care.example.org",
            "MONITOR__WEB__TRUSTED_HOSTS": "['*.example.net']",
        }
        site = create_app(make_monitor(**names))

        assert browser(site, "https://care.example.org").get("/healthz").status_code == 200
        assert browser(site, "https://a.example.net").get("/healthz").status_code == 200
        assert browser(site, "https://example.com").get("/healthz").status_code == 400


class TestSizes:
    def test_a_body_that_is_too_long_is_refused(self, stranger: TestClient) -> None:
        answer = stranger.post("/login", data={"name": "x" * 1_000_001})

        assert answer.status_code == 413
        assert answer.headers["x-content-type-options"] == "nosniff"

    def test_also_when_its_length_is_not_said(self, stranger: TestClient) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"name="
            for _ in range(30):
                yield b"x" * 50_000

        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert stranger.post("/login", content=pieces(), headers=form).status_code == 413

    def test_a_form_with_ten_thousand_fields_is_refused(self, stranger: TestClient) -> None:
        fields = {f"f{number}": "" for number in range(10_000)}

        assert stranger.post("/login", data=fields).status_code in (400, 413)

    def test_a_long_form_within_the_limit_is_read(self, stranger: TestClient) -> None:
        assert stranger.post("/login", data={"name": "x" * 900_000}).status_code == 403


class TestProxies:
    settings = {  # noqa: RUF012 - read only
        "MONITOR__WEB__PROXIES": "[127.0.0.1, 10.0.0.0/8]",
        "MONITOR__WEB__PROXY_USER_HEADER": "Remote-User",
    }

    def entry(self, monitor: App) -> str | None:
        return monitor.team.trail()[0][1].address

    @pytest.mark.parametrize(
        ("settings", "said", "expected"),
        [
            ({}, {"X-Forwarded-For": "198.51.100.7"}, "127.0.0.1"),
            (settings, {"X-Forwarded-For": "198.51.100.7"}, "198.51.100.7"),
            (settings, {"X-Forwarded-For": "1.2.3.4, 198.51.100.7, 10.0.0.3"}, "198.51.100.7"),
            (settings, {}, "127.0.0.1"),
        ],
    )
    def test_only_a_listed_proxy_says_where_somebody_is(
        self, make_monitor: MakeApp, settings: dict[str, str], said: dict[str, str], expected: str
    ) -> None:
        monitor = make_monitor(**settings)
        add_agent(monitor, "ilze")
        browser(create_app(monitor)).post("/login", data={"name": "ilze", "password": PASSWORD}, headers=said)

        assert self.entry(monitor) == expected

    def test_a_listed_proxy_says_who_has_logged_in(self, make_monitor: MakeApp) -> None:
        monitor = make_monitor(**self.settings)
        add_agent(monitor, "ilze")
        page = browser(create_app(monitor)).get("/account", headers={"Remote-User": "Ilze"})

        assert page.status_code == 200
        assert "ilze" in page.text

    @pytest.mark.parametrize("peer", ["192.0.2.1", "testclient", ""])
    def test_nobody_else_does(self, make_monitor: MakeApp, peer: str) -> None:
        monitor = make_monitor(**self.settings)
        add_agent(monitor, "ilze", Rank.ADMIN)
        other = TestClient(create_app(monitor), base_url="http://127.0.0.1", client=(peer, 1), follow_redirects=False)
        headers = {"Remote-User": "ilze", "X-Forwarded-For": "127.0.0.1"}

        assert other.get("/account", headers=headers).headers["location"] == "/login?next=/account"

    def test_a_proxy_without_the_setting_says_nothing(self, monitor: App, stranger: TestClient) -> None:
        add_agent(monitor, "ilze")
        assert stranger.get("/account", headers={"Remote-User": "ilze"}).status_code == 303

    @pytest.mark.parametrize("name", ["nobody", "gone"])
    def test_somebody_who_is_not_in_the_team_is_told_whom_to_ask(self, make_monitor: MakeApp, name: str) -> None:
        monitor = make_monitor(**self.settings)
        add_agent(monitor, "gone")
        monitor.team.disable("gone", by="root")
        answer = browser(create_app(monitor)).get("/account", headers={"Remote-User": name})

        assert answer.status_code == 403
        assert "ask an administrator" in answer.text

    def test_two_names_are_none(self, make_monitor: MakeApp) -> None:
        monitor = make_monitor(**self.settings)
        add_agent(monitor, "ilze")
        twice = [("Remote-User", "ilze"), ("Remote-User", "anna")]

        assert browser(create_app(monitor)).get("/account", headers=twice).status_code == 303

    def test_whoever_comes_over_https_gets_a_cookie_for_it(self, make_monitor: MakeApp) -> None:
        monitor = make_monitor(**self.settings)
        add_agent(monitor, "ilze")
        form, proxy = {"name": "ilze", "password": PASSWORD}, {"X-Forwarded-Proto": "https"}
        answer = browser(create_app(monitor)).post("/login", data=form, headers=proxy)

        assert answer.headers["set-cookie"].startswith("__Host-")


def test_a_token_is_enough_for_a_program(monitor: App, stranger: TestClient) -> None:
    key, _ = monitor.tokens.create(add_agent(monitor, "ilze"), "bot", frozenset({Scope.READ}), by="ilze")

    assert stranger.get("/account", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    wrong = stranger.get("/account", headers={"Authorization": f"Bearer {key}x"})
    assert wrong.status_code == 401
    assert wrong.headers["www-authenticate"] == "Bearer"
    assert wrong.json()["title"] == "Unauthorized"
