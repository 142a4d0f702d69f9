"""Working hours of a team: when the clock of a promise runs, and how far it has run.

A calendar is a week of opening hours in a time zone, minus public holidays, with exceptions by date. Every question
takes an aware datetime and answers in UTC or in elapsed real time; nothing here reads the clock.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from holidays import country_holidays

HORIZON_DAYS = 400
"""How many closed days in a row a calendar may have before it counts as never open."""
LONGEST_AMOUNT = timedelta(days=3660)
"""The most working time that `add` accepts: ten years, far past any promise to a customer."""

_MIDNIGHT = time(0)
_NOTHING = timedelta(0)
_BLOCK = 32
_Span: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Interval:
    """Opening hours on the wall clock: open from `opens` (inclusive) until `closes` (exclusive).

    `closes` at or before `opens` means the next day: 22:00-06:00 is a night shift, 00:00-00:00 is the whole day. A
    night shift belongs to the day on which it starts: it runs to its end even when the next day is a holiday.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens.tzinfo is not None or self.closes.tzinfo is not None:
            raise ValueError("opening hours are wall-clock times: the calendar's zone applies, not one of their own")

    @property
    def overnight(self) -> bool:
        return self.closes <= self.opens


Week: TypeAlias = tuple[tuple[Interval, ...], ...]
"""Seven days, Monday first, each with any number of intervals. Overlapping intervals count once."""


