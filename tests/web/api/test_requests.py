"""What programs may send, and what it means in the words of the domain."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from classifiers.contract import Cause, Kind
from monitor.domain.deeds import Deed, DeedKind
from monitor.web.api import requests
from monitor.web.api.requests import HIGHEST, AnyBulk, BulkOfCases, BulkOfSearch, Labels, Snooze

MORNING = datetime(2026, 3, 3, 9, tzinfo=UTC)
BULK: TypeAdapter[Any] = TypeAdapter(AnyBulk)

DEEDS = [
    ({"do": "claim"}, Deed(DeedKind.CLAIM)),
    ({"do": "assign", "to": "petar"}, Deed(DeedKind.ASSIGN, to="petar")),
    ({"do": "release"}, Deed(DeedKind.RELEASE)),
    ({"do": "snooze", "until": "2026-03-03T11:00:00+02:00"}, Deed(DeedKind.SNOOZE, until=MORNING)),
    ({"do": "snooze", "until": "2026-03-03T09:00:00Z", "keep": True}, Deed(DeedKind.SNOOZE, until=MORNING, keep=True)),
    ({"do": "resolve"}, Deed(DeedKind.RESOLVE)),
    ({"do": "dismiss"}, Deed(DeedKind.DISMISS)),
    ({"do": "dismiss", "reason": " spam "}, Deed(DeedKind.DISMISS, text="spam")),
    ({"do": "note", "text": " called "}, Deed(DeedKind.NOTE, text="called")),
    ({"do": "tag", "add": [" vip "]}, Deed(DeedKind.TAG, add=("vip",))),
    ({"do": "tag", "remove": ["vip", "riga"]}, Deed(DeedKind.TAG, remove=("vip", "riga"))),
]


@pytest.mark.parametrize(("sent", "deed"), DEEDS)
def test_every_deed_is_understood(sent: dict[str, Any], deed: Deed) -> None:
    body = BULK.validate_python({"deed": sent, "cases": [{"id": 17}]})

    assert isinstance(body, BulkOfCases)
    assert body.deed.deed() == deed


def test_there_is_a_way_to_send_each_of_them() -> None:
    assert {deed.kind for _, deed in DEEDS} == set(DeedKind)


def test_a_body_with_a_search_is_about_the_search() -> None:
    body = BULK.validate_python({"deed": {"do": "claim"}, "q": "lang:lv", "expected": 3})

    assert isinstance(body, BulkOfSearch)
    assert BULK.validate_python(body) == body


@pytest.mark.parametrize(
    "until",
    ["2026-03-03", "2026-03-03T09:00:00", "tomorrow", "1772528400", 1772528400, 0.5, True, None, "",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"],
)  # fmt: skip
def test_a_moment_is_written_out_with_its_zone(until: object) -> None:
    with pytest.raises(ValidationError):
        Snooze.model_validate({"until": until})


@pytest.mark.parametrize("keep", ["yes", "true", 1, 0, None])
def test_a_flag_is_true_or_false_and_nothing_like_it(keep: object) -> None:
    with pytest.raises(ValidationError):
        Snooze.model_validate({"until": "2026-03-03T09:00:00Z", "keep": keep})


@pytest.mark.parametrize("number", [True, False, 0, -1, HIGHEST + 1, "x", 1.5, None])
def test_the_number_of_a_case_is_a_number(number: object) -> None:
    with pytest.raises(ValidationError):
        requests.Next.model_validate({"skip": [number]})


def test_labels_say_what_was_said_and_no_more() -> None:
    said = Labels.model_validate({"kind": "complaint", "causes": ["outage", "ignored", "outage"], "threats": []})

    assert said.labels().as_dict() == {"kind": "complaint", "causes": ["outage", "ignored"], "threats": []}
    assert said.labels().causes == (Cause.OUTAGE, Cause.IGNORED)
    assert Labels(kind=Kind.PRAISE).labels().as_dict() == {"kind": "praise"}


@pytest.mark.parametrize("sent", [{}, {"kind": None}, {"kind": "praise", "severity": "blame"}, {"kind": "rant"}])
def test_labels_that_say_nothing_or_contradict_themselves_are_refused(sent: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Labels.model_validate(sent)


@pytest.mark.parametrize("sent", [{}, {"add": []}, {"add": [" "]}, {"add": ["x" * 41]}, {"remove": ["a"] * 21}])
def test_labels_of_the_team_have_words(sent: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        requests.Tags.model_validate(sent)


def test_a_member_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValidationError, match="too"):
        requests.Assign.model_validate({"to": "petar", "too": "anna"})
