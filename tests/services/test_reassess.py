"""Reassessment: a new version judges history beside the old one, survives being killed, and closes no case."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from classifiers.contract import Assessment, Cause, Kind, Severity, Text
from monitor.domain.handling import Handlings
from monitor.domain.labels import Labels
from monitor.domain.model import Case, EventKind, Post, Status
from monitor.services.assess import assess_pending
from monitor.services.labelling import label_post
from monitor.services.reassess import Reassessed, Retriaged, count_unjudged, reassess, retriage_live
from monitor.services.review import Review
from monitor.store import assessments, cases, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock, spread
from tests.services.conftest import MakePost


class Second(FakeClassifier):
    """A later version: it sees through `ironic` posts, takes `borderline` ones for nothing, and may be killed."""

    name = "fake-2"

    def __init__(self, killed_after: int | None = None) -> None:
        super().__init__()
        self._killed_after = killed_after

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        if self._killed_after is not None and len(self.batches) == self._killed_after:
            raise KeyboardInterrupt
        return [self._second(text, verdict) for text, verdict in zip(texts, super().classify(texts), strict=True)]

    def _second(self, text: Text, verdict: Assessment) -> Assessment:
        if "ironic" in text.text:
            return replace(verdict, kind=spread(Kind, Kind.COMPLAINT), severity=spread(Severity, Severity.BLAME))
        if "borderline" in text.text:
            return replace(verdict, kind=spread(Kind, Kind.OTHER))
        return verdict


class Bench:
    """A database whose posts the first version has judged."""

    def __init__(self, database: Database, clock: FakeClock, handlings: Handlings) -> None:
        self.database = database
        self.clock = clock
        self.handlings = handlings

    def judged(self, *posts: Post) -> None:
        with self.database.write() as session:
            intake.save_page(session, accounts=(), posts=posts)
        assess_pending(self.database, FakeClassifier(), handlings=self.handlings, clock=self.clock)
        self.clock.pass_time(hours=1)

    def reassess(self, classifier: FakeClassifier | None = None, **options: object) -> Reassessed:
        return reassess(
            self.database, classifier or Second(), handlings=self.handlings, clock=self.clock, **options
        )  # type: ignore[arg-type]  # fmt: skip

    def retriage(self, classifier: FakeClassifier | None = None, **options: object) -> Retriaged:
        return retriage_live(
            self.database, classifier or Second(), handlings=self.handlings, clock=self.clock, **options
        )  # type: ignore[arg-type]  # fmt: skip

    def verdict(self, external_id: str, model: str | None = None) -> Assessment | None:
        with self.database.read() as session:
            post = intake.post_by_key(session, "acme", "x", external_id)
            assert post is not None
            assert post.id is not None
            return assessments.assessment_of(session, post.id, model)

    def case(self, conversation: str) -> Case:
        with self.database.read() as session:
            found = cases.latest_case(session, "acme", "x", conversation)
        assert found is not None
        return found

    def events(self, case: Case) -> list[EventKind]:
        assert case.id is not None
        with self.database.read() as session:
            return [event.kind for event in cases.events_of(session, case.id)]


@pytest.fixture
def bench(database: Database, clock: FakeClock, handlings: Handlings) -> Bench:
    return Bench(database, clock, handlings)


class TestHistory:
    def test_every_post_gets_the_new_verdict_beside_the_old_one(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("how ironic"))

        bench.reassess()

        old, new = bench.verdict("10000", "fake-1"), bench.verdict("10000", "fake-2")
        assert old is not None
        assert new is not None
        assert (old.kind_label, new.kind_label) == (Kind.OTHER, Kind.COMPLAINT)
        assert bench.verdict("10000") == new, "the one that spoke last is shown"

    def test_what_changed_is_counted_by_kind(self, bench: Bench, says: MakePost) -> None:
        bench.judged(
            says("how ironic", 0),
            says("ironic thanks", 1),
            says("complaint", 2),
            says("complaint, borderline", 3),
            says("gibberish", 4),
        )

        done = bench.reassess()

        assert done.kinds == {
            ("other", "complaint"): 1,
            ("praise", "complaint"): 1,
            ("complaint", "complaint"): 1,
            ("complaint", "other"): 1,
            ("does not know", "does not know"): 1,
        }
        assert (done.posts, done.changed, done.first) == (5, 3, 0)

    def test_posts_that_would_open_a_case_today_are_counted_and_none_is_opened(
        self, bench: Bench, says: MakePost
    ) -> None:
        bench.judged(says("how ironic", 0), says("complaint", 1), says("fine", 2))

        assert bench.reassess().would_open == 1
        with bench.database.read() as session:
            assert cases.latest_case(session, "acme", "x", "10000") is None

    def test_a_second_run_finds_nothing_to_do(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint"))
        bench.reassess()

        assert bench.reassess() == Reassessed("fake-2")

    def test_the_version_that_judged_a_post_first_keeps_its_word(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint"))

        assert bench.reassess(FakeClassifier()).posts == 0

    def test_a_killed_run_keeps_what_it_did_and_the_next_does_the_rest(self, bench: Bench, says: MakePost) -> None:
        bench.judged(*(says("complaint", minute) for minute in range(7)))
        with pytest.raises(KeyboardInterrupt):
            bench.reassess(Second(killed_after=2), batch=2)

        assert count_unjudged(bench.database, "fake-2") == 3
        assert bench.reassess(batch=2).posts == 3
        assert count_unjudged(bench.database, "fake-2") == 0

    def test_batches_and_a_limit_are_kept_the_newest_first(self, bench: Bench, says: MakePost) -> None:
        bench.judged(*(says("complaint", minute) for minute in range(7)))
        second = Second()

        assert bench.reassess(second, batch=3, limit=5).posts == 5
        assert second.batches == [3, 2]
        assert bench.verdict("10006", "fake-2") is not None
        assert bench.verdict("10001", "fake-2") is None

    def test_a_text_that_breaks_the_model_is_passed_over_and_tried_again(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("poison", 0), says("complaint", 1), says("thanks", 2))

        done = bench.reassess(batch=2)

        assert (done.posts, done.failed) == (2, 1)
        assert bench.reassess().failed == 1

    def test_what_no_version_had_judged_is_told_apart(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("poison in the first version"))
        with bench.database.write() as session:
            post = intake.post_by_key(session, "acme", "x", "10000")
            assert post is not None
            intake.save_page(session, accounts=(), posts=[replace(post, text="edited since, a complaint", id=None)])

        done = bench.reassess()

        assert (done.posts, done.first, done.kinds) == (1, 1, {})

    def test_a_brand_and_a_beginning_narrow(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint", 0), says("complaint", 60), says("complaint", 90, brand="other"))
        since = bench.clock.now() - timedelta(minutes=30)

        assert count_unjudged(bench.database, "fake-2", brand="acme", since=since) == 1
        assert bench.reassess(brand="acme", since=since).posts == 1
        assert bench.reassess(brand="other").posts == 1
        assert bench.reassess().posts == 1

    def test_progress_grows_with_the_posts_failed_ones_included(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("poison", 0), *(says("complaint", minute) for minute in range(1, 5)))
        told: list[int] = []

        bench.reassess(batch=2, progress=told.append)

        assert told == [2, 4, 5]

    def test_live_cases_stay_as_they_are(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint, how ironic"))
        before = bench.case("10000")

        bench.reassess()

        assert bench.case("10000") == before


class TestLiveCases:
    def test_they_get_the_severity_of_the_new_version_and_keep_their_promises(
        self, bench: Bench, says: MakePost
    ) -> None:
        bench.judged(says("complaint, how ironic"))
        before = bench.case("10000")

        done = bench.retriage()

        after = bench.case("10000")
        assert done == Retriaged(cases=1, changed=1)
        assert (before.severity, after.severity) == (Severity.DISAPPROVAL, Severity.BLAME)
        assert (after.status, after.deadlines, after.opened_at) == (before.status, before.deadlines, before.opened_at)
        assert bench.events(after) == [EventKind.OPENED, EventKind.REASSESSED]
        verdict = bench.verdict("10000")
        assert verdict is not None
        assert verdict.model == "fake-2", "what is shown is what the case goes by"

    def test_the_same_verdicts_change_nothing(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint, ignored", 0), says("complaint, blame", 1, conversation_id="10000"))
        before = bench.case("10000")

        assert bench.retriage(FakeClassifier()) == Retriaged(cases=1)
        assert bench.case("10000") == before

    def test_a_second_run_changes_nothing_more(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint, how ironic"))
        bench.retriage()

        assert bench.retriage().changed == 0

    def test_a_case_that_would_not_be_opened_today_is_named_and_stays(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint, borderline"))
        before = bench.case("10000")

        done = bench.retriage()

        assert done.in_doubt == (before.id,)
        assert bench.case("10000") == before

    def test_what_a_person_said_stands_over_any_version(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint, how ironic"))
        labels = Labels(kind=Kind.COMPLAINT, severity=Severity.NO_EXPLICIT_REPROACH, causes=(Cause.OUTAGE,))
        with bench.database.read() as session:
            post = intake.post_by_key(session, "acme", "x", "10000")
        assert post is not None
        assert post.id is not None
        label_post(bench.database, bench.clock, post.id, "anna", labels)

        assert bench.retriage() == Retriaged(cases=1, labelled=1)
        assert bench.case("10000").severity is Severity.NO_EXPLICIT_REPROACH

    def test_closed_cases_are_left_in_peace(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint, how ironic"))
        case = bench.case("10000")
        assert case.id is not None
        Review(bench.database, bench.clock, bench.handlings).resolve(case.id, "anna")

        assert bench.retriage() == Retriaged()
        assert bench.case("10000").status is Status.RESOLVED

    def test_a_text_that_breaks_the_model_goes_on_waiting_for_a_person(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("poison"))

        bench.retriage()

        assert bench.case("10000").needs_human

    def test_a_brand_and_a_beginning_narrow(self, bench: Bench, says: MakePost) -> None:
        bench.judged(says("complaint", 0), says("complaint", 60), says("complaint", 90, brand="other"))
        since = bench.clock.now() - timedelta(minutes=30)

        assert bench.retriage(brand="acme", since=since).cases == 1
        assert bench.retriage(since=since).cases == 2

    def test_a_case_that_somebody_changes_meanwhile_is_left_for_the_next_run(
        self, bench: Bench, says: MakePost
    ) -> None:
        bench.judged(says("complaint, how ironic", 0), says("complaint, ironic too", 1))
        number = bench.case("10000").id
        assert number is not None

        class Claimed(FakeClock):
            """Somebody claims the case between the reading of it and the saving."""

            def now(self) -> datetime:
                Review(bench.database, bench.clock, bench.handlings).claim(number, "anna")
                return super().now()

        done = retriage_live(
            bench.database, Second(), handlings=bench.handlings, clock=Claimed(bench.clock.now())
        )  # fmt: skip

        assert (done.changed, done.conflicts) == (1, 1)
        assert bench.case("10000").assignee == "anna"
        assert bench.retriage().changed == 1

    def test_progress_grows_with_the_cases(self, bench: Bench, says: MakePost) -> None:
        bench.judged(*(says("complaint", minute) for minute in range(60)))
        told: list[int] = []

        bench.retriage(progress=told.append)

        assert told == [50, 60]
