"""Whatever goes wrong, the answer is a problem document."""

import pytest
from fastapi import FastAPI

from monitor.errors import StoreError
from monitor.web.api.rates import Rates
from monitor.wiring import App
from tests.web.api.conftest import ROOT, Program
from tests.web.conftest import browser


def test_an_address_that_leads_nowhere(program: Program, site: FastAPI) -> None:
    told = program().get("nowhere")

    assert (told.status_code, told.json()["type"]) == (404, f"{ROOT}/problems/not-found")
    stranger = browser(site).get(f"{ROOT}/nowhere")
    assert stranger.status_code == 401, "to a stranger it looks like one that is closed"


def test_a_method_that_is_not_for_it_says_which_are(program: Program) -> None:
    answer = program().patch("views")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.json()["type"].endswith("/method-not-allowed")


def test_a_body_that_is_no_json(program: Program) -> None:
    answer = program().post("bulk", content=b"{", headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "", "detail": "JSON decode error"}]


def test_what_nobody_expected_says_nothing_of_itself(
    program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = program()

    def broken(self: Rates, who: str) -> None:
        raise RuntimeError("the words of a customer")

    monkeypatch.setattr(Rates, "count", broken)
    answer = client.get("me")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "customer" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_database_that_is_away(program: Program, monitor: App, monkeypatch: pytest.MonkeyPatch) -> None:
    client = program()

    def away(*_: object, **__: object) -> None:
        raise StoreError("secret://user:password@host is away")

    monkeypatch.setattr(monitor.desk, "page", away)
    answer = client.get("cases")

    assert (answer.status_code, answer.json()["type"]) == (503, f"{ROOT}/problems/unavailable")
    assert "secret" not in answer.text


def test_a_person_who_opens_a_page_about_the_interface_logs_in_first(site: FastAPI) -> None:
    asked = browser(site).get(f"{ROOT}/docs", headers={"Accept": "text/html"})

    assert (asked.status_code, asked.headers["location"]) == (303, f"/login?next={ROOT}/docs")
