"""Which calendar a case runs on when the configuration has changed since it was opened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.calendar import always
from monitor.domain.handling import Handling, Handlings
from monitor.domain.model import Case, Target
from monitor.domain.sla import Policy, Promise, start
from tests.make import NOW, make_case

POLICY = Policy("standard", "office", Promise(timedelta(hours=1)))
HANDLINGS = Handlings(
    Handling(POLICY, always("office")), {"nordtel": Handling(replace(POLICY, calendar="night"), always("night"))}
)


def promised_on(calendar: str, brand: str = "acme") -> Case:
    case = make_case(brand=brand)
    return replace(case, targets=replace(case.targets, calendar=calendar, first_response=timedelta(hours=1)))


def test_a_case_keeps_the_calendar_that_its_promises_name() -> None:
    assert HANDLINGS.calendar_of(promised_on("office", "nordtel")) == always("office")
    assert HANDLINGS.calendar_of(promised_on("night", "acme")) == always("night")


def test_the_brands_calendar_stands_in_for_one_that_is_gone() -> None:
    calendar = HANDLINGS.calendar_of(promised_on("abolished", "nordtel"))
    assert replace(calendar, name="night") == always("night")


@pytest.mark.parametrize("name", ["office", "night", "abolished"])
def test_promises_go_on_whatever_became_of_their_calendar(name: str) -> None:
    case = promised_on(name)
    deadline = start(Target.FIRST_RESPONSE, targets=case.targets, calendar=HANDLINGS.calendar_of(case), started_at=NOW)
    assert deadline is not None
    assert deadline.due_at == NOW + timedelta(hours=1)
