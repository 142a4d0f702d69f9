"""Assessment: every mention gets a verdict and, where it needs one, a case; nothing is dropped."""

import threading
import time
from datetime import timedelta

import pytest

from classifiers.contract import Cause, Severity
from monitor.domain.handling import Handlings
from monitor.domain.model import Account, Case, EventKind, Post, Role, Status
from monitor.services.assess import Assessed, assess_pending
from monitor.services.ingest import observe_replies
from monitor.store import assessments, cases, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock
from tests.make import NOW
from tests.services.conftest import MakePost


class Bench:
    """A database with a classifier beside it."""

    def __init__(self, database: Database, clock: FakeClock, handlings: Handlings) -> None:
        self.database = database
        self.clock = clock
        self.handlings = handlings
        self.classifier = FakeClassifier()

    def store(self, *posts: Post, accounts: tuple[Account, ...] = ()) -> None:
        with self.database.write() as session:
            intake.save_page(session, accounts=accounts, posts=posts)

    def assess(self, **options: int) -> Assessed:
        return assess_pending(
            self.database, self.classifier, handlings=self.handlings, clock=self.clock, **options
        )  # type: ignore[arg-type]  # fmt: skip

    def case(self, conversation: str) -> Case:
        with self.database.read() as session:
            case = cases.latest_case(session, "acme", "x", conversation)
        assert case is not None
        return case

    def events(self, case: Case) -> list[EventKind]:
        assert case.id is not None
        with self.database.read() as session:
            return [event.kind for event in cases.events_of(session, case.id)]


@pytest.fixture
def bench(database: Database, clock: FakeClock, handlings: Handlings) -> Bench:
    return Bench(database, clock, handlings)


def test_a_complaint_becomes_a_case_and_its_verdict_is_kept(bench: Bench, says: MakePost) -> None:
    bench.store(says("complaint about delivery"))

    done = bench.assess()

    assert done == Assessed(posts=1, opened=1)
    case = bench.case("10000")
    assert (case.severity, case.causes) == (Severity.DISAPPROVAL, (Cause.DELIVERY,))
    with bench.database.read() as session:
        post = intake.post_by_key(session, "acme", "x", "10000")
        assert post is not None
        assert post.id is not None
        verdict = assessments.assessment_of(session, post.id)
    assert verdict is not None
    assert verdict.model == "fake-1"
    assert post.needs_answer is True


def test_praise_and_small_talk_open_nothing(bench: Bench, says: MakePost) -> None:
    bench.store(says("thanks a lot", 0), says("nice weather", 1))

    assert bench.assess() == Assessed(posts=2)


def test_nothing_is_judged_twice(bench: Bench, says: MakePost) -> None:
    bench.store(says("complaint"))
    bench.assess()

    assert bench.assess() == Assessed()


def test_our_own_posts_and_reposts_never_become_cases(bench: Bench, says: MakePost) -> None:
    bench.store(
        says("complaint", 0, role=Role.BROADCAST, author_id="us"),
        says("complaint", 1, role=Role.REPLY, author_id="us"),
        says("complaint", 2, role=Role.REPOST, repost_of="10000"),
    )

    assert bench.assess() == Assessed()


def test_a_reply_before_triage_still_counts(bench: Bench, says: MakePost) -> None:
    bench.store(
        says("complaint", 0),
        says("sorry", 9, role=Role.REPLY, conversation_id="10000", in_reply_to="10000", author_id="us"),
    )

    bench.assess()

    assert bench.case("10000").status is Status.WAITING
    assert bench.case("10000").first_reply_at == NOW + timedelta(minutes=9)


def test_a_reply_that_is_being_stored_while_its_case_opens_still_counts(bench: Bench, says: MakePost) -> None:
    bench.store(says("complaint", 0))
    reply = says("sorry", 9, role=Role.REPLY, conversation_id="10000", in_reply_to="10000", author_id="us")
    opening = threading.Thread(target=bench.assess)
    with bench.database.write() as session:
        intake.one_at_a_time(session)
        saved = intake.save_page(session, accounts=[], posts=[reply])
        assert observe_replies(session, saved.new, bench.handlings, NOW) == 0
        opening.start()
        time.sleep(0.5)
    opening.join(20)

    assert bench.case("10000").first_reply_at == NOW + timedelta(minutes=9)


