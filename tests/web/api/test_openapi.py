"""The description of the interface is valid, complete, and the same as its documentation."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from monitor.domain.access import Rank
from monitor.web import api
from monitor.web.api.examples import EXAMPLES
from monitor.web.api.openapi import document, scope_for
from monitor.web.api.problems import MEDIA_TYPE, Trouble
from monitor.wiring import App
from tests.web.api.conftest import Program

DOCS = Path(__file__).parents[3] / "docs" / "api.md"


@pytest.fixture
def described(monitor: App) -> dict[str, Any]:
    return document(api.create_api(monitor))


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            yield method.upper(), path, said


def test_it_is_valid_openapi_3_1(program: Program) -> None:
    described = program().get("openapi.json").json()

    assert described["openapi"].startswith("3.1")
    validate(described)


def test_it_has_every_route_that_is_not_about_the_interface_itself(described: dict[str, Any]) -> None:
    routes = {(method, route.path) for route in api.routes() for method in route.methods}
    about = {("GET", "/openapi.json"), ("GET", "/docs"), ("GET", "/problems/{slug}")}

    assert {(method, path) for method, path, _ in operations(described)} == routes - about


def test_the_documentation_names_the_same_operations(described: dict[str, Any]) -> None:
    written = re.findall(r"^\| `(GET|POST|DELETE|PUT|PATCH) (/\S*)` \| `(\w+)` \| (\w+) \|", DOCS.read_text(), re.M)
    known = [
        (method, path, said["operationId"], said["security"][0]["token"][0])
        for method, path, said in operations(described)
    ]

    assert sorted(written) == sorted(known)


def test_the_names_are_stable(described: dict[str, Any]) -> None:
    """Clients that are generated call their functions so: a change here is a change of the interface's version."""
    assert {said["operationId"] for _, _, said in operations(described)} == {
        "listCases", "getCase", "claimCase", "assignCase", "releaseCase", "snoozeCase", "resolveCase", "dismissCase",
        "reopenCase", "noteCase", "labelCase", "acceptCase", "tagCase", "mergeCase", "undoCase", "bulk", "undoBulk",
        "nextCase", "listViews", "createView", "deleteView", "getCounts", "getPost", "listDoubts", "reviewPost",
        "exportCasesAsTable", "exportCasesAsJson", "getMe", "listAgents",
    }  # fmt: skip


def test_every_operation_says_what_it_does_who_may_and_how_it_fails(described: dict[str, Any]) -> None:
    for method, path, said in operations(described):
        name = f"{method} {path}"
        assert said["summary"], name
        assert said["description"], name
        assert said["security"][1] == {"session": []}, name
        assert {"400", "401", "403", "413", "422", "429", "500", "503"} <= set(said["responses"]), name
        for status, answer in said["responses"].items():
            assert answer["description"], (name, status)
            if status >= "400":
                assert list(answer["content"]) == [MEDIA_TYPE], (name, status)
                assert answer["content"][MEDIA_TYPE]["examples"], (name, status)


def test_every_action_asks_for_the_version_and_tells_the_new_one(described: dict[str, Any]) -> None:
    actions = [said for _, path, said in operations(described) if "/actions/" in path]

    assert len(actions) == 13
    for said in actions:
        assert [each["name"] for each in said["parameters"] if each["in"] == "header" and each["required"]] == [
            "If-Match"
        ]
        assert {"404", "409", "412", "428"} <= set(said["responses"])
        assert "ETag" in said["responses"]["200"]["headers"]


def test_every_good_answer_that_is_json_has_an_example_of_its_own_shape(described: dict[str, Any]) -> None:
    shown = 0
    for method, path, said in operations(described):
        for status, answer in said["responses"].items():
            content = answer.get("content", {}).get("application/json")
            if status.startswith("2") and content and not path.startswith("/exports"):
                assert "example" in content, (method, path)
                check(described, content["schema"], content["example"])
                shown += 1
    assert shown > 20


def test_every_problem_that_is_shown_has_the_shape_of_one(described: dict[str, Any]) -> None:
    kinds: set[str] = set()
    for _, _, said in operations(described):
        for answer in said["responses"].values():
            content = answer.get("content", {}).get(MEDIA_TYPE, {})
            for slug, example in content.get("examples", {}).items():
                check(described, content["schema"], example["value"])
                kinds.add(slug)
    assert kinds == {trouble.slug for trouble in Trouble} - {"method-not-allowed"}


def check(described: dict[str, Any], schema: dict[str, Any], example: object) -> None:
    whole = {**schema, "components": described["components"]}
    Draft202012Validator(whole).validate(example)


def test_the_examples_can_fail(described: dict[str, Any]) -> None:
    from jsonschema import ValidationError

    with pytest.raises(ValidationError):
        check(described, {"$ref": "#/components/schemas/Case"}, {**EXAMPLES["Case"], "version": "three"})


@pytest.mark.parametrize(
    ("rank", "scope"), [(Rank.VIEWER, "read"), (Rank.AGENT, "act"), (Rank.LEAD, "act"), (Rank.ADMIN, "admin")]
)
def test_the_scope_is_the_least_that_reaches(rank: Rank, scope: str) -> None:
    assert scope_for(rank).value == scope


def test_strangers_are_not_told_what_there_is(site: FastAPI) -> None:
    from tests.web.conftest import browser

    for path in ("openapi.json", "docs", "problems/stale"):
        assert browser(site).get(f"/api/v1/{path}").status_code == 401
