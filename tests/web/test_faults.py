"""Errors come in the form that the asker can use, and say what to do."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from starlette.testclient import TestClient

from monitor.domain.access import Denied
from monitor.errors import ConfigError, Conflict, MonitorError, NotAllowed, NotFound, RateLimited, StoreError
from monitor.web.app import create_app
from monitor.web.auth import anyone
from monitor.wiring import App
from tests.web.conftest import LogIn, browser, words_of

ERRORS: list[tuple[MonitorError, int, str]] = [
    (Denied(), 403, "Your rank does not allow this"),
    (NotFound("There is no case 7."), 404, "There is no case 7."),
    (Conflict(), 409, "Somebody else changed this case first"),
    (NotAllowed(), 409, "not possible in the present state"),
    (StoreError("password=hunter2 host=db"), 503, "The database does not answer now."),
    (ConfigError("wrong"), 422, "wrong"),
    (RateLimited(retry_at=datetime(2026, 3, 2, tzinfo=UTC)), 422, "asks us to wait"),
]


@pytest.fixture
def failing(monitor: App) -> Callable[[MonitorError], FastAPI]:
    def make(error: MonitorError) -> FastAPI:
        site = create_app(monitor)

        @site.get("/fails")
        def fails(_: Annotated[None, Depends(anyone)]) -> None:
            raise error

        return site

    return make


@pytest.mark.parametrize(("error", "status", "said"), ERRORS, ids=lambda value: type(value).__name__)
class TestEachError:
    def test_is_a_page_for_people(
        self, failing: Callable[[MonitorError], FastAPI], error: MonitorError, status: int, said: str
    ) -> None:
        answer = browser(failing(error)).get("/fails")

        assert answer.status_code == status
        assert said in words_of(answer.text)
        assert "<!doctype html>" in answer.text
        assert "hunter2" not in answer.text

    def test_is_a_piece_for_the_pages_script(
        self, failing: Callable[[MonitorError], FastAPI], error: MonitorError, status: int, said: str
    ) -> None:
        answer = browser(failing(error)).get("/fails", headers={"HX-Request": "true"})

        assert answer.status_code == status
        assert said in words_of(answer.text)
        assert "<!doctype html>" not in answer.text

    def test_is_a_problem_document_for_programs(
        self, failing: Callable[[MonitorError], FastAPI], error: MonitorError, status: int, said: str
    ) -> None:
        answer = browser(failing(error)).get("/fails", headers={"Accept": "application/json"})
        problem = answer.json()

        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.status_code, problem["status"], problem["instance"]) == (status, status, "/fails")
        assert "hunter2" not in answer.text
        if status != 503:
            assert said in problem["detail"]


def test_a_fragment_for_somebody_who_was_logged_out_is_401_and_leaves_the_page_as_it_is(stranger: TestClient) -> None:
    answer = stranger.get("/account", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (401, b"")


def test_a_form_that_was_sent_too_late_leads_to_the_login_and_not_back_to_the_form(stranger: TestClient) -> None:
    assert stranger.post("/account/profile", data={}).headers["location"] == "/login"


def test_what_is_wrong_with_a_form_is_named_and_not_repeated(log_in: LogIn) -> None:
    answer = log_in().post("/account/tokens", data={"days": "<b>hunter2", "scope": "hunter2"})

    assert answer.status_code == 422
    assert "days" in words_of(answer.text)
    assert "scope" in words_of(answer.text)
    assert "hunter2" not in answer.text


def test_a_wrong_method_says_which_are_right(stranger: TestClient) -> None:
    answer = stranger.request("DELETE", "/healthz")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