def test_a_second_post_of_the_thread_joins_the_live_case(bench: Bench, says: MakePost) -> None:
    bench.store(says("complaint", 0))
    bench.assess()
    bench.store(says("complaint, blame", 5, conversation_id="10000"))

    done = bench.assess()

    assert done == Assessed(posts=1, joined=1)
    case = bench.case("10000")
    assert (case.customer_posts, case.severity) == (2, Severity.BLAME)
    assert bench.events(case) == [EventKind.OPENED, EventKind.ESCALATED, EventKind.CUSTOMER_POSTED]


def test_posts_of_one_thread_in_one_batch_make_one_case(bench: Bench, says: MakePost) -> None:
    bench.store(*(says("complaint", minute, conversation_id="10000") for minute in range(5)))

    done = bench.assess()

    assert (done.opened, done.joined) == (1, 4)
    assert bench.case("10000").customer_posts == 5


def test_a_text_that_breaks_the_model_goes_to_a_person_and_the_others_are_judged(bench: Bench, says: MakePost) -> None:
    bench.store(says("complaint", 0), says("poison", 1), says("thanks", 2))

    done = bench.assess()

    assert (done.posts, done.opened, done.failed) == (3, 2, 1)
    case = bench.case("10001")
    assert case.needs_human
    assert case.reasons[0] == "the model failed on this text"


def test_what_the_model_does_not_know_goes_to_a_person(bench: Bench, says: MakePost) -> None:
    bench.store(says("gibberish"))

    bench.assess()

    assert bench.case("10000").needs_human
    assert bench.case("10000").reasons == ("the model does not know: no language recognised",)


def test_a_customer_who_comes_back_with_a_new_thread_is_a_repeat_contact(bench: Bench, says: MakePost) -> None:
    bench.store(says("complaint", -3000), says("complaint", -1500), says("complaint", 0))

    bench.assess()

    assert "writes for the 3rd time in 14 days" in bench.case("10000").reasons
    assert bench.case("10000").risk > bench.case("7000").risk


def test_a_long_exchange_in_one_thread_is_one_contact(bench: Bench, says: MakePost) -> None:
    bench.store(*(says("complaint", minute, conversation_id="10000") for minute in range(3)))

    bench.assess()

    assert not any("time in" in reason for reason in bench.case("10000").reasons)


def test_the_reach_of_the_author_counts(bench: Bench, says: MakePost) -> None:
    bench.store(says("complaint"), accounts=(Account("x", "anna", "anna", followers=50_000),))

    bench.assess()

    assert "50,000 followers" in bench.case("10000").reasons


def test_batches_and_a_limit_are_kept(bench: Bench, says: MakePost) -> None:
    bench.store(*(says("complaint", minute) for minute in range(7)))

    done = bench.assess(batch=3, limit=5)

    assert done.posts == 5
    assert bench.classifier.batches == [3, 2]
    assert bench.assess(batch=3).posts == 2


def test_progress_is_told_after_each_batch(bench: Bench, says: MakePost) -> None:
    bench.store(*(says("complaint", minute) for minute in range(5)))
    told: list[int] = []

    assess_pending(
        bench.database,
        bench.classifier,
        handlings=bench.handlings,
        clock=bench.clock,
        batch=2,
        progress=told.append,
    )

    assert told == [2, 4, 5]


def test_stopping_ends_after_the_batch(bench: Bench, says: MakePost) -> None:
    bench.store(*(says("complaint", minute) for minute in range(5)))

    done = assess_pending(
        bench.database,
        bench.classifier,
        handlings=bench.handlings,
        clock=bench.clock,
        batch=2,
        stopping=lambda: bool(bench.classifier.batches),
    )

    assert done.posts == 2


def test_the_promises_follow_the_severity(bench: Bench, says: MakePost) -> None:
    bench.store(says("complaint, blame", 0), says("complaint", 1))

    bench.assess()

    assert bench.case("10000").due_at == NOW + timedelta(hours=1)
    assert bench.case("10001").due_at == NOW + timedelta(minutes=1, hours=4)


def test_a_thread_that_goes_on_long_after_its_case_was_resolved_gets_a_new_case(bench: Bench, says: MakePost) -> None:
    from monitor.services.review import Review

    bench.store(says("complaint", 0))
    bench.assess()
    first = bench.case("10000")
    assert first.id is not None
    Review(bench.database, bench.clock, bench.handlings).resolve(first.id, "ilze")
    bench.clock.pass_time(days=20)
    bench.store(says("complaint", 20 * 24 * 60, conversation_id="10000"))

    bench.assess()

    second = bench.case("10000")
    assert second.id != first.id
    assert second.opened_at == NOW + timedelta(days=20)
    assert second.waiting_since == second.opened_at
