"""Until when: the usual answers, on the clock of the person who asks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.calendar import BusinessCalendar, always, week
from monitor.domain.snoozing import Preset, next_business_opening, presets

RIGA = ZoneInfo("Europe/Riga")
OFFICE = BusinessCalendar("office", RIGA, week({day: [(time(9), time(18))] for day in range(5)}))
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=RIGA)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(RIGA):%a %d.%m. %H:%M}"


def test_on_a_monday_morning_everything_is_offered_in_order() -> None:
    offered = presets(MONDAY, RIGA, OFFICE)

    assert list(offered) == list(Preset)
    assert {preset.value: local(moment) for preset, moment in offered.items()} == {
        "hour": "Mon 02.03. 11:00",
        "afternoon": "Mon 02.03. 14:00",
        "tomorrow": "Tue 03.03. 09:00",
        "opening": "Tue 03.03. 09:00",
        "week": "Mon 09.03. 09:00",
    }
    assert all(moment.tzinfo is UTC for moment in offered.values())


@pytest.mark.parametrize(("hour", "minute", "there"), [(13, 0, True), (13, 1, False), (14, 30, False), (20, 0, False)])
def test_the_afternoon_is_offered_while_it_is_an_hour_off(hour: int, minute: int, there: bool) -> None:
    assert (Preset.AFTERNOON in presets(MONDAY.replace(hour=hour, minute=minute), RIGA, OFFICE)) is there


def test_a_friday_evening_opens_on_monday() -> None:
    friday = datetime(2026, 3, 6, 19, 0, tzinfo=RIGA)

    assert local(presets(friday, RIGA, OFFICE)[Preset.OPENING]) == "Mon 09.03. 09:00"


def test_while_open_the_next_opening_is_after_the_pause() -> None:
    lunch = BusinessCalendar("lunch", RIGA, week({0: [(time(9), time(12)), (time(13), time(18))]}))

    opening = next_business_opening(MONDAY, lunch)

    assert opening is not None
    assert local(opening) == "Mon 02.03. 13:00"


def test_a_holiday_has_no_opening() -> None:
    closed = BusinessCalendar("office", RIGA, OFFICE.week, extra_closed=frozenset({date(2026, 3, 3)}))

    assert local(presets(MONDAY, RIGA, closed)[Preset.OPENING]) == "Wed 04.03. 09:00"


def test_a_team_that_never_stops_has_no_opening_to_wait_for() -> None:
    assert Preset.OPENING not in presets(MONDAY, RIGA, always("always"))


def test_the_persons_own_zone_counts_for_the_morning() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")

    tomorrow = presets(MONDAY, lisbon, OFFICE)[Preset.TOMORROW]

    assert f"{tomorrow.astimezone(lisbon):%d.%m. %H:%M}" == "03.03. 09:00"


def test_over_the_change_of_the_clock_nine_is_nine() -> None:
    eve = datetime(2026, 3, 28, 12, 0, tzinfo=RIGA)

    assert local(presets(eve, RIGA, OFFICE)[Preset.TOMORROW]) == "Sun 29.03. 09:00"


@given(st.integers(0, 3 * 365 * 24 * 60), st.sampled_from(["Europe/Riga", "Asia/Tokyo", "America/Lima"]))
def test_every_answer_lies_ahead(minutes: int, zone: str) -> None:
    now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    for moment in presets(now, ZoneInfo(zone), OFFICE).values():
        assert moment > now
