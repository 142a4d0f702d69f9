"""How a brand account behaves: follower balance, posting rate, contact and silence (and see `self_talk`).

Each result says in its `MEANING`, in one sentence, what it can tell and what it cannot. The figures describe; they
never advise to follow or unfollow anybody for the sake of a number, which platforms forbid in bulk.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import ClassVar

from monitor.domain.metrics import percentile
from monitor.domain.model import FollowerSnapshot
from monitor.domain.response import Answer, Rate, response_rate

BAND = 10
"""The balance is in the band while the counts differ by at most one part in this many of the larger: 10 %."""
P95_DAYS = 20
"""The fewest days for a 95th percentile: among fewer, the busiest day would always stand out."""

_DAY = timedelta(days=1)


class Direction(StrEnum):
    """Which of an account's two counts is larger."""

    MORE_FOLLOWERS = "more_followers"
    MORE_FOLLOWING = "more_following"
    EVEN = "even"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Balance:
    """How far followers and following lie apart.

    `imbalance` is |followers - following| / max of both (0-1); `alternative` divides by the followers instead and may
    exceed 1. A figure is None when it cannot be computed: a hidden count, or nothing to divide by.
    """

    MEANING: ClassVar[str] = (
        "How willing the account seems to listen as much as it speaks; large brands are out of the 10 % band by "
        "nature, so it is no score of quality."
    )

    followers: int | None
    following: int | None
    imbalance: float | None
    alternative: float | None
    direction: Direction
    in_band: bool | None


def balance(followers: int | None, following: int | None) -> Balance:
    """The follower balance of an account; None is a count that the platform hides or does not give.

    With no followers and nobody followed there is nothing to compare: even, and neither in the band nor out of it.
    Raises ValueError for a negative count.
    """
    if followers is None or following is None:
        return Balance(followers, following, None, None, Direction.UNKNOWN, None)
    if followers < 0 or following < 0:
        raise ValueError(f"counts cannot be negative: {followers} followers, {following} following")
    gap, larger = abs(followers - following), max(followers, following)
    return Balance(
        followers,
        following,
        imbalance=gap / larger if larger else None,
        alternative=gap / followers if followers else None,
        direction=_direction(followers, following),
        in_band=gap * BAND <= larger if larger else None,
    )


def _direction(followers: int, following: int) -> Direction:
    if followers == following:
        return Direction.EVEN
    return Direction.MORE_FOLLOWERS if followers > following else Direction.MORE_FOLLOWING


@dataclass(frozen=True, slots=True)
class DayBalance:
    """The balance on one day; None when no snapshot was taken that day, which is not the same as no change."""

    day: date
    balance: Balance | None


@dataclass(frozen=True, slots=True)
class BalanceTrend:
    """The balance day by day, oldest first, without holes: missing days are shown as missing, never filled in.

    `n` days have a snapshot. The changes run from the first known figure to the last; None with fewer than two.
    """

    MEANING: ClassVar[str] = "Whether the two counts move towards each other or apart; days without a count are gaps."

    days: tuple[DayBalance, ...]
    followers_change: int | None
    imbalance_change: float | None

    @property
    def n(self) -> int:
        return sum(day.balance is not None for day in self.days)

    @property
    def missing(self) -> tuple[date, ...]:
        return tuple(day.day for day in self.days if day.balance is None)


def balance_trend(snapshots: Iterable[FollowerSnapshot], *, until: date, days: int = 30) -> BalanceTrend:
    """The balance of one account on the `days` days up to and including `until` (UTC); a day's last snapshot counts.

    Raises ValueError when the snapshots are of more than one account, or for less than one day.
    """
    wanted = _days(until - (days - 1) * _DAY, until)
    latest: dict[str, FollowerSnapshot] = {}
    for snapshot in sorted(snapshots, key=lambda s: s.taken_at):
        latest[snapshot.day] = snapshot
    if len({(s.platform, s.account_id) for s in latest.values()}) > 1:
        raise ValueError("a trend is of one account, and the snapshots are of several")
    taken = [latest.get(day.isoformat()) for day in wanted]
    points = tuple(
        DayBalance(day, balance(s.followers, s.following) if s else None) for day, s in zip(wanted, taken, strict=True)
    )
    known = [point.balance for point in points if point.balance is not None]
    followers = [b.followers for b in known if b.followers is not None]
    imbalances = [b.imbalance for b in known if b.imbalance is not None]
    return BalanceTrend(
        points,
        followers_change=followers[-1] - followers[0] if len(followers) > 1 else None,
        imbalance_change=imbalances[-1] - imbalances[0] if len(imbalances) > 1 else None,
    )


