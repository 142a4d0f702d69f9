from datetime import timedelta

import pytest

from monitor.sources.base import PageRequest
from monitor.sources.x_paging import SEARCH_WINDOW, bounds
from monitor.sources.x_snowflake import first_id_at
from tests.fakex.scene import NOON

HOUR_AGO = first_id_at(NOON - timedelta(hours=1))
LONG_AGO = first_id_at(NOON - timedelta(days=8))
MONTH_AGO = first_id_at(NOON - timedelta(days=30))


def test_nothing_asked_is_nothing_bounded():
    assert bounds(PageRequest(), now=NOON) == {}


def test_ids_are_handed_on_as_they_are():
    request = PageRequest(since_id=LONG_AGO, until_id=HOUR_AGO)
    assert bounds(request, now=NOON) == {"since_id": LONG_AGO, "until_id": HOUR_AGO}


def test_an_id_wins_over_a_time_because_x_takes_only_one():
    request = PageRequest(since_id=HOUR_AGO, since_time=NOON - timedelta(days=2))
    assert bounds(request, now=NOON) == {"since_id": HOUR_AGO}


def test_a_search_since_an_id_that_x_would_refuse_starts_at_the_edge_of_the_window():
    assert bounds(PageRequest(since_id=LONG_AGO), now=NOON, window=SEARCH_WINDOW) == {
        "start_time": NOON - SEARCH_WINDOW
    }


def test_the_edge_is_a_little_inside_x_s_seven_days():
    assert timedelta(days=6, hours=23) < SEARCH_WINDOW < timedelta(days=7)


def test_an_id_without_a_time_counts_as_too_old_for_a_search():
    assert "start_time" in bounds(PageRequest(since_id="12345"), now=NOON, window=SEARCH_WINDOW)


def test_a_search_since_a_recent_id_keeps_it():
    assert bounds(PageRequest(since_id=HOUR_AGO), now=NOON, window=SEARCH_WINDOW) == {"since_id": HOUR_AGO}


@pytest.mark.parametrize("ago,expected", [(timedelta(days=9), SEARCH_WINDOW), (timedelta(days=2), timedelta(days=2))])
def test_a_start_time_is_moved_into_the_window(ago, expected):
    request = PageRequest(since_time=NOON - ago)
    assert bounds(request, now=NOON, window=SEARCH_WINDOW) == {"start_time": NOON - expected}


def test_a_search_never_starts_in_the_half_minute_that_x_leaves_out():
    found = bounds(PageRequest(since_time=NOON), now=NOON, window=SEARCH_WINDOW)
    assert found == {"start_time": NOON - timedelta(minutes=1)}


@pytest.mark.parametrize(
    "request_,window",
    [
        (PageRequest(since_id=HOUR_AGO, until_id=HOUR_AGO), None),
        (PageRequest(since_id=HOUR_AGO, until_id=str(int(HOUR_AGO) + 1)), None),
        (PageRequest(since_id=HOUR_AGO, until_id=LONG_AGO), None),
        (PageRequest(since_time=NOON - timedelta(hours=1), until_id=LONG_AGO), None),
        (PageRequest(until_id=LONG_AGO), SEARCH_WINDOW),
        (PageRequest(since_id=MONTH_AGO, until_id=LONG_AGO), SEARCH_WINDOW),
    ],
)
def test_where_nothing_can_lie_no_request_is_spent(request_, window):
    assert bounds(request_, now=NOON, window=window) is None


def test_one_id_between_the_bounds_is_worth_a_request():
    assert bounds(PageRequest(since_id="5", until_id="7"), now=NOON) == {"since_id": "5", "until_id": "7"}


def test_what_is_no_id_is_left_for_x_to_refuse():
    assert bounds(PageRequest(since_id="abc", until_id="def"), now=NOON) == {"since_id": "abc", "until_id": "def"}
