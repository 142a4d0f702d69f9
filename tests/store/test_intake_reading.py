"""What is read of the intake: what waits for triage, threads, answers, and who complained lately."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from classifiers.contract import Kind
from monitor.domain.model import Account, Post, Role
from monitor.store import assessments, intake
from monitor.store.db import Database
from monitor.store.intake import Saved
from tests.make import NOW, make_assessment, make_post, make_reply, next_id

HOUR = timedelta(hours=1)


def save(database: Database, *posts: Post, accounts: tuple[Account, ...] = ()) -> Saved:
    with database.write() as session:
        return intake.save_page(session, accounts=accounts, posts=posts)


def known(database: Database, post: Post) -> Post | None:
    with database.read() as session:
        return intake.post_by_key(session, post.brand, post.platform, post.external_id)


class TestTriage:
    def waiting(self, database: Database, limit: int = 10) -> list[str]:
        with database.read() as session:
            return [post.external_id for post in intake.untriaged(session, limit=limit)]

    def test_mentions_wait_oldest_first(self, database: Database) -> None:
        late, early = make_post(published_at=NOW + HOUR), make_post(published_at=NOW)
        save(database, late, early)

        assert self.waiting(database) == [early.external_id, late.external_id]

    def test_no_more_than_asked(self, database: Database) -> None:
        page = [make_post(published_at=NOW + n * HOUR) for n in range(5)]
        save(database, *page)

        assert self.waiting(database, limit=2) == [post.external_id for post in page[:2]]

    @pytest.mark.parametrize("role", [Role.REPLY, Role.BROADCAST, Role.REPOST])
    def test_only_mentions_are_triaged(self, database: Database, role: Role) -> None:
        save(database, make_post(role=role))

        assert self.waiting(database) == []

    def test_a_triaged_post_waits_no_more_and_knows_the_verdict(self, database: Database) -> None:
        (one, other) = save(database, make_post(), make_post()).new
        assert one.id is not None
        with database.write() as session:
            intake.mark_triaged(session, {one.id: False}, NOW)

        assert self.waiting(database) == [other.external_id]
        found = known(database, one)
        assert found is not None
        assert found.needs_answer is False

    def test_a_later_verdict_replaces_the_first(self, database: Database) -> None:
        (post,) = save(database, make_post()).new
        assert post.id is not None
        for needed in (False, True):
            with database.write() as session:
                intake.mark_triaged(session, {post.id: needed}, NOW)

        found = known(database, post)
        assert found is not None
        assert found.needs_answer is True

    def test_they_are_counted(self, database: Database) -> None:
        save(database, make_post(), make_post(), make_post(role=Role.BROADCAST))

        with database.read() as session:
            assert intake.count_untriaged(session) == 2

    def test_marking_nothing_is_nothing(self, database: Database) -> None:
        with database.write() as session:
            intake.mark_triaged(session, {}, NOW)


class TestThreads:
    def test_a_thread_is_in_order_of_publication_without_reposts(self, database: Database) -> None:
        first = make_post()
        reply = make_reply(first)
        follow_up = make_post(conversation_id=first.conversation_id, published_at=NOW + HOUR)
        repost = make_post(conversation_id=first.conversation_id, role=Role.REPOST)
        save(database, follow_up, repost, reply, first, make_post())

        with database.read() as session:
            thread = intake.thread(session, "acme", "x", first.conversation_id)
            replies = intake.replies_in(session, "acme", "x", first.conversation_id)

        assert [post.external_id for post in thread] == [p.external_id for p in (first, reply, follow_up)]
        assert [post.external_id for post in replies] == [reply.external_id]

    def test_a_thread_belongs_to_one_brand(self, database: Database) -> None:
        post = make_post()
        save(database, post, replace(post, brand="other"))

        with database.read() as session:
            assert len(intake.thread(session, "other", "x", post.conversation_id)) == 1
            assert intake.thread(session, "third", "x", post.conversation_id) == []

    def test_many_threads_at_once(self, database: Database) -> None:
        firsts = [make_post() for _ in range(1200)]
        save(database, *firsts, *(make_reply(post) for post in firsts[:100]))

        with database.read() as session:
            threads = intake.threads(session, [(p.brand, p.platform, p.conversation_id) for p in firsts])

        assert len(threads) == 1200
        assert [len(threads["acme", "x", post.conversation_id]) for post in firsts[98:102]] == [2, 2, 1, 1]

    def test_replies_are_found_by_what_they_answer_in_any_conversation(self, database: Database) -> None:
        post = make_post()
        late, early = make_reply(post, published_at=NOW + HOUR), make_reply(post, conversation_id=next_id())
        customer = make_post(in_reply_to=post.external_id)
        save(database, post, late, early, customer)

        with database.read() as session:
            found = intake.replies_to(session, [intake.post_key(post), intake.post_key(customer)])

        replies = found[intake.post_key(post)]
        assert [reply.external_id for reply in replies] == [early.external_id, late.external_id]
        assert intake.post_key(customer) not in found


class TestRecentComplaints:
    def assessed(self, database: Database, kind: Kind = Kind.COMPLAINT, models: int = 1, **fields: Any) -> Post:
        (post,) = save(database, make_post(**fields)).new
        assert post.id is not None
        with database.write() as session:
            verdicts = [(post.id, make_assessment(kind=kind, model=f"model/{n}")) for n in range(models)]
            assessments.save_assessments(session, verdicts, NOW)
        return post

    def complaints(self, database: Database, *authors: str) -> dict[str, list[tuple[str, Any]]]:
        with database.read() as session:
            found = intake.recent_complaints(session, "acme", "x", authors, NOW - 24 * HOUR)
            return {author: list(moments) for author, moments in found.items()}

    def test_each_conversation_counts_once_from_its_first_complaint(self, database: Database) -> None:
        first = self.assessed(database, author_id="anna", models=2)
        self.assessed(
            database, author_id="anna", conversation_id=first.conversation_id, published_at=first.published_at + HOUR
        )
        earlier = self.assessed(database, author_id="anna", published_at=NOW - HOUR)

        assert self.complaints(database, "anna") == {
            "anna": [(earlier.conversation_id, NOW - HOUR), (first.conversation_id, NOW)]
        }

    def test_only_complaints_of_the_asked_authors_since_then_count(self, database: Database) -> None:
        self.assessed(database, author_id="anna", kind=Kind.PRAISE)
        self.assessed(database, author_id="berta")
        self.assessed(database, author_id="carla", published_at=NOW - 25 * HOUR)
        self.assessed(database, author_id="dora", brand="other")
        save(database, make_post(author_id="emma"))

        assert self.complaints(database, "anna", "carla", "dora", "emma") == {}