def week(hours: Mapping[int, Iterable[tuple[time, time]]]) -> Week:
    """The week that has `hours[weekday]` (0 is Monday) as (opens, closes) pairs; weekdays not named are closed.

    Raises ValueError for a weekday outside 0-6.
    """
    strangers = sorted(set(hours) - set(range(7)))
    if strangers:
        raise ValueError(f"weekdays are 0 (Monday) to 6 (Sunday), not {strangers}")
    return tuple(tuple(Interval(opens, closes) for opens, closes in hours.get(day, ())) for day in range(7))


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When a team works, and arithmetic with that time.

    `country` (ISO 3166-1 alpha-2) and `subdivision` name the public holidays, as the `holidays` library knows them.
    A holiday is closed whatever the week says. A weekend day that the country declares a working day (Latvia and
    Russia move them) and a day in `extra_open` keep the hours of their own weekday; if that weekday has none they take
    those of `shifted_day` (0 is Monday). `extra_closed` is closed, holidays or not.

    Daylight saving: opening hours are readings of the wall clock, and each begins and ends at the *first* moment when
    the clock of the zone reads that time or later. So an ambiguous time (autumn) is its first occurrence (fold=0), a
    time that does not exist (spring) is the moment of the change, and adjoining intervals neither overlap nor leave a
    hole. What lies inside an interval is counted as elapsed real time: a night shift over the change is an hour
    longer or shorter.

    Raises ValueError for a week without seven days, an unknown country or subdivision, or a date both extra open and
    extra closed.
    """

    name: str
    zone: ZoneInfo
    week: Week
    country: str | None = None
    subdivision: str | None = None
    extra_closed: frozenset[date] = frozenset()
    extra_open: frozenset[date] = frozenset()
    shifted_day: int = 0
    # A memo, not state: the spans of a date never change, and two threads that both fill a slot write the same value.
    _known: dict[int, tuple[_Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _blocks: dict[int, timedelta] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"calendar {self.name!r}: a week has seven days, not {len(self.week)}")
        if self.shifted_day not in range(7):
            raise ValueError(f"calendar {self.name!r}: shifted_day is 0 (Monday) to 6 (Sunday), not {self.shifted_day}")
        if both := sorted(self.extra_closed & self.extra_open):
            raise ValueError(f"calendar {self.name!r}: {both[0]} is both extra open and extra closed")
        if self.subdivision is not None and self.country is None:
            raise ValueError(f"calendar {self.name!r}: subdivision {self.subdivision!r} needs a country")
        if self.country is not None:
            _check_country(self.name, self.country, self.subdivision)

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest moment (UTC) by which `amount` of working time has passed since `start`.

        Nothing to add gives `start` itself, open or not; an amount that ends with the day ends at closing time, not at
        the next opening. Raises ValueError for a naive `start`, a negative amount, one above `LONGEST_AMOUNT`, or a
        calendar that stays closed for `HORIZON_DAYS`.
        """
        moment, left = _utc(start), amount
        if not _NOTHING <= amount <= LONGEST_AMOUNT:
            raise ValueError(f"an amount of working time is between 0 and {LONGEST_AMOUNT.days} days, not {amount}")
        if left == _NOTHING:
            return moment
        for opens, closes in self._from(moment):
            begins = max(opens, moment)
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        raise self._never_open(moment)

    def between(self, a: datetime, b: datetime) -> timedelta:
        """The working time from `a` to `b`, as elapsed real time; zero when `b` is not after `a`.

        Raises ValueError when either is naive.
        """
        start, end = _utc(a), _utc(b)
        if end <= start:
            return _NOTHING
        # One day past the end: where the clock goes back over midnight, a moment dated today belongs to tomorrow.
        first, last = self._ordinal(start), self._ordinal(end) + 1
        # Days well inside count whole, and whole blocks of them are remembered: years of waiting cost what days do.
        inner = range(-(-(first + 2) // _BLOCK), (last - 2) // _BLOCK)
        if not inner:
            return self._clipped(range(first, last + 1), start, end)
        before, after = range(first, inner.start * _BLOCK), range(inner.stop * _BLOCK, last + 1)
        whole = sum((self._block(number) for number in inner), _NOTHING)
        return self._clipped(before, start, end) + whole + self._clipped(after, start, end)

    def _clipped(self, days: Iterable[int], start: datetime, end: datetime) -> timedelta:
        """The working time of these days that lies between `start` and `end`."""
        total = _NOTHING
        for day in days:
            for opens, closes in self._spans(day):
                if closes > start and opens < end:
                    total += min(closes, end) - max(opens, start)
        return total

    def _block(self, number: int) -> timedelta:
        """All the working time of the days from `number * _BLOCK` on, before the next block's."""
        if number not in self._blocks:
            days = range(number * _BLOCK, (number + 1) * _BLOCK)
            self._blocks[number] = sum((c - o for day in days for o, c in self._spans(day)), _NOTHING)
        return self._blocks[number]

    def is_open(self, moment: datetime) -> bool:
        """Whether the team works at `moment`. Raises ValueError when it is naive."""
        at = _utc(moment)
        today = self._ordinal(at)
        return any(opens <= at < closes for day in (today, today + 1) for opens, closes in self._spans(day))

    def next_opening(self, moment: datetime) -> datetime:
        """The first working moment (UTC) at or after `moment`: itself when open.

        Raises ValueError for a naive moment or a calendar that stays closed for `HORIZON_DAYS`.
        """
        at = _utc(moment)
        for opens, _ in self._from(at):
            return max(opens, at)
        raise self._never_open(at)

    def _from(self, moment: datetime) -> Iterator[_Span]:
        """The open spans that end after `moment`, in order; it ends at a long closure only."""
        day, closed_days = self._ordinal(moment), 0
        while closed_days <= HORIZON_DAYS:
            closed_days += 1
            for span in self._spans(day):
                if span[1] > moment:
                    closed_days = 0
                    yield span
            day += 1

    def _ordinal(self, moment: datetime) -> int:
        return moment.astimezone(self.zone).toordinal()

    def _spans(self, day: int) -> tuple[_Span, ...]:
        """The open spans of one local date (proleptic ordinal), in UTC, ordered, disjoint, cut at local midnight."""
        spans = self._known.get(day)
        if spans is None:
            spans = self._known[day] = _union(self._raw_spans(day))
        return spans

    def _raw_spans(self, day: int) -> Iterator[_Span]:
        """What opens on the date, and what the night shifts of the eve leave to it; these may overlap."""
        for interval in self._intervals(day):
            closing = self._instant(day + 1, _MIDNIGHT) if interval.overnight else self._instant(day, interval.closes)
            yield self._instant(day, interval.opens), closing
        for interval in self._intervals(day - 1):
            if interval.overnight:
                yield self._instant(day, _MIDNIGHT), self._instant(day, interval.closes)

    def _intervals(self, day: int) -> tuple[Interval, ...]:
        on = date.fromordinal(day)
        usual = self.week[on.weekday()]
        if on in self.extra_closed:
            return ()
        if on in self.extra_open:
            return usual or self.week[self.shifted_day]
        if self.country is not None:
            days_off, days_worked = _official_days(self.country, self.subdivision, on.year)
            if on in days_off:
                return ()
            if on in days_worked:
                return usual or self.week[self.shifted_day]
        return usual

    def _instant(self, day: int, at: time) -> datetime:
        """The first moment (UTC) at which the zone's clock reads `at` of that date, or later."""
        wall = datetime.combine(date.fromordinal(day), at.replace(fold=0))
        moment = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if self._reading(moment) == wall:
            return moment
        # The clock skips this time. fold=1 lies before the change and fold=0 after it: close in on the change.
        before, after = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC), moment
        while after - before > timedelta.resolution:
            middle = before + (after - before) // 2
            if self._reading(middle) < wall:
                before = middle
            else:
                after = middle
        return after

    def _reading(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None, fold=0)

    def _never_open(self, moment: datetime) -> ValueError:
        return ValueError(
            f"calendar {self.name!r} has no working time in the {HORIZON_DAYS} days after {moment:%Y-%m-%d}"
        )


def always(name: str) -> BusinessCalendar:
    """The calendar that never closes (24/7): its working time is elapsed time."""
    whole_day = (time(0), time(0))
    return BusinessCalendar(name, ZoneInfo("UTC"), week({day: [whole_day] for day in range(7)}))


def _union(spans: Iterable[_Span]) -> tuple[_Span, ...]:
    """The same time as ordered spans that neither overlap nor touch; empty spans vanish."""
    joined: list[_Span] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        elif opens < closes:
            joined.append((opens, closes))
    return tuple(joined)


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone: a calendar takes aware datetimes only")
    return moment.astimezone(UTC)


def _check_country(name: str, country: str, subdivision: str | None) -> None:
    try:
        country_holidays(country, subdiv=subdivision)
    except NotImplementedError as error:
        raise ValueError(f"calendar {name!r}: no public holidays are known: {error}") from None


@lru_cache(maxsize=512)
def _official_days(country: str, subdivision: str | None, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The public days off of a year, and its weekend days that are worked.

    Always from a fresh object that holds the year already: the library fills a shared one year by year while it is
    read, which a second thread would see half-filled.
    """
    known = country_holidays(country, subdiv=subdivision, years=year, expand=False)
    days_off = frozenset(day for day in known if day.year == year and not known.is_working_day(day))
    days_worked = frozenset(day for day in known.weekend_workdays if day.year == year and known.is_working_day(day))
    return days_off, days_worked
