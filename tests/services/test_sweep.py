"""The sweep: warnings and breaches, each once, however often and however late it runs."""

from datetime import timedelta

import pytest

from monitor.domain.handling import Handlings
from monitor.services.assess import assess_pending
from monitor.services.review import Review
from monitor.services.sweep import Swept, sweep
from monitor.store import cases, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock
from tests.services.conftest import MakePost


@pytest.fixture
def open_cases(database: Database, clock: FakeClock, handlings: Handlings, says: MakePost) -> None:
    with database.write() as session:
        intake.save_page(session, accounts=[], posts=[says("complaint", minute) for minute in range(3)])
    assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)


@pytest.mark.usefixtures("open_cases")
def test_nothing_happens_before_its_time(database: Database, clock: FakeClock) -> None:
    assert sweep(database, clock=clock) == Swept()


@pytest.mark.usefixtures("open_cases")
def test_each_warning_and_each_breach_is_told_once(database: Database, clock: FakeClock) -> None:
    clock.pass_time(hours=3, minutes=50)
    assert sweep(database, clock=clock) == Swept(warned=3)
    assert sweep(database, clock=clock) == Swept()

    clock.pass_time(minutes=15)
    assert sweep(database, clock=clock) == Swept(breached=3)
    assert sweep(database, clock=clock) == Swept()


@pytest.mark.usefixtures("open_cases")
def test_a_long_outage_tells_only_the_breaches(database: Database, clock: FakeClock) -> None:
    clock.pass_time(days=3)

    assert sweep(database, clock=clock) == Swept(breached=6)


def test_more_cases_than_one_batch_are_all_swept(
    database: Database, clock: FakeClock, handlings: Handlings, says: MakePost
) -> None:
    with database.write() as session:
        intake.save_page(session, accounts=[], posts=[says("complaint", minute) for minute in range(430)])
    assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)
    clock.pass_time(hours=20)

    assert sweep(database, clock=clock).breached == 430


@pytest.mark.usefixtures("open_cases")
def test_a_snooze_ends_in_time(database: Database, clock: FakeClock, handlings: Handlings) -> None:
    with database.read() as session:
        case = cases.latest_case(session, "acme", "x", "10000")
    assert case is not None
    assert case.id is not None
    Review(database, clock, handlings).snooze(case.id, "ilze", until=clock.now() + timedelta(hours=1))

    clock.pass_time(hours=1)

    assert sweep(database, clock=clock) == Swept(woke=1)
