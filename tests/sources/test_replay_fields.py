"""Single fields of a record: what counts as an id, a time or a flag, and reasons that name the field."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources import replay_fields as read
from monitor.sources.replay_fields import Refusal


@pytest.mark.parametrize(
    "value, meant",
    [
        ("119236", "119236"),
        (" 119236 ", "119236"),
        (119236, "119236"),
        (119236.0, "119236"),
        ("119236.0", "119236"),
        ("sprout-77", "sprout-77"),
        ("0042", "0042"),
        (0, "0"),
    ],
)
def test_an_id_is_a_word_or_a_whole_number(value: object, meant: str) -> None:
    assert read.identifier({"id": value}, "id") == meant


@pytest.mark.parametrize("value", [None, "", "  ", "nan", "NaN", "null", "None", math.nan])
def test_what_tables_write_into_gaps_is_no_id(value: object) -> None:
    assert read.identifier({"id": value}, "id") is None


@pytest.mark.parametrize("value", ["1,2", "two words", True, 1.5, ["1"], {"id": 1}, "x" * 201, "a\x00b", "a\u202eb"])
def test_what_is_not_one_id_is_refused(value: object) -> None:
    with pytest.raises(Refusal, match=r"^id: not"):
        read.identifier({"id": value}, "id")


@pytest.mark.parametrize("first, second, meant", [("6", "7", "6"), ("", "7", "7"), (None, "7", "7"), ("", "", None)])
def test_the_first_name_with_a_value_counts(first: object, second: object, meant: str | None) -> None:
    fields = {"in_reply_to": first, "in_response_to_tweet_id": second}
    assert read.identifier(fields, "in_reply_to", "in_response_to_tweet_id") == meant


def test_a_required_id_that_is_not_there_is_named() -> None:
    with pytest.raises(Refusal, match=r"^author_id: missing$"):
        read.required_identifier({}, "author_id")


@pytest.mark.parametrize(
    "written",
    [
        "Tue Oct 31 22:10:47 +0000 2017",
        "2017-10-31T22:10:47Z",
        "2017-10-31T22:10:47+00:00",
        "2017-10-31 22:10:47",
        "2017-10-31T22:10:47",
        "2017-11-01T00:10:47+02:00",
        "  2017-10-31T22:10:47Z ",
    ],
)
def test_all_the_ways_to_write_a_moment_mean_the_same(written: str) -> None:
    found = read.moment({"created_at": written}, "created_at")
    assert found == datetime(2017, 10, 31, 22, 10, 47, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_fractions_of_a_second_are_kept() -> None:
    assert read.moment({"at": "2026-03-10T09:41:00.250Z"}, "at").microsecond == 250_000


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "2017-10-31",
        "20171031",
        "31.10.2017 22:10",
        "Tue Okt 31 22:10:47 +0000 2017",
        "Tue Feb 30 22:10:47 +0000 2017",
        "Tue Oct 31 22:10:47 +0200 2017",
        "2017-10-31T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        1509487847,
        True,
    ],
)
def test_what_is_no_moment_is_refused(written: object) -> None:
    with pytest.raises(Refusal, match=r"^created_at: not a time$"):
        read.moment({"created_at": written}, "created_at")


def test_a_missing_moment_is_named() -> None:
    with pytest.raises(Refusal, match=r"^created_at: missing$"):
        read.moment({"created_at": ""}, "created_at")


MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the zone is drawn below
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(MOMENTS)
def test_every_moment_survives_being_written(moment: datetime) -> None:
    assert read.moment({"at": moment.isoformat()}, "at") == moment


@given(MOMENTS)
def test_every_moment_survives_the_old_way_of_writing(moment: datetime) -> None:
    second = moment.astimezone(UTC).replace(microsecond=0)
    assert read.moment({"at": second.strftime("%a %b %d %H:%M:%S +0000 %Y")}, "at") == second


@pytest.mark.parametrize("value", [True, "True", "true", "TRUE", "1", "1.0", 1])
def test_yes_in_many_spellings(value: object) -> None:
    assert read.flag({"inbound": value}, "inbound") is True


@pytest.mark.parametrize("value", [False, "False", "false", "0", "0.0", 0])
def test_no_in_many_spellings(value: object) -> None:
    assert read.flag({"inbound": value}, "inbound") is False


def test_a_flag_that_is_not_there_is_neither() -> None:
    assert read.flag({"inbound": ""}, "inbound") is None
    assert read.flag({}, "inbound") is None


@pytest.mark.parametrize("value", ["maybe", 2, [], "yes and no"])
def test_a_flag_that_is_unclear_is_refused(value: object) -> None:
    with pytest.raises(Refusal, match=r"^inbound: neither true nor false$"):
        read.flag({"inbound": value}, "inbound")


@pytest.mark.parametrize("value", [0, 7, 2**31 - 1])
def test_counts(value: int) -> None:
    assert read.count({"likes": value}, "likes") == value


def test_an_unknown_count_is_none() -> None:
    assert read.count({"likes": None}, "likes") is None
    assert read.count({}, "likes") is None


@pytest.mark.parametrize("value", [-1, 2**31, 1.5, "7", True])
def test_what_is_no_count_is_refused(value: object) -> None:
    with pytest.raises(Refusal, match=r"^likes: not a count$"):
        read.count({"likes": value}, "likes")


@pytest.mark.parametrize(
    "written, meant",
    [("lv", "lv"), ("EN", "en"), ("pt-BR", "pt"), ("und", None), ("zxx", None), ("qme", None), ("", None), ("?", None)],
)
def test_languages_without_their_region_and_without_the_platforms_shrugs(written: str, meant: str | None) -> None:
    assert read.language({"lang": written}, "lang") == meant


def test_texts_are_kept_as_they_stand() -> None:
    assert read.required_words({"text": " \n a &amp; b "}, "text") == " \n a &amp; b "
    assert read.required_words({"text": ""}, "text") == ""


def test_a_missing_text_is_named() -> None:
    with pytest.raises(Refusal, match=r"^text: missing$"):
        read.required_words({"text": None}, "text")


def test_a_part_that_is_not_there_is_empty() -> None:
    assert read.part({}, "reach") == {}
    assert read.part({"reach": {"likes": 1}}, "reach") == {"likes": 1}
    with pytest.raises(Refusal, match=r"^reach: not an object$"):
        read.part({"reach": [1]}, "reach")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


READERS = [getattr(read, name) for name in ("identifier", "words", "moment", "flag", "count", "language", "part")]


@pytest.mark.parametrize("reader", READERS)
@given(value=ANYTHING)
def test_nothing_that_a_file_can_hold_breaks_a_reader(reader: Callable[..., object], value: object) -> None:
    refused = ""
    try:
        reader({"field": value}, "field")
    except Refusal as why:
        refused = str(why)
    assert refused == "" or (refused.startswith("field: ") and len(refused) < 60)
