"""The way in: the first administrator, logging in, an invitation, and logging out."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from monitor.domain.access import Rank
from monitor.wiring import App
from tests.fakes import FakeClock
from tests.web.conftest import PASSWORD, LogIn, add_agent, browser, words_of

WRONG = "This name and this password do not belong together, or the account is disabled."


class TestFirstStart:
    def test_everything_leads_to_the_set_up_until_there_is_an_administrator(self, stranger: TestClient) -> None:
        assert stranger.get("/account").headers["location"] == "/login?next=/account"
        assert stranger.get("/login").headers["location"] == "/setup"
        assert "You become the first administrator." in words_of(stranger.get("/setup").text)

    def test_the_code_from_the_console_makes_the_administrator_and_logs_in(
        self, stranger: TestClient, monitor: App
    ) -> None:
        form = {"code": monitor.team.first_code(), "name": "Anna", "password": PASSWORD, "again": PASSWORD}
        answer = stranger.post("/setup", data=form)

        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert monitor.team.person("anna").rank is Rank.ADMIN
        assert stranger.get("/people").status_code == 200

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"code": "AAAA"}, "This code is not right"),
            ({"password": "short", "again": "short"}, "at least 12 characters"),
            ({"again": "something else"}, "The two passwords are not the same."),
            ({"name": "an na"}, "A login name has"),
        ],
    )
    def test_a_mistake_is_explained_and_what_was_typed_stays(
        self, stranger: TestClient, monitor: App, change: dict[str, str], said: str
    ) -> None:
        form = {"code": monitor.team.first_code(), "name": "anna", "password": PASSWORD, "again": PASSWORD}
        answer = stranger.post("/setup", data=form | change)

        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{change.get("name", "anna")}"' in answer.text
        assert PASSWORD not in answer.text
        assert not monitor.team.has_admin()
        assert "set-cookie" not in answer.headers

    def test_an_invited_colleague_chooses_a_password(self, site: FastAPI, log_in: LogIn, monitor: App) -> None:
        log_in("anna", Rank.ADMIN)
        monitor.team.add("ilze", by="anna")
        newcomer = browser(site)
        assert "An administrator gave you a code." in words_of(newcomer.get("/setup").text)
        form = {"code": monitor.team.invite("ilze", by="anna"), "password": PASSWORD, "again": PASSWORD}
        assert newcomer.post("/setup", data=form).status_code == 303
        assert "You sign in as ilze." in words_of(newcomer.get("/account").text)
        assert newcomer.post("/setup", data=form).status_code == 422, "a code works once"


class TestLoggingIn:
    @pytest.fixture(autouse=True)
    def _team(self, monitor: App) -> None:
        add_agent(monitor, "anna", Rank.ADMIN)
        add_agent(monitor, "ilze")

    def test_leads_to_where_one_was_going(self, stranger: TestClient) -> None:
        asked = stranger.get("/account?a=1&b=2")
        page = stranger.get(asked.headers["location"])
        assert 'name="next" value="/account?a=1&amp;b=2"' in page.text

        form = {"name": "ilze", "password": PASSWORD, "next": "/account?a=1&b=2"}
        assert stranger.post("/login", data=form).headers["location"] == "/account?a=1&b=2"

    @pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
    def test_leads_to_no_other_site(self, stranger: TestClient, target: str) -> None:
        assert "evil" not in stranger.get("/login", params={"next": target}).text
        form = {"name": "ilze", "password": PASSWORD, "next": target}
        assert stranger.post("/login", data=form).headers["location"] == "/"
        assert stranger.get("/login", params={"next": target}).headers["location"] == "/"

    @pytest.mark.parametrize(("name", "password"), [("ilze", "wrong"), ("nobody", PASSWORD), ("", "")])
    def test_every_refusal_looks_the_same(self, stranger: TestClient, name: str, password: str) -> None:
        answer = stranger.post("/login", data={"name": name, "password": password})

        assert answer.status_code == 403
        assert WRONG in answer.text
        assert "set-cookie" not in answer.headers
        assert password == "" or password not in answer.text

    def test_guessing_is_answered_with_how_long_to_wait(self, stranger: TestClient, clock: FakeClock) -> None:
        for _ in range(4):
            stranger.post("/login", data={"name": "ilze", "password": "guess"})
        answer = stranger.post("/login", data={"name": "ilze", "password": PASSWORD})

        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "2"
        assert "Try again in 2 seconds." in words_of(answer.text)
        clock.pass_time(seconds=2)
        assert stranger.post("/login", data={"name": "ilze", "password": PASSWORD}).status_code == 303

    @pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "' onfocus=alert(1) x='", "{{ 7 * 7 }}"])
    def test_what_was_typed_is_shown_and_does_nothing(self, stranger: TestClient, typed: str) -> None:
        page = stranger.post("/login", data={"name": typed, "password": "x", "next": f"/{typed}"}).text

        assert "<script>alert" not in page
        assert "' onfocus" not in page.replace("&#39;", "")
        assert "49" not in words_of(page)

    def test_somebody_who_is_logged_in_does_not_see_the_form(self, log_in: LogIn) -> None:
        assert log_in().get("/login?next=/account").headers["location"] == "/account"

    def test_the_page_speaks_the_browsers_language(self, stranger: TestClient) -> None:
        assert '<html lang="lv"' in stranger.get("/login", headers={"Accept-Language": "lv,en;q=0.5"}).text

    def test_logging_out_twice_is_no_mistake(self, log_in: LogIn) -> None:
        client = log_in()
        assert [client.post("/logout").status_code for _ in range(2)] == [303, 303]

    def test_logging_out_by_a_link_is_not_possible(self, log_in: LogIn) -> None:
        client = log_in()
        assert client.get("/logout").status_code == 405
        assert client.get("/account").status_code == 200
