"""Every error of the program is one kind of problem, and every kind tells its remedy."""

import importlib
import pkgutil
from collections.abc import Iterator
from http import HTTPStatus

import pytest

import monitor
from monitor.domain.access import Denied
from monitor.domain.search import SearchError
from monitor.errors import Conflict, MonitorError, NotAllowed, NotFound, SourceError, StoreError
from monitor.services.noting import MarkReused
from monitor.web.api.problems import Trouble, body, pointers, trouble_of, trouble_of_status
from monitor.web.api.rates import TooManyRequests
from monitor.web.auth import NotSignedIn


def errors(kind: type[MonitorError] = MonitorError) -> Iterator[type[MonitorError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from errors(below)


def test_every_error_of_the_program_is_a_kind_of_problem() -> None:
    for module in pkgutil.walk_packages(monitor.__path__, "monitor."):
        if not module.name.startswith("monitor.cli"):
            importlib.import_module(module.name)
    found = {kind: trouble_of(kind.__new__(kind)) for kind in errors()}

    assert len(found) > 30
    assert {trouble for kind, trouble in found.items() if issubclass(kind, SourceError)} == {Trouble.UNAVAILABLE}
    expected = {
        NotSignedIn: Trouble.NOT_SIGNED_IN, Denied: Trouble.DENIED, NotFound: Trouble.NOT_FOUND,
        Conflict: Trouble.CONFLICT, NotAllowed: Trouble.NOT_POSSIBLE, SearchError: Trouble.BAD_SEARCH,
        MarkReused: Trouble.KEY_REUSED, TooManyRequests: Trouble.TOO_MANY_REQUESTS, StoreError: Trouble.UNAVAILABLE,
    }  # fmt: skip
    assert {kind: found[kind] for kind in expected} == expected


def test_a_problem_has_the_members_of_the_standard() -> None:
    problem = body(Trouble.NOT_FOUND, "/api/v1/cases/7", "There is no case 7.")

    assert problem == {
        "type": "/api/v1/problems/not-found",
        "title": "There is nothing by that name",
        "status": 404,
        "detail": "There is no case 7.",
        "instance": "/api/v1/cases/7",
    }
    assert body(Trouble.INTERNAL, "/")["detail"] == "Something went wrong on our side."


@pytest.mark.parametrize("trouble", Trouble)
def test_every_kind_has_a_status_of_http_and_says_what_to_do(trouble: Trouble) -> None:
    assert HTTPStatus(trouble.value.status) >= 400
    assert trouble.value.remedy.endswith((".", ")"))
    assert trouble.uri == f"/api/v1/problems/{trouble.slug}"
    assert trouble.slug.replace("-", "").isalpha()


def test_the_addresses_are_stable() -> None:
    """Programs rely on them: a change here is a change of the interface's version."""
    assert {trouble.slug for trouble in Trouble} == {
        "bad-request", "not-signed-in", "denied", "cross-site", "not-found", "method-not-allowed", "conflict",
        "not-possible", "stale", "too-large", "not-valid", "bad-search", "bad-cursor", "key-reused",
        "version-missing", "too-many-requests", "internal", "unavailable",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(400, "bad-request"), (403, "cross-site"), (413, "too-large"), (418, "bad-request"), (502, "internal")],
)
def test_a_bare_status_is_a_kind_of_problem_too(status: int, trouble: str) -> None:
    assert trouble_of_status(status).slug == trouble


class TestPointers:
    def of(self, sent: object, *path: str | int, kind: str = "string_type") -> dict[str, str]:
        (found,) = pointers([{"loc": ("body", *path), "msg": "is wrong", "type": kind}], sent)
        return found

    def test_they_lead_to_the_place_in_what_was_sent(self) -> None:
        assert self.of({"cases": [{"id": "x"}]}, "cases", 0, "id")["pointer"] == "/cases/0/id"
        assert self.of({"a/b": {"c~d": 1}}, "a/b", "c~d")["pointer"] == "/a~1b/c~0d"

    def test_the_names_of_alternatives_are_no_places(self) -> None:
        assert self.of({"deed": {"to": 1}}, "(cases)", "deed", "assign", "to")["pointer"] == "/deed/to"

    def test_what_is_missing_is_pointed_at_where_it_should_be(self) -> None:
        assert self.of({"deed": {}}, "(cases)", "deed", "assign", "to", kind="missing")["pointer"] == "/deed/to"

    def test_a_body_that_is_no_json_is_wrong_as_a_whole(self) -> None:
        assert self.of(None, 17, kind="json_invalid")["pointer"] == ""

    def test_parameters_are_named(self) -> None:
        (found,) = pointers([{"loc": ("query", "limit"), "msg": "Value error, is wrong", "type": "x"}])
        assert found == {"parameter": "limit", "in": "query", "detail": "is wrong"}

    def test_what_was_sent_is_never_told(self) -> None:
        (found,) = pointers(
            [{"loc": ("body", "to"), "msg": "is wrong", "type": "x", "input": "secret"}], {"to": "secret"}
        )
        assert "secret" not in str(found)
