"""Our own format: what a line becomes, what is worked out for it, and what is said about lines that are wrong."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.model import Account, Post, Role
from monitor.sources.replay import AGAIN, ANOTHER_BRAND, ReplayFile, Watched
from monitor.sources.replay_lines import Entry, FileDamaged

NOW = datetime(2026, 3, 11, 8, 0, tzinfo=UTC)
AT = datetime(2026, 3, 10, 9, 41, tzinfo=UTC)

Line = dict[str, Any]
Read = Callable[..., list[Entry]]


def line(post_id: object = "10", by: str = "rainy_tuesday", **more: Any) -> Line:
    """A customer's post; a field given as None is left out."""
    fields = {
        "id": post_id,
        "brand": "acmebank",
        "author": {"id": f"id-of-{by}", "handle": by},
        "text": "@acmebank the card machine ate my card",
        "created_at": AT.isoformat(),
    }
    return {name: value for name, value in (fields | more).items() if value is not None}


def ours(post_id: str, **more: Any) -> Line:
    return line(post_id, by="acmebank", **more)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def run(*lines: Line | bytes, watched: Watched | None = None, after: int = 0) -> list[Entry]:
        path = tmp_path / "posts.jsonl"
        raw = (each if isinstance(each, bytes) else json.dumps(each, ensure_ascii=False).encode() for each in lines)
        path.write_bytes(b"\n".join(raw))
        return list(ReplayFile(path, watched).entries(after=after, ingested_at=NOW))

    return run


def post_of(entry: Entry) -> Post:
    (post,) = entry.posts
    return post


def roles(entries: list[Entry]) -> dict[str, Role]:
    return {post.external_id: post.role for entry in entries for post in entry.posts}


def reason(entry: Entry) -> str:
    assert entry.reject is not None
    return entry.reject.error


def test_the_shortest_line_becomes_a_mention_and_its_author(read: Read) -> None:
    (entry,) = read(line())
    assert entry.line == 1
    assert post_of(entry) == Post(
        brand="acmebank",
        platform="x",
        external_id="10",
        conversation_id="10",
        author_id="id-of-rainy_tuesday",
        text="@acmebank the card machine ate my card",
        published_at=AT,
        ingested_at=NOW,
        role=Role.MENTION,
    )
    assert entry.account == Account("x", "id-of-rainy_tuesday", "rainy_tuesday")


def test_everything_that_a_line_can_say_is_kept(read: Read) -> None:
    author = {"id": "7", "handle": "@Nora", "name": "Nora N.", "followers": 12, "following": 34, "posts": 56}
    (entry,) = read(
        line(
            platform="other",
            author=author,
            conversation_id="3",
            in_reply_to="5",
            in_reply_to_author="88",
            lang="lv",
            role="reply",
            automated=True,
            reach={"reposts": 1, "replies": 2, "likes": 3, "quotes": 4},
        )
    )
    post = post_of(entry)
    assert (post.platform, post.conversation_id, post.in_reply_to, post.in_reply_to_author) == ("other", "3", "5", "88")
    assert (post.lang, post.role, post.automated) == ("lv", Role.REPLY, True)
    assert post.reach == {"reposts": 1, "replies": 2, "likes": 3, "quotes": 4}
    assert entry.account == Account("other", "7", "Nora", "Nora N.", followers=12, following=34, posts=56)


def test_keys_of_somebody_elses_are_passed_over(read: Read) -> None:
    (entry,) = read(line(note="remember this one", reach={"likes": 1, "bookmarks": 9}))
    assert post_of(entry).reach == {"likes": 1}


def test_ids_may_be_numbers(read: Read) -> None:
    (entry,) = read(line(123, author={"id": 7}, in_reply_to=122))
    post = post_of(entry)
    assert (post.external_id, post.author_id, post.in_reply_to) == ("123", "7", "122")
    assert entry.account is not None
    assert entry.account.handle == "7"


def test_a_text_may_be_empty_but_not_missing(read: Read) -> None:
    empty, missing = read(line("1", text=""), line("2", text=None))
    assert post_of(empty).text == ""
    assert reason(missing) == "text: missing"


def test_conversations_are_worked_out_from_the_answers(read: Read) -> None:
    entries = read(
        line("3", in_reply_to="2"), ours("2", in_reply_to="1"), line("1"), line("9"), line("6", in_reply_to="5")
    )
    found = {post_of(entry).external_id: post_of(entry).conversation_id for entry in entries}
    assert found == {"3": "1", "2": "1", "1": "1", "9": "9", "6": "5"}


def test_a_conversation_that_is_given_is_believed(read: Read) -> None:
    entries = read(line("1"), line("2", in_reply_to="1", conversation_id="77"))
    assert [post_of(entry).conversation_id for entry in entries] == ["1", "77"]


