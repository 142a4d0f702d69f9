"""What a macro does to its case."""

from datetime import timedelta

import pytest

from monitor.domain.macro import apply
from monitor.domain.model import Change, Status
from monitor.domain.reply_template import Actions, Then
from monitor.errors import NotAllowed
from tests.make import NOW, make_case

CASE = make_case(id=7, version=3)


def test_everything_happens_at_once_and_is_one_thing_to_undo() -> None:
    does = Actions(("delivery", "vip"), "me", Then.SNOOZE, timedelta(hours=2))

    change = apply(CASE, does, "ilze", now=NOW)

    assert (change.case.tags, change.case.assignee) == (("delivery", "vip"), "ilze")
    assert (change.case.status, change.case.snoozed_until) == (Status.SNOOZED, NOW + timedelta(hours=2))
    assert [event.kind.value for event in change.events] == ["tagged", "assigned", "snoozed"]
    assert len({event.bulk for event in change.events}) == 1
    assert len({event.key for event in change.events}) == 3


def test_a_colleague_can_be_given_the_case_and_it_is_resolved() -> None:
    change = apply(CASE, Actions(assign="petar", then=Then.RESOLVE), "ilze", now=NOW)

    assert (change.case.assignee, change.case.status) == ("petar", Status.RESOLVED)


def test_what_changes_nothing_leaves_the_case_alone() -> None:
    case = make_case(id=7, assignee="ilze", tags=("vip",))

    assert apply(case, Actions(("vip",), "me"), "ilze", now=NOW) == Change(case)


def test_a_macro_that_cannot_be_done_does_nothing() -> None:
    closed = make_case(id=7, status=Status.RESOLVED)

    with pytest.raises(NotAllowed, match="reopen it first"):
        apply(closed, Actions(("vip",), then=Then.RESOLVE), "ilze", now=NOW)
