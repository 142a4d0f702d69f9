import json
from datetime import UTC, datetime

import pytest

from monitor.domain.model import Role
from monitor.sources.x_payload import Viewpoint, parse_page
from tests.fakex.scene import NOON

OURS = "1000001"
VIEW = Viewpoint("acme", frozenset({OURS}))
TIMELINE = Viewpoint("acme", frozenset({OURS}), timeline_of=OURS)
ID = "1991000000000000000"


def item(**overrides):
    return {
        "id": ID,
        "text": "@acmebank hello",
        "author_id": "77",
        "created_at": "2026-11-22T11:00:00.000Z",
        **overrides,
    }


def parse(*items, view=VIEW, **document):
    return parse_page({"data": list(items), **document}, view, ingested_at=NOON)


def only(*items, view=VIEW, **document):
    [post] = parse(*items, view=view, **document).posts
    return post


# --- what a post says


def test_a_mention_is_read_with_everything_that_it_says():
    post = only(
        item(
            conversation_id="1990000000000000000",
            lang="lv",
            in_reply_to_user_id=OURS,
            referenced_tweets=[{"type": "replied_to", "id": "1990000000000000001"}],
            public_metrics={
                "retweet_count": 3,
                "reply_count": 2,
                "like_count": 5,
                "quote_count": 1,
                "bookmark_count": 9,
            },
        )
    )
    assert post.role is Role.MENTION
    assert (post.brand, post.platform, post.external_id, post.author_id) == ("acme", "x", ID, "77")
    assert post.conversation_id == "1990000000000000000"
    assert post.published_at == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    assert post.ingested_at == NOON
    assert post.lang == "lv"
    assert (post.in_reply_to, post.in_reply_to_author) == ("1990000000000000001", OURS)
    assert post.reach == {"reposts": 3, "replies": 2, "likes": 5, "quotes": 1}


OLD = item(
    edit_history_tweet_ids=[ID],
    note_tweet={"text": "the whole of it"},
    referenced_tweets=[{"type": "replied_to", "id": "5"}],
    public_metrics={"retweet_count": 3},
)
NEW = item(
    edit_history_post_ids=[ID],
    note_post={"text": "the whole of it"},
    referenced_posts=[{"type": "replied_to", "id": "5"}],
    public_metrics={"repost_count": 3},
)


def test_old_and_new_field_names_say_the_same():
    assert only(OLD) == only(NEW)
    assert only(NEW).text == "the whole of it"
    assert only(NEW).reach == {"reposts": 3}


def test_a_null_under_one_name_does_not_hide_the_other():
    assert only({**OLD, "note_post": None, "referenced_posts": None}) == only(NEW)


@pytest.mark.parametrize(
    "written",
    ["2026-11-22T11:00:00.000Z", "2026-11-22T11:00:00Z", "2026-11-22T11:00:00", "2026-11-22T13:00:00+02:00"],
)
def test_timestamps_come_with_and_without_fractions_and_zones(written):
    assert only(item(created_at=written)).published_at == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", [None, "", "yesterday", "Wed Jan 06 18:40:40 +0000 2021", 5, "0001-01-01T00:00:00+14:00"]
)
def test_without_a_readable_timestamp_the_id_tells_the_second(written):
    published = only(item(id="1346889436626259968", created_at=written)).published_at
    assert published == datetime(2021, 1, 6, 18, 40, 40, tzinfo=UTC)


def test_text_is_kept_as_people_wrote_it():
    assert only(item(text="R&amp;D &lt;3 &gt; &amp;lt; &eacute; &#39;")).text == "R&D <3 > &lt; &eacute; &#39;"


def test_characters_that_a_database_refuses_are_made_visible():
    post = only(
        json.loads('{"id": "1991000000000000000", "author_id": "7", "text": "a\\u0000b\\ud800c \\ud83d\\ude00"}')
    )
    assert post.text == "a␀b�c 😀"


def test_a_long_post_is_read_whole():
    assert only(item(text="short…", note_tweet={"text": "the &amp; whole"})).text == "the & whole"


def test_an_empty_text_is_a_text():
    assert only(item(text="")).text == ""


