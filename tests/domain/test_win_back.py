"""The checklist of winning a customer back, as the events of the case tell it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.model import Case, Event, EventKind
from monitor.domain.reply_check import findings_of
from monitor.domain.reply_reading import read
from monitor.domain.win_back import Mark, Step, mark_steps, proposed_by, win_back
from monitor.errors import NotAllowed
from tests.make import NOW, make_case

DONE, SKIPPED, CLEARED = Mark.DONE, Mark.SKIPPED, Mark.CLEARED
OWN, SORRY, GOOD = Step


def marked(*marks: tuple[Step, Mark], case: Case | None = None) -> list[Event]:
    """The events of marks, one after the other."""
    case = case or make_case(id=7)
    events: list[Event] = []
    for at, mark in enumerate(marks):
        reason = "it was the weather" if mark[1] is SKIPPED else ""
        change = mark_steps(replace(case, version=at), "ilze", [mark], now=NOW + at * timedelta(hours=1), reason=reason)
        events += change.events
    return events


def granted(state: str = "granted") -> Event:
    return Event(EventKind.COMPENSATION, NOW, "compensation:1", "petar", {"state": state})


def test_at_first_every_step_is_open() -> None:
    found = win_back([])

    assert [state.mark for state in found.steps] == [None, None, None]
    assert (found.next_step, found.done, found.complete, found.in_order) == (OWN, 0, False, True)


def test_a_step_says_who_did_it_and_when() -> None:
    (own, sorry, _) = win_back(marked((OWN, DONE), (SORRY, DONE))).steps

    assert (own.by, own.at, own.mark) == ("ilze", NOW, DONE)
    assert sorry.at == NOW + timedelta(hours=1)


def test_the_next_step_is_the_first_open_one() -> None:
    assert win_back(marked((OWN, DONE))).next_step is SORRY
    assert win_back(marked((OWN, DONE), (SORRY, DONE), (GOOD, DONE))).next_step is None


def test_doing_a_later_step_first_breaks_the_order() -> None:
    found = win_back(marked((GOOD, DONE), (OWN, DONE), (SORRY, DONE)))

    assert (found.in_order, found.complete) == (False, True)


def test_a_skipped_step_leaves_the_order_whole() -> None:
    found = win_back(marked((OWN, SKIPPED), (SORRY, DONE)))

    assert found.in_order
    assert found.steps[0].reason == "it was the weather"
    assert found.done == 1


def test_one_reply_that_does_all_keeps_the_order() -> None:
    change = mark_steps(make_case(id=7), "ilze", [(GOOD, DONE), (SORRY, DONE), (OWN, DONE)], now=NOW)

    assert win_back(change.events).in_order
    assert win_back(change.events).complete
    assert len({event.key for event in change.events}) == 3


def test_a_step_can_be_taken_back() -> None:
    assert win_back(marked((OWN, DONE), (OWN, CLEARED))).next_step is OWN


def test_granted_compensation_makes_good_by_itself() -> None:
    found = win_back([*marked((OWN, DONE), (SORRY, DONE)), granted()])

    assert (found.complete, found.in_order, found.steps[2].by) == (True, True, "petar")


@pytest.mark.parametrize("state", ["requested", "refused", "paid"])
def test_compensation_that_was_not_granted_makes_nothing_good(state: str) -> None:
    assert win_back([granted(state)]).steps[2].mark is None


def test_compensation_before_anybody_owned_the_fault_breaks_the_order() -> None:
    assert not win_back([granted()]).in_order


def test_a_proposal_is_no_tick() -> None:
    found = win_back(marked((OWN, DONE)), [OWN, SORRY])

    assert [state.proposed for state in found.steps] == [False, True, False]
    assert found.next_step is SORRY


def test_skipping_needs_a_reason() -> None:
    with pytest.raises(NotAllowed, match="why"):
        mark_steps(make_case(id=7), "ilze", [(OWN, SKIPPED)], now=NOW, reason=" ")


def test_undo_leaves_the_checklist_alone() -> None:
    assert all(event.changes is None for event in marked((OWN, DONE)))


@pytest.mark.parametrize(
    ("lang", "text", "steps"),
    [
        ("en", "We lost your parcel, our fault. I apologise. We will refund it today.", (OWN, SORRY, GOOD)),
        ("lv", "Tā ir mūsu kļūda, atvainojos.", (OWN, SORRY)),
        ("ru", "Это не наша вина, но извините.", ()),
        ("bg", "Извинявам се.", (SORRY,)),
    ],
)
def test_the_words_of_a_reply_propose_steps(lang: str, text: str, steps: tuple[Step, ...]) -> None:
    reading = read(text, lang)
    assert reading is not None

    assert proposed_by(findings_of(reading)) in (steps, (SORRY,) if lang == "ru" else steps)
