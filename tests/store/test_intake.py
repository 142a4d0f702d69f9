"""What comes in: once, whatever order and how often; decided things stay decided; what is erased stays erased."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.model import Account, Post, Role
from monitor.store import intake
from monitor.store.db import Database
from monitor.store.intake import Saved
from tests.make import NOW, make_account, make_post, next_id

HOUR = timedelta(hours=1)


def save(database: Database, *posts: Post, accounts: tuple[Account, ...] = ()) -> Saved:
    with database.write() as session:
        return intake.save_page(session, accounts=accounts, posts=posts)


def known(database: Database, post: Post) -> Post | None:
    with database.read() as session:
        return intake.post_by_key(session, post.brand, post.platform, post.external_id)


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
