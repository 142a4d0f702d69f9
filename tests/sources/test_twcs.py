"""Dumps of conversations: whose each post is, what it is, and that no brand's answer loses its question."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.model import Account, Post, Role
from monitor.sources.replay import AGAIN, ANOTHER_BRAND, Watched
from monitor.sources.replay_lines import Entry
from monitor.sources.twcs import NO_BRAND, TwcsFile

NOW = datetime(2026, 3, 11, 8, 0, tzinfo=UTC)

Row = dict[str, Any]
Read = Callable[..., list[Entry]]


def row(tweet_id: str, author: str, text: str = "hello", *, minute: int = 0, **more: Any) -> Row:
    """A customer's post unless `inbound` says otherwise; a field given as None is left out."""
    fields = {
        "tweet_id": tweet_id,
        "author_id": author,
        "inbound": True,
        "created_at": f"Tue Oct 31 22:{minute:02}:47 +0000 2017",
        "text": text,
    }
    return {name: value for name, value in (fields | more).items() if value is not None}


def brand(tweet_id: str, author: str, text: str = "Hi there", **more: Any) -> Row:
    return row(tweet_id, author, text, inbound=False, **more)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def run(*rows: Row | bytes, watched: Watched | None = None, after: int = 0) -> list[Entry]:
        path = tmp_path / "dump.jsonl"
        raw = (each if isinstance(each, bytes) else json.dumps(each, ensure_ascii=False).encode() for each in rows)
        path.write_bytes(b"\n".join(raw))
        return list(TwcsFile(path, watched).entries(after=after, ingested_at=NOW))

    return run


