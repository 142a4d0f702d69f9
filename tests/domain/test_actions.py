"""What people do to a case, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from classifiers.contract import Kind, Severity
from monitor.domain import actions
from monitor.domain.calendar import always
from monitor.domain.lifecycle import open_case
from monitor.domain.model import Case, EventKind, Post, Role, Status, Target, Targets, Triage
from monitor.errors import NotAllowed

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NINE + timedelta(minutes=30)
COMPLAINT = Post("acme", "x", "1", "c", "anna", "text", NINE, NINE, Role.MENTION, needs_answer=True)


@pytest.fixture
def case() -> Case:
    targets = Targets("standard", "always", timedelta(hours=1), timedelta(hours=1), timedelta(hours=8))
    triage = Triage(True, Kind.COMPLAINT, Severity.BLAME, 0.5, ("blames us",))
    change = open_case(
        COMPLAINT, triage, thread=[COMPLAINT], targets=targets, calendar=always("always"), now=NINE
    )  # fmt: skip
    return change.case


def reopened(case: Case) -> Case:
    return actions.reopen(case, "ilze", thread=[COMPLAINT], calendar=always("always"), now=LATER).case


def test_claiming_gives_a_free_case_to_the_agent(case: Case) -> None:
    change = actions.claim(case, "ilze", now=LATER)

    assert (change.case.assignee, change.case.claimed_at) == ("ilze", LATER)
    assert [(e.kind, e.actor) for e in change.events] == [(EventKind.CLAIMED, "ilze")]


def test_claiming_what_a_colleague_holds_is_refused_by_name(case: Case) -> None:
    held = actions.claim(case, "ilze", now=LATER).case

    with pytest.raises(NotAllowed, match="ilze holds case"):
        actions.claim(held, "petar", now=LATER)


def test_claiming_twice_changes_nothing(case: Case) -> None:
    held = actions.claim(case, "ilze", now=NINE).case

    assert actions.claim(held, "ilze", now=LATER) == actions.Change(held)


def test_a_first_assignment_is_no_hand_off_and_the_next_one_is(case: Case) -> None:
    first = actions.assign(case, "ilze", by="lead", now=LATER).case
    second = actions.assign(first, "petar", by="lead", now=LATER)

    assert (first.handoffs, second.case.handoffs) == (0, 1)
    assert second.events[0].data == {"to": "petar", "from": "ilze"}


def test_assigning_to_the_holder_changes_nothing(case: Case) -> None:
    held = actions.claim(case, "ilze", now=NINE).case

    assert actions.assign(held, "ilze", by="lead", now=LATER).events == ()


def test_a_released_case_is_anybodys(case: Case) -> None:
    held = actions.claim(case, "ilze", now=NINE).case

    free = actions.release(held, "ilze", now=LATER).case

    assert free.assignee is None
    assert actions.claim(free, "petar", now=LATER).case.assignee == "petar"
    assert actions.release(free, "petar", now=LATER).events == ()


def test_snoozing_hides_the_case_and_keeps_its_promises_running(case: Case) -> None:
    snoozed = actions.snooze(case, "ilze", until=NINE + timedelta(days=1), now=LATER).case

    assert snoozed.status is Status.SNOOZED
    assert snoozed.running(Target.FIRST_RESPONSE) == case.running(Target.FIRST_RESPONSE)


def test_snoozing_into_the_past_is_refused(case: Case) -> None:
    with pytest.raises(NotAllowed, match="over already"):
        actions.snooze(case, "ilze", until=LATER, now=LATER)


def test_resolving_meets_the_resolution_and_stops_the_rest(case: Case) -> None:
    change = actions.resolve(case, "ilze", now=LATER)
    ended = {d.target: (d.met_at, d.stopped_at) for d in change.case.deadlines}

    assert change.case.status is Status.RESOLVED
    assert (change.case.resolved_at, change.case.first_resolved_at) == (LATER, LATER)
    assert ended == {Target.RESOLUTION: (LATER, None), Target.FIRST_RESPONSE: (None, LATER)}
    assert change.case.waiting_since is None
    assert change.case.next_deadline_at is None


def test_dismissing_meets_nothing_and_keeps_the_reason(case: Case) -> None:
    change = actions.dismiss(case, "ilze", now=LATER, reason="an advertisement")

    assert change.case.status is Status.DISMISSED
    assert change.case.resolved_at is None
    assert all(d.met_at is None and d.stopped_at == LATER for d in change.case.deadlines)
    assert change.events[0].data == {"reason": "an advertisement"}


@pytest.mark.parametrize("close", [actions.resolve, actions.dismiss])
def test_a_closed_case_takes_no_action_but_reopening(case: Case, close: object) -> None:
    closed = close(case, "ilze", now=LATER).case  # type: ignore[operator]

    for act in (
        lambda: actions.claim(closed, "petar", now=LATER),
        lambda: actions.assign(closed, "petar", by="lead", now=LATER),
        lambda: actions.snooze(closed, "petar", until=LATER + timedelta(hours=1), now=LATER),
        lambda: actions.resolve(closed, "petar", now=LATER),
        lambda: actions.dismiss(closed, "petar", now=LATER),
    ):
        with pytest.raises(NotAllowed, match="reopen it first"):
            act()


def test_reopening_puts_the_wait_back_on_the_clock_that_was_running(case: Case) -> None:
    again = reopened(actions.resolve(case, "ilze", now=LATER).case)

    assert again.status is Status.OPEN
    assert again.waiting_since == NINE
    assert again.reopened == 1
    assert {d.target: d.due_at for d in again.deadlines if d.running} == {d.target: d.due_at for d in case.deadlines}


def test_a_second_resolution_keeps_the_moment_of_the_first(case: Case) -> None:
    again = reopened(actions.resolve(case, "ilze", now=LATER).case)
    second = actions.resolve(again, "ilze", now=LATER + timedelta(hours=1)).case

    assert (second.first_resolved_at, second.resolved_at) == (LATER, LATER + timedelta(hours=1))


def test_a_live_case_cannot_be_reopened(case: Case) -> None:
    with pytest.raises(NotAllowed, match="nothing to reopen"):
        reopened(case)


def test_a_note_is_an_event_and_nothing_else(case: Case) -> None:
    change = actions.note(case, "ilze", "called back at noon", now=LATER)

    assert change.case == case
    assert change.events[0].data == {"text": "called back at noon"}
