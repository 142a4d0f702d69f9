"""How fast the brand answers: on two clocks, in two kinds of time, with those who still wait in plain sight."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.calendar import BusinessCalendar, week
from monitor.domain.episodes import episodes
from monitor.domain.model import Case, Status
from monitor.domain.response import (
    RATE_WINDOWS,
    Answer,
    Clock,
    Wait,
    first_response,
    next_response,
    pairs,
    resolution,
    response_rate,
    waits,
)
from tests.make import NOW, make_case, make_post, make_reply, make_targets

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CALENDARS = {
    "office": BusinessCalendar("office", ZoneInfo("UTC"), week({day: [(time(9), time(17))] for day in range(5)}))
}
FRIDAY = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)


def answered(after: timedelta, *, opened_at: datetime = NOW, seen_after: timedelta = timedelta(seconds=20)) -> Case:
    """A case whose first reply was published `after` its first post and seen `seen_after` later."""
    replied = opened_at + after
    return make_case(
        status=Status.WAITING,
        opened_at=opened_at,
        first_reply_at=replied,
        first_reply_ingested_at=replied + seen_after,
        waiting_since=None,
    )


def waiting(age: timedelta, now: datetime) -> Case:
    return make_case(opened_at=now - age)


# --- first response ---------------------------------------------------------------------------------------------------


def test_first_response_runs_from_the_first_post_to_the_first_reply() -> None:
    times = first_response([answered(HOUR), answered(3 * HOUR), answered(2 * HOUR)], NOW + DAY)
    assert (times.n, times.ended.n, times.ended.median) == (3, 3, 2 * HOUR)
    assert (times.n_waiting, times.longest_wait) == (0, None)


def test_business_time_leaves_the_weekend_out() -> None:
    case = answered(MONDAY - FRIDAY, opened_at=FRIDAY)
    assert first_response([case], MONDAY).ended.median == 65 * HOUR
    assert first_response([case], MONDAY, calendars=CALENDARS).ended.median == HOUR


def test_the_ingested_clock_runs_from_when_we_could_have_known() -> None:
    case = make_case(
        opened_at=NOW,
        opened_ingested_at=NOW + 40 * MINUTE,
        first_reply_at=NOW + HOUR,
        first_reply_ingested_at=NOW + 61 * MINUTE,
    )
    assert first_response([case], NOW + DAY).ended.median == HOUR
    assert first_response([case], NOW + DAY, clock=Clock.INGESTED).ended.median == 21 * MINUTE
    business = first_response([case], NOW + DAY, clock=Clock.INGESTED, calendars=CALENDARS)
    assert business.ended.median == 21 * MINUTE


def test_a_reply_that_we_stored_before_the_post_took_no_time_on_our_clock() -> None:
    case = make_case(
        opened_at=NOW,
        opened_ingested_at=NOW + 2 * HOUR,
        first_reply_at=NOW + HOUR,
        first_reply_ingested_at=NOW + HOUR,
    )
    for calendars in (None, CALENDARS):
        times = first_response([case], NOW + DAY, clock=Clock.INGESTED, calendars=calendars)
        assert times.ended.median == timedelta(0)


def test_those_who_still_wait_are_counted_and_push_the_honest_median_up() -> None:
    now = NOW + DAY
    cases = [answered(HOUR), answered(2 * HOUR), *(waiting(20 * HOUR, now) for _ in range(3))]
    times = first_response(cases, now)
    assert times.ended.median == 1.5 * HOUR, "what a report without the waiting would boast of"
    assert (times.n, times.ended.n, times.n_waiting, times.longest_wait) == (5, 2, 3, 20 * HOUR)
    assert times.censored_median is None, "fewer than half have been answered"


def test_the_wait_of_those_who_still_wait_is_business_time_too() -> None:
    times = first_response([make_case(opened_at=FRIDAY)], MONDAY, calendars=CALENDARS)
    assert times.longest_wait == HOUR


def test_a_case_closed_without_a_reply_is_never_answered() -> None:
    silent = make_case(status=Status.RESOLVED, resolved_at=NOW + MINUTE)
    times = first_response([answered(HOUR), silent, silent], NOW + DAY)
    assert (times.n, times.n_closed, times.n_waiting) == (3, 2, 0)
    assert times.ended.median == HOUR
    assert times.censored_median is None


def test_dismissed_cases_do_not_count() -> None:
    assert first_response([make_case(status=Status.DISMISSED)], NOW + DAY).n == 0


def test_a_case_on_a_calendar_that_is_gone_is_left_out_of_business_time_and_said_so() -> None:
    orphan = make_case(targets=make_targets(calendar="gone"))
    times = first_response([orphan, answered(HOUR)], NOW + DAY, calendars=CALENDARS)
    assert (times.n, times.n_unmeasured) == (1, 1)
    assert first_response([orphan], NOW + DAY).n_unmeasured == 0


def test_no_cases_give_no_figures() -> None:
    times = first_response([], NOW)
    assert (times.n, times.ended.median, times.censored_median, times.longest_wait) == (0, None, None, None)


# --- next response ----------------------------------------------------------------------------------------------------


def test_next_response_runs_from_the_oldest_unanswered_post_and_skips_the_first_response() -> None:
    first = make_post(needs_answer=True)
    thread = [first, make_reply(first)]
    for hours in (2, 3, 4):
        again = make_post(conversation_id=first.conversation_id, published_at=NOW + hours * HOUR, needs_answer=True)
        thread.append(again)
    thread.append(make_reply(thread[-1], published_at=NOW + 5 * HOUR))
    found = waits(episodes(thread), "office")
    assert [(wait.published_at, wait.replied_at) for wait in found] == [(NOW + 2 * HOUR, NOW + 5 * HOUR)]
    assert next_response(found, NOW + DAY).ended.median == 3 * HOUR


def test_a_follow_up_that_nobody_answered_is_waiting() -> None:
    first = make_post(needs_answer=True)
    again = make_post(conversation_id=first.conversation_id, published_at=NOW + HOUR, needs_answer=True)
    found = waits(episodes([first, make_reply(first), again]), "office")
    times = next_response(found, NOW + 4 * HOUR)
    assert (times.n, times.n_waiting, times.longest_wait) == (1, 1, 3 * HOUR)


def test_next_response_knows_both_clocks_and_business_time() -> None:
    wait = Wait("office", FRIDAY, FRIDAY + 20 * MINUTE, MONDAY, MONDAY + 5 * MINUTE)
    measured = {
        (clock, calendars is not None): next_response(
            [wait], MONDAY + DAY, clock=clock, calendars=calendars
        ).ended.median
        for clock in Clock
        for calendars in (None, CALENDARS)
    }
    assert measured == {
        (Clock.PUBLISHED, False): 65 * HOUR,
        (Clock.PUBLISHED, True): HOUR,
        (Clock.INGESTED, False): 65 * HOUR - 15 * MINUTE,
        (Clock.INGESTED, True): 45 * MINUTE,
    }


def test_a_wait_that_was_closed_without_an_answer_can_never_end() -> None:
    times = next_response([Wait("office", NOW, NOW, closed=True)], NOW + DAY)
    assert (times.n, times.n_closed, times.n_waiting) == (1, 1, 0)


def test_a_case_that_was_answered_once_has_no_next_response() -> None:
    first = make_post(needs_answer=True)
    assert waits(episodes([first, make_reply(first)]), "office") == ()
    assert waits((), "office") == ()


# --- resolution -------------------------------------------------------------------------------------------------------


def test_resolution_runs_from_the_first_post_to_the_first_time_it_was_resolved() -> None:
    resolved = make_case(status=Status.RESOLVED, resolved_at=NOW + 5 * HOUR, first_resolved_at=NOW + 5 * HOUR)
    assert resolution([resolved], NOW + DAY).ended.median == 5 * HOUR
    assert resolution([resolved], NOW + DAY, calendars=CALENDARS).ended.median == 5 * HOUR


def test_on_our_clock_a_resolution_begins_when_the_post_was_ingested() -> None:
    resolved = make_case(
        status=Status.RESOLVED,
        opened_ingested_at=NOW + HOUR,
        resolved_at=NOW + 5 * HOUR,
        first_resolved_at=NOW + 5 * HOUR,
    )
    assert resolution([resolved], NOW + DAY, clock=Clock.INGESTED).ended.median == 4 * HOUR


def test_a_reopened_case_has_been_resolved_once_and_waits_for_its_last_resolution() -> None:
    reopened = make_case(first_resolved_at=NOW + HOUR, reopened=1)
    now = NOW + 10 * HOUR
    assert resolution([reopened], now).ended.median == HOUR
    last = resolution([reopened], now, last=True)
    assert (last.ended.n, last.n_waiting, last.longest_wait) == (0, 1, 10 * HOUR)


def test_a_case_resolved_twice_has_two_resolution_times() -> None:
    twice = make_case(status=Status.RESOLVED, first_resolved_at=NOW + HOUR, resolved_at=NOW + 9 * HOUR, reopened=1)
    assert resolution([twice], NOW + DAY).ended.median == HOUR
    assert resolution([twice], NOW + DAY, last=True).ended.median == 9 * HOUR


def test_open_cases_wait_for_their_resolution_and_dismissed_ones_do_not() -> None:
    cases = [make_case(), make_case(status=Status.WAITING), make_case(status=Status.DISMISSED)]
    times = resolution(cases, NOW + HOUR)
    assert (times.n, times.n_waiting, times.n_closed) == (2, 2, 0)


# --- pairs ------------------------------------------------------------------------------------------------------------


def answer(after: timedelta | None, *, published_at: datetime = NOW, seen_after: timedelta = timedelta(0)) -> Answer:
    replied = None if after is None else published_at + after
    return Answer(
        brand="acme",
        lang="en",
        published_at=published_at,
        ingested_at=published_at + seen_after,
        replied_at=replied,
        reply_ingested_at=replied,
    )


def test_pairs_are_the_posts_that_were_answered() -> None:
    summary = pairs([answer(MINUTE), answer(None), answer(3 * MINUTE)])
    assert (summary.n, summary.median) == (2, 2 * MINUTE)
    assert summary.p90 == 2.8 * MINUTE


def test_a_pair_is_reply_minus_post_to_the_second() -> None:
    odd = timedelta(hours=7, minutes=3, seconds=11)
    assert pairs([answer(odd)]).median == odd


def test_pairs_on_our_clock_never_take_less_than_nothing() -> None:
    answers = [answer(HOUR, seen_after=15 * MINUTE), answer(HOUR, seen_after=2 * HOUR)]
    assert pairs(answers, clock=Clock.INGESTED).median == 22.5 * MINUTE


def test_no_pairs_have_no_median() -> None:
    assert pairs([answer(None)]).median is None


# --- response rate ----------------------------------------------------------------------------------------------------


def test_the_rate_is_what_was_answered_in_time_of_what_is_old_enough() -> None:
    answers = [answer(MINUTE), answer(30 * MINUTE), answer(2 * HOUR), answer(None)]
    rate = response_rate(answers, HOUR, NOW + DAY)
    assert (rate.n, rate.answered, rate.share) == (4, 2, 0.5)


def test_a_longer_time_leaves_more_answered() -> None:
    answers = [answer(MINUTE), answer(5 * HOUR), answer(50 * HOUR), answer(None)]
    assert [response_rate(answers, within, NOW + 9 * DAY).share for within in RATE_WINDOWS] == [0.25, 0.5, 0.75]


@pytest.mark.parametrize("after", [None, MINUTE])
def test_a_post_that_has_not_had_the_time_is_left_out_even_when_answered(after: timedelta | None) -> None:
    rate = response_rate([answer(after, published_at=NOW - 59 * MINUTE)], HOUR, NOW)
    assert (rate.n, rate.answered, rate.n_too_young, rate.share) == (0, 0, 1, None)


def test_a_post_counts_from_the_moment_its_time_is_up() -> None:
    assert response_rate([answer(None, published_at=NOW - HOUR)], HOUR, NOW).n == 1


def test_a_reply_at_the_last_moment_is_in_time() -> None:
    assert response_rate([answer(HOUR)], HOUR, NOW + DAY).answered == 1
    assert response_rate([answer(HOUR + timedelta(seconds=1))], HOUR, NOW + DAY).answered == 0


DELAYS = st.lists(st.tuples(st.none() | st.integers(0, 5000), st.integers(0, 6000)), max_size=40)


@settings(deadline=None)
@given(DELAYS, st.integers(1, 5000))
def test_no_post_is_lost_and_waiting_never_betters_the_rate(delays: list[tuple[int | None, int]], within: int) -> None:
    answers = [
        answer(None if after is None else after * MINUTE, published_at=NOW + posted * MINUTE)
        for after, posted in delays
    ]
    early, late = (response_rate(answers, within * MINUTE, NOW + n * DAY) for n in (3, 30))
    assert early.n + early.n_too_young == late.n + late.n_too_young == len(answers)
    assert early.answered <= late.answered <= late.n
    assert late.n_too_young == 0


@settings(deadline=None)
@given(DELAYS)
def test_pairs_and_waiting_posts_are_all_the_posts(delays: list[tuple[int | None, int]]) -> None:
    answers = [answer(None if after is None else after * MINUTE) for after, _ in delays]
    assert pairs(answers).n == sum(a.replied_at is not None for a in answers)
