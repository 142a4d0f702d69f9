"""What people do in the queue: saved at once, refused when somebody else was faster."""

from datetime import timedelta

import pytest

from classifiers.contract import Cause, Kind, Severity
from monitor.domain.handling import Handlings
from monitor.domain.labels import Labels
from monitor.domain.model import Case, EventKind, Status
from monitor.errors import Conflict, NotAllowed, NotFound
from monitor.services.assess import assess_pending
from monitor.services.review import Review
from monitor.store import assessments, cases, intake
from monitor.store.db import Database, Session
from tests.fakes import FakeClassifier, FakeClock
from tests.services.conftest import MakePost


@pytest.fixture
def review(database: Database, clock: FakeClock, handlings: Handlings) -> Review:
    return Review(database, clock, handlings)


@pytest.fixture
def case(database: Database, clock: FakeClock, handlings: Handlings, says: MakePost) -> Case:
    with database.write() as session:
        intake.save_page(session, accounts=[], posts=[says("complaint about delivery")])
    assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)
    clock.pass_time(minutes=10)
    return kept(database)


def kept(database: Database) -> Case:
    with database.read() as session:
        case = cases.latest_case(session, "acme", "x", "10000")
    assert case is not None
    return case


def first_post(session: Session, case: Case) -> int:
    post = intake.post_by_key(session, case.brand, case.platform, case.first_post_id)
    assert post is not None
    assert post.id is not None
    return post.id


def number(case: Case) -> int:
    assert case.id is not None
    return case.id


def test_an_action_is_saved_with_its_event_and_a_new_version(database: Database, review: Review, case: Case) -> None:
    claimed = review.claim(number(case), "ilze")

    assert claimed.version == case.version + 1
    assert kept(database) == claimed
    with database.read() as session:
        last = cases.events_of(session, number(case))[-1]
    assert (last.kind, last.actor) == (EventKind.CLAIMED, "ilze")


def test_the_whole_life_of_a_case_goes_through_the_desk(database: Database, review: Review, case: Case) -> None:
    n = number(case)
    review.claim(n, "ilze")
    review.assign(n, "petar", by="lead")
    review.note(n, "petar", "called back")
    review.release(n, "petar")
    review.resolve(n, "petar")
    review.reopen(n, "ilze")
    review.dismiss(n, "ilze", reason="an advertisement")

    final = kept(database)
    assert (final.status, final.handoffs, final.reopened) == (Status.DISMISSED, 1, 1)
    with database.read() as session:
        kinds = [event.kind.value for event in cases.events_of(session, n)]
    assert kinds == [
        "opened", "claimed", "assigned", "noted", "released", "resolved", "reopened", "dismissed",
    ]  # fmt: skip


def test_a_stale_action_is_refused_and_changes_nothing(database: Database, review: Review, case: Case) -> None:
    review.claim(number(case), "ilze", version=case.version)

    with pytest.raises(Conflict):
        review.resolve(number(case), "petar", version=case.version)
    assert kept(database).status is Status.OPEN


def test_an_action_that_makes_no_sense_is_refused(review: Review, case: Case) -> None:
    review.resolve(number(case), "ilze")

    with pytest.raises(NotAllowed, match="reopen it first"):
        review.claim(number(case), "petar")


def test_an_unknown_case_is_named(review: Review, database: Database) -> None:
    with pytest.raises(NotFound, match="no case 4711"):
        review.claim(4711, "ilze")


def test_an_action_without_effect_keeps_the_version(database: Database, review: Review, case: Case) -> None:
    claimed = review.claim(number(case), "ilze")

    assert review.claim(number(case), "ilze").version == claimed.version


def test_a_snoozed_case_keeps_its_promises(review: Review, case: Case, clock: FakeClock) -> None:
    snoozed = review.snooze(number(case), "ilze", until=clock.now() + timedelta(hours=3))

    assert snoozed.status is Status.SNOOZED
    assert snoozed.due_at == case.due_at


def test_reopening_puts_the_wait_back(review: Review, case: Case) -> None:
    review.resolve(number(case), "ilze")

    again = review.reopen(number(case), "ilze")

    assert again.waiting_since == case.waiting_since
    assert again.due_at == case.due_at


def test_a_label_is_kept_for_training_and_the_case_follows_it(database: Database, review: Review, case: Case) -> None:
    labels = Labels(kind=Kind.COMPLAINT, severity=Severity.BLAME, causes=(Cause.IGNORED, Cause.DELIVERY))

    judged = review.label(number(case), "ilze", labels)

    assert (judged.severity, judged.causes) == (Severity.BLAME, (Cause.IGNORED, Cause.DELIVERY))
    with database.read() as session:
        said = assessments.reviews_of(session, first_post(session, case))
    assert said == {"ilze": {"kind": "complaint", "severity": "blame", "causes": ["ignored", "delivery"]}}


def test_labelling_again_replaces_the_agents_own_verdict(database: Database, review: Review, case: Case) -> None:
    review.label(number(case), "ilze", Labels(kind=Kind.COMPLAINT, severity=Severity.BLAME))
    review.label(number(case), "ilze", Labels(kind=Kind.QUESTION))
    review.label(number(case), "petar", Labels(kind=Kind.COMPLAINT))

    with database.read() as session:
        said = assessments.reviews_of(session, first_post(session, case))
    assert {agent: labels["kind"] for agent, labels in said.items()} == {"ilze": "question", "petar": "complaint"}


def test_what_is_no_complaint_loses_its_severity(review: Review, case: Case) -> None:
    judged = review.label(number(case), "ilze", Labels(kind=Kind.QUESTION))

    assert (judged.severity, judged.causes) == (None, ())
