"""One's own account: what one may change about oneself, where one is logged in, and the tokens of one's programs."""

import re

import pytest
from fastapi import FastAPI

from monitor.domain.access import Rank
from monitor.wiring import App
from tests.web.conftest import PASSWORD, LogIn, add_agent, browser, words_of

NEW = "quay meadow saxophone"


def test_the_password_changes_and_one_stays_logged_in_here_alone(log_in: LogIn, monitor: App) -> None:
    here, there = log_in(), log_in()
    answer = here.post("/account/password", data={"old": PASSWORD, "new": NEW, "again": NEW})

    assert answer.headers["location"] == "/account"
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"old": "wrong"}, "The present password is not right."),
        ({"again": "other"}, "The two passwords are not the same."),
        ({"new": "ilze-ilze-ilze-1", "again": "ilze-ilze-ilze-1"}, "built on digits or on words"),
        ({"new": "short", "again": "short"}, "at least 12 characters"),
    ],
)
def test_a_mistake_with_the_password_is_explained(log_in: LogIn, form: dict[str, str], said: str) -> None:
    client = log_in()
    answer = client.post("/account/password", data={"old": PASSWORD, "new": NEW, "again": NEW} | form)

    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert client.get("/account").status_code == 200


def test_guessing_the_present_password_is_slow(log_in: LogIn) -> None:
    client = log_in()
    statuses = [
        client.post("/account/password", data={"old": "x", "new": NEW, "again": NEW}).status_code for _ in "12345"
    ]

    assert statuses == [422] * 4 + [429]


def test_language_zone_and_names_are_kept(log_in: LogIn, monitor: App) -> None:
    form = {"display_name": " Ilze O. ", "email": "i@example.org", "locale": "lv", "time_zone": "Asia/Tokyo"}
    client = log_in()
    assert client.post("/account/profile", data=form).status_code == 303

    me = monitor.team.person("ilze")
    assert (me.display_name, me.email, me.locale, me.zone) == ("Ilze O.", "i@example.org", "lv", "Asia/Tokyo")
    page = client.get("/account").text
    assert '<html lang="lv"' in page
    assert 'value="Asia/Tokyo"' in page


@pytest.mark.parametrize(
    ("form", "said"),
    [({"time_zone": "Riga"}, "This is not a time zone"), ({"email": "anna@example.org"}, "Somebody in the team has")],
)
def test_what_cannot_be_kept_is_explained(log_in: LogIn, monitor: App, form: dict[str, str], said: str) -> None:
    monitor.team.add("anna", by="root", email="anna@example.org")
    answer = log_in().post("/account/profile", data=form)

    assert answer.status_code == 422
    assert said in words_of(answer.text)


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/localtime", "\x00", "Europe/Riga\n"])
def test_a_zone_is_no_path(log_in: LogIn, monitor: App, zone: str) -> None:
    assert log_in().post("/account/profile", data={"time_zone": zone}).status_code == 422
    assert monitor.team.person("ilze").zone is None


def test_an_unknown_language_and_a_smuggled_rank_change_nothing(log_in: LogIn, monitor: App) -> None:
    log_in().post("/account/profile", data={"locale": "xx", "rank": "admin", "name": "anna"})

    me = monitor.team.person("ilze")
    assert (me.locale, me.rank) == (None, Rank.AGENT)


def test_other_sessions_are_listed_and_ended(log_in: LogIn) -> None:
    here = log_in()
    there = log_in(headers={"Sec-Fetch-Site": "same-origin", "User-Agent": "Opera <b>Mini</b>"})
    page = here.get("/account").text
    assert "this one" in page
    assert "Opera &lt;b&gt;Mini&lt;/b&gt;" in page
    (revoke,) = re.findall(r"/account/sessions/\d+/revoke", page)

    assert here.post(revoke).status_code == 303
    assert there.get("/account").status_code == 303
    assert here.post(revoke).status_code == 404


def test_somebody_elses_session_cannot_be_ended(log_in: LogIn, monitor: App) -> None:
    ilze, juris = log_in("ilze"), log_in("juris")
    number = monitor.access.sessions(monitor.team.person("ilze"))[0].id

    assert juris.post(f"/account/sessions/{number}/revoke").status_code == 404
    assert ilze.get("/account").status_code == 200


class TestTokens:
    def key_in(self, html: str) -> str:
        found = re.search(r"cm_[\w-]{43}", html)
        assert found is not None
        return found[0]

    def test_a_token_is_shown_once_and_works(self, log_in: LogIn, site: FastAPI) -> None:
        client = log_in()
        key = self.key_in(client.post("/account/tokens", data={"name": "report", "scope": "read"}).text)

        assert key not in client.get("/account").text
        assert key[:9] in client.get("/account").text
        headers = {"Authorization": f"Bearer {key}"}
        assert browser(site).get("/account", headers=headers).status_code == 200

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"name": "x"}, "A token needs at least one scope"),
            ({"name": "x", "scope": "admin"}, "Only an administrator"),
            ({"name": "x", "scope": "everything"}, "scope"),
            ({"name": "x", "scope": "read", "days": "-1"}, "days"),
            ({"name": "x", "scope": "read", "days": "1e9"}, "days"),
        ],
    )
    def test_a_mistake_makes_no_token(self, log_in: LogIn, monitor: App, form: dict[str, str], said: str) -> None:
        answer = log_in().post("/account/tokens", data=form)

        assert answer.status_code == 422
        assert said in words_of(answer.text)
        assert monitor.tokens.listed() == []

    def test_own_tokens_are_revoked_and_others_are_not(self, log_in: LogIn, monitor: App) -> None:
        ilze, juris = log_in("ilze"), log_in("juris")
        ilze.post("/account/tokens", data={"name": "hers", "scope": "read"})
        number = monitor.tokens.listed()[0][0].id

        assert juris.post(f"/account/tokens/{number}/revoke").status_code == 404
        assert len(monitor.tokens.listed()) == 1
        assert ilze.post(f"/account/tokens/{number}/revoke").status_code == 303
        assert monitor.tokens.listed() == []


def test_markup_in_a_name_is_shown_and_does_nothing(log_in: LogIn, monitor: App) -> None:
    client = log_in()
    client.post("/account/profile", data={"display_name": "<img src=x onerror=alert(1)>"})
    client.post("/account/tokens", data={"name": '"><script>alert(1)</script>', "scope": "read"})
    add_agent(monitor, "anna", Rank.ADMIN)
    for page in (client.get("/account").text, log_in("anna").get("/people").text):
        assert "<img src=x" not in page
        assert "<script>alert" not in page
