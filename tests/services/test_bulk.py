"""One deed to many cases: told case by case, and taken back as a whole."""

import pytest

from monitor.domain.deeds import Deed, DeedKind
from monitor.domain.handling import Handlings
from monitor.domain.model import Case, Status
from monitor.domain.search import parse_search
from monitor.errors import Conflict, NotAllowed, NotFound
from monitor.services import bulk as module
from monitor.services.bulk import Bulk
from monitor.services.review import Review
from monitor.store import cases
from monitor.store.db import Database
from tests.fakes import FakeClock
from tests.make import make_change

RESOLVE, TAG = Deed(DeedKind.RESOLVE), Deed(DeedKind.TAG, add=("Storm",))
ALL = parse_search("")


@pytest.fixture
def bulk(database: Database, clock: FakeClock, handlings: Handlings) -> Bulk:
    return Bulk(database, clock, handlings)


@pytest.fixture
def review(database: Database, clock: FakeClock, handlings: Handlings) -> Review:
    return Review(database, clock, handlings)


@pytest.fixture
def ids(database: Database) -> list[int]:
    with database.write() as session:
        saved = cases.save_changes(session, [make_change() for _ in range(5)])
    return [case.id for case in saved if case.id is not None]


def now_is(database: Database, case_id: int) -> Case:
    with database.read() as session:
        case = cases.case_by_id(session, case_id)
    assert case is not None
    return case


def test_everything_that_matches_is_done_in_chunks(
    database: Database, bulk: Bulk, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)

    done = bulk.do_all(TAG, ALL, "ilze", expected=5)

    assert sorted(done.done) == ids
    assert {now_is(database, case_id).tags for case_id in ids} == {("storm",)}
    assert bulk.do_all(TAG, ALL, "ilze").untouched == done.done


def test_each_refusal_says_why_and_the_others_go_on(bulk: Bulk, review: Review, ids: list[int]) -> None:
    review.resolve(ids[0], "petar")

    done = bulk.do(RESOLVE, [*ids, 4711], "ilze", versions={ids[1]: 9})

    reasons = {refusal.case_id: refusal.reason for refusal in done.refused}
    assert done.done == tuple(ids[2:])
    assert "reopen it first" in reasons[ids[0]]
    assert "Somebody else changed this case first" in reasons[ids[1]]
    assert reasons[4711] == "There is no case 4711."


def test_more_than_was_shown_is_not_done(bulk: Bulk, ids: list[int]) -> None:
    with pytest.raises(Conflict, match="There were 4 cases and now there are 5"):
        bulk.do_all(RESOLVE, ALL, "ilze", expected=len(ids) - 1)


def test_one_undo_takes_all_of_it_back_and_can_itself_be_undone(database: Database, bulk: Bulk, ids: list[int]) -> None:
    done = bulk.do(RESOLVE, ids, "ilze")

    undone = bulk.undo(done.bulk, "petar")
    assert sorted(undone.done) == ids
    assert {now_is(database, case_id).status for case_id in ids} <= {Status.OPEN, Status.WAITING}

    bulk.undo(undone.bulk, "petar")
    assert {now_is(database, case_id).status for case_id in ids} == {Status.RESOLVED}


def test_what_somebody_built_on_stays_and_is_named(bulk: Bulk, review: Review, ids: list[int]) -> None:
    done = bulk.do(Deed(DeedKind.CLAIM), ids, "ilze")
    review.assign(ids[0], "maris", by="petar")

    undone = bulk.undo(done.bulk, "ilze")

    assert sorted(undone.done) == ids[1:]
    assert [(refusal.case_id, "petar assigned it" in refusal.reason) for refusal in undone.refused] == [(ids[0], True)]


def test_a_bulk_that_never_was_is_not_found(bulk: Bulk, ids: list[int]) -> None:
    with pytest.raises(NotFound):
        bulk.undo("nonsense", "ilze")


def test_the_last_action_is_ones_own_and_a_bulk_is_one(bulk: Bulk, review: Review, ids: list[int]) -> None:
    review.claim(ids[0], "ilze")
    bulk.do(TAG, ids, "ilze")
    review.claim(ids[1], "petar")

    last = bulk.last_action_of("ilze")
    assert last is not None
    assert (last.cases, last.event.kind.value) == (5, "tagged")

    undone = bulk.undo_last("ilze")
    assert undone is not None
    assert len(undone.done) == 5
    assert bulk.undo_last("ilze") is not None
    assert bulk.undo_last("ilze") is None
    assert bulk.last_action_of("maris") is None


def test_a_single_action_that_was_superseded_is_not_taken_back(bulk: Bulk, review: Review, ids: list[int]) -> None:
    review.claim(ids[0], "ilze")
    review.assign(ids[0], "maris", by="petar")

    with pytest.raises(NotAllowed, match="petar assigned it"):
        bulk.undo_last("ilze")


@pytest.mark.parametrize("kind", [DeedKind.ASSIGN, DeedKind.SNOOZE, DeedKind.NOTE, DeedKind.TAG])
def test_a_deed_without_what_it_needs_is_no_deed(kind: DeedKind) -> None:
    with pytest.raises(ValueError, match=f"{kind.value} needs"):
        Deed(kind)