def watchers(entries: list[Entry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        for post in entry.posts:
            found.setdefault(post.external_id, []).append(post.brand)
    return found


def posts(entries: list[Entry]) -> dict[tuple[str, str], Post]:
    return {(post.brand, post.external_id): post for entry in entries for post in entry.posts}


def reason(entry: Entry) -> str:
    assert entry.reject is not None
    return entry.reject.error


def test_a_customers_post_and_the_answer_to_it(read: Read) -> None:
    question, answer = read(
        row("8", "115712", "@AcmeCare my line is dead", response_ids="9,6", lang="en"),
        brand("9", "AcmeCare", "@115712 Sorry! Which street?", minute=5, in_reply_to="8"),
    )
    assert question.posts == (
        Post(
            brand="AcmeCare",
            platform="twcs",
            external_id="8",
            conversation_id="8",
            author_id="115712",
            text="@AcmeCare my line is dead",
            published_at=datetime(2017, 10, 31, 22, 0, 47, tzinfo=UTC),
            ingested_at=NOW,
            role=Role.MENTION,
            lang="en",
            reach={"replies": 2},
        ),
    )
    (reply,) = answer.posts
    assert (reply.role, reply.in_reply_to, reply.in_reply_to_author) == (Role.REPLY, "8", "115712")
    assert (reply.conversation_id, reply.published_at.minute) == ("8", 5)
    assert question.account == Account("twcs", "115712", "115712")
    assert answer.account == Account("twcs", "AcmeCare", "AcmeCare")


def test_the_order_of_the_file_does_not_matter(read: Read) -> None:
    rows = (row("8", "115712"), brand("9", "AcmeCare", in_reply_to="8"), row("10", "115712", in_reply_to="9"))
    assert posts(read(*rows)) == posts(read(*reversed(rows)))


def test_a_post_belongs_to_the_brands_that_answered_it(read: Read) -> None:
    entries = read(
        row("1", "100", "my parcel is lost"),
        brand("2", "AcmeCare", in_reply_to="1"),
        brand("3", "NordHelp", in_reply_to="1"),
    )
    assert watchers(entries)["1"] == ["AcmeCare", "NordHelp"]


def test_a_post_belongs_to_the_brand_that_it_answers(read: Read) -> None:
    entries = read(brand("1", "AcmeCare", "Good morning!"), row("2", "100", "is it though", in_reply_to="1"))
    assert watchers(entries)["2"] == ["AcmeCare"]


def test_a_post_belongs_to_the_brands_whose_handles_it_names(read: Read) -> None:
    entries = read(
        brand("1", "AcmeCare"),
        brand("2", "NordHelp"),
        row("3", "100", "@acmecare @NordHelp which of you lost it? cc @somebody"),
    )
    assert watchers(entries)["3"] == ["AcmeCare", "NordHelp"]


def test_an_address_with_the_sign_in_it_names_nobody(read: Read) -> None:
    entries = read(brand("1", "AcmeCare"), row("2", "100", "write to me@acmecare please"))
    assert entries[1].skipped == NO_BRAND


def test_naming_a_brand_counts_even_when_another_one_answered(read: Read) -> None:
    entries = read(
        row("1", "100", "@NordHelp @AcmeCare help"), brand("2", "AcmeCare", in_reply_to="1"), brand("3", "NordHelp")
    )
    assert watchers(entries)["1"] == ["AcmeCare", "NordHelp"]


def test_a_post_without_any_sign_of_a_brand_belongs_to_those_of_its_thread(read: Read) -> None:
    entries = read(
        row("1", "100", "down again"),
        row("2", "200", "same here", in_reply_to="1"),
        row("3", "300", "me too", in_reply_to="2"),
        brand("4", "AcmeCare", "Looking into it", in_reply_to="1"),
    )
    assert watchers(entries) == {"1": ["AcmeCare"], "2": ["AcmeCare"], "3": ["AcmeCare"], "4": ["AcmeCare"]}


def test_siblings_below_a_post_outside_the_file_share_its_thread(read: Read) -> None:
    entries = read(row("2", "100", "same", in_reply_to="1"), brand("3", "AcmeCare", in_reply_to="1"))
    assert watchers(entries)["2"] == ["AcmeCare"]
    assert {post.conversation_id for post in posts(entries).values()} == {"1"}


def test_the_thread_is_asked_last(read: Read) -> None:
    entries = read(
        brand("1", "AcmeCare"),
        row("2", "100", "@NordHelp do it better", in_reply_to="404"),
        brand("3", "AcmeCare", in_reply_to="404"),
        brand("4", "NordHelp"),
    )
    assert watchers(entries)["2"] == ["NordHelp"]


def test_a_brand_that_the_file_names_is_believed(read: Read) -> None:
    entries = read(row("1", "100", "@NordHelp hello", brand="AcmeCare"), brand("2", "NordHelp"))
    assert watchers(entries)["1"] == ["AcmeCare"]


def test_another_brands_answer_brings_its_question_along(read: Read) -> None:
    entries = read(
        row("1", "100", "@AcmeCare where is it", brand="AcmeCare"),
        brand("2", "NordHelp", "That one is ours!", minute=7, in_reply_to="1", brand="NordHelp"),
    )
    assert watchers(entries)["1"] == ["AcmeCare", "NordHelp"]
    found = posts(entries)
    waited = found["NordHelp", "2"].published_at - found["NordHelp", "1"].published_at
    assert waited.total_seconds() == 420


def test_a_post_of_nobodys_is_left_out_with_a_reason(read: Read) -> None:
    entries = read(row("1", "100", "nice weather"), brand("2", "AcmeCare"))
    assert entries[0].skipped == NO_BRAND
    assert entries[0].posts == ()
    assert entries[0].reject is None


def test_only_the_brands_that_were_asked_for_are_taken(read: Read) -> None:
    entries = read(
        row("1", "100", "@AcmeCare @NordHelp hi"),
        brand("2", "AcmeCare", in_reply_to="1"),
        brand("3", "NordHelp", in_reply_to="1"),
        row("4", "100", "nothing"),
        watched=Watched(frozenset({"nordhelp"})),
    )
    assert watchers(entries) == {"1": ["NordHelp"], "3": ["NordHelp"]}
    assert [entry.skipped for entry in entries] == [None, ANOTHER_BRAND, None, NO_BRAND]


def test_an_outbound_post_that_answers_nobody_else_is_a_broadcast(read: Read) -> None:
    entries = read(
        brand("1", "AcmeCare", "Good morning!"),
        brand("2", "AcmeCare", "One more thing", in_reply_to="1"),
        brand("3", "AcmeCare", "@acmecare testing", in_reply_to="404"),
        brand("4", "AcmeCare", "@115712 on our way", in_reply_to="405"),
        brand("5", "AcmeCare", "On our way", in_reply_to="406"),
        brand("6", "NordHelp", "@AcmeCare thank you, colleagues", in_reply_to="1"),
    )
    roles = {post.external_id: post.role for post in posts(entries).values()}
    assert roles["1"] is Role.BROADCAST
    assert roles["2"] is Role.BROADCAST
    assert roles["4"] is Role.REPLY
    assert roles["5"] is Role.REPLY
    assert roles["6"] is Role.REPLY


def test_whom_an_answer_is_for_is_read_from_its_text_where_the_question_is_missing(read: Read) -> None:
    entries = read(
        brand("1", "AcmeCare", "@115712 Sorry!", in_reply_to="404"), brand("2", "AcmeCare", "Sorry!", in_reply_to="404")
    )
    assert [post.in_reply_to_author for post in posts(entries).values()] == ["115712", None]


def test_every_inbound_post_is_a_mention_even_an_answer_to_a_customer(read: Read) -> None:
    entries = read(
        row("1", "100", "@AcmeCare hi"),
        row("2", "200", "same", in_reply_to="1"),
        brand("3", "AcmeCare", in_reply_to="2"),
    )
    found = posts(entries)
    assert found["AcmeCare", "1"].role is Role.MENTION
    assert found["AcmeCare", "2"].role is Role.MENTION


def test_answers_that_go_in_a_circle_end_somewhere(read: Read) -> None:
    entries = read(
        row("1", "100", "@AcmeCare a", in_reply_to="2"),
        row("2", "200", "@AcmeCare b", in_reply_to="1"),
        brand("3", "AcmeCare"),
    )
    found = posts(entries)
    assert found["AcmeCare", "1"].conversation_id == found["AcmeCare", "2"].conversation_id == "1"


def test_a_brand_is_written_as_it_first_stood(read: Read) -> None:
    entries = read(brand("1", "AcmeCare"), brand("2", "acmecare"), row("3", "100", "@ACMECARE hi"))
    assert {post.brand for post in posts(entries).values()} == {"AcmeCare"}


def test_an_account_of_a_configured_brand_writes_for_that_brand(read: Read) -> None:
    watched = Watched(frozenset({"acme"}), {"acmecare": "acme", "acme_desk": "acme"})
    entries = read(
        row("1", "100", "@AcmeCare hi", brand="AcmeCare"),
        brand("2", "AcmeCare", in_reply_to="1"),
        row("3", "200", "@acme_desk hello"),
        watched=watched,
    )
    assert watchers(entries) == {"1": ["acme"], "2": ["acme"], "3": ["acme"]}


def test_of_a_post_that_stands_twice_the_first_counts(read: Read) -> None:
    entries = read(row("1", "100", "@AcmeCare one"), brand("2", "AcmeCare"), row("1", "100", "@AcmeCare two"))
    assert [entry.skipped for entry in entries] == [None, None, AGAIN]


def test_a_broken_row_does_not_hide_a_good_one_of_the_same_post(read: Read) -> None:
    broken, good = read(brand("1", "AcmeCare", text=None), brand("1", "AcmeCare"))
    assert reason(broken) == "text: missing"
    assert good.posts


@pytest.mark.parametrize(
    "wrong, why",
    [
        ({"tweet_id": None}, "tweet_id: missing"),
        ({"author_id": None}, "author_id: missing"),
        ({"inbound": None}, "inbound: missing"),
        ({"inbound": "perhaps"}, "inbound: neither true nor false"),
        ({"created_at": None}, "created_at: missing"),
        ({"created_at": "later"}, "created_at: not a time"),
        ({"text": None}, "text: missing"),
        ({"text": 7}, "text: not text"),
        ({"in_reply_to": "1,2"}, "in_reply_to: not one id"),
        ({"brand": ["a"]}, "brand: not text"),
    ],
)
def test_a_row_that_is_wrong_names_its_field_and_stops_nothing(read: Read, wrong: Row, why: str) -> None:
    fields = {"tweet_id": "2", "author": "100", "text": "@AcmeCare hi"} | wrong
    bad_row = row(fields.pop("tweet_id"), fields.pop("author"), **fields)
    before, bad, after = read(brand("1", "AcmeCare"), bad_row, brand("3", "AcmeCare"))
    assert reason(bad) == why
    assert before.posts
    assert after.posts


def test_a_rejected_row_keeps_its_bytes_its_place_and_its_id(read: Read) -> None:
    raw = b'{"tweet_id": "2", "author_id": "100", "inbound": true, "created_at": "x", "text": "@AcmeCare"}'
    _, bad = read(brand("1", "AcmeCare"), raw)
    assert bad.reject is not None
    assert (bad.line, bad.reject.position, bad.reject.raw, bad.reject.external_id) == (2, "line 2", raw, "2")


def test_a_rejected_answer_still_ties_its_thread_together(read: Read) -> None:
    entries = read(
        row("1", "100", "@AcmeCare hi"),
        brand("2", "AcmeCare", in_reply_to="1", created_at="broken"),
        row("3", "100", "thanks", in_reply_to="2"),
    )
    assert posts(entries)["AcmeCare", "3"].conversation_id == "1"


def test_reading_goes_on_behind_a_line_and_still_knows_what_stood_before(read: Read) -> None:
    rows = (row("1", "100"), brand("2", "AcmeCare", in_reply_to="1"), row("3", "100", in_reply_to="2"))
    assert read(*rows, after=2) == read(*rows)[2:]


COLUMNS = ("tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id")


def test_a_table_in_the_published_columns_reads_the_same(tmp_path: Path, read: Read) -> None:
    rows = (
        row("8", "115712", '@AcmeCare my "fast" line\nis dead, again', response_ids="9"),
        brand("9", "AcmeCare", "@115712 Sorry!", minute=3, in_reply_to="8"),
        brand("10", "AcmeCare", "Morning, all"),
    )
    path = tmp_path / "dump.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for each in rows:
            known = [str(each[name]) for name in COLUMNS[:5]]
            # Tables that held gaps write whole numbers with a fraction.
            answered = f"{each['in_reply_to']}.0" if "in_reply_to" in each else ""
            table.writerow([*known, each.get("response_ids", ""), answered])
    entries = list(TwcsFile(path).entries(after=0, ingested_at=NOW))
    assert posts(entries) == posts(read(*rows))
    assert [entry.line for entry in entries] == [2, 4, 5]


def test_a_dump_knows_how_many_records_it_has(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(json.dumps(row("1", "100")) + "\n{broken\n")
    dump = TwcsFile(path)
    assert (dump.rows, dump.name) == (2, "dump.jsonl")


def test_the_same_file_for_other_brands_is_another_import(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text("{}")
    assert TwcsFile(path).identity == TwcsFile(path).identity
    assert TwcsFile(path).identity != TwcsFile(path, Watched(frozenset({"acme"}))).identity
