"""The page as a whole: what it answers to, and that nothing of the framework shows."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from monitor.config import Web
from monitor.web.app import hosts


def test_the_process_answers_without_a_database(stranger: TestClient) -> None:
    answer = stranger.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_nothing_of_the_framework_is_open(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 303


def test_files_outside_the_static_folder_are_not_served(stranger: TestClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert stranger.get(path).status_code in (303, 404), path


def test_the_program_is_found_by_whoever_answers(site: FastAPI, monitor: object) -> None:
    assert site.state.monitor is monitor


def test_the_page_answers_to_its_own_names_each_once() -> None:
    web = Web.model_validate(
        {"host": "::1", "public_url": "https://Care.example.org:8443/", "trusted_hosts": ["*.a.b"]}
    )

    assert hosts(web) == ["localhost", "127.0.0.1", "[::1]", "::1", "care.example.org", "*.a.b"]
