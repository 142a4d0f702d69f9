"""Promises: what a policy promises, when it runs out, and what is announced when time passes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.contract import Severity
from monitor.domain.calendar import BusinessCalendar, always, week
from monitor.domain.model import Deadline, Target, Targets
from monitor.domain.sla import Policy, Promise, State, advance, remaining, start, state, targets_for

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFICE = BusinessCalendar("office", ZoneInfo("Europe/Riga"), week({day: [(time(9), time(17))] for day in range(5)}))
ROUND_THE_CLOCK = always("24/7")
BEGAN = datetime(2026, 3, 4, 10, tzinfo=UTC)
DUE = BEGAN + HOUR


def deadline(
    *, warn_at: datetime | None = DUE - 15 * MINUTE, met_at: datetime | None = None, stopped_at: datetime | None = None
) -> Deadline:
    return Deadline(Target.FIRST_RESPONSE, BEGAN, DUE, warn_at=warn_at, met_at=met_at, stopped_at=stopped_at)


def targets(calendar: str = "24/7", *, warn_before: timedelta = 15 * MINUTE) -> Targets:
    return Targets("standard", calendar, first_response=HOUR, resolution=24 * HOUR, warn_before=warn_before)


# --- policies ---------------------------------------------------------------------------------------------------------

POLICY = Policy(
    name="standard",
    calendar="office",
    default=Promise(first_response=4 * HOUR, next_response=8 * HOUR, resolution=48 * HOUR),
    by_severity={Severity.BLAME: Promise(first_response=30 * MINUTE)},
    warn_before=10 * MINUTE,
)


def test_a_severity_with_promises_of_its_own_gets_them_and_nothing_else() -> None:
    assert targets_for(POLICY, Severity.BLAME) == Targets(
        policy="standard", calendar="office", first_response=30 * MINUTE, warn_before=10 * MINUTE
    )


@pytest.mark.parametrize("severity", [None, Severity.DISAPPROVAL])
def test_an_unknown_severity_and_one_without_promises_of_its_own_get_the_default(severity: Severity | None) -> None:
    assert targets_for(POLICY, severity) == Targets("standard", "office", 4 * HOUR, 8 * HOUR, 48 * HOUR, 10 * MINUTE)


@pytest.mark.parametrize("amount", [timedelta(0), -HOUR])
def test_a_promise_is_a_positive_amount_of_time(amount: timedelta) -> None:
    with pytest.raises(ValueError, match="positive"):
        Promise(next_response=amount)


def test_a_warning_cannot_come_after_the_fact() -> None:
    with pytest.raises(ValueError, match=r"'late'.*negative"):
        Policy("late", "office", Promise(HOUR), warn_before=-MINUTE)


# --- starting the clock -----------------------------------------------------------------------------------------------


def test_a_clock_that_starts_on_friday_afternoon_runs_out_on_monday_morning() -> None:
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=ZoneInfo("Europe/Riga"))
    begun = start(Target.FIRST_RESPONSE, targets=targets("office"), calendar=OFFICE, started_at=friday)
    assert begun is not None
    assert begun.due_at == datetime(2026, 3, 9, 9, 30, tzinfo=ZoneInfo("Europe/Riga"))
    assert begun.started_at == friday
    assert begun.running


def test_the_warning_comes_in_business_time_before_the_end() -> None:
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=ZoneInfo("Europe/Riga"))
    wary = targets("office", warn_before=40 * MINUTE)
    begun = start(Target.FIRST_RESPONSE, targets=wary, calendar=OFFICE, started_at=friday)
    assert begun is not None
    assert begun.warn_at == datetime(2026, 3, 6, 16, 50, tzinfo=ZoneInfo("Europe/Riga")), "not on Monday at 8:50"


def test_nothing_promised_is_no_deadline() -> None:
    assert start(Target.NEXT_RESPONSE, targets=targets(), calendar=ROUND_THE_CLOCK, started_at=BEGAN) is None


@pytest.mark.parametrize("warn_before", [timedelta(0), HOUR, 2 * HOUR])
def test_a_warning_that_would_be_due_as_the_clock_starts_is_none(warn_before: timedelta) -> None:
    begun = start(
        Target.FIRST_RESPONSE, targets=targets(warn_before=warn_before), calendar=ROUND_THE_CLOCK, started_at=BEGAN
    )
    assert begun is not None
    assert begun.warn_at is None
    assert begun.due_at == DUE


def test_a_promise_is_not_measured_on_another_calendar() -> None:
    with pytest.raises(ValueError, match="'24/7', not 'office'"):
        start(Target.FIRST_RESPONSE, targets=targets("24/7"), calendar=OFFICE, started_at=BEGAN)


# --- what has become of it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, State.RUNNING),
        (44, State.RUNNING),
        (45, State.WARNING),
        (59, State.WARNING),
        (60, State.BREACHED),
        (9999, State.BREACHED),
    ],
)
def test_a_running_deadline_passes_its_warning_and_then_its_end(minutes: int, expected: State) -> None:
    assert state(deadline(), BEGAN + minutes * MINUTE) is expected


def test_a_deadline_without_a_warning_goes_straight_to_its_end() -> None:
    assert state(deadline(warn_at=None), DUE - MINUTE) is State.RUNNING
    assert state(deadline(warn_at=None), DUE) is State.BREACHED


@pytest.mark.parametrize(
    ("met_at", "expected"),
    [(DUE - HOUR, State.MET), (DUE, State.MET), (DUE + timedelta(microseconds=1), State.MISSED)],
)
def test_a_reply_at_the_last_moment_is_in_time_and_a_later_one_is_not(met_at: datetime, expected: State) -> None:
    assert state(deadline(met_at=met_at), DUE + 99 * HOUR) is expected


def test_a_reply_in_time_that_we_saw_after_announcing_the_breach_is_met_all_the_same() -> None:
    announced = replace(deadline(), breached=True)
    assert state(replace(announced, met_at=DUE - MINUTE), DUE + HOUR) is State.MET


def test_closing_in_time_stops_the_clock_and_closing_too_late_hides_nothing() -> None:
    assert state(deadline(stopped_at=DUE - MINUTE), DUE + HOUR) is State.STOPPED
    assert state(deadline(stopped_at=DUE), DUE + HOUR) is State.MISSED


# --- time passes ------------------------------------------------------------------------------------------------------


def announcements(begun: Deadline, moments: Sequence[datetime]) -> list[tuple[datetime, str]]:
    """What a sweep at each of the moments announces."""
    said: list[tuple[datetime, str]] = []
    for now in moments:
        begun, warned, breached = advance(begun, now)
        said += [(now, "warned")] * warned + [(now, "breached")] * breached
    return said


def test_a_sweep_every_minute_warns_once_and_reports_the_breach_once() -> None:
    moments = [BEGAN + n * MINUTE for n in range(200)]
    assert announcements(deadline(), moments) == [(DUE - 15 * MINUTE, "warned"), (DUE, "breached")]


def test_a_sweep_after_an_outage_reports_the_breach_alone() -> None:
    moments = [BEGAN, DUE + 5 * HOUR, DUE + 6 * HOUR]
    assert announcements(deadline(), moments) == [(DUE + 5 * HOUR, "breached")]


def test_the_deadline_remembers_what_was_announced() -> None:
    warned = advance(deadline(), DUE - MINUTE).deadline
    assert (warned.warned, warned.breached) == (True, False)
    breached = advance(warned, DUE).deadline
    assert (breached.warned, breached.breached) == (True, True)
    assert breached.next_moment() is None
    assert advance(deadline(), DUE).deadline.warned is False, (
        "a warning that was never given is not remembered as given"
    )


@pytest.mark.parametrize("ended", [{"met_at": DUE + HOUR}, {"stopped_at": DUE + HOUR}])
def test_an_ended_deadline_has_nothing_more_to_say(ended: dict[str, datetime]) -> None:
    begun = deadline(**ended)
    assert advance(begun, DUE + 9 * HOUR) == (begun, False, False)


@settings(deadline=None)
@given(
    warn=st.none() | st.integers(1, 59),
    sweeps=st.lists(st.integers(0, 200), max_size=12),
)
def test_a_sweep_over_due_moments_ends_and_announces_each_at_most_once(warn: int | None, sweeps: list[int]) -> None:
    begun = deadline(warn_at=None if warn is None else BEGAN + warn * MINUTE)
    said: list[str] = []
    for minute in sorted(sweeps):
        now = BEGAN + minute * MINUTE
        for _ in range(3):
            moment = begun.next_moment()
            if moment is None or moment > now:
                break
            begun, warned, breached = advance(begun, now)
            said += ["warned"] * warned + ["breached"] * breached
        else:
            pytest.fail("a due moment was left over: the sweep would find this row for ever")
    assert said in ([], ["warned"], ["breached"], ["warned", "breached"])


# --- how long is left -------------------------------------------------------------------------------------------------


def test_remaining_counts_business_time_down_and_below_zero() -> None:
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=ZoneInfo("Europe/Riga"))
    begun = start(Target.FIRST_RESPONSE, targets=targets("office"), calendar=OFFICE, started_at=friday)
    assert begun is not None
    asked = {
        friday: HOUR,
        friday + 20 * MINUTE: 40 * MINUTE,
        friday + 24 * HOUR: 30 * MINUTE,
        begun.due_at: timedelta(0),
        begun.due_at + 2 * HOUR: -2 * HOUR,
    }
    assert {now: remaining(begun, OFFICE, now) for now in asked} == asked


def test_remaining_of_an_ended_deadline_is_what_was_left_when_it_ended() -> None:
    later = DUE + 99 * HOUR
    assert remaining(deadline(met_at=DUE - 10 * MINUTE), ROUND_THE_CLOCK, later) == 10 * MINUTE
    assert remaining(deadline(met_at=DUE + 10 * MINUTE), ROUND_THE_CLOCK, later) == -10 * MINUTE
    assert remaining(deadline(stopped_at=BEGAN), ROUND_THE_CLOCK, later) == HOUR
