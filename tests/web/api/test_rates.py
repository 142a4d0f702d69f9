"""So many requests a minute, all at once if need be, then evenly; each who asks has a count of their own."""

import pytest

from monitor.web.api.rates import Rates, TooManyRequests
from tests.fakes import FakeClock
from tests.make import NOW


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


def served(rates: Rates, who: str, times: int) -> int:
    done = 0
    for _ in range(times):
        try:
            rates.count(who)
        except TooManyRequests:
            continue
        done += 1
    return done


def test_a_minutes_worth_may_come_at_once(clock: FakeClock) -> None:
    rates = Rates(60, clock)

    assert served(rates, "a", 100) == 60
    assert served(rates, "b", 100) == 60


def test_then_they_come_evenly(clock: FakeClock) -> None:
    rates = Rates(60, clock)
    served(rates, "a", 60)

    clock.pass_time(seconds=1)
    assert served(rates, "a", 10) == 1
    clock.pass_time(seconds=10)
    assert served(rates, "a", 100) == 10
    clock.pass_time(hours=1)
    assert served(rates, "a", 100) == 60


def test_in_any_hour_there_are_no_more_than_an_hours_worth_and_one_burst(clock: FakeClock) -> None:
    rates = Rates(7, clock)
    done = 0
    for _ in range(720):
        done += served(rates, "a", 3)
        clock.pass_time(seconds=5)

    assert 7 * 60 <= done <= 7 * 61


def test_whoever_is_refused_is_told_when_the_next_is_served(clock: FakeClock) -> None:
    rates = Rates(3, clock)
    served(rates, "a", 3)
    with pytest.raises(TooManyRequests) as refused:
        rates.count("a")

    assert refused.value.retry_after == 20
    clock.pass_time(seconds=refused.value.retry_after - 1)
    assert served(rates, "a", 1) == 0
    clock.pass_time(seconds=1)
    assert served(rates, "a", 1) == 1


def test_those_who_have_not_asked_for_a_minute_are_forgotten(clock: FakeClock) -> None:
    rates = Rates(1, clock)
    for number in range(10_000):
        rates.count(f"token {number}")
    clock.pass_time(seconds=61)
    rates.count("the last one")

    assert len(rates._free_at) == 1