def test_the_author_of_the_answered_post_is_worked_out(read: Read) -> None:
    entries = read(ours("2", in_reply_to="1"), line("1"), ours("4", in_reply_to="3"))
    assert [post_of(entry).in_reply_to_author for entry in entries] == ["id-of-rainy_tuesday", None, None]


def test_ids_of_different_platforms_do_not_meet(read: Read) -> None:
    first, second, third = read(
        line("1", by="ann"),
        line("1", by="bob", platform="other"),
        line("2", platform="other", in_reply_to="1"),
    )
    assert post_of(first).conversation_id == "1"
    assert post_of(third).conversation_id == "1"
    assert post_of(third).in_reply_to_author == "id-of-bob"
    assert [entry.skipped for entry in (first, second, third)] == [None, None, None]


def test_roles_are_worked_out_from_whose_a_post_is_and_what_it_answers(read: Read) -> None:
    entries = read(
        line("1"),
        ours("2", in_reply_to="1"),
        ours("3"),
        ours("4", in_reply_to="3"),
        ours("5", in_reply_to="404"),
        line("6", in_reply_to="2"),
        line("7", repost_of="1"),
        ours("8", repost_of="1"),
    )
    assert roles(entries) == {
        "1": Role.MENTION,
        "2": Role.REPLY,
        "3": Role.BROADCAST,
        "4": Role.BROADCAST,
        "5": Role.REPLY,
        "6": Role.MENTION,
        "7": Role.REPOST,
        "8": Role.REPOST,
    }


def test_a_role_that_is_given_is_believed(read: Read) -> None:
    entries = read(line("1", role="broadcast"), ours("2", role="mention"))
    assert roles(entries) == {"1": Role.BROADCAST, "2": Role.MENTION}


def test_a_direction_is_enough_to_tell_the_role(read: Read) -> None:
    entries = read(
        line("1", by="agent_9", direction="outbound", in_reply_to="0"),
        line("2", by="agent_9", direction="outbound"),
        ours("3", direction="inbound"),
    )
    assert roles(entries) == {"1": Role.REPLY, "2": Role.BROADCAST, "3": Role.MENTION}


@pytest.mark.parametrize("brand", ["acmebank", "AcmeBank", "acme-bank", "acme_bank", "acme.bank"])
def test_an_account_that_reads_like_the_brand_is_the_brands(read: Read, brand: str) -> None:
    assert roles(read(ours("1", brand=brand)))["1"] is Role.BROADCAST


def test_known_accounts_decide_and_a_namesake_is_a_stranger(read: Read) -> None:
    watched = Watched(accounts={"bank_care": "acmebank", "id-of-second_desk": "acmebank"})
    entries = read(ours("1"), line("2", by="Bank_Care"), line("3", by="second_desk"), line("4"), watched=watched)
    assert roles(entries) == {"1": Role.MENTION, "2": Role.BROADCAST, "3": Role.BROADCAST, "4": Role.MENTION}


def test_an_account_of_another_brand_is_the_public(read: Read) -> None:
    watched = Watched(accounts={"acmebank": "acmebank", "nordtel": "nordtel"})
    assert roles(read(line("1", by="nordtel"), watched=watched)) == {"1": Role.MENTION}


def test_only_the_brands_that_were_asked_for_are_taken(read: Read) -> None:
    entries = read(line("1"), line("2", brand="nordtel"), watched=Watched(frozenset({"NordTel"})))
    assert [entry.skipped for entry in entries] == [ANOTHER_BRAND, None]
    assert post_of(entries[1]).brand == "nordtel"


def test_a_line_without_a_brand_takes_the_only_one_that_was_asked_for(read: Read) -> None:
    (entry,) = read(line(brand=None), watched=Watched(frozenset({"nordtel"})))
    assert post_of(entry).brand == "nordtel"


@pytest.mark.parametrize("brands", [frozenset(), frozenset({"acmebank", "nordtel"})])
def test_a_line_without_a_brand_is_refused_when_it_could_be_anyones(read: Read, brands: frozenset[str]) -> None:
    (entry,) = read(line(brand=None), watched=Watched(brands))
    assert reason(entry) == "brand: missing"


def test_two_brands_may_watch_the_same_post(read: Read) -> None:
    entries = read(line("1"), line("1", brand="nordtel"))
    assert [post_of(entry).brand for entry in entries] == ["acmebank", "nordtel"]


def test_of_the_same_post_the_first_line_counts(read: Read) -> None:
    entries = read(line("1", text="first"), line("2"), line("1", text="second"))
    assert [entry.skipped for entry in entries] == [None, None, AGAIN]


