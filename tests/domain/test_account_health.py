"""The habits of a brand account: balance, posting rate, contact and silence."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.account_health import (
    Balance,
    BalanceTrend,
    Contact,
    Direction,
    PostingRate,
    Silence,
    balance,
    balance_trend,
    contact,
    posting_rate,
    silence,
)
from monitor.domain.model import FollowerSnapshot
from monitor.domain.response import Answer
from monitor.domain.self_talk import SelfTalk
from tests.make import make_snapshot

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
COUNTS = st.integers(0, 10**9)


@pytest.mark.parametrize("result", [Balance, BalanceTrend, PostingRate, Contact, Silence, SelfTalk])
def test_every_result_says_in_one_sentence_what_it_means_and_never_what_to_follow(result: type) -> None:
    meaning: str = result.MEANING  # type: ignore[attr-defined]
    assert meaning.endswith(".")
    assert meaning.count(". ") == 0
    assert "unfollow" not in meaning
    assert "should" not in meaning


# --- follower balance -------------------------------------------------------------------------------------------------


def test_balance_is_the_gap_relative_to_the_larger_count() -> None:
    found = balance(1000, 800)
    assert (found.imbalance, found.alternative) == (0.2, 0.2)
    assert found.direction is Direction.MORE_FOLLOWERS
    assert found.in_band is False


def test_following_more_than_one_is_followed_makes_the_two_denominators_differ() -> None:
    found = balance(800, 1000)
    assert (found.imbalance, found.alternative) == (0.2, 0.25)
    assert found.direction is Direction.MORE_FOLLOWING


@pytest.mark.parametrize(
    ("followers", "following", "in_band"),
    [
        (100, 100, True),
        (100, 90, True),
        (90, 100, True),
        (100, 89, False),
        (1000, 899, False),
        (10**9, 9 * 10**8, True),
        (10**9, 9 * 10**8 - 1, False),
    ],
)
def test_the_band_is_ten_percent_and_includes_its_edge(followers: int, following: int, in_band: bool) -> None:
    assert balance(followers, following).in_band is in_band


def test_nobody_on_either_side_is_even_and_neither_in_nor_out_of_the_band() -> None:
    nobody = balance(0, 0)
    assert (nobody.imbalance, nobody.alternative, nobody.in_band) == (None, None, None)
    assert nobody.direction is Direction.EVEN


def test_no_followers_leave_the_alternative_without_a_denominator() -> None:
    unread = balance(0, 50)
    assert (unread.imbalance, unread.alternative, unread.in_band) == (1.0, None, False)


@pytest.mark.parametrize("counts", [(None, 5), (5, None), (None, None)])
def test_a_hidden_count_leaves_everything_unknown(counts: tuple[int | None, int | None]) -> None:
    hidden = balance(*counts)
    assert (hidden.followers, hidden.following) == counts
    assert (hidden.imbalance, hidden.alternative, hidden.in_band) == (None, None, None)
    assert hidden.direction is Direction.UNKNOWN


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 following"):
        balance(5, -1)


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_imbalance_is_the_same_from_both_sides_and_never_above_one(followers: int, following: int) -> None:
    here, there = balance(followers, following), balance(following, followers)
    assert here.imbalance == there.imbalance
    assert here.in_band == there.in_band
    assert here.imbalance is None or 0 <= here.imbalance <= 1


# --- trend ------------------------------------------------------------------------------------------------------------


def snapshot(day: str, followers: int | None, following: int | None = 100, *, hour: int = 3) -> FollowerSnapshot:
    taken_at = datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")
    return make_snapshot(day=day, followers=followers, following=following, taken_at=taken_at)


def test_a_trend_shows_every_day_and_the_missing_ones_as_missing() -> None:
    taken = [snapshot("2026-03-10", 100), snapshot("2026-03-12", 150), snapshot("2026-03-01", 7)]
    trend = balance_trend(taken, until=date(2026, 3, 12), days=4)
    assert [point.day.day for point in trend.days] == [9, 10, 11, 12]
    assert [point.balance and point.balance.followers for point in trend.days] == [None, 100, None, 150]
    assert trend.n == 2
    assert trend.missing == (date(2026, 3, 9), date(2026, 3, 11))


def test_a_trend_runs_over_thirty_days_unless_told_otherwise() -> None:
    trend = balance_trend([], until=date(2026, 3, 12))
    assert (len(trend.days), trend.days[0].day, trend.n) == (30, date(2026, 2, 11), 0)


def test_changes_run_from_the_first_known_day_to_the_last() -> None:
    taken = [snapshot("2026-03-10", 100), snapshot("2026-03-11", None), snapshot("2026-03-12", 125)]
    trend = balance_trend(taken, until=date(2026, 3, 14), days=7)
    assert trend.followers_change == 25
    assert trend.imbalance_change == pytest.approx(0.2)


def test_one_day_alone_is_no_change() -> None:
    trend = balance_trend([snapshot("2026-03-10", 100)], until=date(2026, 3, 10))
    assert (trend.followers_change, trend.imbalance_change) == (None, None)


def test_the_last_snapshot_of_a_day_counts() -> None:
    taken = [snapshot("2026-03-10", 300, hour=20), snapshot("2026-03-10", 200, hour=2)]
    point = balance_trend(taken, until=date(2026, 3, 10), days=1).days[0]
    assert point.balance == balance(300, 100)


def test_snapshots_of_two_accounts_are_no_trend() -> None:
    taken = [snapshot("2026-03-10", 1), make_snapshot(account_id="brand-2", day="2026-03-11")]
    with pytest.raises(ValueError, match="one account"):
        balance_trend(taken, until=date(2026, 3, 12))


def test_a_trend_over_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="before the first day"):
        balance_trend([], until=date(2026, 3, 12), days=0)


# --- posting rate -----------------------------------------------------------------------------------------------------


def test_quiet_days_count_in_the_rate() -> None:
    posted = [NOON, NOON + HOUR, NOON + 2 * DAY]
    rate = posting_rate(posted, since=date(2026, 3, 16), until=date(2026, 3, 19))
    assert (rate.n, rate.n_days, rate.per_day, rate.busiest) == (3, 4, 0.75, 2)


def test_days_above_the_cap_are_named_and_days_at_the_cap_are_not() -> None:
    posted = [NOON] * 3 + [NOON + DAY] * 2
    rate = posting_rate(posted, since=date(2026, 3, 16), until=date(2026, 3, 17), cap=2)
    assert rate.over_cap == (date(2026, 3, 16),)
    assert posting_rate(posted, since=date(2026, 3, 16), until=date(2026, 3, 17)).over_cap == ()


def test_a_day_out_of_habit_is_above_the_accounts_own_p95() -> None:
    posted = [NOON + n * DAY for n in range(40)] + [NOON + 7 * DAY] * 30
    rate = posting_rate(posted, since=date(2026, 3, 16), until=date(2026, 4, 24))
    assert rate.p95 == 1
    assert rate.over_p95 == (date(2026, 3, 23),)


def test_a_few_days_are_too_few_for_a_p95() -> None:
    posted = [NOON] * 50
    rate = posting_rate(posted, since=date(2026, 3, 1), until=date(2026, 3, 19))
    assert (rate.n_days, rate.p95, rate.over_p95) == (19, None, ())
    assert posting_rate(posted, since=date(2026, 2, 28), until=date(2026, 3, 19)).p95 is not None


def test_posts_outside_the_days_do_not_count() -> None:
    posted = [NOON - DAY, NOON, NOON + DAY]
    assert posting_rate(posted, since=date(2026, 3, 16), until=date(2026, 3, 16)).n == 1


def test_a_day_is_a_day_of_the_brands_zone() -> None:
    late = datetime(2026, 3, 16, 23, tzinfo=UTC)
    riga = posting_rate([late], since=date(2026, 3, 17), until=date(2026, 3, 17), zone=ZoneInfo("Europe/Riga"))
    assert riga.n == 1


def test_a_rate_over_no_days_or_of_naive_moments_is_refused() -> None:
    with pytest.raises(ValueError, match="before the first day"):
        posting_rate([], since=date(2026, 3, 17), until=date(2026, 3, 16))
    with pytest.raises(ValueError, match="no time zone"):
        posting_rate([NOON.replace(tzinfo=None)], since=date(2026, 3, 16), until=date(2026, 3, 16))


# --- contact ----------------------------------------------------------------------------------------------------------


def asked(days_ago: int, replied_days_ago: int | None = None) -> Answer:
    replied = None if replied_days_ago is None else NOON - replied_days_ago * DAY + MINUTE
    posted = NOON - days_ago * DAY
    return Answer("acme", "en", posted, posted, replied, replied)


def test_contact_tells_the_rate_and_the_oldest_post_without_an_answer() -> None:
    found = contact([asked(5, 5), asked(4), asked(3), asked(0)], NOON)
    assert (found.rate.n, found.rate.answered, found.rate.n_too_young) == (3, 1, 1)
    assert (found.n_unanswered, found.oldest_unanswered) == (3, 4 * DAY)


def test_the_time_of_the_rate_can_be_chosen() -> None:
    slow = [asked(9, 7)]
    assert contact(slow, NOON).rate.share == 0
    assert contact(slow, NOON, within=3 * DAY).rate.share == 1


def test_a_streak_counts_the_days_on_which_somebody_wrote_and_nobody_was_answered() -> None:
    assert contact([asked(5, 5), asked(4), asked(3), asked(2)], NOON).zero_reply_streak == 3


def test_a_reply_to_anybody_ends_the_streak_and_the_longest_is_remembered() -> None:
    found = contact([asked(9), asked(8), asked(7, 6), asked(5)], NOON)
    assert (found.zero_reply_streak, found.longest_zero_reply_streak) == (1, 3)


def test_a_day_on_which_nobody_wrote_neither_ends_nor_lengthens_a_streak() -> None:
    assert contact([asked(9), asked(2)], NOON).zero_reply_streak == 2


def test_today_is_not_over_and_in_no_streak() -> None:
    assert contact([asked(1), asked(0)], NOON).zero_reply_streak == 1
    assert contact([asked(1), asked(0, 0)], NOON).zero_reply_streak == 1


def test_no_posts_are_no_contact_at_all() -> None:
    found = contact([], NOON)
    assert (found.rate.n, found.n_unanswered, found.oldest_unanswered, found.zero_reply_streak) == (0, 0, None, 0)


# --- silence ----------------------------------------------------------------------------------------------------------


def test_silence_is_whole_days_since_the_last_outbound_post() -> None:
    found = silence([NOON - 9 * DAY, NOON - 3 * DAY - HOUR, NOON - 5 * DAY], NOON)
    assert (found.n, found.last_at, found.days) == (3, NOON - 3 * DAY - HOUR, 3)


def test_an_account_that_posted_today_is_not_silent() -> None:
    assert silence([NOON - HOUR], NOON).days == 0
    assert silence([NOON + MINUTE], NOON).days == 0, "its clock may run ahead of ours"


def test_an_account_that_never_posted_has_no_last_post() -> None:
    assert silence([], NOON) == Silence(0, None, None)