@pytest.mark.parametrize("code", ["und", "zxx", "qme", "qht", "art", "", 7, None, "not a language"])
def test_codes_that_name_no_language_are_none(code):
    assert only(item(lang=code)).lang is None


@pytest.mark.parametrize("code,meant", [("in", "id"), ("iw", "he"), ("pt", "pt"), ("zh-TW", "zh-TW"), ("qu", "qu")])
def test_codes_of_1988_are_translated(code, meant):
    assert only(item(lang=code)).lang == meant


def test_counts_that_make_no_sense_are_left_out():
    metrics = {"retweet_count": -1, "reply_count": "5", "like_count": True, "quote_count": 2**70}
    assert only(item(public_metrics=metrics)).reach == {}


# --- whose post it is


def reply_to(author):
    return {"in_reply_to_user_id": author, "referenced_tweets": [{"type": "replied_to", "id": "5"}]}


@pytest.mark.parametrize(
    "says,role",
    [
        ({}, Role.BROADCAST),
        (reply_to("77"), Role.REPLY),
        (reply_to(OURS), Role.BROADCAST),
        (reply_to(None), Role.REPLY),
        ({"in_reply_to_user_id": "77"}, Role.BROADCAST),
        ({"referenced_tweets": [{"type": "quoted", "id": "5"}]}, Role.BROADCAST),
        ({"referenced_tweets": [{"type": "retweeted", "id": "5"}]}, Role.REPOST),
    ],
)
def test_our_own_posts_are_replies_only_when_they_answer_somebody_else(says, role):
    assert only(item(author_id=OURS, **says)).role is role


def test_an_answer_to_another_account_of_ours_is_no_reply():
    view = Viewpoint("acme", frozenset({OURS, "1000002"}))
    assert only(item(author_id="1000002", **reply_to(OURS)), view=view).role is Role.BROADCAST


@pytest.mark.parametrize("name", ["referenced_tweets", "referenced_posts"])
@pytest.mark.parametrize("kind", ["retweeted", "reposted"])
def test_a_repost_names_its_original(name, kind):
    post = only(item(**{name: [{"type": kind, "id": "5"}]}))
    assert (post.role, post.repost_of, post.in_reply_to) == (Role.REPOST, "5", None)


def test_a_quote_is_a_mention_of_its_own():
    post = only(item(referenced_posts=[{"type": "quoted", "id": "5"}]))
    assert (post.role, post.repost_of, post.in_reply_to) == (Role.MENTION, None, None)


def test_on_our_own_timeline_a_post_without_an_author_is_ours():
    without = {name: value for name, value in item().items() if name != "author_id"}
    assert only(without, view=TIMELINE).author_id == OURS


# --- edits


def test_an_edited_post_keeps_its_first_id_and_its_first_moment():
    first, second = "1991000000000000000", "1991002516582400000"
    post = only(item(id=second, edit_history_post_ids=[first, second], created_at="2026-11-19T08:10:00.000Z"))
    assert post.external_id == first
    assert post.conversation_id == first
    assert post.published_at < datetime(2026, 11, 19, 8, 10, tzinfo=UTC)
    assert post.published_at.microsecond == 0


def test_the_order_of_the_history_does_not_matter():
    first, second = "999", "1991000000000000000"
    assert only(item(id=second, edit_history_tweet_ids=[second, first])).external_id == first


def test_a_conversation_that_began_with_an_edited_post_has_that_post_s_identity():
    first, second = "1991000000000000000", "1991002516582400000"
    edited = item(id=second, edit_history_tweet_ids=[first, second], conversation_id=second)
    assert only(edited).conversation_id == first


def test_of_two_versions_on_a_page_the_newest_is_kept():
    first, second = "1991000000000000000", "1991002516582400000"
    page = parse(
        item(id=second, text="corrected", edit_history_tweet_ids=[first, second]),
        item(id=first, text="with a mistake", edit_history_tweet_ids=[first]),
    )
    assert [post.text for post in page.posts] == ["corrected"]
    assert (page.returned, page.newest_id, page.oldest_id) == (2, second, first)
