"""The team, as administrators see and change it."""

import re

import pytest
from fastapi import FastAPI

from monitor.domain.access import Rank, Scope
from monitor.web.people import MEANINGS, RANKS
from monitor.wiring import App
from tests.web.conftest import PASSWORD, LogIn, add_agent, browser, words_of


def test_somebody_new_gets_a_code_that_is_shown_once_and_works(log_in: LogIn, site: FastAPI, monitor: App) -> None:
    anna = log_in("anna", Rank.ADMIN)
    page = anna.post("/people", data={"name": "Juris", "display_name": "Juris B.", "rank": "lead"}).text
    code = re.search(r"(?:[A-Z2-9]{4}-){4}[A-Z2-9]{4}", page)

    assert code is not None
    assert "Give juris this code" in words_of(page)
    assert code[0] not in anna.get("/people").text
    form = {"code": code[0], "password": PASSWORD, "again": PASSWORD}
    assert browser(site).post("/setup", data=form).status_code == 303
    assert monitor.team.person("juris").rank is Rank.LEAD


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "il ze"}, "A login name has"),
        ({"name": "anna"}, "Somebody in the team has this name"),
        ({"name": "juris", "rank": "emperor"}, "rank"),
    ],
)
def test_a_mistake_adds_nobody(log_in: LogIn, monitor: App, form: dict[str, str], said: str) -> None:
    answer = log_in("anna", Rank.ADMIN).post("/people", data=form)

    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert [agent.name for agent in monitor.team.everybody()] == ["anna"]


def test_ranks_change(log_in: LogIn, monitor: App) -> None:
    ilze, anna = log_in("ilze"), log_in("anna", Rank.ADMIN)
    assert anna.post("/people/ilze/rank", data={"rank": "lead"}).status_code == 303

    assert monitor.team.person("ilze").rank is Rank.LEAD
    assert ilze.get("/account").status_code == 303, "a session of the old rank is over"


def test_somebody_is_shut_out_and_let_in_again(log_in: LogIn, monitor: App) -> None:
    ilze, anna = log_in("ilze"), log_in("anna", Rank.ADMIN)
    anna.post("/people/ilze/disable")
    assert ilze.get("/account").status_code == 303
    assert ilze.post("/login", data={"name": "ilze", "password": PASSWORD}).status_code == 403
    assert "shut out" in anna.get("/people").text

    anna.post("/people/ilze/enable")
    assert log_in("ilze").get("/account").status_code == 200


@pytest.mark.parametrize(("action", "form"), [("disable", {}), ("rank", {"rank": "lead"})])
def test_the_last_administrator_stays(log_in: LogIn, monitor: App, action: str, form: dict[str, str]) -> None:
    answer = log_in("anna", Rank.ADMIN).post(f"/people/anna/{action}", data=form)

    assert answer.status_code == 422
    assert "without an administrator" in words_of(answer.text)
    assert monitor.team.person("anna").may(Rank.ADMIN)


def test_a_forgotten_password_is_a_new_code_except_for_whoever_is_shut_out(log_in: LogIn, monitor: App) -> None:
    anna = log_in("anna", Rank.ADMIN)
    add_agent(monitor, "ilze")
    assert "Give ilze this code" in words_of(anna.post("/people/ilze/invite").text)
    anna.post("/people/ilze/disable")
    assert anna.post("/people/ilze/invite").status_code == 422


def test_somebody_is_logged_out_everywhere(log_in: LogIn) -> None:
    ilze, anna = log_in("ilze"), log_in("anna", Rank.ADMIN)
    assert anna.post("/people/ilze/sessions/revoke").status_code == 303
    assert ilze.get("/account").status_code == 303


def test_anybodys_token_is_listed_and_revoked(log_in: LogIn, monitor: App) -> None:
    anna = log_in("anna", Rank.ADMIN)
    _, token = monitor.tokens.create(add_agent(monitor, "ilze"), "bot", frozenset({Scope.READ}), by="ilze")
    assert token.prefix in anna.get("/people").text
    assert anna.post(f"/people/tokens/{token.id}/revoke").status_code == 303
    assert monitor.tokens.listed() == []


@pytest.mark.parametrize("action", ["rank", "disable", "enable", "invite", "sessions/revoke"])
def test_somebody_unknown_is_not_found(log_in: LogIn, action: str) -> None:
    assert log_in("anna", Rank.ADMIN).post(f"/people/eve/{action}", data={"rank": "lead"}).status_code == 404


def test_every_rank_has_a_name_and_a_meaning() -> None:
    assert set(RANKS) == set(MEANINGS) == set(Rank)
