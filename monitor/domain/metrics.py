"""What the figures of a report are: distributions of times, kept promises, open work and repeat contact.

Every result knows its `n`, and no figure hides the people still waiting. Times are `timedelta`; docs/metrics.md says
each definition in plain words, with its source. How fast we answer is in `response`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar

from monitor.domain.calendar import BusinessCalendar
from monitor.domain.model import Case, Deadline, Status, Target
from monitor.domain.sla import State, state

RESPONSE_EDGES = tuple(timedelta(hours=hours) for hours in (1, 4, 8, 24))
"""Where the buckets of response times part: 0-1, 1-4, 4-8, 8-24 and 24 hours or more (as Chatwoot 4.11 reports)."""
AGE_EDGES = (*RESPONSE_EDGES, timedelta(days=3), timedelta(days=7))
"""Where the buckets of a backlog part: as for responses, and then 3 and 7 days."""

_NOTHING = timedelta(0)
_Amount = TypeVar("_Amount", float, timedelta)


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many values are at least `lower` and less than `upper`; no `upper` means no limit."""

    lower: timedelta
    upper: timedelta | None
    count: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """How `n` times are spread. `median` and `p90` are None when there are none; the bucket counts add up to `n`."""

    n: int
    median: timedelta | None
    p90: timedelta | None
    buckets: tuple[Bucket, ...]


def distribution(values: Iterable[timedelta], edges: Sequence[timedelta] = RESPONSE_EDGES) -> Distribution:
    """Median, 90th percentile and bucket counts of `values`; a value on an edge belongs to the bucket above it."""
    ordered = sorted(values)
    counts = Counter(bisect_right(edges, value) for value in ordered)
    lowers, uppers = (_NOTHING, *edges), (*edges, None)
    return Distribution(
        n=len(ordered),
        median=percentile(ordered, 0.5),
        p90=percentile(ordered, 0.9),
        buckets=tuple(Bucket(lowers[i], uppers[i], counts[i]) for i in range(len(lowers))),
    )


def percentile(ordered: Sequence[_Amount], share: float) -> _Amount | None:
    """The value below which `share` (0-1) of the `ordered` values lie; None when there are none.

    Linear interpolation between the neighbours of rank `share * (n - 1)`, both ends included: Hyndman & Fan (1996)
    type 7, the default of numpy and R and `PERCENTILE.INC` of spreadsheets.
    """
    if not ordered:
        return None
    rank = share * (len(ordered) - 1)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


def kaplan_meier_median(
    ended: Iterable[timedelta], waiting: Iterable[timedelta], *, never: int = 0
) -> timedelta | None:
    """The time by which half of all waits had ended, the ones still lasting included; None if half never ended.

    `ended` are waits that ended, `waiting` the ages of those that last (censored: they will take at least so long),
    `never` how many were given up and cannot end any more. The estimate is the first time at which the product-limit
    survival (Kaplan & Meier 1958) is at most one half; without censoring it is the lower median.
    """
    moments = sorted([(time, False) for time in ended] + [(time, True) for time in waiting])
    at_risk = len(moments) + never
    surviving = 1.0
    for time, censored in moments:
        if not censored:
            surviving *= 1 - 1 / at_risk
            # The product telescopes to a fraction of whole numbers; floats miss it by a rounding error.
            if surviving <= 0.5 + 1e-9:
                return time
        at_risk -= 1
    return None


@dataclass(frozen=True, slots=True)
class Attainment:
    """What became of the promises of one kind, each counted once.

    `missed` holds the late ones and the overdue ones that nobody has kept yet (`overdue` of them); `at_risk` are past
    their warning; `stopped` were closed in time without the thing promised, and are neither met nor missed.
    """

    target: Target
    met: int
    missed: int
    overdue: int
    running: int
    at_risk: int
    stopped: int

    @property
    def n(self) -> int:
        return self.met + self.missed + self.running + self.at_risk + self.stopped

    @property
    def share_met(self) -> float | None:
        """Met of those decided, met + missed (0-1); None while nothing is decided."""
        decided = self.met + self.missed
        return self.met / decided if decided else None


