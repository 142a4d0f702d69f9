"""Two cases of one customer become one, and two again."""

from dataclasses import replace

import pytest

from monitor.domain.handling import Handlings
from monitor.domain.model import Case, EventKind, Role, Status
from monitor.errors import Conflict, NotAllowed
from monitor.services.assess import assess_pending
from monitor.services.ingest import observe_replies
from monitor.services.review import Review
from monitor.store import cases, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock
from tests.services.conftest import MakePost


@pytest.fixture
def review(database: Database, clock: FakeClock, handlings: Handlings) -> Review:
    return Review(database, clock, handlings)


class Desk:
    """Posts come in and are judged; cases are looked at."""

    def __init__(self, database: Database, clock: FakeClock, handlings: Handlings, says: MakePost) -> None:
        self.database, self.clock, self.handlings, self.says = database, clock, handlings, says

    def comes(self, text: str, minute: int, **fields: object) -> None:
        post = self.says(text, minute, **fields)
        with self.database.write() as session:
            saved = intake.save_page(session, accounts=[], posts=[post])
            observe_replies(session, saved.new, self.handlings, self.clock.now())
        assess_pending(self.database, FakeClassifier(), handlings=self.handlings, clock=self.clock)

    def case(self, case: Case) -> Case:
        with self.database.read() as session:
            found = cases.case_by_id(session, case.id or 0)
        assert found is not None
        return found

    def opened(self, text: str, minute: int, **fields: object) -> Case:
        self.comes(text, minute, **fields)
        with self.database.read() as session:
            case = cases.latest_case(session, "acme", "x", str(10_000 + minute))
        assert case is not None
        return case


@pytest.fixture
def desk(database: Database, clock: FakeClock, handlings: Handlings, says: MakePost) -> Desk:
    return Desk(database, clock, handlings, says)


@pytest.fixture
def two(desk: Desk, clock: FakeClock) -> tuple[Case, Case]:
    """Two complaints of Anna in two conversations, the harsher one later."""
    first = desk.opened("complaint about delivery", 0)
    second = desk.opened("complaint blame outage", 5)
    clock.pass_time(minutes=10)
    return first, second


def merged(review: Review, source: Case, target: Case) -> Case:
    return review.merge(source.id or 0, target.id or 0, "ilze")


def test_the_target_waits_for_both_and_is_as_grave_as_the_graver(
    desk: Desk, review: Review, two: tuple[Case, Case]
) -> None:
    first, second = two

    whole = merged(review, first, second)

    assert (whole.waiting_since, whole.opened_at, whole.customer_posts) == (first.waiting_since, first.opened_at, 2)
    assert set(whole.causes) == {*first.causes, *second.causes}
    assert whole.severity == second.severity
    gone = desk.case(first)
    assert (gone.status, gone.merged_into, gone.waiting_since) == (Status.DISMISSED, second.id, None)
    assert all(not deadline.running for deadline in gone.deadlines)
    assert whole == desk.case(second)


def test_what_happens_in_the_merged_conversation_happens_to_the_target(
    desk: Desk, review: Review, two: tuple[Case, Case]
) -> None:
    first, second = two
    merged(review, first, second)

    desk.comes("complaint again", 11, conversation_id="10000")
    assert desk.case(second).customer_posts == 3
    desk.comes(
        "sorry", 12, conversation_id="10000", role=Role.REPLY, author_id="acme", in_reply_to="10000",
        in_reply_to_author="anna",
    )  # fmt: skip

    target = desk.case(second)
    assert target.first_reply_at is not None
    assert (target.brand_replies, target.status) == (1, Status.WAITING)
    assert desk.case(first).merged_into == second.id


def test_undo_makes_two_of_it_again_and_redo_one(desk: Desk, review: Review, two: tuple[Case, Case]) -> None:
    first, second = (desk.case(case) for case in two)
    whole = merged(review, first, second)

    review.undo(first.id or 0, _last_event(desk, first), "petar")
    assert [replace(desk.case(case), version=0) for case in two] == [replace(c, version=0) for c in (first, second)]

    review.undo(second.id or 0, _last_event(desk, second), "petar")
    assert replace(desk.case(second), version=0) == replace(whole, version=0)
    assert desk.case(first).merged_into == second.id

    review.undo(second.id or 0, _last_event(desk, second), "petar")
    assert replace(desk.case(first), version=0) == replace(first, version=0)


def test_a_reply_between_merge_and_undo_stays_with_its_conversation(
    desk: Desk, review: Review, two: tuple[Case, Case]
) -> None:
    first, second = two
    merged(review, first, second)
    key = _last_event(desk, first)
    desk.comes(
        "sorry", 12, conversation_id="10005", role=Role.REPLY, author_id="acme", in_reply_to="10005",
        in_reply_to_author="anna",
    )  # fmt: skip

    review.undo(first.id or 0, key, "ilze")

    assert (desk.case(first).status, desk.case(second).status) == (Status.OPEN, Status.WAITING)
    assert desk.case(first).first_reply_at is None


def test_three_become_one(desk: Desk, review: Review, two: tuple[Case, Case]) -> None:
    first, second = two
    third = desk.opened("complaint ignored", 9)
    merged(review, first, second)

    whole = merged(review, second, third)

    assert (whole.customer_posts, whole.waiting_since) == (3, first.waiting_since)
    desk.comes("complaint still", 12, conversation_id="10000")
    assert desk.case(third).customer_posts == 4


class TestRefusing:
    def test_two_customers(self, desk: Desk, review: Review, two: tuple[Case, Case]) -> None:
        other = desk.opened("complaint", 9, author_id="ivan")

        with pytest.raises(NotAllowed, match="are of two customers"):
            merged(review, other, two[0])

    def test_a_case_into_itself_or_a_closed_one(self, review: Review, two: tuple[Case, Case]) -> None:
        with pytest.raises(NotAllowed, match="into itself"):
            merged(review, two[0], two[0])
        review.resolve(two[1].id or 0, "ilze")
        with pytest.raises(NotAllowed, match="only live cases"):
            merged(review, two[0], two[1])

    def test_a_stale_version(self, review: Review, two: tuple[Case, Case]) -> None:
        review.claim(two[1].id or 0, "petar")

        with pytest.raises(Conflict):
            review.merge(two[0].id or 0, two[1].id or 0, "ilze", into_version=two[1].version)

    def test_reopening_what_was_merged(self, review: Review, two: tuple[Case, Case]) -> None:
        merged(review, *two)

        with pytest.raises(NotAllowed, match="undo the merge instead"):
            review.reopen(two[0].id or 0, "ilze")


def _last_event(desk: Desk, case: Case) -> str:
    with desk.database.read() as session:
        people = [e for e in cases.events_of(session, case.id or 0) if e.actor is not None]
    assert people[-1].kind in (EventKind.MERGED_INTO, EventKind.TOOK_IN, EventKind.UNDONE)
    return people[-1].key
