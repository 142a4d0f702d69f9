from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources import x_snowflake

MOMENTS = st.timedeltas(timedelta(days=365), timedelta(days=60 * 365)).map(lambda after: x_snowflake.EPOCH + after)


def test_an_id_tells_when_its_post_was_published():
    published = x_snowflake.moment_of("1346889436626259968")
    assert published.replace(microsecond=0) == datetime(2021, 1, 6, 18, 40, 40, tzinfo=UTC)


@pytest.mark.parametrize("old", ["20", "29700859246", "", "abc", "-5", "1e9", "٣٤٥٦٧٨٩٠١٢٣٤٥", "9" * 20])
def test_ids_from_before_snowflakes_and_no_ids_at_all_tell_no_time(old):
    assert x_snowflake.moment_of(old) is None
    assert x_snowflake.earlier(old, timedelta(minutes=5)) is None


@given(MOMENTS)
def test_the_first_id_of_a_moment_carries_that_millisecond(moment):
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert x_snowflake.moment_of(x_snowflake.first_id_at(moment)) == whole


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=30)), st.integers(0, 2**22 - 1))
def test_an_earlier_id_is_below_every_id_of_its_moment_and_above_everything_before(moment, by, sequence):
    later = str(int(x_snowflake.first_id_at(moment)) + sequence)
    earlier = int(x_snowflake.earlier(later, by))
    then = moment - by
    assert earlier <= int(x_snowflake.first_id_at(then))
    assert earlier > int(x_snowflake.first_id_at(then - timedelta(milliseconds=2)))


def test_there_is_no_id_before_there_were_ids():
    assert x_snowflake.first_id_at(datetime(2006, 3, 21, tzinfo=UTC)) == "0"


def test_only_ascii_digits_make_an_id():
    assert x_snowflake.is_id("0123")
    assert not any(map(x_snowflake.is_id, ["", "12 ", "12\n", "１２", 12, None, "1" * 20]))