@dataclass(frozen=True, slots=True)
class PostingRate:
    """Broadcasts a day (originals and reposts, no replies) over `n_days` days, the quiet ones included.

    `over_cap` are the days above the cap that was set; `over_p95` those above the account's own 95th percentile
    `p95`, which is None for fewer than `P95_DAYS` days.
    """

    MEANING: ClassVar[str] = (
        "How often the account broadcasts against a cap and its own habit; only its readers can say what is too often."
    )

    n: int
    n_days: int
    per_day: float
    busiest: int
    p95: float | None
    cap: int | None
    over_cap: tuple[date, ...]
    over_p95: tuple[date, ...]


def posting_rate(
    broadcasts: Iterable[datetime], *, since: date, until: date, cap: int | None = None, zone: tzinfo = UTC
) -> PostingRate:
    """The posting rate on the days `since` to `until`, both included, cut at midnight in `zone`.

    `broadcasts` are the moments of outbound posts that answer nobody. Raises ValueError for a naive moment or when
    `until` lies before `since`.
    """
    days = _days(since, until)
    posted = Counter(_date(moment, zone) for moment in broadcasts)
    counts = [posted[day] for day in days]
    p95 = percentile(sorted(map(float, counts)), 0.95) if len(days) >= P95_DAYS else None
    return PostingRate(
        n=sum(counts),
        n_days=len(days),
        per_day=sum(counts) / len(days),
        busiest=max(counts),
        p95=p95,
        cap=cap,
        over_cap=tuple(day for day in days if cap is not None and posted[day] > cap),
        over_p95=tuple(day for day in days if p95 is not None and posted[day] > p95),
    )


@dataclass(frozen=True, slots=True)
class Contact:
    """Whether the account answers those who need it: questions and complaints.

    `oldest_unanswered` is the age of the oldest post without a reply. A streak is a run of days on which somebody
    wrote and nobody got a reply; days without posts neither end nor lengthen it, and today, not over yet, is left out.
    """

    MEANING: ClassVar[str] = "Whether people who turn to the brand in public get an answer at all."

    rate: Rate
    n_unanswered: int
    oldest_unanswered: timedelta | None
    zero_reply_streak: int
    longest_zero_reply_streak: int


def contact(answers: Iterable[Answer], now: datetime, *, within: timedelta = _DAY, zone: tzinfo = UTC) -> Contact:
    """Response rate within a time, oldest unanswered post, and zero-reply streaks (days of `zone`)."""
    known = list(answers)
    asked = {_date(a.published_at, zone) for a in known}
    replied = {_date(a.replied_at, zone) for a in known if a.replied_at is not None}
    streak = longest = 0
    for day in sorted(day for day in asked | replied if day < _date(now, zone)):
        streak = 0 if day in replied else streak + 1
        longest = max(longest, streak)
    unanswered = [max(now - a.published_at, timedelta(0)) for a in known if a.replied_at is None]
    return Contact(
        rate=response_rate(known, within, now),
        n_unanswered=len(unanswered),
        oldest_unanswered=max(unanswered, default=None),
        zero_reply_streak=streak,
        longest_zero_reply_streak=longest,
    )


@dataclass(frozen=True, slots=True)
class Silence:
    """How long the account has posted nothing at all; both None when it never has, as far as we know.

    `days` are whole days of 24 hours; `n` outbound posts are known.
    """

    MEANING: ClassVar[str] = "Whether anybody is still there: no outbound post of any kind, reply or broadcast."

    n: int
    last_at: datetime | None
    days: int | None


def silence(outbound: Iterable[datetime], now: datetime) -> Silence:
    """The time since the last outbound post, replies included."""
    moments = list(outbound)
    last = max(moments, default=None)
    return Silence(len(moments), last, max(now - last, timedelta(0)).days if last else None)


def _days(since: date, until: date) -> list[date]:
    if until < since:
        raise ValueError(f"the last day {until} lies before the first day {since}")
    return [since + number * _DAY for number in range((until - since).days + 1)]


def _date(moment: datetime, zone: tzinfo) -> date:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(zone).date()
