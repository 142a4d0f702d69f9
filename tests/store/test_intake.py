"""What comes in: once, whatever order and how often; decided things stay decided; what is erased stays erased."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.contract import Kind
from monitor.domain.model import Account, Post, Role
from monitor.store import assessments, intake
from monitor.store.db import Database
from monitor.store.intake import Saved
from tests.make import NOW, make_account, make_assessment, make_post, make_reply, next_id

HOUR = timedelta(hours=1)


def save(database: Database, *posts: Post, accounts: tuple[Account, ...] = ()) -> Saved:
    with database.write() as session:
        return intake.save_page(session, accounts=accounts, posts=posts)


def known(database: Database, post: Post) -> Post | None:
    with database.read() as session:
        return intake.post_by_key(session, post.brand, post.platform, post.external_id)


def everything(database: Database, *posts: Post) -> list[Post]:
    with database.read() as session:
        return list(intake.posts_by_key(session, map(intake.post_key, posts)).values())


class TestSavingAPage:
    def test_a_new_post_comes_back_whole_and_with_its_id(self, database: Database) -> None:
        post = make_post(
            text="Kur ir mana paka? 📦",
            lang="lv",
            in_reply_to="1",
            in_reply_to_author="2",
            reach={"likes": 3, "reposts": 7},
        )

        saved = save(database, post)

        (new,) = saved.new
        assert new.id is not None
        assert replace(new, id=None) == post
        assert known(database, post) == new
        assert (saved.edited, saved.updated, saved.seen) == ((), 0, 0)

    @pytest.mark.parametrize("role", Role)
    def test_every_role_is_kept(self, database: Database, role: Role) -> None:
        post = make_post(role=role, repost_of="1", automated=True)

        save(database, post)

        found = known(database, post)
        assert found is not None
        assert (found.role, found.repost_of, found.automated) == (role, "1", True)

    def test_new_posts_keep_the_order_of_the_page(self, database: Database) -> None:
        page = [make_post() for _ in range(5)][::-1]

        saved = save(database, *page)

        assert [post.external_id for post in saved.new] == [post.external_id for post in page]

    def test_a_post_seen_again_is_not_new(self, database: Database) -> None:
        post = make_post()
        save(database, post)

        assert save(database, post) == Saved(seen=1)

    def test_a_page_of_old_and_new_posts_is_told_apart(self, database: Database) -> None:
        old, edited, new = make_post(), make_post(), make_post()
        save(database, old, edited)

        saved = save(database, old, replace(edited, text="never mind"), new)

        assert [post.external_id for post in saved.new] == [new.external_id]
        assert [post.external_id for post in saved.edited] == [edited.external_id]
        assert (saved.updated, saved.seen) == (1, 1)

    def test_the_last_of_two_copies_in_one_page_wins(self, database: Database) -> None:
        post = make_post()

        saved = save(database, post, replace(post, text="second"))

        assert len(saved.new) == 1
        assert saved.new[0].text == "second"

    def test_each_watching_brand_has_its_own_copy(self, database: Database) -> None:
        post = make_post()

        saved = save(database, post, replace(post, brand="other"))

        assert len({new.id for new in saved.new}) == 2

    def test_the_same_id_on_another_platform_is_another_post(self, database: Database) -> None:
        post = make_post()

        assert len(save(database, post, replace(post, platform="y")).new) == 2

    def test_an_empty_page_is_nothing(self, database: Database) -> None:
        assert save(database) == Saved()

    def test_more_posts_than_one_statement_takes(self, database: Database) -> None:
        page = [make_post() for _ in range(2500)]

        saved = save(database, *page)

        assert len(saved.new) == 2500
        assert save(database, *page) == Saved(seen=2500)

    def test_counts_and_lists_always_add_up_to_the_page(self, database: Database) -> None:
        page = [make_post() for _ in range(9)]
        save(database, *page[:6])

        saved = save(database, *(replace(post, text="new text") for post in page[:2]), *page[2:])

        assert len(saved.new) + saved.updated + saved.seen == len(page)


class TestSeenAgain:
    def test_an_edit_changes_the_text_and_nothing_that_was_decided(self, database: Database) -> None:
        post = make_post()
        (new,) = save(database, post).new
        assert new.id is not None
        with database.write() as session:
            intake.mark_triaged(session, {new.id: True}, NOW)

        saved = save(database, replace(post, text="calmer words", ingested_at=NOW + HOUR))

        (edited,) = saved.edited
        assert edited == replace(new, text="calmer words", needs_answer=True)
        assert known(database, post) == edited
        with database.read() as session:
            assert intake.untriaged(session, limit=10) == []

    def test_reach_is_refreshed_and_counts_that_were_not_sent_stay(self, database: Database) -> None:
        post = make_post(reach={"likes": 1, "replies": 2})
        save(database, post)

        saved = save(database, replace(post, reach={"likes": 50, "quotes": 1}))

        assert (saved.updated, saved.edited) == (1, ())
        found = known(database, post)
        assert found is not None
        assert found.reach == {"likes": 50, "replies": 2, "quotes": 1}

    def test_a_source_that_tells_no_reach_changes_nothing(self, database: Database) -> None:
        post = make_post(reach={"likes": 1})
        save(database, post)

        assert save(database, replace(post, reach={})).seen == 1

    def test_the_moment_it_first_came_in_stays(self, database: Database) -> None:
        post = make_post()
        save(database, post)

        save(database, replace(post, ingested_at=NOW + 24 * HOUR, text="edited"))

        found = known(database, post)
        assert found is not None
        assert found.ingested_at == post.ingested_at


class TestErased:
    @pytest.fixture
    def erased(self, database: Database) -> Post:
        post = make_post(text="my phone number is 555", author_id="anna", in_reply_to_author="berta")
        (new,) = save(database, post).new
        assert new.id is not None
        with database.write() as session:
            intake.erase(session, [new.id], NOW)
        return post

    def test_what_was_said_and_by_whom_is_gone(self, database: Database, erased: Post) -> None:
        found = known(database, erased)

        assert found is not None
        assert (found.text, found.author_id, found.in_reply_to_author, found.reach) == ("", "", None, {})

    def test_no_later_sighting_brings_it_back(self, database: Database, erased: Post) -> None:
        saved = save(database, erased, make_post())

        assert (len(saved.new), saved.updated, saved.edited, saved.seen) == (1, 0, (), 1)
        found = known(database, erased)
        assert found is not None
        assert found.text == ""

    def test_it_needs_no_triage(self, database: Database, erased: Post) -> None:
        with database.read() as session:
            assert intake.untriaged(session, limit=10) == []


class TestOddText:
    def test_text_that_databases_refuse_is_kept_canonically(self, database: Database) -> None:
        post = make_post(text="broken \x00 and \ud800")

        (new,) = save(database, post).new

        assert new.text == "broken \u2400 and \ufffd"
        assert known(database, post) == new

    def test_seen_again_it_is_neither_new_nor_edited(self, database: Database) -> None:
        post = make_post(text="broken \x00", external_id="1\x00")
        save(database, post)

        assert save(database, post) == Saved(seen=1)

    def test_two_keys_that_are_one_after_cleaning_are_one_post(self, database: Database) -> None:
        saved = save(database, make_post(external_id="1\x00"), make_post(external_id="1\u2400"))

        assert len(saved.new) == 1

    def test_a_very_long_text_is_kept_whole(self, database: Database) -> None:
        post = make_post(text="длинно 😀 " * 20_000)

        save(database, post)

        found = known(database, post)
        assert found is not None
        assert found.text == post.text

    def test_ids_larger_than_any_integer_are_kept(self, database: Database) -> None:
        post = make_post(external_id="9" * 40)

        save(database, post)

        assert known(database, post) is not None


class TestAccounts:
    def keep(self, database: Database, *accounts: Account) -> None:
        with database.write() as session:
            intake.save_accounts(session, accounts)

    def of(self, database: Database, *accounts: Account) -> dict[tuple[str, str], Account]:
        with database.read() as session:
            return intake.accounts_by_id(session, [(a.platform, a.external_id) for a in accounts])

    def test_an_account_comes_back_as_last_seen(self, database: Database) -> None:
        account = make_account()
        self.keep(database, account)

        later = replace(account, handle="renamed", followers=9000)
        self.keep(database, later)

        assert self.of(database, account) == {("x", account.external_id): later}

    def test_what_was_not_said_keeps_its_last_value(self, database: Database) -> None:
        account = make_account(followers=120)
        self.keep(database, account)

        self.keep(database, replace(account, handle="", name="", followers=None, following=0))

        assert self.of(database, account)["x", account.external_id] == replace(account, following=0)

    def test_an_account_without_counts_is_kept(self, database: Database) -> None:
        account = make_account(followers=None, following=None, posts=None)

        self.keep(database, account)

        assert self.of(database, account)["x", account.external_id] == account

    def test_only_the_asked_and_known_are_given(self, database: Database) -> None:
        one, other, elsewhere = make_account(), make_account(), make_account(platform="y")
        self.keep(database, one, other, elsewhere)

        assert set(self.of(database, one, elsewhere, make_account())) == {
            ("x", one.external_id),
            ("y", elsewhere.external_id),
        }

    def test_they_come_with_a_page(self, database: Database) -> None:
        account = make_account()

        save(database, make_post(author_id=account.external_id), accounts=(account, account))

        assert self.of(database, account)["x", account.external_id] == account


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


@given(seed=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.integers(0, 5)), max_size=40))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_pages_bring_each_post_is_there_once_with_its_newest_text(
    database: Database, seed: list[tuple[int, int, int]]
) -> None:
    run = next_id()
    newest: dict[str, str] = {}
    new = 0
    for number, text, cut in seed:
        ids = {f"{run}-{number}", f"{run}-{cut}"}
        page = [make_post(external_id=each, conversation_id=run, text=f"text {text}") for each in sorted(ids)]
        new += len(save(database, *page).new)
        newest |= {post.external_id: post.text for post in page}

    with database.read() as session:
        thread = intake.thread(session, "acme", "x", run)

    assert {post.external_id: post.text for post in thread} == newest
    assert len(thread) == new