def test_a_broken_first_line_does_not_hide_the_good_one_of_the_same_post(read: Read) -> None:
    broken, good = read(line("1", created_at="soon"), line("1"))
    assert reason(broken) == "created_at: not a time"
    assert post_of(good).published_at == AT


@pytest.mark.parametrize(
    "wrong, why",
    [
        ({"id": None}, "id: missing"),
        ({"id": "1 2"}, "id: not one id"),
        ({"author": None}, "author: missing"),
        ({"author": "ann"}, "author: not an object"),
        ({"author": {"handle": "ann"}}, "author.id: missing"),
        ({"author": {"id": "1", "handle": 5}}, "author.handle: not text"),
        ({"author": {"id": "1", "followers": -3}}, "author.followers: not a count"),
        ({"text": None}, "text: missing"),
        ({"text": 5}, "text: not text"),
        ({"created_at": None}, "created_at: missing"),
        ({"created_at": "soon"}, "created_at: not a time"),
        ({"brand": 5}, "brand: not text"),
        ({"platform": []}, "platform: not text"),
        ({"in_reply_to": "1,2"}, "in_reply_to: not one id"),
        ({"in_reply_to_author": {}}, "in_reply_to_author: not an id"),
        ({"conversation_id": True}, "conversation_id: not an id"),
        ({"repost_of": 1.5}, "repost_of: not an id"),
        ({"role": "boss"}, "role: not one of mention, reply, broadcast, repost"),
        ({"direction": "sideways"}, "direction: neither inbound nor outbound"),
        ({"automated": "perhaps"}, "automated: neither true nor false"),
        ({"lang": 5}, "lang: not text"),
        ({"reach": 5}, "reach: not an object"),
        ({"reach": {"likes": "many"}}, "reach.likes: not a count"),
    ],
)
def test_a_line_that_is_wrong_names_its_field_and_stops_nothing(read: Read, wrong: Line, why: str) -> None:
    before, bad, after = read(line("1"), line(**({"id": "10"} | wrong)), line("3"))
    assert reason(bad) == why
    assert bad.posts == ()
    assert before.posts
    assert after.posts


def test_a_rejected_line_keeps_its_bytes_its_place_and_its_id(read: Read) -> None:
    raw = b'{"id": "55", "brand": "acmebank", "author": {"id": "1"}, "text": "caf\\u00e9"}'
    _, bad = read(line("1"), raw)
    assert bad.reject is not None
    assert (bad.line, bad.reject.position, bad.reject.raw, bad.reject.external_id) == (2, "line 2", raw, "55")


def test_lines_that_are_no_json_are_rejected_in_place(read: Read) -> None:
    entries = read(line("1"), b"{oops", b'{"id": "caf\xe9"}', line("4"))
    assert [(entry.line, entry.reject is None) for entry in entries] == [(1, True), (2, False), (3, False), (4, True)]
    assert reason(entries[1]).startswith("not JSON")
    assert reason(entries[2]).startswith("not UTF-8")


def test_reading_goes_on_behind_a_line_and_still_knows_what_stood_before(read: Read) -> None:
    lines = (line("1"), ours("2", in_reply_to="1"), line("3", in_reply_to="2"))
    whole = read(*lines)
    assert read(*lines, after=1) == whole[1:]
    assert read(*lines, after=2) == whole[2:]
    assert read(*lines, after=3) == []


def test_a_file_knows_how_many_records_it_has(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text(json.dumps(line()) + "\n\n{broken\n")
    assert ReplayFile(path).rows == 2
    assert ReplayFile(path).name == "posts.jsonl"


def test_a_table_is_not_our_format(tmp_path: Path) -> None:
    with pytest.raises(FileDamaged, match="replay format is JSON lines"):
        ReplayFile(tmp_path / "posts.csv")


def test_a_file_is_recognised_by_its_bytes_its_name_and_the_brands(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_text("one")
    copy.write_text("one")
    same = ReplayFile(path).identity
    assert ReplayFile(path).identity == same
    assert ReplayFile(path, Watched(frozenset({"acme"}))).identity != same
    assert ReplayFile(path, Watched(accounts={"acme": "acme"})).identity != same
    assert ReplayFile(copy).identity != same
    path.write_text("two")
    assert ReplayFile(path).identity != same


def test_brands_are_recognised_in_any_spelling_and_order(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("one")
    spelled = (Watched(frozenset({"Acme", "nordtel"})), Watched(frozenset({"NORDTEL", "acme"})))
    assert len({ReplayFile(path, each).identity for each in spelled}) == 1


def test_times_of_all_zones_are_kept_in_utc(read: Read) -> None:
    (entry,) = read(line(created_at="2026-03-10T11:41:00+02:00"))
    assert post_of(entry).published_at == AT
    assert post_of(entry).published_at.utcoffset() == timedelta(0)
