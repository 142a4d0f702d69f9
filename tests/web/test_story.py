"""What happened to a case, as sentences."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.model import EventKind, Status
from monitor.web.present import Wording
from monitor.web.story import standing, tell
from tests.make import NOW, make_case, make_event

SAY = Wording(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize("actor", [None, "janis"])
@pytest.mark.parametrize("kind", list(EventKind))
def test_every_event_is_a_sentence_whoever_did_it(kind: EventKind, actor: str | None) -> None:
    said = tell(make_event(kind=kind, actor=actor), SAY)

    assert said
    assert "%(" not in said
    assert "_" not in said


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (EventKind.ASSIGNED, {"to": "ilze"}, "janis gave the case to ilze"),
        (EventKind.SNOOZED, {"until": "2026-03-02T14:00:00+00:00"}, "janis snoozed the case until 14:00"),
        (EventKind.SNOOZED, {"until": "nonsense"}, "janis snoozed the case until "),
        (EventKind.LABELLED, {"kind": "complaint", "causes": "outage"}, "janis said what it is: Complaint, outage"),
        (EventKind.TAGGED, {"added": "vip, late", "removed": "old"}, "janis changed the labels: +vip, +late, −old"),
        (EventKind.MERGED_INTO, {"into": 7}, "janis merged this into case 7"),
        (EventKind.TOOK_IN, {"from": 8}, "janis merged case 8 into this one"),
        (EventKind.UNDONE, {"was": "merged_into"}, "janis took that back: merged"),
        (EventKind.ESCALATED, {"from": "disapproval", "to": "blame"}, "It became graver: blames us"),
        (
            EventKind.WON_BACK,
            {"step": "apologise", "mark": "done"},
            "janis on winning back: Apologise in person – done",
        ),
        (
            EventKind.COMPENSATION,
            {"kind": "refund", "amount": 1250, "currency": "EUR", "state": "requested"},
            "janis on compensation: Refund, 12.50 EUR – needs authority",
        ),
        (EventKind.NOTED, {"text": "100 % <b>sure</b> %(x)s"}, "janis noted: 100 % <b>sure</b> %(x)s"),
    ],
)
def test_what_it_was_about_is_said(kind: EventKind, data: dict[str, str | int], said: str) -> None:
    assert tell(make_event(kind=kind, actor="janis", data=data), SAY) == said


def test_a_broken_promise_is_named() -> None:
    assert (
        tell(make_event(kind=EventKind.BREACHED, data={"target": "first_response"}), SAY)
        == "Promise broken: first reply"
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": Status.RESOLVED}, "Resolved"),
        ({"status": Status.SNOOZED, "snoozed_until": NOW + timedelta(hours=2)}, "Snoozed until 11:00"),
        ({"assignee": "janis"}, "janis has it"),
        ({}, "Open"),
    ],
)
def test_where_a_case_has_gone(fields: dict[str, object], words: str) -> None:
    assert standing(make_case(**fields), SAY) == words
