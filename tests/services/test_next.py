"""The next case for me: the most urgent one, and never the same for two who ask at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from classifiers.contract import Severity
from monitor.domain.handling import Handlings
from monitor.domain.model import Status
from monitor.domain.presence import Doing
from monitor.errors import Conflict, NotAllowed
from monitor.services.review import Review
from monitor.services.workplace import Workplace
from monitor.store import cases
from monitor.store.db import Database
from tests.fakes import FakeClock
from tests.make import make_change


@pytest.fixture
def review(database: Database, clock: FakeClock, handlings: Handlings) -> Review:
    return Review(database, clock, handlings)


@pytest.fixture
def workplace(database: Database, clock: FakeClock) -> Workplace:
    return Workplace(database, clock)


@pytest.fixture
def ids(database: Database) -> list[int]:
    """Eight cases that wait for anybody, the most urgent first."""
    urgent = [make_change(severity=Severity.BLAME, risk=0.95 - n / 10) for n in range(8)]
    with database.write() as session:
        saved = cases.save_changes(session, urgent)
    return [case.id for case in saved if case.id is not None]


def next_id(review: Review, agent: str, **how: object) -> int | None:
    case = review.next_for(agent, **how)  # type: ignore[arg-type]
    return None if case is None else case.id


def test_the_most_urgent_case_that_nobody_has_comes_first(review: Review, ids: list[int]) -> None:
    review.claim(ids[0], "maris")

    assert next_id(review, "ilze") == ids[1]
    assert next_id(review, "petar") == ids[2]
    assert next_id(review, "ilze", skip=[ids[1]]) == ids[3]
    assert next_id(review, "petar", skip=[ids[2]]) == ids[1], "what ilze passed over is free again"


def test_only_what_waits_for_us_is_given(database: Database, review: Review) -> None:
    with database.write() as session:
        cases.save_changes(session, [make_change(status=status) for status in Status if status is not Status.OPEN])

    assert review.next_for("ilze") is None


def test_a_lease_ends_by_itself_by_leaving_and_not_while_one_is_there(
    review: Review, workplace: Workplace, ids: list[int], clock: FakeClock
) -> None:
    assert next_id(review, "ilze") == ids[0]
    clock.pass_time(minutes=2)
    workplace.beat(ids[0], "ilze", Doing.VIEWING)
    clock.pass_time(minutes=2)
    assert next_id(review, "petar") == ids[1]

    workplace.leave("ilze")
    assert next_id(review, "maris") == ids[0]

    clock.pass_time(minutes=3)
    assert next_id(review, "ilze") == ids[0]


def at_once(work: list[object]) -> Iterator[object]:
    start = threading.Barrier(len(work))

    def run(one: object) -> object:
        start.wait()
        return one()  # type: ignore[operator]

    with ThreadPoolExecutor(len(work)) as pool:
        yield from pool.map(run, work)


def test_eight_who_ask_at_once_are_given_eight_cases(review: Review, ids: list[int]) -> None:
    asking = [lambda name=f"agent{n}": next_id(review, name) for n in range(8)]

    assert sorted(at_once(list(asking)), key=str) == sorted(ids, key=str)
    assert review.next_for("late") is None


def test_of_eight_who_claim_at_once_one_wins(review: Review, ids: list[int]) -> None:
    def claims(name: str) -> str | None:
        try:
            return review.claim(ids[0], name).assignee
        except (NotAllowed, Conflict):
            return None

    winners = [found for found in at_once([lambda name=f"agent{n}": claims(name) for n in range(8)]) if found]

    assert len(winners) == 1
