from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources import x_values as read

ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)


@given(ANYTHING)
def test_no_value_of_any_type_raises(value):
    for reader in (read.identifier, read.count, read.moment, read.language, read.mapping):
        reader(value)
    assert read.items({"data": value}) is not None
    assert read.included({"includes": value}, ("users",)) == []
    assert read.included({"includes": {"users": value}}, ("users",)) == []


@pytest.mark.parametrize("value,meant", [("12", "12"), (12, "12"), (0, "0"), (True, None), (-1, None), (10**19, None)])
def test_ids_are_digits_however_they_are_written(value, meant):
    assert read.identifier(value) == meant


@pytest.mark.parametrize("value,meant", [(0, 0), (7, 7), (-1, None), (True, None), ("7", None), (2**63, None)])
def test_counts_are_whole_numbers_that_a_database_can_hold(value, meant):
    assert read.count(value) == meant


def test_moments_come_out_in_utc():
    assert read.moment("2026-11-22T14:00:00+02:00") == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert read.moment("2026-11-22T12:00:00Z").utcoffset().total_seconds() == 0


@given(st.datetimes().map(lambda moment: moment.isoformat()))
def test_every_moment_that_python_writes_is_read(written):
    assert read.moment(written) == datetime.fromisoformat(written).replace(tzinfo=UTC)


def test_the_first_name_that_has_a_value_wins():
    assert read.first({"old": None, "new": 0}, ("old", "new")) == 0
    assert read.first({}, ("old", "new")) is None


def test_a_single_thing_is_a_list_of_one():
    assert read.items({"data": {"id": "1"}}) == [{"id": "1"}]
    assert read.items({"data": None}) == read.items({}) == []


@given(st.text(st.characters(), max_size=50))
def test_readable_text_can_be_stored_anywhere(text):
    readable = read.readable(text)
    readable.encode("utf-8")
    assert "\x00" not in readable
    assert len(readable) == len(text)


def test_readable_text_is_otherwise_untouched():
    assert read.readable("naïve 😀 ﷽ \u200d\t\n") == "naïve 😀 ﷽ \u200d\t\n"
