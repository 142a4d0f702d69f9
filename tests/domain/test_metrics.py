"""Distributions, kept promises, open work and repeat contact: each figure with its n, and nobody left out."""

from datetime import UTC, datetime, time, timedelta
from statistics import median_low
from zoneinfo import ZoneInfo

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.calendar import BusinessCalendar, always, week
from monitor.domain.metrics import (
    AGE_EDGES,
    Attainment,
    attainment,
    backlog,
    distribution,
    kaplan_meier_median,
    percentile,
    repeat_contact,
)
from monitor.domain.model import Case, Deadline, Status, Target
from tests.make import NOW, make_case, make_deadline, make_targets

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = BusinessCalendar("office", ZoneInfo("UTC"), week({day: [(time(9), time(17))] for day in range(5)}))
DURATIONS = st.lists(st.timedeltas(timedelta(0), 90 * DAY), max_size=60)


def hours(*values: float) -> list[timedelta]:
    return [value * HOUR for value in values]


# --- distributions ----------------------------------------------------------------------------------------------------


def test_a_distribution_of_nothing_knows_that_it_knows_nothing() -> None:
    nothing = distribution([])
    assert (nothing.n, nothing.median, nothing.p90) == (0, None, None)
    assert [bucket.count for bucket in nothing.buckets] == [0, 0, 0, 0, 0]


def test_one_value_is_its_own_median_and_percentile() -> None:
    one = distribution([HOUR])
    assert (one.n, one.median, one.p90) == (1, HOUR, HOUR)