def attainment(cases: Iterable[Case], target: Target, now: datetime) -> Attainment:
    """How the promises for `target` stand at `now`; dismissed cases are left out.

    Computed from timestamps, never from breach events. An unanswered overdue case is missed, and so is the first
    response of a case that was resolved without any public reply: it was never given.
    """
    counts = Counter(
        _outcome(case, deadline, now)
        for case in cases
        if case.status is not Status.DISMISSED
        for deadline in case.deadlines
        if deadline.target is target
    )
    return Attainment(
        target=target,
        met=counts[State.MET],
        missed=counts[State.MISSED] + counts[State.BREACHED],
        overdue=counts[State.BREACHED],
        running=counts[State.RUNNING],
        at_risk=counts[State.WARNING],
        stopped=counts[State.STOPPED],
    )


def _outcome(case: Case, deadline: Deadline, now: datetime) -> State:
    unanswered = case.status is Status.RESOLVED and case.first_reply_at is None
    if unanswered and deadline.target is Target.FIRST_RESPONSE:
        return State.MISSED
    return state(deadline, now)


@dataclass(frozen=True, slots=True)
class Backlog:
    """The cases that are not closed, by age since the customer's first post.

    `business` ages run on the calendar of each case; cases whose calendar was not given (`n_unmeasured`) are in
    `calendar` only. `oldest` is the oldest case, None when there is no backlog.
    """

    calendar: Distribution
    business: Distribution
    n_unmeasured: int
    oldest: Case | None
    oldest_age: timedelta | None

    @property
    def n(self) -> int:
        return self.calendar.n


def backlog(cases: Iterable[Case], now: datetime, *, calendars: Mapping[str, BusinessCalendar]) -> Backlog:
    """The live cases at `now`, also those that wait for the customer or are snoozed: what is put off is not done."""
    live = [case for case in cases if case.status.live]
    measured = [case for case in live if case.targets.calendar in calendars]
    oldest = min(live, key=lambda case: case.opened_at, default=None)
    ages = (calendars[case.targets.calendar].between(case.opened_at, now) for case in measured)
    return Backlog(
        calendar=distribution((_age(case, now) for case in live), AGE_EDGES),
        business=distribution(ages, AGE_EDGES),
        n_unmeasured=len(live) - len(measured),
        oldest=oldest,
        oldest_age=_age(oldest, now) if oldest else None,
    )


def _age(case: Case, now: datetime) -> timedelta:
    # The platform's clock may run ahead of ours; nobody has waited less than nothing.
    return max(now - case.opened_at, _NOTHING)


@dataclass(frozen=True, slots=True)
class RepeatContact:
    """How many of `n` contacts came from somebody who had been in contact within `window` before."""

    window: timedelta
    n: int
    repeats: int
    authors: int
    repeat_authors: int

    @property
    def share(self) -> float | None:
        """Repeats of all contacts (0-1); None without contacts. One minus it is first-contact resolution, at best."""
        return self.repeats / self.n if self.n else None


def repeat_contact(
    contacts: Mapping[str, Iterable[datetime]], window: timedelta, *, since: datetime | None = None
) -> RepeatContact:
    """Repeat contact of each author within `window` (7 and 14 days are customary); a contact is a case, not a post.

    A contact repeats the author's previous one when it comes at most `window` after it. Looking backwards needs no
    wait for the window to pass; contacts before `since` count only as what is repeated, so that the first days of a
    report are not too good.
    """
    n = repeats = n_authors = repeat_authors = 0
    for moments in contacts.values():
        ordered = sorted(moments)
        again = [False, *(later - earlier <= window for earlier, later in pairwise(ordered))]
        counted = [repeat for moment, repeat in zip(ordered, again, strict=False) if since is None or moment >= since]
        n += len(counted)
        repeats += sum(counted)
        n_authors += bool(counted)
        repeat_authors += any(counted)
    return RepeatContact(window, n, repeats, n_authors, repeat_authors)
