"""Requests of every kind, made from the description: no answer is a failure of ours, and each is as described."""

from pathlib import Path

import pytest

from monitor.web import api
from monitor.web.api.openapi import document
from tests.soak.api import explore, queue

EXAMPLES = 10
"""The same requests each time; `make soak` asks many more."""


@pytest.mark.slow
def test_every_answer_is_as_described(tmp_path: Path) -> None:
    with queue(f"sqlite:///{tmp_path}/monitor.db") as (site, key):
        verdict = explore(site, key, examples=EXAMPLES)

    assert verdict.server_errors == 0
    assert verdict.wrong == []
    assert len(verdict.operations) == sum(route.include_in_schema for route in api.routes())
    assert verdict.statuses[200] > verdict.requests // 5, "a good part of the requests must get through"


@pytest.mark.slow
def test_an_answer_that_is_not_as_described_is_found(tmp_path: Path) -> None:
    with queue(f"sqlite:///{tmp_path}/monitor.db") as (site, key):
        (interface,) = (route.app for route in site.routes if getattr(route, "name", "") == "api")
        document(interface)["components"]["schemas"]["Me"]["properties"]["name"] = {"type": "integer"}
        verdict = explore(site, key, examples=1, only="getMe")

    assert verdict.wrong
    assert all("/me" in wrong for wrong in verdict.wrong)