def test_percentiles_lie_between_the_values_around_them() -> None:
    ten = distribution(hours(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
    assert ten.median == 5.5 * HOUR
    assert ten.p90 == 9.1 * HOUR


def test_the_order_of_the_values_does_not_matter() -> None:
    assert distribution(hours(9, 1, 30, 2)) == distribution(hours(30, 9, 2, 1))


def test_one_very_late_answer_moves_the_p90_and_leaves_the_median() -> None:
    usual, with_one_late = distribution(hours(1, 1, 1, 1)), distribution(hours(1, 1, 1, 1, 1000))
    assert usual.median == with_one_late.median == HOUR
    assert with_one_late.p90 is not None
    assert with_one_late.p90 > 500 * HOUR


@settings(deadline=None)
@given(DURATIONS.filter(bool), st.floats(0, 1))
def test_percentiles_are_those_of_numpy(values: list[timedelta], share: float) -> None:
    ours = percentile(sorted(values), share)
    theirs = numpy.quantile([value.total_seconds() for value in values], share)
    assert ours is not None
    assert ours.total_seconds() == pytest.approx(float(theirs), abs=1e-5)


def test_percentiles_of_plain_numbers_work_the_same_way() -> None:
    assert percentile([0.0, 10.0], 0.25) == 2.5
    assert percentile([], 0.5) is None


def test_buckets_part_at_1_4_8_and_24_hours_and_an_edge_belongs_above() -> None:
    spread = distribution(hours(0, 0.99, 1, 3.99, 4, 8, 23.99, 24, 500))
    assert [(b.lower / HOUR, b.upper and b.upper / HOUR, b.count) for b in spread.buckets] == [
        (0, 1, 2),
        (1, 4, 2),
        (4, 8, 1),
        (8, 24, 2),
        (24, None, 2),
    ]


@settings(deadline=None)
@given(DURATIONS)
def test_every_value_is_in_exactly_one_bucket(values: list[timedelta]) -> None:
    spread = distribution(values)
    assert sum(bucket.count for bucket in spread.buckets) == spread.n == len(values)
    for bucket in spread.buckets:
        inside = [v for v in values if bucket.lower <= v and (bucket.upper is None or v < bucket.upper)]
        assert bucket.count == len(inside)


# --- the median that knows who still waits ----------------------------------------------------------------------------


def test_people_who_wait_longer_than_the_answered_move_the_median_up() -> None:
    answered, waiting = hours(1, 2, 3, 4), hours(10, 10)
    assert distribution(answered).median == 2.5 * HOUR
    assert kaplan_meier_median(answered, waiting) == 3 * HOUR


def test_people_who_have_only_just_begun_to_wait_say_nothing_about_later() -> None:
    assert kaplan_meier_median(hours(1, 2, 3), hours(0, 0, 0, 0, 0)) == 2 * HOUR


def test_the_textbook_example_comes_out() -> None:
    # Remission times of 21 patients on 6-MP (Freireich et al. 1963), in every textbook; the median is 23 weeks.
    ended = hours(6, 6, 6, 7, 10, 13, 16, 22, 23)
    censored = hours(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    assert kaplan_meier_median(ended, censored) == 23 * HOUR


@pytest.mark.parametrize("n", [2, 24, 100, 1000])
def test_exactly_half_is_half_in_spite_of_rounding(n: int) -> None:
    half = [HOUR] * (n // 2)
    assert kaplan_meier_median(half, [2 * HOUR] * (n // 2)) == HOUR


def test_an_end_and_a_censoring_at_the_same_time_count_the_end_first() -> None:
    assert kaplan_meier_median(hours(5), hours(5)) == 5 * HOUR


def test_there_is_no_median_when_fewer_than_half_ever_ended() -> None:
    assert kaplan_meier_median([], []) is None
    assert kaplan_meier_median([], hours(1, 2)) is None
    assert kaplan_meier_median(hours(1), hours(2, 2)) is None


def test_waits_that_were_given_up_stay_in_the_count_for_ever() -> None:
    assert kaplan_meier_median(hours(1, 2), [], never=2) == 2 * HOUR
    assert kaplan_meier_median(hours(1, 2), [], never=3) is None


@settings(deadline=None)
@given(DURATIONS.filter(bool))
def test_with_nobody_waiting_it_is_the_lower_median(values: list[timedelta]) -> None:
    assert kaplan_meier_median(values, []) == median_low(values)


@settings(deadline=None)
@given(DURATIONS.filter(bool), DURATIONS)
def test_counting_those_who_wait_never_makes_the_median_shorter(ended: list[timedelta], ages: list[timedelta]) -> None:
    honest = kaplan_meier_median(ended, ages)
    assert honest is None or honest >= median_low(ended)


# --- attainment -------------------------------------------------------------------------------------------------------

DUE = NOW + HOUR


def promised(status: Status = Status.OPEN, *, replied: datetime | None = None, **deadline: object) -> Case:
    """A case whose first response is due at DUE, warned about a quarter of an hour before."""
    return make_case(status=status, first_reply_at=replied, deadlines=(make_deadline(**deadline),))


def kept(cases: list[Case], now: datetime) -> Attainment:
    return attainment(cases, Target.FIRST_RESPONSE, now)


def test_every_promise_is_counted_in_one_place() -> None:
    now = DUE - 10 * MINUTE
    cases = [
        promised(replied=NOW, met_at=NOW),
        promised(replied=DUE, met_at=DUE),
        promised(started_at=NOW - 9 * HOUR, replied=NOW, met_at=NOW),
        promised(started_at=NOW - 8 * HOUR),
        promised(started_at=now),
        promised(),
        promised(stopped_at=NOW),
    ]
    assert kept(cases, now) == Attainment(
        Target.FIRST_RESPONSE, met=2, missed=2, overdue=1, running=1, at_risk=1, stopped=1
    )
    assert kept(cases, now).n == len(cases)
    assert kept(cases, now).share_met == 0.5


def test_an_unanswered_overdue_case_is_missed_before_anybody_answers_it() -> None:
    overdue = [promised(), promised(replied=NOW, met_at=NOW)]
    assert kept(overdue, DUE + DAY).missed == 1
    assert kept(overdue, DUE + DAY).share_met == 0.5


def test_measuring_trusts_the_timestamps_and_not_what_was_announced() -> None:
    late_seen = promised(replied=DUE - MINUTE, met_at=DUE - MINUTE, warned=True, breached=True)
    never_swept = promised(breached=False)
    measured = kept([late_seen, never_swept], DUE + HOUR)
    assert (measured.met, measured.missed) == (1, 1)


def test_a_case_resolved_in_time_but_without_any_public_reply_missed_its_first_response() -> None:
    silent = promised(Status.RESOLVED, stopped_at=NOW + MINUTE)
    assert kept([silent], DUE).missed == 1
    assert kept([silent], DUE).overdue == 0


def test_a_case_resolved_before_the_next_response_was_due_stopped_it() -> None:
    stopped = make_deadline(target=Target.NEXT_RESPONSE, stopped_at=NOW + MINUTE)
    case = make_case(status=Status.RESOLVED, first_reply_at=NOW, deadlines=(stopped,))
    measured = attainment([case], Target.NEXT_RESPONSE, DUE + DAY)
    assert (measured.stopped, measured.missed, measured.share_met) == (1, 0, None)


def test_a_case_closed_after_time_had_run_out_stays_missed() -> None:
    late = make_deadline(target=Target.NEXT_RESPONSE, stopped_at=DUE + MINUTE)
    case = make_case(status=Status.RESOLVED, first_reply_at=NOW, deadlines=(late,))
    assert attainment([case], Target.NEXT_RESPONSE, DUE + DAY).missed == 1


def test_dismissed_cases_are_left_out() -> None:
    assert kept([promised(Status.DISMISSED, stopped_at=DUE + DAY)], DUE + 2 * DAY).n == 0


def test_every_next_response_of_a_case_is_a_promise_of_its_own() -> None:
    def promise(hours_later: int, met_after: timedelta) -> Deadline:
        began = NOW + hours_later * HOUR
        return make_deadline(target=Target.NEXT_RESPONSE, started_at=began, met_at=began + met_after)

    case = make_case(deadlines=(promise(0, MINUTE), promise(5, 2 * HOUR), promise(9, MINUTE), make_deadline()))
    measured = attainment([case], Target.NEXT_RESPONSE, NOW + DAY)
    assert (measured.n, measured.met, measured.missed) == (3, 2, 1)


def test_no_promise_is_no_share() -> None:
    nothing = attainment([make_case(deadlines=())], Target.RESOLUTION, NOW)
    assert (nothing.n, nothing.share_met) == (0, None)


# --- backlog ----------------------------------------------------------------------------------------------------------


def test_the_backlog_holds_every_case_that_is_not_closed() -> None:
    cases = [make_case(status=status) for status in Status]
    assert backlog(cases, NOW + HOUR, calendars={"office": OFFICE}).n == 3


def test_the_backlog_ages_on_both_clocks_and_names_its_oldest_case() -> None:
    monday = datetime(2026, 3, 9, 10, tzinfo=UTC)
    friday_case = make_case(opened_at=datetime(2026, 3, 6, 16, tzinfo=UTC))
    monday_case = make_case(opened_at=datetime(2026, 3, 9, 9, 30, tzinfo=UTC))
    open_work = backlog([monday_case, friday_case], monday, calendars={"office": OFFICE})
    assert open_work.oldest is friday_case
    assert open_work.oldest_age == 66 * HOUR
    assert open_work.calendar.median == 33.25 * HOUR
    assert open_work.business.median == 1.25 * HOUR, "two hours and half an hour of work"


def test_the_backlog_has_buckets_for_days_as_well() -> None:
    cases = [make_case(opened_at=NOW - age) for age in (MINUTE, 2 * HOUR, 30 * HOUR, 4 * DAY, 30 * DAY)]
    open_work = backlog(cases, NOW, calendars={})
    assert [bucket.count for bucket in open_work.calendar.buckets] == [1, 1, 0, 0, 1, 1, 1]
    assert [bucket.upper for bucket in open_work.calendar.buckets] == [*AGE_EDGES, None]


def test_a_case_on_a_calendar_that_is_gone_still_has_a_calendar_age() -> None:
    cases = [make_case(), make_case(targets=make_targets(calendar="gone"))]
    open_work = backlog(cases, NOW + HOUR, calendars={"office": OFFICE, "24/7": always("24/7")})
    assert (open_work.calendar.n, open_work.business.n, open_work.n_unmeasured) == (2, 1, 1)


def test_a_post_from_a_clock_ahead_of_ours_is_new_and_not_younger_than_that() -> None:
    open_work = backlog([make_case(opened_at=NOW + MINUTE)], NOW, calendars={"office": OFFICE})
    assert open_work.oldest_age == open_work.calendar.median == open_work.business.median == timedelta(0)


def test_an_empty_backlog_has_no_oldest_case() -> None:
    empty = backlog([], NOW, calendars={})
    assert (empty.n, empty.oldest, empty.oldest_age) == (0, None, None)


# --- repeat contact ---------------------------------------------------------------------------------------------------


def days(*values: float) -> list[datetime]:
    return [NOW + value * DAY for value in values]


def test_a_second_contact_within_the_window_is_a_repeat() -> None:
    seen = repeat_contact({"author-1": days(0, 3), "author-2": days(0), "author-3": days(0, 20)}, 7 * DAY)
    assert (seen.n, seen.repeats, seen.authors, seen.repeat_authors) == (5, 1, 3, 1)
    assert seen.share == 0.2


def test_the_window_includes_its_last_moment() -> None:
    assert repeat_contact({"author-1": days(0, 7)}, 7 * DAY).repeats == 1
    assert repeat_contact({"author-1": [NOW, NOW + 7 * DAY + MINUTE]}, 7 * DAY).repeats == 0


def test_a_longer_window_finds_more() -> None:
    contacts = {"author-1": days(0, 10), "author-2": days(0, 6, 12)}
    assert [repeat_contact(contacts, window * DAY).repeats for window in (7, 14)] == [2, 3]


def test_the_window_runs_from_the_previous_contact_and_not_from_the_first() -> None:
    assert repeat_contact({"author-1": days(0, 6, 12, 18)}, 7 * DAY).repeats == 3


def test_contacts_come_in_any_order() -> None:
    assert repeat_contact({"author-1": days(3, 0)}, 7 * DAY).repeats == 1


def test_contacts_at_the_same_moment_are_one_first_and_one_repeat() -> None:
    assert repeat_contact({"author-1": days(0, 0)}, 7 * DAY).repeats == 1


def test_what_happened_before_the_report_begins_counts_only_as_history() -> None:
    contacts = {"author-1": days(0, 3), "author-2": days(0), "author-3": days(4)}
    seen = repeat_contact(contacts, 7 * DAY, since=NOW + DAY)
    assert (seen.n, seen.repeats, seen.authors, seen.repeat_authors) == (2, 1, 2, 1)


def test_no_contact_is_no_share() -> None:
    assert repeat_contact({}, 7 * DAY).share is None
    assert repeat_contact({"author-1": []}, 7 * DAY).authors == 0
