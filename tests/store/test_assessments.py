"""Assessments and reviews: what each model said stays, and what a person said last counts."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from classifiers.contract import Assessment, Churn, Kind, Severity, Threat
from monitor.store import assessments as store
from monitor.store import intake
from monitor.store.db import Database
from monitor.store.tables import assessments
from tests.make import NOW, make_assessment, make_post

HOUR = timedelta(hours=1)


@pytest.fixture
def post_id(database: Database) -> int:
    return saved_posts(database, 1)[0]


def saved_posts(database: Database, n: int) -> list[int]:
    with database.write() as session:
        new = intake.save_page(session, accounts=(), posts=[make_post() for _ in range(n)]).new
    return [post.id for post in new if post.id is not None]


def save(database: Database, *verdicts: tuple[int, Assessment], hours: int = 0) -> None:
    with database.write() as session:
        store.save_assessments(session, verdicts, NOW + hours * HOUR)


def of(database: Database, post_id: int, model: str | None = None) -> Assessment | None:
    with database.read() as session:
        return store.assessment_of(session, post_id, model)


@pytest.mark.parametrize(
    "assessment",
    [
        make_assessment(),
        make_assessment(kind=Kind.PRAISE, lang="lv", escalation=0.0),
        make_assessment(kind=Kind.OTHER, abstained=True, abstain_reason="language"),
        make_assessment(churn=Churn.DECIDED, threats=dict.fromkeys(Threat, 1.0)),
    ],
)
def test_a_verdict_comes_back_whole(database: Database, post_id: int, assessment: Assessment) -> None:
    save(database, (post_id, assessment))

    assert of(database, post_id) == assessment


def test_probabilities_are_kept_to_six_decimals(database: Database, post_id: int) -> None:
    save(database, (post_id, make_assessment(kind={Kind.COMPLAINT: 2 / 3, Kind.OTHER: 1 / 3})))

    found = of(database, post_id)
    assert found is not None
    assert found.kind == {Kind.COMPLAINT: 0.666667, Kind.OTHER: 0.333333}


def test_what_a_model_said_first_stays(database: Database, post_id: int) -> None:
    save(database, (post_id, make_assessment(kind=Kind.PRAISE)))
    save(database, (post_id, make_assessment(kind=Kind.COMPLAINT)), hours=1)

    found = of(database, post_id)
    assert found is not None
    assert found.kind_label is Kind.PRAISE


def test_two_models_are_heard_side_by_side(database: Database, post_id: int) -> None:
    old, new = make_assessment(model="a/1", kind=Kind.PRAISE), make_assessment(model="a/2")
    save(database, (post_id, new), hours=1)
    save(database, (post_id, old))

    assert of(database, post_id, "a/1") == old
    assert of(database, post_id, "a/2") == new
    assert of(database, post_id, "a/3") is None
    assert of(database, post_id) == new  # the one that spoke last


@pytest.mark.parametrize(("later", "last"), [(1, "b"), (0, "c")])
def test_the_one_that_spoke_last_is_the_same_to_every_reader(
    database: Database, post_id: int, later: int, last: str
) -> None:
    save(database, (post_id, make_assessment(model="a")), (post_id, make_assessment(model="c")))
    save(database, (post_id, make_assessment(model="b")), hours=later)

    with database.read() as session:
        found = session.execute(sa.select(assessments.c.model).where(store.SPOKE_LAST)).scalars().all()
        shown = store.assessment_of(session, post_id)
    assert shown is not None
    assert ([shown.model], found) == ([last], [last])


def test_labels_can_be_asked_for_in_sql(database: Database, post_id: int) -> None:
    (calm,) = saved_posts(database, 1)
    save(database, (post_id, make_assessment(severity=Severity.BLAME)), (calm, make_assessment(kind=Kind.QUESTION)))

    columns = (assessments.c.kind, assessments.c.severity)
    with database.read() as session:
        rows = session.execute(sa.select(*columns).order_by(assessments.c.post_id)).all()
    assert [tuple(row) for row in rows] == [(Kind.COMPLAINT, Severity.BLAME), (Kind.QUESTION, None)]


def test_many_posts_at_once(database: Database) -> None:
    ids = saved_posts(database, 1500)
    save(database, *((post_id, make_assessment(escalation=n / 1500)) for n, post_id in enumerate(ids[:-1])))

    with database.read() as session:
        found = store.assessments_of(session, ids)

    assert list(found) == sorted(ids[:-1])
    assert found[ids[750]].escalation == 0.5


def test_an_unknown_post_cannot_be_assessed(database: Database) -> None:
    with pytest.raises(IntegrityError):
        save(database, (404, make_assessment()))
    assert of(database, 404) is None


class TestReviews:
    def review(self, database: Database, post_id: int, agent: str, hours: int = 0, **labels: object) -> None:
        with database.write() as session:
            store.save_review(session, post_id, agent, labels, NOW + hours * HOUR)

    def of(self, database: Database, post_id: int) -> dict[str, dict[str, object]]:
        with database.read() as session:
            return store.reviews_of(session, post_id)

    def test_labels_come_back_as_given(self, database: Database, post_id: int) -> None:
        self.review(database, post_id, "anna", kind="complaint", causes=["delivery"], severity=None, sure=True)

        assert self.of(database, post_id) == {
            "anna": {"kind": "complaint", "causes": ["delivery"], "severity": None, "sure": True}
        }

    def test_a_change_of_mind_replaces_the_verdict(self, database: Database, post_id: int) -> None:
        self.review(database, post_id, "anna", kind="complaint")
        self.review(database, post_id, "anna", hours=1, kind="praise")

        assert self.of(database, post_id) == {"anna": {"kind": "praise"}}

    def test_two_people_may_disagree(self, database: Database, post_id: int) -> None:
        self.review(database, post_id, "berta", hours=1, kind="praise")
        self.review(database, post_id, "anna", kind="complaint")

        assert list(self.of(database, post_id)) == ["anna", "berta"]

    def test_what_the_model_said_stays_beside_it(self, database: Database, post_id: int) -> None:
        save(database, (post_id, make_assessment()))
        self.review(database, post_id, "anna", kind="praise")

        assert of(database, post_id) == replace(make_assessment())

    def test_a_post_nobody_reviewed_has_none(self, database: Database, post_id: int) -> None:
        assert self.of(database, post_id) == {}
