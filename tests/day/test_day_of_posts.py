"""The day itself: that it is one believable day, that it moves in time, and that what is expected of it fits."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.domain.model import Post, Role
from monitor.sources.replay import ReplayFile
from monitor.sources.x_snowflake import moment_of
from tests.day import WRITTEN_FOR, Line, kinds, load_day, must_become_cases, must_never_become_cases, write_day

ANOTHER_DAY = datetime(2027, 7, 1, 3, 30, tzinfo=UTC)
OWN = {"acmebank", "nordtel"}


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> list[Post]:
    """The day as the program reads it."""
    file = ReplayFile(write_day(tmp_path_factory.mktemp("day") / "day.jsonl"))
    entries = list(file.entries(after=0, ingested_at=WRITTEN_FOR + timedelta(days=1)))
    assert [entry for entry in entries if not entry.posts] == []
    return [post for entry in entries for post in entry.posts]


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return load_day()


def test_nearly_all_of_it_happens_on_one_day_and_a_little_before(posts: list[Post]) -> None:
    offsets = [post.published_at - WRITTEN_FOR for post in posts]
    assert all(timedelta(days=-7) < offset < timedelta(days=1) for offset in offsets)
    assert 0 < sum(offset < timedelta(0) for offset in offsets) < 10


def test_every_hour_of_the_waking_day_has_posts(posts: list[Post]) -> None:
    hours = Counter(post.published_at.hour for post in posts)
    assert {hour for hour in range(5, 24) if hours[hour]} == set(range(5, 24))


def test_the_outage_is_a_burst(posts: list[Post]) -> None:
    start = WRITTEN_FOR.replace(hour=19)
    mentions = [p for p in posts if p.brand == "nordtel" and p.role is Role.MENTION]
    burst = [p for p in mentions if timedelta(0) <= p.published_at - start < timedelta(minutes=30)]
    usual = [p for p in mentions if timedelta(hours=-2) <= p.published_at - start < timedelta(hours=-1, minutes=-30)]
    assert len(burst) >= 12
    assert len(burst) > 3 * len(usual)
    assert {"lv", "ru"} <= {p.lang for p in burst}


def test_it_speaks_many_languages_and_some_without_saying_which(posts: list[Post]) -> None:
    languages = Counter(post.lang for post in posts)
    assert {"en", "lv", "ru", "bg", "de", "es", "fr", "pl", "tr", "uk", "ja", "fi", None} <= set(languages)
    assert sum(languages[each] for each in ("en", "lv", "ru", "bg")) > 150


def test_no_two_posts_are_alike(lines: list[Line]) -> None:
    texts = {line["id"]: re.sub(r"@\w+", "@", line["text"]) for line in lines}
    counted = Counter(texts.values())
    canned = [text for text, times in counted.items() if times > 1]
    # The brands' own templates are the point of some replies; nobody else repeats himself.
    assert all(text.startswith("@ We are sorry for any inconvenience caused") for text in canned)


def test_replies_come_after_what_they_answer_and_stay_in_its_conversation(posts: list[Post]) -> None:
    by_key = {(post.brand, post.external_id): post for post in posts}
    answers = [post for post in posts if post.in_reply_to is not None]
    assert len(answers) > 60
    for answer in answers:
        answered = by_key[answer.brand, answer.in_reply_to or ""]
        assert answered.published_at < answer.published_at
        assert answered.conversation_id == answer.conversation_id
        assert answered.author_id == answer.in_reply_to_author


def test_conversations_are_those_that_would_be_worked_out(tmp_path: Path, lines: list[Line]) -> None:
    path = tmp_path / "bare.jsonl"
    bare = [{name: value for name, value in line.items() if name != "conversation_id"} for line in lines]
    path.write_text("\n".join(map(json.dumps, bare)))
    worked_out = {
        post.external_id: post.conversation_id
        for entry in ReplayFile(path).entries(after=0, ingested_at=WRITTEN_FOR)
        for post in entry.posts
    }
    assert worked_out == {line["id"]: line["conversation_id"] for line in lines}


def test_all_roles_are_there(posts: list[Post]) -> None:
    roles = Counter(post.role for post in posts)
    assert roles[Role.MENTION] > 140
    assert roles[Role.REPLY] > 30
    assert roles[Role.BROADCAST] >= 8
    assert roles[Role.REPOST] >= 6


def test_reposts_pass_on_a_post_of_the_day(lines: list[Line]) -> None:
    by_id = {line["id"]: line for line in lines}
    reposts = [line for line in lines if "repost_of" in line]
    for repost in reposts:
        original = by_id[repost["repost_of"]]
        start = repost["text"].removeprefix(f"RT @{original['author']['handle']}: ").removesuffix("…")
        assert original["text"].startswith(start)


def test_it_has_the_odd_posts_that_life_has(lines: list[Line]) -> None:
    texts = [line["text"] for line in lines]
    assert any(len(text) > 1200 for text in texts)
    assert any("&quot;" in text for text in texts)
    assert any(not re.search(r"[^\W\d_]", re.sub(r"@\w+", "", text)) for text in texts)


def test_one_post_is_watched_by_both_brands(lines: list[Line]) -> None:
    seen = Counter(line["id"] for line in lines)
    assert [times for times in seen.values() if times > 1] == [2]


def test_customers_come_back_with_the_same_trouble(posts: list[Post]) -> None:
    authors = Counter(post.author_id for post in posts if post.role is Role.MENTION)
    assert sum(times >= 2 for times in authors.values()) >= 15
    assert max(authors.values()) >= 3


def test_handles_are_such_as_a_platform_allows(lines: list[Line]) -> None:
    handles = {line["author"]["handle"] for line in lines}
    assert all(re.fullmatch(r"\w{4,15}", handle, re.ASCII) for handle in handles)
    accounts = {(line["author"]["handle"], line["author"]["id"]) for line in lines}
    assert len(accounts) == len(handles) == len({number for _, number in accounts})


def test_it_is_given_in_the_order_of_time(lines: list[Line]) -> None:
    assert all(a["created_at"] <= b["created_at"] for a, b in pairwise(lines))


def test_ids_carry_the_time_of_their_post(lines: list[Line]) -> None:
    for line in lines:
        told = moment_of(line["id"])
        assert told is not None
        assert abs(told - datetime.fromisoformat(line["created_at"])) < timedelta(seconds=1)


def test_the_day_moves_to_any_other_with_its_ids(lines: list[Line]) -> None:
    shift = ANOTHER_DAY - WRITTEN_FOR
    for before, after in zip(lines, load_day(ANOTHER_DAY), strict=True):
        written = datetime.fromisoformat(after["created_at"])
        assert written - datetime.fromisoformat(before["created_at"]) == shift
        told = moment_of(after["id"])
        assert told is not None
        assert abs(told - written) < timedelta(seconds=1)
        assert (after["key"], after["text"], after["author"]) == (before["key"], before["text"], before["author"])


def test_a_moved_day_still_hangs_together() -> None:
    moved = load_day(ANOTHER_DAY)
    known = {line["id"] for line in moved}
    for line in moved:
        assert {
            line["conversation_id"],
            line.get("in_reply_to", line["id"]),
            line.get("repost_of", line["id"]),
        } <= known


def test_what_is_expected_moves_along() -> None:
    known = {line["id"] for line in load_day(ANOTHER_DAY)}
    assert must_become_cases(ANOTHER_DAY) <= known
    assert must_never_become_cases(ANOTHER_DAY) <= known
    assert must_become_cases(ANOTHER_DAY).isdisjoint(must_become_cases())


def test_what_must_never_become_a_case_is_what_the_brands_wrote_and_what_was_passed_on(posts: list[Post]) -> None:
    quiet = {post.external_id for post in posts if post.role is not Role.MENTION}
    assert must_never_become_cases() == quiet


def test_every_mention_has_its_kind(posts: list[Post]) -> None:
    assert set(kinds()) == {post.external_id for post in posts if post.role is Role.MENTION}
    counted = Counter(kinds().values())
    assert set(counted) == {"complaint", "question", "praise", "other"}
    assert min(counted.values()) >= 14


def test_clear_complaints_are_complaints_of_many_languages(posts: list[Post]) -> None:
    clear = must_become_cases()
    assert len(clear) >= 50
    assert {kinds()[each] for each in clear} == {"complaint"}
    assert len({post.lang for post in posts if post.external_id in clear}) >= 9


def test_no_brand_ever_writes_as_a_customer(lines: list[Line]) -> None:
    own = {line["author"]["handle"] for line in lines if line["id"] in must_never_become_cases()} & OWN
    assert own == OWN
    assert OWN.isdisjoint(line["author"]["handle"] for line in lines if line["id"] in kinds())
