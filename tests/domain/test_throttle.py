"""Guessing gets slower and slower, yet nobody is ever locked out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.throttle import ADDRESS, NAME, NAME_AND_ADDRESS, Limit, Tries, after_failure, wait_until

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMIT = Limit(free=3, first=timedelta(seconds=2), longest=timedelta(minutes=1), forget=timedelta(hours=1))
ALL = [LIMIT, NAME_AND_ADDRESS, ADDRESS, NAME]


def wait(limit: Limit, failures: int) -> timedelta:
    until = wait_until(limit, Tries(failures, NOW), NOW)
    return until - NOW if until is not None else timedelta(0)


def guesses_in(limit: Limit, span: timedelta) -> int:
    """How many guesses somebody gets who tries as often as is allowed."""
    now, tries, made = NOW, None, 0
    while now < NOW + span:
        until = wait_until(limit, tries, now)
        if until is not None:
            now = until
            continue
        tries = after_failure(limit, tries, now)
        made += 1
    return made


def test_the_first_tries_cost_nothing_and_then_each_wait_doubles() -> None:
    assert wait_until(LIMIT, None, NOW) is None
    assert [wait(LIMIT, failures).total_seconds() for failures in range(9)] == [0, 0, 0, 2, 4, 8, 16, 32, 60]


@pytest.mark.parametrize("limit", ALL)
@given(failures=st.integers(min_value=0, max_value=10**9))
def test_no_wait_is_longer_than_the_longest(limit: Limit, failures: int) -> None:
    assert wait(limit, failures) <= limit.longest


@pytest.mark.parametrize("limit", ALL)
def test_whoever_waits_gets_the_next_try(limit: Limit) -> None:
    tries = Tries(1000, NOW)
    until = wait_until(limit, tries, NOW)

    assert until is not None
    assert wait_until(limit, tries, until) is None


def test_after_a_while_everything_is_forgotten() -> None:
    tries, later = Tries(1000, NOW), NOW + LIMIT.forget

    assert wait_until(LIMIT, tries, later) is None
    assert after_failure(LIMIT, tries, later) == Tries(1, later)


def test_failures_are_counted() -> None:
    once = after_failure(LIMIT, None, NOW)
    twice = after_failure(LIMIT, once, NOW + timedelta(minutes=1))

    assert (once, twice) == (Tries(1, NOW), Tries(2, NOW + timedelta(minutes=1)))


def test_one_name_gets_fewer_than_a_hundred_guesses_an_hour_whoever_guesses() -> None:
    """OWASP ASVS 5.0, 6.3.1."""
    hour = timedelta(hours=1)

    assert guesses_in(NAME_AND_ADDRESS, hour) < 20
    assert guesses_in(NAME, hour) < 100


def test_a_steady_guesser_gets_no_faster_by_patience() -> None:
    """The wait stays at its longest as long as the guessing goes on."""
    first, second = guesses_in(NAME, timedelta(hours=1)), guesses_in(NAME, timedelta(hours=2))

    assert second - first <= 61
