"""The interface explained on a page of ours: all of it, without a script from elsewhere and without one in the page."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from monitor.web import api
from monitor.web.api.docs import Part, members, operations, type_of
from monitor.web.api.openapi import document
from monitor.web.api.problems import Trouble
from monitor.wiring import App
from tests.web.api.conftest import Program
from tests.web.conftest import words_of


class Parts(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def described(monitor: App) -> dict[str, Any]:
    return document(api.create_api(monitor))


def test_every_operation_and_every_shape_is_on_the_page(program: Program, described: dict[str, Any]) -> None:
    answer = program().get("docs")

    assert answer.status_code == 200
    ids = {attributes.get("id") for _, attributes in Parts(answer.text).found}
    assert {operation.name for operation in operations(described)} <= ids
    assert {f"shape-{name}" for name in described["components"]["schemas"]} <= ids
    assert "Take a case that nobody has" in words_of(answer.text)


def test_every_link_within_the_page_leads_somewhere(program: Program) -> None:
    found = Parts(program().get("docs").text).found
    ids = {attributes.get("id") for _, attributes in found}
    within = {str(a.get("href"))[1:] for tag, a in found if tag == "a" and str(a.get("href")).startswith("#")}

    assert len(within) > 30
    assert within <= ids


@pytest.mark.parametrize("path", ["docs", "problems/stale"])
def test_the_page_holds_no_script_or_style_of_its_own_and_none_from_elsewhere(program: Program, path: str) -> None:
    answer = program().get(path)

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for tag, attributes in Parts(answer.text).found:
        assert tag != "style"
        assert tag != "script" or str(attributes.get("src")).startswith("/static/")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for name in ("src", "href"):
            assert not re.match(r"(https?:)?//", str(attributes.get(name) or "")), attributes


@pytest.mark.parametrize("trouble", Trouble)
def test_the_type_of_every_problem_is_a_page_with_the_remedy(program: Program, trouble: Trouble) -> None:
    answer = program().get(trouble.uri.removeprefix("/api/v1/"))

    assert answer.status_code == 200
    assert trouble.value.remedy.split("(")[0][:40] in words_of(answer.text).replace("&#39;", "'")


def test_a_problem_that_is_none(program: Program) -> None:
    assert program().get("problems/nothing").status_code == 404


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/components/schemas/Case"}, "Case"),
        ({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}, "moment or null"),
        ({"type": "array", "items": {"type": "integer"}}, "list of integer"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "map to number"),
        ({"enum": ["a", "b"]}, '"a", "b"'),
        ({"const": "claim"}, '"claim"'),
        ({"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}, "A or B"),
        ({"type": "object", "additionalProperties": True}, "object"),
        ({}, "anything"),
    ],
)
def test_types_are_said_in_words(schema: dict[str, Any], words: str) -> None:
    assert "".join(part.words for part in type_of(schema)) == words


def test_a_shape_that_is_named_is_linked() -> None:
    assert type_of({"$ref": "#/components/schemas/Case"}) == (Part("Case", "Case"),)


def test_members_say_whether_they_are_needed() -> None:
    shape = {"properties": {"to": {"type": "string", "description": "Whom."}, "keep": {}}, "required": ["to"]}

    to, keep = members(shape)

    assert (to.required, to.words, keep.required, keep.words) == (True, "Whom.", False, "")
