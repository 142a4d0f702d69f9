"""Whole answers: pages with something wrong on them, partial errors, look-ups and counts."""

import json
from datetime import timedelta

import pytest

from monitor.sources import x_payload
from monitor.sources.x_payload import parse_page
from tests.fakex.scene import NOON
from tests.sources.test_x_payload import ID, VIEW, item, only, parse


def test_one_bad_item_never_spoils_the_page():
    page = parse(item(), {"id": "5", "author_id": "7"}, item(id="1991000000000000009"))
    assert [post.external_id for post in page.posts] == [ID, "1991000000000000009"]
    [reject] = page.rejects
    assert (reject.position, reject.external_id, reject.error) == ("data[1]", "5", "no text")
    assert json.loads(reject.raw) == {"id": "5", "author_id": "7"}


@pytest.mark.parametrize(
    "bad,why",
    [
        (item(id=None), "no id"),
        (item(id="12a"), "no id"),
        (item(id="1" * 20), "no id"),
        (item(id=True), "no id"),
        (item(text=None), "no text"),
        (item(text=["x"]), "no text"),
        (item(author_id=""), "no author"),
        (item(id="5", created_at="soon"), "no time of publication"),
        ("a string", "not an object"),
        (None, "not an object"),
        ([item()], "not an object"),
    ],
)
def test_what_cannot_be_a_post_says_why_and_never_what(bad, why):
    page = parse(bad)
    assert page.posts == ()
    assert [reject.error for reject in page.rejects] == [why]
    assert json.loads(page.rejects[0].raw) == bad


def test_ids_that_come_as_numbers_are_ids():
    post = only(item(id=int(ID), author_id=77))
    assert (post.external_id, post.author_id) == (ID, "77")


def test_the_span_of_a_page_covers_what_was_rejected_too():
    page = parse(item(), {"id": "5"})
    assert (page.returned, page.newest_id, page.oldest_id) == (2, ID, "5")


def test_the_platform_s_own_span_counts_where_an_item_has_no_id():
    page = parse(item(), {"text": "who am I"}, meta={"oldest_id": "1990000000000000000"})
    assert page.oldest_id == "1990000000000000000"


def test_ids_are_compared_as_numbers():
    page = parse(item(id="900"), item(id="1000"))
    assert (page.newest_id, page.oldest_id) == ("1000", "900")


def test_an_empty_page_is_a_page():
    page = parse_page({"meta": {"result_count": 0}}, VIEW, ingested_at=NOON)
    assert (page.returned, page.newest_id, page.oldest_id, page.more) == (0, None, None, False)


@pytest.mark.parametrize("token,more", [("b26v", True), ("", False), (None, False), (7, False)])
def test_a_token_says_that_there_is_more(token, more):
    assert parse(item(), meta={"next_token": token}).more is more


USER = {"id": "77", "username": "anna_k", "name": "Anna &amp; K."}


def test_authors_come_along_with_their_counts_in_both_vocabularies():
    metrics = {"followers_count": 120, "following_count": 80}
    for name in ("tweet_count", "post_count"):
        [account] = parse(item(), includes={"users": [{**USER, "public_metrics": {**metrics, name: 9}}]}).accounts
        assert (account.external_id, account.handle) == ("77", "anna_k")
        assert (account.followers, account.following, account.posts) == (120, 80, 9)


def test_accounts_that_wrote_nothing_here_are_left_out():
    assert parse(item(author_id="78"), includes={"users": [USER]}).accounts == ()


@pytest.mark.parametrize("user", [{"id": "77"}, {"username": "anna_k"}, {"id": "77", "username": ""}, "anna", None])
def test_half_an_account_is_none(user):
    assert parse(item(), includes={"users": [user]}).accounts == ()


# --- partial errors


def test_notices_say_what_is_missing_but_not_who():
    problem = {
        "type": "https://api.twitter.com/2/problems/resource-not-found",
        "resource_type": "user",
        "parameter": "entities.mentions.username",
        "value": "secret_handle",
        "detail": "Could not find user with entities.mentions.username: [secret_handle].",
        "title": "Not Found Error",
    }
    new_host = {**problem, "type": "https://api.x.com/2/problems/resource-not-found", "value": "another"}
    page = parse(item(), errors=[problem, new_host])
    assert page.notices == ("resource-not-found: user via entities.mentions.username (2 times)",)


@pytest.mark.parametrize("errors", ["broken", [5], [{}], {"type": "about:blank"}, [{"type": "my secret text"}]])
def test_errors_of_any_shape_become_a_notice(errors):
    [notice] = parse(errors=errors).notices
    assert "secret" not in notice


# --- look-ups, counts, bills


def test_a_look_up_gives_the_accounts_that_are_there():
    accounts = x_payload.parse_accounts({"data": [USER, {"id": "78"}, None]})
    assert [account.handle for account in accounts] == ["anna_k"]
    assert [account.handle for account in x_payload.parse_accounts({"data": USER})] == ["anna_k"]


@pytest.mark.parametrize("name", ["tweet_count", "post_count"])
def test_counts_are_read_in_both_vocabularies_oldest_first(name):
    late = {"start": "2026-11-22T11:00:00.000Z", "end": "2026-11-22T12:00:00.000Z", name: 4}
    early = {"start": "2026-11-22T10:00:00Z", "end": "2026-11-22T11:00:00Z", name: 0}
    counts = x_payload.parse_counts({"data": [late, early, {"start": "?"}, 5]})
    assert [count.posts for count in counts] == [0, 4]
    assert counts[1].end - counts[1].start == timedelta(hours=1)


@pytest.mark.parametrize("name", ["tweets", "posts"])
def test_included_posts_and_users_are_billed_with_the_page(name):
    document = {"data": [item()], "includes": {name: [{"id": "5"}], "users": [USER]}}
    assert x_payload.billed_ids(document) == ({ID, "5"}, {"77"})
