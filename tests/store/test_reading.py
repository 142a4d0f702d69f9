"""The facts behind the reports: every case, every answer, counted once and on both clocks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.domain.model import Case, Post, Role, Status
from monitor.domain.response import Answer
from monitor.store import cases, intake, reading
from monitor.store.db import Database
from monitor.store.reading import Pair
from tests.make import NOW, make_change, make_deadline, make_post, make_reply

HOUR = timedelta(hours=1)


def save(database: Database, *posts: Post) -> None:
    with database.write() as session:
        intake.save_page(session, accounts=(), posts=posts)


def opened(database: Database, **fields: Any) -> Case:
    with database.write() as session:
        return cases.save_change(session, make_change(**fields))


def pairs(database: Database, *span: Any) -> list[Pair]:
    with database.read() as session:
        return list(reading.response_pairs(session, *span))


def answers(database: Database, *span: Any) -> list[Answer]:
    with database.read() as session:
        return list(reading.mention_answers(session, *span))


class TestPairs:
    def test_a_pair_is_a_post_and_our_reply_to_it_on_both_clocks(self, database: Database) -> None:
        post = make_post(lang="lv")
        reply = make_reply(post)
        save(database, post, reply)

        assert pairs(database) == [
            Pair(
                brand="acme",
                platform="x",
                lang="lv",
                post_id=post.external_id,
                published_at=post.published_at,
                ingested_at=post.ingested_at,
                reply_id=reply.external_id,
                replied_at=reply.published_at,
                reply_ingested_at=reply.ingested_at,
            )
        ]

    def test_the_earliest_of_several_replies_counts_in_whatever_order_they_came(self, database: Database) -> None:
        post = make_post()
        late, early = make_reply(post, published_at=NOW + 5 * HOUR), make_reply(post, published_at=NOW + HOUR)
        save(database, late, post, early)

        assert [pair.reply_id for pair in pairs(database)] == [early.external_id]

    def test_one_reply_in_a_thread_answers_only_the_post_that_it_answers(self, database: Database) -> None:
        post = make_post()
        other = make_post(conversation_id=post.conversation_id)
        save(database, post, other, make_reply(other))

        assert [pair.post_id for pair in pairs(database)] == [other.external_id]

    @pytest.mark.parametrize(
        "changes",
        [
            {"automated": True},
            {"role": Role.MENTION},
            {"role": Role.BROADCAST},
            {"brand": "other"},
            {"platform": "y"},
            {"in_reply_to": None},
            {"in_reply_to": "404"},
        ],
    )
    def test_what_is_not_a_person_s_reply_of_this_brand_to_this_post_is_no_answer(
        self, database: Database, changes: dict[str, Any]
    ) -> None:
        post = make_post()
        save(database, post, replace(make_reply(post), **changes))

        assert pairs(database) == []

    def test_the_brands_own_posts_are_not_customers_posts(self, database: Database) -> None:
        broadcast = make_post(role=Role.BROADCAST)
        save(database, broadcast, make_reply(broadcast))

        assert pairs(database) == []

    def test_two_brands_that_watch_one_post_answer_each_for_itself(self, database: Database) -> None:
        post = make_post()
        copy = replace(post, brand="other")
        save(database, post, copy, make_reply(copy))

        assert [pair.brand for pair in pairs(database)] == ["other"]

    def test_an_automated_reply_does_not_hide_the_person_s(self, database: Database) -> None:
        post = make_post()
        robot, person = make_reply(post, automated=True), make_reply(post, published_at=NOW + 3 * HOUR)
        save(database, post, robot, person)

        assert [pair.reply_id for pair in pairs(database)] == [person.external_id]

    def test_the_span_is_that_of_the_customers_post_and_half_open(self, database: Database) -> None:
        posts = [make_post(published_at=NOW + n * HOUR, lang=lang) for n, lang in enumerate(("en", "lv", "en"))]
        save(database, *posts, *(make_reply(post, published_at=NOW + 90 * HOUR) for post in posts))

        def found(*span: Any) -> list[int]:
            return [
                posts.index(next(p for p in posts if p.external_id == pair.post_id)) for pair in pairs(database, *span)
            ]

        assert found() == [0, 1, 2]
        assert found("acme", NOW + HOUR) == [1, 2]
        assert found("acme", NOW, NOW + 2 * HOUR) == [0, 1]
        assert found(None, None, None, "en") == [0, 2]
        assert found("other") == []


class TestAnswers:
    def test_every_customer_post_is_there_answered_or_not(self, database: Database) -> None:
        answered, unanswered = make_post(), make_post(published_at=NOW + HOUR, lang=None)
        reply = make_reply(answered)
        save(database, unanswered, answered, reply, make_post(role=Role.BROADCAST), make_post(role=Role.REPOST))

        assert answers(database) == [
            Answer("acme", "en", answered.published_at, answered.ingested_at, reply.published_at, reply.ingested_at),
            Answer("acme", None, unanswered.published_at, unanswered.ingested_at),
        ]

    def test_pairs_and_answered_posts_are_the_same(self, database: Database) -> None:
        posts = [make_post(published_at=NOW + n * HOUR) for n in range(30)]
        save(database, *posts, *(make_reply(post) for post in posts[::3]))

        found = answers(database)

        assert len(found) == 30
        assert [a.replied_at for a in found if a.replied_at] == [pair.replied_at for pair in pairs(database)]

    def test_many_answers_are_read_as_they_are_needed(self, database: Database) -> None:
        save(database, *(make_post() for _ in range(2300)))

        assert len(answers(database)) == 2300


class TestCases:
    def between(self, database: Database, *span: Any) -> list[Case]:
        with database.read() as session:
            return list(reading.cases_between(session, *span))

    def test_cases_come_whole_in_order_closed_ones_included(self, database: Database) -> None:
        late = opened(database, opened_at=NOW + HOUR, deadlines=(make_deadline(met_at=NOW),))
        early = opened(database, status=Status.DISMISSED)

        assert self.between(database) == [early, late]

    def test_the_span_is_half_open_and_narrows_by_brand_and_language(self, database: Database) -> None:
        found = [opened(database, opened_at=NOW + n * HOUR, lang=lang) for n, lang in enumerate(("en", "lv", "en"))]
        other = opened(database, brand="other")

        assert self.between(database, "acme", NOW + HOUR) == found[1:]
        assert self.between(database, "acme", NOW, NOW + 2 * HOUR) == found[:2]
        assert self.between(database, "acme", None, None, "en") == [found[0], found[2]]
        assert self.between(database, "other") == [other]

    def test_many_cases_of_the_same_moment_are_each_read_once(self, database: Database) -> None:
        with database.write() as session:
            saved = cases.save_changes(session, [make_change() for _ in range(2300)])

        assert self.between(database) == saved


class TestBrands:
    def test_a_brand_is_known_by_its_posts_or_its_cases(self, database: Database) -> None:
        save(database, make_post(brand="b"), make_post(brand="a"), make_post(brand="b"))
        opened(database, brand="c")

        with database.read() as session:
            assert reading.brands(session) == ["a", "b", "c"]

    def test_an_empty_database_has_none(self, database: Database) -> None:
        with database.read() as session:
            assert reading.brands(session) == []


class TestOutbound:
    def test_what_the_brand_published_in_order(self, database: Database) -> None:
        post = make_post()
        reply = make_reply(post)
        broadcast = make_post(role=Role.BROADCAST, published_at=NOW + HOUR)
        save(database, broadcast, post, reply, make_post(role=Role.BROADCAST, brand="other"))

        with database.read() as session:
            everything = list(reading.outbound(session, "acme"))
            later = list(reading.outbound(session, "acme", NOW + HOUR, NOW + 2 * HOUR))

        assert [found.external_id for found in everything] == [reply.external_id, broadcast.external_id]
        assert [found.text for found in later] == [broadcast.text]
