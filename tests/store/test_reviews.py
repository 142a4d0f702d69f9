"""What people said about posts, read together."""

from datetime import timedelta
from typing import Any

import pytest

from monitor.domain.model import Post, Role
from monitor.store import assessments, intake, reviews
from monitor.store.db import Database
from monitor.store.statements import BATCH
from tests.make import NOW, make_assessment, make_post

HOUR = timedelta(hours=1)


def stored(database: Database, *posts: Post, judged: bool = True, lang: str = "en") -> list[int]:
    with database.write() as session:
        ids = [post.id for post in intake.save_page(session, accounts=(), posts=posts).new if post.id is not None]
        if judged:
            intake.mark_triaged(session, dict.fromkeys(ids, False), NOW)
            assessments.save_assessments(session, [(number, make_assessment(lang=lang)) for number in ids], NOW)
    return ids


def review(database: Database, post_id: int, agent: str = "anna", hours: int = 0, **labels: object) -> None:
    with database.write() as session:
        assessments.save_review(session, post_id, agent, labels, NOW + hours * HOUR)


def reviewed(database: Database, brand: str | None = None) -> list[reviews.Reviewed]:
    with database.read() as session:
        return list(reviews.reviewed(session, brand))


class TestReviewed:
    def test_a_post_comes_with_every_persons_word_the_oldest_first(self, database: Database) -> None:
        (number,) = stored(database, make_post(lang=None), lang="lv")
        review(database, number, "berta", 2, kind="praise")
        review(database, number, "anna", 1, kind="complaint")

        (found,) = reviewed(database)

        assert (found.post.id, found.lang) == (number, "lv")
        assert [(said.agent, said.labels) for said in found.reviews] == [
            ("anna", {"kind": "complaint"}),
            ("berta", {"kind": "praise"}),
        ]
        assert found.reviews[1].at == NOW + 2 * HOUR

    def test_posts_that_nobody_reviewed_are_not_among_them(self, database: Database) -> None:
        stored(database, make_post())

        assert reviewed(database) == []

    def test_a_brand_narrows(self, database: Database) -> None:
        for number in stored(database, make_post(), make_post(brand="other")):
            review(database, number, kind="other")

        assert [each.post.brand for each in reviewed(database, "other")] == ["other"]

    def test_a_post_that_the_model_never_judged_has_no_language_of_it(self, database: Database) -> None:
        (number,) = stored(database, make_post(), judged=False)
        review(database, number, kind="other")

        assert reviewed(database)[0].lang is None

    def test_more_than_one_batch_is_read_whole(self, database: Database) -> None:
        ids = stored(database, *(make_post() for _ in range(BATCH + 3)))
        with database.write() as session:
            for number in ids:
                assessments.save_review(session, number, "anna", {"kind": "other"}, NOW)

        assert [each.post.id for each in reviewed(database)] == ids


def test_which_posts_are_reviewed_can_be_asked(database: Database) -> None:
    one, two = stored(database, make_post(), make_post())
    review(database, one, kind="other")

    with database.read() as session:
        assert reviews.reviewed_ids(session, [one, two, 404]) == {one}
        assert reviews.reviewed_ids(session, []) == set()


def test_a_post_is_found_by_its_number(database: Database) -> None:
    post = make_post()
    (number,) = stored(database, post)

    with database.read() as session:
        found = reviews.post_by_id(session, number)
        assert reviews.post_by_id(session, 404) is None
    assert found is not None
    assert found.external_id == post.external_id


class TestUnreviewed:
    def asked(self, database: Database, **how: Any) -> list[int | None]:
        with database.read() as session:
            return [doubt.post.id for doubt in reviews.unreviewed(session, "acme", **{"limit": 10, **how})]

    def test_the_newest_judged_mentions_come_with_their_verdicts(self, database: Database) -> None:
        old, new = stored(database, make_post(), make_post(published_at=NOW + HOUR), lang="bg")

        assert self.asked(database) == [new, old]
        with database.read() as session:
            (doubt, _) = reviews.unreviewed(session, "acme", limit=10)
        assert doubt.verdict == make_assessment(lang="bg")

    def test_it_is_bounded(self, database: Database) -> None:
        _, _, newest = stored(database, *(make_post(published_at=NOW + n * HOUR) for n in range(3)))

        assert self.asked(database, limit=1) == [newest]

    def test_what_somebody_reviewed_is_left_out(self, database: Database) -> None:
        one, two = stored(database, make_post(), make_post())
        review(database, one, kind="other")

        assert self.asked(database) == [two]

    def test_a_beginning_can_be_given(self, database: Database) -> None:
        stored(database, make_post(published_at=NOW - HOUR))

        assert self.asked(database, since=NOW) == []

    @pytest.mark.parametrize("other", [{"role": Role.REPLY}, {"brand": "other"}])
    def test_only_customers_posts_to_the_brand(self, database: Database, other: dict[str, Any]) -> None:
        stored(database, make_post(**other))

        assert self.asked(database) == []

    def test_what_nobody_judged_and_what_was_erased_are_left_out(self, database: Database) -> None:
        stored(database, make_post(), judged=False)
        (gone,) = stored(database, make_post())
        with database.write() as session:
            intake.erase(session, [gone], NOW)

        assert self.asked(database) == []
