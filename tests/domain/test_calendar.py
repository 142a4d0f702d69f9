"""The business clock, held against an oracle that walks minute by minute and knows only what the wall clock reads."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from itertools import accumulate, pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.domain.calendar import LONGEST_AMOUNT, BusinessCalendar, Interval, always, week

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NINE_TO_FIVE = (time(9), time(17))
WORKDAYS = week({day: [NINE_TO_FIVE] for day in range(5)})
MOMENTS = st.integers(0, 9131 * 86400 * 10**6).map(
    lambda microseconds: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
"""Any moment of 25 years, to the microsecond."""
NIGHTS = week({day: [(time(22), time(6))] for day in range(7)})


def office(zone: str = "UTC", **options: object) -> BusinessCalendar:
    return BusinessCalendar("office", ZoneInfo(zone), WORKDAYS, **options)  # type: ignore[arg-type]


def local(zone: str, *when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone), fold=fold)  # type: ignore[arg-type, misc]


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


# --- adding working time ----------------------------------------------------------------------------------------------


def test_an_hour_from_friday_half_past_four_is_due_on_monday_at_half_past_nine() -> None:
    friday = local("Europe/Sofia", 2026, 3, 6, 16, 30)
    assert office("Europe/Sofia").add(friday, HOUR) == local("Europe/Sofia", 2026, 3, 9, 9, 30)


def test_the_answer_is_in_utc_whatever_the_zone_of_the_question() -> None:
    due = office("Europe/Riga").add(local("Asia/Kolkata", 2026, 3, 6, 12), HOUR)
    assert due == utc(2026, 3, 6, 8)
    assert due.tzinfo is UTC


def test_a_night_message_starts_the_clock_at_the_next_opening() -> None:
    assert office().add(utc(2026, 3, 4, 23, 15), HOUR) == utc(2026, 3, 5, 10)


def test_an_amount_that_ends_with_the_day_ends_at_closing_time() -> None:
    assert office().add(utc(2026, 3, 6, 16, 30), 30 * MINUTE) == utc(2026, 3, 6, 17)


def test_adding_nothing_leaves_the_moment_alone_even_when_closed() -> None:
    saturday = utc(2026, 3, 7, 12)
    assert office().add(saturday, timedelta(0)) == saturday


def test_sixteen_hours_at_eight_a_day_are_two_days() -> None:
    assert office().add(utc(2026, 3, 2, 9), 16 * HOUR) == utc(2026, 3, 3, 17)


def test_forty_eight_hours_at_twelve_a_day_around_two_holidays_take_six_days() -> None:
    calendar = BusinessCalendar(
        "long days",
        ZoneInfo("UTC"),
        week({day: [(time(8), time(20))] for day in range(7)}),
        extra_closed=frozenset({date(2026, 11, 11), date(2026, 11, 12)}),
    )
    assert calendar.add(utc(2026, 11, 9, 23), 48 * HOUR) == utc(2026, 11, 15, 20)


def test_a_lunch_break_stops_the_clock() -> None:
    calendar = BusinessCalendar("bank", ZoneInfo("UTC"), week({0: [(time(9), time(12)), (time(13), time(17))]}))
    assert calendar.add(utc(2026, 3, 2, 11, 30), HOUR) == utc(2026, 3, 2, 13, 30)


def test_overlapping_intervals_count_once() -> None:
    calendar = BusinessCalendar("two teams", ZoneInfo("UTC"), week({0: [(time(9), time(15)), (time(12), time(18))]}))
    assert calendar.between(utc(2026, 3, 2), utc(2026, 3, 3)) == 9 * HOUR


@pytest.mark.parametrize("amount", [-MINUTE, LONGEST_AMOUNT + MINUTE, timedelta.max])
def test_an_amount_that_is_negative_or_absurd_is_refused(amount: timedelta) -> None:
    with pytest.raises(ValueError, match="between 0 and 3660 days"):
        office().add(utc(2026, 3, 2), amount)


def test_the_longest_amount_is_reached() -> None:
    assert always("24/7").add(utc(2026, 3, 2), LONGEST_AMOUNT) == utc(2026, 3, 2) + LONGEST_AMOUNT


# --- working time between two moments ---------------------------------------------------------------------------------


def test_between_counts_only_what_lies_inside_the_opening_hours() -> None:
    assert office().between(utc(2026, 3, 6, 16, 30), utc(2026, 3, 9, 9, 45)) == 75 * MINUTE


def test_between_is_zero_when_the_end_is_not_after_the_start() -> None:
    noon = utc(2026, 3, 4, 12)
    assert office().between(noon, noon) == timedelta(0)
    assert office().between(noon, noon - DAY) == timedelta(0)


def test_between_keeps_seconds_and_microseconds() -> None:
    start = utc(2026, 3, 4, 12)
    assert office().between(start, start + timedelta(seconds=1, microseconds=7)) == timedelta(seconds=1, microseconds=7)


def test_a_calendar_without_hours_has_no_working_time_between_any_two_moments() -> None:
    assert BusinessCalendar("closed", ZoneInfo("UTC"), week({})).between(utc(2020, 1, 1), utc(2026, 1, 1)) == timedelta(
        0
    )


# --- open or not ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (utc(2026, 3, 6, 8, 59, 59), False),
        (utc(2026, 3, 6, 9), True),
        (utc(2026, 3, 6, 16, 59, 59, 999999), True),
        (utc(2026, 3, 6, 17), False),
        (utc(2026, 3, 7, 12), False),
    ],
)
def test_hours_include_the_opening_and_exclude_the_closing_moment(moment: datetime, is_open: bool) -> None:
    assert office().is_open(moment) is is_open


def test_the_next_opening_of_an_open_moment_is_itself() -> None:
    noon = utc(2026, 3, 6, 12)
    assert office().next_opening(noon) == noon


def test_the_next_opening_after_closing_time_skips_the_weekend() -> None:
    assert office().next_opening(utc(2026, 3, 6, 17)) == utc(2026, 3, 9, 9)


# --- night shifts and 24/7 --------------------------------------------------------------------------------------------


def test_a_night_shift_runs_over_midnight_without_a_seam() -> None:
    calendar = BusinessCalendar("nights", ZoneInfo("UTC"), NIGHTS)
    assert calendar.between(utc(2026, 3, 2, 21), utc(2026, 3, 3, 7)) == 8 * HOUR
    assert calendar.is_open(utc(2026, 3, 3))
    assert calendar.next_opening(utc(2026, 3, 3, 6)) == utc(2026, 3, 3, 22)


def test_a_night_shift_belongs_to_the_day_it_starts_on() -> None:
    calendar = BusinessCalendar(
        "friday night", ZoneInfo("UTC"), week({4: [(time(22), time(6))]}), extra_closed=frozenset({date(2026, 3, 7)})
    )
    assert calendar.between(utc(2026, 3, 6), utc(2026, 3, 9)) == 8 * HOUR, "the closed Saturday does not cut it off"
    assert not calendar.is_open(utc(2026, 3, 6, 5)), "Thursday has no night shift"


def test_a_closed_day_cancels_the_night_shift_that_would_start_on_it() -> None:
    calendar = BusinessCalendar("nights", ZoneInfo("UTC"), NIGHTS, extra_closed=frozenset({date(2026, 3, 3)}))
    assert calendar.next_opening(utc(2026, 3, 3, 6)) == utc(2026, 3, 4, 22)


def test_an_interval_that_ends_where_it_begins_is_a_full_turn_of_the_clock() -> None:
    calendar = BusinessCalendar("on duty", ZoneInfo("UTC"), week({0: [(time(9), time(9))]}))
    assert calendar.between(utc(2026, 3, 1), utc(2026, 3, 8)) == DAY
    assert calendar.next_opening(utc(2026, 3, 1)) == utc(2026, 3, 2, 9)


def test_a_night_shift_that_meets_the_day_shift_counts_once() -> None:
    calendar = BusinessCalendar("shifts", ZoneInfo("UTC"), week({0: [(time(20), time(8))], 1: [(time(6), time(14))]}))
    assert calendar.between(utc(2026, 3, 2), utc(2026, 3, 4)) == 18 * HOUR


@settings(deadline=None)
@given(MOMENTS, st.timedeltas(timedelta(0), 60 * DAY))
def test_around_the_clock_working_time_is_elapsed_time(start: datetime, amount: timedelta) -> None:
    calendar = always("24/7")
    assert calendar.add(start, amount) == start + amount
    assert calendar.between(start, start + amount) == amount
    assert calendar.is_open(start)


def test_around_the_clock_loses_nothing_at_midnight() -> None:
    calendar = always("24/7")
    assert calendar.between(utc(2026, 2, 28, 23, 59), utc(2026, 3, 1, 0, 1)) == 2 * MINUTE
    assert calendar.is_open(utc(2026, 2, 28, 23, 59, 59, 999999))


# --- holidays ---------------------------------------------------------------------------------------------------------


def test_a_public_holiday_is_closed() -> None:
    calendar = office("Europe/Sofia", country="BG")
    assert not calendar.is_open(local("Europe/Sofia", 2026, 3, 3, 12))
    assert calendar.next_opening(local("Europe/Sofia", 2026, 3, 2, 17)) == local("Europe/Sofia", 2026, 3, 4, 9)


def test_a_holiday_is_closed_for_a_shop_that_is_open_every_day_too() -> None:
    shop = BusinessCalendar("shop", ZoneInfo("Europe/Sofia"), week({d: [NINE_TO_FIVE] for d in range(7)}), country="BG")
    assert not shop.is_open(local("Europe/Sofia", 2026, 5, 24, 12)), "a holiday on a Sunday"
    assert shop.is_open(local("Europe/Sofia", 2026, 5, 31, 12)), "an ordinary Sunday"


@pytest.mark.parametrize("worked", [date(2026, 1, 17), date(2026, 6, 27)])
def test_a_working_saturday_in_latvia_takes_the_hours_of_monday(worked: date) -> None:
    monday_hours = week({0: [(time(8), time(16, 30))], **{day: [NINE_TO_FIVE] for day in range(1, 5)}})
    calendar = BusinessCalendar("riga", ZoneInfo("Europe/Riga"), monday_hours, country="LV")
    midnight = datetime.combine(worked, time(0), tzinfo=ZoneInfo("Europe/Riga"))
    assert calendar.between(midnight, midnight + DAY) == 8.5 * HOUR
    assert calendar.next_opening(midnight) == midnight + 8 * HOUR


def test_a_working_saturday_takes_the_hours_of_the_day_that_is_configured() -> None:
    hours = week({0: [NINE_TO_FIVE], 4: [(time(9), time(14))]})
    calendar = BusinessCalendar("riga", ZoneInfo("Europe/Riga"), hours, country="LV", shifted_day=4)
    saturday = local("Europe/Riga", 2026, 1, 17)
    assert calendar.between(saturday, saturday + DAY) == 5 * HOUR


def test_a_working_saturday_keeps_its_own_hours_where_it_has_some() -> None:
    hours = week({0: [NINE_TO_FIVE], 5: [(time(10), time(13))]})
    calendar = BusinessCalendar("riga", ZoneInfo("Europe/Riga"), hours, country="LV")
    saturday = local("Europe/Riga", 2026, 1, 17)
    assert calendar.between(saturday, saturday + DAY) == 3 * HOUR


@pytest.mark.parametrize("off", [date(2026, 1, 2), date(2026, 6, 22)])
def test_the_day_that_latvia_moved_the_work_away_from_is_closed(off: date) -> None:
    noon = datetime.combine(off, time(12), tzinfo=ZoneInfo("Europe/Riga"))
    assert off.weekday() < 5
    assert not office("Europe/Riga", country="LV").is_open(noon)


def test_russia_works_on_the_saturday_it_declared_a_working_day() -> None:
    assert office("Europe/Moscow", country="RU").is_open(local("Europe/Moscow", 2027, 2, 20, 12))
    assert not office("Europe/Moscow").is_open(local("Europe/Moscow", 2027, 2, 20, 12))


def test_a_subdivision_has_holidays_of_its_own() -> None:
    noon = local("Europe/Berlin", 2026, 1, 6, 12)
    assert office("Europe/Berlin", country="DE").is_open(noon)
    assert not office("Europe/Berlin", country="DE", subdivision="BY").is_open(noon), "Epiphany in Bavaria"


def test_a_holiday_that_is_observed_across_new_year_is_closed() -> None:
    assert not office("America/New_York", country="US").is_open(local("America/New_York", 2021, 12, 31, 12))


def test_extra_closed_days_are_closed_and_extra_open_days_win_over_holidays_and_weekends() -> None:
    calendar = office(
        "Europe/Sofia",
        country="BG",
        extra_closed=frozenset({date(2026, 3, 5)}),
        extra_open=frozenset({date(2026, 3, 3), date(2026, 3, 7)}),
    )
    noons = [local("Europe/Sofia", 2026, 3, day, 12) for day in (3, 4, 5, 6, 7, 8)]
    assert [calendar.is_open(noon) for noon in noons] == [True, True, False, True, True, False]


def test_holidays_are_the_same_for_threads_that_ask_at_once() -> None:
    calendar = office("Europe/Riga", country="LV")
    moments = [local("Europe/Riga", 1990 + n % 40, 11, 18, 12) for n in range(400)]
    with ThreadPoolExecutor(16) as threads:
        assert not any(threads.map(calendar.is_open, moments))


# --- daylight saving --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "eve", "hours"),
    [
        ("Europe/Riga", (2026, 3, 28, 12), 7),
        ("Europe/Riga", (2026, 10, 24, 12), 9),
        ("America/New_York", (2026, 3, 7, 12), 7),
        ("America/New_York", (2026, 10, 31, 12), 9),
        ("Australia/Lord_Howe", (2026, 10, 3, 12), 7.5),
        ("Australia/Lord_Howe", (2026, 4, 4, 12), 8.5),
    ],
)
def test_a_night_shift_over_the_change_is_as_long_as_it_really_is(
    zone: str, eve: tuple[int, ...], hours: float
) -> None:
    calendar = BusinessCalendar("nights", ZoneInfo(zone), NIGHTS)
    noon = local(zone, *eve)
    assert calendar.between(noon, noon.astimezone(UTC) + DAY) == hours * HOUR


def test_office_hours_stay_on_the_wall_clock_across_the_change() -> None:
    calendar = office("Europe/Riga")
    assert calendar.next_opening(utc(2026, 3, 27, 18)) == utc(2026, 3, 30, 6), "summer time: 9:00 is 6:00 UTC"
    assert calendar.next_opening(utc(2026, 10, 23, 18)) == utc(2026, 10, 26, 7), "winter time: 9:00 is 7:00 UTC"


def test_an_opening_that_the_clock_skips_is_at_the_change() -> None:
    calendar = BusinessCalendar("early", ZoneInfo("America/New_York"), week({6: [(time(2, 30), time(5))]}))
    assert calendar.next_opening(utc(2026, 3, 8)) == utc(2026, 3, 8, 7), "2:00 EST became 3:00 EDT"
    assert calendar.between(utc(2026, 3, 8), utc(2026, 3, 9)) == 2 * HOUR


def test_an_interval_that_the_clock_skips_whole_is_empty() -> None:
    calendar = BusinessCalendar("brief", ZoneInfo("America/New_York"), week({6: [(time(2, 10), time(2, 50))]}))
    assert calendar.between(utc(2026, 3, 8), utc(2026, 3, 9)) == timedelta(0)
    assert calendar.between(utc(2026, 3, 15), utc(2026, 3, 16)) == 40 * MINUTE


def test_a_repeated_hour_belongs_to_the_interval_that_contains_it() -> None:
    calendar = BusinessCalendar("early", ZoneInfo("America/New_York"), week({6: [(time(0), time(3))]}))
    assert calendar.between(utc(2026, 11, 1), utc(2026, 11, 2)) == 4 * HOUR


def test_an_ambiguous_opening_or_closing_is_its_first_occurrence() -> None:
    zone = ZoneInfo("America/New_York")
    first = local("America/New_York", 2026, 11, 1, 1, 30).astimezone(UTC)
    second = local("America/New_York", 2026, 11, 1, 1, 30, fold=1).astimezone(UTC)
    opening = BusinessCalendar("opens", zone, week({6: [(time(1, 30), time(5))]}))
    closing = BusinessCalendar("closes", zone, week({6: [(time(0), time(1, 30))]}))
    assert opening.next_opening(utc(2026, 11, 1)) == first
    assert opening.is_open(second)
    assert not closing.is_open(first)
    assert not closing.is_open(second)
    assert second - first == HOUR


def test_a_clock_that_goes_back_over_midnight_does_not_close_a_day_that_has_begun() -> None:
    # St John's, 2010: at 0:01 on Sunday the clock went back to 23:01 on Saturday.
    calendar = BusinessCalendar("sundays", ZoneInfo("America/St_Johns"), week({6: [(time(0), time(5))]}))
    first_midnight, saturday_again = utc(2010, 11, 7, 2, 30), utc(2010, 11, 7, 3)
    assert saturday_again.astimezone(calendar.zone).date() == date(2010, 11, 6)
    assert calendar.is_open(saturday_again)
    assert calendar.between(first_midnight - HOUR, saturday_again) == 30 * MINUTE
    assert calendar.add(first_midnight - HOUR, 45 * MINUTE) == first_midnight + 45 * MINUTE


def test_a_day_that_a_zone_skipped_altogether_had_no_working_time() -> None:
    calendar = BusinessCalendar("samoa", ZoneInfo("Pacific/Apia"), week({day: [NINE_TO_FIVE] for day in range(7)}))
    assert calendar.next_opening(local("Pacific/Apia", 2011, 12, 29, 17)) == local("Pacific/Apia", 2011, 12, 31, 9)


# --- calendars that cannot be -----------------------------------------------------------------------------------------


def test_a_calendar_that_never_opens_says_so_instead_of_searching_for_ever() -> None:
    calendar = BusinessCalendar("closed", ZoneInfo("UTC"), week({}))
    for ask in (lambda: calendar.add(utc(2026, 3, 2), MINUTE), lambda: calendar.next_opening(utc(2026, 3, 2))):
        with pytest.raises(ValueError, match="'closed' has no working time in the 400 days after 2026-03-02"):
            ask()
    assert not calendar.is_open(utc(2026, 3, 2))


def test_a_closure_shorter_than_the_horizon_is_waited_out() -> None:
    closed = frozenset(date(2026, 1, 1) + n * DAY for n in range(390))
    assert office(extra_closed=closed).next_opening(utc(2026, 1, 1)) == utc(2027, 1, 26, 9)


def test_naive_moments_are_refused_everywhere() -> None:
    naive, aware = datetime(2026, 3, 2, 12), utc(2026, 3, 2, 12)  # noqa: DTZ001
    calendar = office()
    for ask in (
        lambda: calendar.add(naive, HOUR),
        lambda: calendar.between(naive, aware),
        lambda: calendar.between(aware, naive),
        lambda: calendar.is_open(naive),
        lambda: calendar.next_opening(naive),
    ):
        with pytest.raises(ValueError, match="has no time zone"):
            ask()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"country": "XX"}, "no public holidays are known"),
        ({"country": "BG", "subdivision": "ZZ"}, "no public holidays are known"),
        ({"subdivision": "BY"}, "needs a country"),
        ({"shifted_day": 7}, "shifted_day"),
        ({"extra_open": frozenset({date(2026, 1, 1)}), "extra_closed": frozenset({date(2026, 1, 1)})}, "both extra"),
    ],
)
def test_a_calendar_that_makes_no_sense_names_itself_and_the_reason(
    options: Mapping[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=f"'office'.*{message}"):
        office(**options)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="seven days, not 5"):
        BusinessCalendar("short", ZoneInfo("UTC"), WORKDAYS[:5])
    with pytest.raises(ValueError, match=r"not \[7\]"):
        week({7: [NINE_TO_FIVE]})


def test_opening_hours_carry_no_zone_of_their_own() -> None:
    with pytest.raises(ValueError, match="wall-clock"):
        Interval(time(9, tzinfo=UTC), time(17))


def test_calendars_are_frozen_and_equal_by_what_they_say_not_by_what_they_remember() -> None:
    used, fresh = office(country="LV"), office(country="LV")
    used.add(utc(2026, 3, 2), HOUR)
    assert used == fresh
    assert hash(used) == hash(fresh)
    with pytest.raises(FrozenInstanceError):
        used.name = "other"  # type: ignore[misc]


# --- speed ------------------------------------------------------------------------------------------------------------


def test_ten_years_are_measured_in_a_moment() -> None:
    began = perf_counter()
    total = office("Europe/Riga", country="LV").between(utc(2016, 1, 1), utc(2026, 1, 1))
    assert perf_counter() - began < 2
    assert 2400 < total / (8 * HOUR) < 2600


def test_adding_an_hour_is_cheap_once_the_days_are_known() -> None:
    calendar, friday = office("Europe/Riga", country="LV"), utc(2026, 3, 6, 14, 30)
    calendar.add(friday, HOUR)
    rounds = []
    for _ in range(5):
        began = perf_counter()
        for _ in range(200):
            calendar.add(friday, HOUR)
        rounds.append((perf_counter() - began) / 200)
    assert min(rounds) < 50e-6


# --- the oracle -------------------------------------------------------------------------------------------------------
# It asks the zone one thing only, what the wall clock reads at a minute of UTC, and says: an interval begins and ends
# at the first minute when the clock reads its time or later.

LOOK_AHEAD = 12 * 24 * 60  # minutes of a window, which begins two days before the moments that are asked about
ANCHORS = [
    ("Europe/Riga", date(2026, 3, 29)),
    ("Europe/Riga", date(2026, 10, 25)),
    ("Europe/Sofia", date(2025, 3, 30)),
    ("Europe/Sofia", date(2025, 10, 26)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kolkata", date(2026, 8, 15)),
    ("UTC", date(2024, 2, 29)),
    ("America/St_Johns", date(2010, 3, 14)),  # the clock changed at one past midnight, so in November
    ("America/St_Johns", date(2010, 11, 7)),  # it went back into the day before
    ("Asia/Beirut", date(2022, 3, 27)),  # midnight itself was skipped
    ("Pacific/Apia", date(2011, 12, 30)),  # the whole day was skipped
]


@dataclass(frozen=True)
class Oracle:
    """Which minutes of a window of UTC are working minutes."""

    begins: datetime
    working: Sequence[bool]

    def minutes(self, start: int, end: int) -> int:
        return sum(self.working[start:end])

    def after(self, start: int, amount: int) -> int:
        """The minute by which `amount` working minutes have passed since `start`."""
        at = start
        while amount:
            amount -= self.working[at]
            at += 1
        return at


@cache
def readings(zone: str, anchor: date) -> tuple[datetime, list[datetime]]:
    """The start of a window around the anchor, and the latest wall-clock reading up to each of its minutes."""
    begins = datetime.combine(anchor, time(0), tzinfo=UTC) - 5 * DAY
    clock = ZoneInfo(zone)
    walls = ((begins + n * MINUTE).astimezone(clock).replace(tzinfo=None, fold=0) for n in range(LOOK_AHEAD))
    return begins, list(accumulate(walls, max))


def oracle(
    zone: str, anchor: date, hours: Mapping[int, Sequence[tuple[time, time]]], closed: frozenset[date]
) -> Oracle:
    begins, latest = readings(zone, anchor)
    working = [False] * LOOK_AHEAD
    for offset in range(-8, 12):
        day = anchor + offset * DAY
        for opens, closes in hours.get(day.weekday(), ()) if day not in closed else ():
            until = day + DAY if closes <= opens else day
            first = bisect_left(latest, datetime.combine(day, opens))
            for minute in range(first, bisect_left(latest, datetime.combine(until, closes))):
                working[minute] = True
    return Oracle(begins, working)


CLOCK_TIMES = st.one_of(
    st.sampled_from([time(0), time(0, 1), time(1, 30), time(2), time(2, 30), time(3), time(9), time(17), time(22)]),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
HOURS = st.dictionaries(st.integers(0, 6), st.lists(st.tuples(CLOCK_TIMES, CLOCK_TIMES), max_size=3), max_size=7)
FROM, TO = 3 * 24 * 60, 10 * 24 * 60  # the window knows what happened two days before and a day after these


@settings(deadline=None)
@given(
    where=st.sampled_from(ANCHORS),
    hours=HOURS,
    closed=st.frozensets(st.integers(-4, 5), max_size=2),
    start=st.integers(FROM, TO),
    end=st.integers(FROM, TO),
)
@example(where=ANCHORS[11], hours={6: [(time(23), time(0, 30))]}, closed=frozenset(), start=FROM, end=TO)
@example(where=ANCHORS[12], hours={6: [(time(0), time(0))]}, closed=frozenset(), start=FROM, end=TO)
def test_the_calendar_agrees_with_an_oracle_that_walks_minute_by_minute(
    where: tuple[str, date],
    hours: dict[int, list[tuple[time, time]]],
    closed: frozenset[int],
    start: int,
    end: int,
) -> None:
    zone, anchor = where
    shut = frozenset(anchor + offset * DAY for offset in closed)
    truth = oracle(zone, anchor, hours, shut)
    calendar = BusinessCalendar("any", ZoneInfo(zone), week(hours), extra_closed=shut)
    asked, until = truth.begins + start * MINUTE, truth.begins + end * MINUTE

    worked = truth.minutes(start, end)
    assert calendar.between(asked, until) == worked * MINUTE
    assert calendar.is_open(asked) == truth.working[start]
    if worked:
        assert calendar.add(asked, worked * MINUTE) == truth.begins + truth.after(start, worked) * MINUTE
        assert calendar.next_opening(asked) == truth.begins + truth.working.index(True, start) * MINUTE


# --- laws -------------------------------------------------------------------------------------------------------------

WORKING_HOURS = HOURS.filter(lambda hours: any(hours.values()))
CALENDARS = st.builds(
    lambda zone, hours, country: BusinessCalendar("any", ZoneInfo(zone), week(hours), country=country),
    st.sampled_from(sorted({zone for zone, _ in ANCHORS})),
    WORKING_HOURS,
    st.sampled_from([None, "LV", "RU", "BG"]),
)


@settings(deadline=None)
@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_what_was_added_lies_between(calendar: BusinessCalendar, start: datetime, amount: timedelta) -> None:
    assert calendar.between(start, calendar.add(start, amount)) == amount


@settings(deadline=None)
@given(CALENDARS, st.lists(MOMENTS, min_size=3, max_size=3))
def test_working_time_adds_up(calendar: BusinessCalendar, moments: list[datetime]) -> None:
    a, b, c = sorted(moments)
    b, c = min(b, a + 40 * DAY), min(c, a + 80 * DAY)
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert timedelta(0) <= calendar.between(a, c) <= c - a


@settings(deadline=None)
@given(
    CALENDARS, MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=9)), st.timedeltas(timedelta(0), timedelta(hours=9))
)
def test_adding_twice_is_adding_the_sum(
    calendar: BusinessCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@settings(deadline=None)
@given(CALENDARS, MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_the_zone_in_which_a_question_is_asked_does_not_matter(
    calendar: BusinessCalendar, start: datetime, offset: int
) -> None:
    elsewhere = start.astimezone(timezone(offset * MINUTE))
    assert calendar.is_open(elsewhere) == calendar.is_open(start)
    assert calendar.next_opening(elsewhere) == calendar.next_opening(start)


@given(
    zone=st.sampled_from(["Europe/Riga", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    start=st.integers(0, 1_500_000).map(lambda minutes: datetime(2017, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    length=st.timedeltas(timedelta(days=60), timedelta(days=2000)),
    overnight=st.booleans(),
)
def test_years_of_waiting_are_the_sum_of_their_days(
    zone: str, start: datetime, length: timedelta, overnight: bool
) -> None:
    hours = (time(22), time(6)) if overnight else (time(9), time(17))
    calendar = BusinessCalendar("office", ZoneInfo(zone), week({day: [hours] for day in range(5)}), country="LV")
    days = [start + timedelta(days=n) for n in range(length.days + 1)] + [start + length]

    summed = sum((calendar.between(a, b) for a, b in pairwise(days)), timedelta(0))

    assert calendar.between(start, start + length) == summed
