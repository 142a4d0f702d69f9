"""Labels from people: asked for where they teach most, kept, and written out to train on."""

from typing import Any

import pytest

from classifiers.contract import Cause, Kind, Severity
from monitor.domain.handling import Handlings
from monitor.domain.labels import Labels
from monitor.domain.model import EventKind, Post, Role
from monitor.errors import NotAllowed, NotFound
from monitor.services.assess import assess_pending
from monitor.services.labelling import Exported, label_post, to_ask_about, training_rows
from monitor.services.review import Review
from monitor.store import assessments, cases, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock
from tests.services.conftest import MakePost


@pytest.fixture
def judged(database: Database, clock: FakeClock, handlings: Handlings) -> Any:
    """Store posts and let the model judge them; their numbers come back."""

    def store(*posts: Post) -> list[int]:
        with database.write() as session:
            saved = intake.save_page(session, accounts=(), posts=posts).new
        assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)
        return [post.id for post in saved if post.id is not None]

    return store


def label(database: Database, clock: FakeClock, number: int, agent: str = "anna", **labels: Any) -> None:
    label_post(database, clock, number, agent, Labels(**labels))
    clock.pass_time(minutes=1)


class TestAsking:
    def test_what_the_model_does_not_know_comes_first_and_reviewed_posts_are_left_out(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        sure, unknown, answered = judged(says("complaint", 0), says("gibberish", 1), says("gibberish too", 2))
        label(database, clock, answered, kind=Kind.OTHER)

        assert [doubt.post.id for doubt in to_ask_about(database)] == [unknown, sure]

    def test_posts_without_a_case_are_asked_about_too(self, database: Database, judged: Any, says: MakePost) -> None:
        (number,) = judged(says("nice weather"))

        assert [doubt.post.id for doubt in to_ask_about(database)] == [number]

    def test_a_brand_a_beginning_and_a_number_narrow(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        judged(says("one", 0), says("two", 1), says("three", 2, brand="other"))

        assert len(to_ask_about(database, brand="acme")) == 2
        assert len(to_ask_about(database)) == 3
        assert len(to_ask_about(database, limit=1)) == 1
        assert to_ask_about(database, since=clock.pass_time(days=1)) == []


class TestAnswering:
    def test_the_answer_is_kept_and_the_case_that_the_post_opened_follows(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        (number,) = judged(says("complaint about delivery"))

        done = label_post(database, clock, number, "anna", Labels(severity=Severity.BLAME, causes=(Cause.IGNORED,)))

        assert done.case is not None
        assert (done.case.severity, done.case.causes) == (Severity.BLAME, (Cause.IGNORED,))
        assert done.case.id is not None
        with database.read() as session:
            assert assessments.reviews_of(session, number) == {"anna": {"severity": "blame", "causes": ["ignored"]}}
            assert cases.events_of(session, done.case.id)[-1].kind is EventKind.LABELLED

    def test_a_further_post_of_a_case_is_labelled_without_touching_it(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        _, further = judged(says("complaint", 0), says("complaint", 1, conversation_id="10000"))

        assert label_post(database, clock, further, "anna", Labels(kind=Kind.PRAISE)).case is None

    def test_no_case_is_opened_by_a_label(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        (number,) = judged(says("nice weather"))

        assert label_post(database, clock, number, "anna", Labels(kind=Kind.COMPLAINT)).case is None
        with database.read() as session:
            assert cases.latest_case(session, "acme", "x", "10000") is None

    def test_a_closed_case_stays_as_it_was(
        self, database: Database, clock: FakeClock, handlings: Handlings, judged: Any, says: MakePost
    ) -> None:
        (number,) = judged(says("complaint"))
        with database.read() as session:
            case = cases.latest_case(session, "acme", "x", "10000")
        assert case is not None
        assert case.id is not None
        resolved = Review(database, clock, handlings).resolve(case.id, "anna")

        assert label_post(database, clock, number, "anna", Labels(severity=Severity.BLAME)).case is None
        with database.read() as session:
            assert cases.case_by_id(session, case.id) == resolved

    def test_an_unknown_and_an_erased_post_cannot_be_labelled(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        (gone,) = judged(says("complaint"))
        with database.write() as session:
            intake.erase(session, [gone], clock.now())

        for number in (4711, gone):
            with pytest.raises(NotFound, match=f"no post {number}, or it is erased"):
                label_post(database, clock, number, "anna", Labels(kind=Kind.OTHER))

    def test_our_own_posts_cannot_be_labelled(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        (number,) = judged(says("sorry", role=Role.REPLY))

        with pytest.raises(NotAllowed, match="only customers' posts"):
            label_post(database, clock, number, "anna", Labels(kind=Kind.OTHER))


class TestExport:
    def rows(self, database: Database, **options: Any) -> tuple[list[dict[str, Any]], Exported]:
        counts = Exported()
        return list(training_rows(database, counts, normalise=str.casefold, **options)), counts

    def test_a_row_holds_the_normalised_text_and_only_what_was_said(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        (number,) = judged(says("A Complaint", lang="lv"))
        label(database, clock, number, kind=Kind.COMPLAINT, causes=(Cause.DELIVERY,), threats=())

        rows, counts = self.rows(database)

        assert rows == [
            {
                "id": "acme/x/10000",
                "lang": "lv",
                "brand": "acme",
                "text": "a complaint",
                "kind": "complaint",
                "causes": ["delivery"],
                "threats": [],
                "agents": ["anna"],
                "agreement": 1.0,
            }
        ]
        assert counts == Exported(rows=1)

    def test_a_persons_newest_word_wins(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        (number,) = judged(says("complaint"))
        label(database, clock, number, kind=Kind.PRAISE)
        label(database, clock, number, kind=Kind.QUESTION)

        (row,), _ = self.rows(database)

        assert row["kind"] == "question"

    def test_a_dispute_is_counted_and_left_out_unless_asked_for(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        (number,) = judged(says("complaint"))
        label(database, clock, number, "anna", kind=Kind.PRAISE)
        label(database, clock, number, "berta", kind=Kind.COMPLAINT)

        assert self.rows(database) == ([], Exported(disputed=1))
        (row,), counts = self.rows(database, include_disputed=True)
        assert (row["kind"], row["agents"], row["agreement"]) == ("complaint", ["anna", "berta"], 0.5)
        assert counts == Exported(rows=1, disputed=1)

    def test_an_erased_post_is_left_out(
        self, database: Database, clock: FakeClock, judged: Any, says: MakePost
    ) -> None:
        (number,) = judged(says("complaint"))
        label(database, clock, number, kind=Kind.COMPLAINT)
        with database.write() as session:
            intake.erase(session, [number], clock.now())

        assert self.rows(database) == ([], Exported(erased=1))

    def test_a_brand_narrows(self, database: Database, clock: FakeClock, judged: Any, says: MakePost) -> None:
        for number in judged(says("complaint", 0), says("complaint", 1, brand="other")):
            label(database, clock, number, kind=Kind.COMPLAINT)

        rows, _ = self.rows(database, brand="other")

        assert [row["brand"] for row in rows] == ["other"]

    def test_a_post_without_a_verdict_has_the_language_of_the_platform_or_none(
        self, database: Database, clock: FakeClock, says: MakePost
    ) -> None:
        with database.write() as session:
            posts = [says("one", 0, lang="bg"), says("two", 1, lang=None)]
            numbers = [post.id for post in intake.save_page(session, accounts=(), posts=posts).new]
        for number in numbers:
            assert number is not None
            label(database, clock, number, kind=Kind.OTHER)

        rows, _ = self.rows(database)

        assert [row["lang"] for row in rows] == ["bg", "und"]
