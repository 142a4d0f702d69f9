"""What guards the whole page speaks in problem documents below /api, and in its own words elsewhere."""

from fastapi import FastAPI

from tests.web.api.conftest import ROOT, Program
from tests.web.conftest import browser


def test_a_request_without_token_and_without_origin(site: FastAPI) -> None:
    answer = browser(site, headers={}).post(f"{ROOT}/next", json={})

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"{ROOT}/problems/cross-site"
    assert answer.json()["instance"] == f"{ROOT}/next"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "content-security-policy" in answer.headers


def test_a_body_that_is_too_long(program: Program) -> None:
    answer = program().post("bulk", content=b" " * 1_100_000)

    assert (answer.status_code, answer.json()["type"]) == (413, f"{ROOT}/problems/too-large")


def test_a_host_that_we_are_not(site: FastAPI) -> None:
    answer = browser(site).get(f"{ROOT}/me", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.json()["type"]) == (400, f"{ROOT}/problems/bad-request")


def test_pages_keep_their_own_words(site: FastAPI) -> None:
    answer = browser(site, headers={}).post("/login")

    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/plain; charset=utf-8")


def test_what_is_a_problem_already_passes(program: Program) -> None:
    assert program().get("cases/4711").json()["detail"] == "There is no case 4711."
