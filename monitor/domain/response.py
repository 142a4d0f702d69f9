"""How fast a brand answers: first, next and resolution times, pairs of post and reply, and the response rate.

Each time can be read on two clocks (as published, as ingested) and in two kinds of time (calendar, business). Waits
that still last are counted and censored, never left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.calendar import BusinessCalendar
from monitor.domain.episodes import Episode
from monitor.domain.metrics import Distribution, distribution, kaplan_meier_median
from monitor.domain.model import Case, Status

Calendars = Mapping[str, BusinessCalendar]
RATE_WINDOWS = tuple(timedelta(hours=hours) for hours in (1, 24, 72))
"""The times within which a response rate is customarily reported."""

_NOTHING = timedelta(0)


class Clock(StrEnum):
    """Whose clock a time is read from."""

    PUBLISHED = "published"
    """The platform's: what the customer lived through."""
    INGESTED = "ingested"
    """Ours: from when we could have known. The gap between the two is the delay of the collection."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One customer post that called for an answer, and our earliest reply to it; both None while there is none."""

    brand: str
    lang: str | None
    published_at: datetime
    ingested_at: datetime
    replied_at: datetime | None = None
    reply_ingested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait of a customer, from the oldest unanswered post to our next reply, on the calendar named `calendar`.

    `closed` says that the case was closed without a reply, so the wait can never end.
    """

    calendar: str
    published_at: datetime
    ingested_at: datetime
    replied_at: datetime | None = None
    reply_ingested_at: datetime | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took. `ended` spreads the waits that ended, the other counts are the waits that did not.

    `n_waiting` last at the time of the report, the longest of them `longest_wait`; `n_closed` were closed without it;
    `n_unmeasured` are left out because their calendar, or the moment on the asked clock, is not known.
    `censored_median` is the Kaplan-Meier median over all of `n`: the plain median, made honest about who still waits.
    """

    ended: Distribution
    n_waiting: int
    n_closed: int
    n_unmeasured: int
    longest_wait: timedelta | None
    censored_median: timedelta | None

    @property
    def n(self) -> int:
        return self.ended.n + self.n_waiting + self.n_closed


@dataclass(frozen=True, slots=True)
class _Spell:
    """A stretch of time to measure; `ended` is None while it lasts, and for ever when `closed`."""

    calendar: str
    started: datetime
    ended: datetime | None
    closed: bool


def first_response(
    cases: Iterable[Case], now: datetime, *, clock: Clock = Clock.PUBLISHED, calendars: Calendars | None = None
) -> Times:
    """From the first customer post that needs an answer to our first human reply, wherever it was sent.

    Calendar time, or business time when `calendars` (by name) are given. Dismissed cases are left out; a case resolved
    without a reply counts as never answered. On the ingested clock a reply that we stored before the post took no time.
    """
    ours = clock is Clock.INGESTED
    return _times(
        (
            _Spell(
                case.targets.calendar,
                case.opened_ingested_at if ours else case.opened_at,
                case.first_reply_ingested_at if ours else case.first_reply_at,
                closed=not case.status.live,
            )
            for case in _counted(cases)
        ),
        now,
        calendars,
    )


def waits(episodes: Iterable[Episode], calendar: str) -> tuple[Wait, ...]:
    """The waits of one case after its first, which `first_response` measures; `episodes` are the case's, oldest first.

    `calendar` names the calendar of the case's promises.
    """
    return tuple(
        Wait(
            calendar,
            episode.post.published_at,
            episode.post.ingested_at,
            episode.reply.published_at if episode.reply else None,
            episode.reply.ingested_at if episode.reply else None,
            episode.closed,
        )
        for episode in list(episodes)[1:]
    )


def next_response(
    waits: Iterable[Wait], now: datetime, *, clock: Clock = Clock.PUBLISHED, calendars: Calendars | None = None
) -> Times:
    """From the oldest unanswered customer post to our next reply (Zendesk's definition); clocks as `first_response`."""
    ours = clock is Clock.INGESTED
    return _times(
        (
            _Spell(
                wait.calendar,
                wait.ingested_at if ours else wait.published_at,
                wait.reply_ingested_at if ours else wait.replied_at,
                wait.closed,
            )
            for wait in waits
        ),
        now,
        calendars,
    )


def resolution(
    cases: Iterable[Case],
    now: datetime,
    *,
    clock: Clock = Clock.PUBLISHED,
    calendars: Calendars | None = None,
    last: bool = False,
) -> Times:
    """From the first customer post to the case's first resolution, or to its `last`, for which a reopened case waits.

    Resolving is our own act and has one moment on both clocks. Dismissed cases are left out.
    """
    ours = clock is Clock.INGESTED
    return _times(
        (
            _Spell(
                case.targets.calendar,
                case.opened_ingested_at if ours else case.opened_at,
                case.resolved_at if last else case.first_resolved_at or case.resolved_at,
                closed=False,
            )
            for case in _counted(cases)
        ),
        now,
        calendars,
    )


def pairs(answers: Iterable[Answer], *, clock: Clock = Clock.PUBLISHED) -> Distribution:
    """The times from each answered customer post to our earliest reply to it, in calendar time; `n` is the pairs."""
    ends = (
        (a.published_at, a.replied_at) if clock is Clock.PUBLISHED else (a.ingested_at, a.reply_ingested_at)
        for a in answers
    )
    return distribution(max(replied - posted, _NOTHING) for posted, replied in ends if replied is not None)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of `n` posts were answered within `within`; `n_too_young` posts have not had that long yet."""

    within: timedelta
    n: int
    answered: int
    n_too_young: int

    @property
    def share(self) -> float | None:
        """Answered of applicable (0-1); None when no post is applicable."""
        return self.answered / self.n if self.n else None


def response_rate(answers: Iterable[Answer], within: timedelta, now: datetime) -> Rate:
    """Posts answered within a time of their publication, divided by the posts at least that old.

    Younger posts are left out even when answered: counting the quick ones alone would flatter the newest days. The
    reply counts on the platform's clock, in calendar time, up to and including the last moment.
    """
    n = answered = too_young = 0
    for answer in answers:
        if now - answer.published_at < within:
            too_young += 1
            continue
        n += 1
        answered += answer.replied_at is not None and answer.replied_at - answer.published_at <= within
    return Rate(within, n, answered, too_young)


def _counted(cases: Iterable[Case]) -> Iterable[Case]:
    return (case for case in cases if case.status is not Status.DISMISSED)


def _times(spells: Iterable[_Spell], now: datetime, calendars: Calendars | None) -> Times:
    ended: list[timedelta] = []
    waiting: list[timedelta] = []
    n_closed = n_unmeasured = 0
    for spell in spells:
        if calendars is not None and spell.calendar not in calendars:
            n_unmeasured += 1
        elif spell.ended is not None:
            ended.append(_length(spell, spell.ended, calendars))
        elif spell.closed:
            n_closed += 1
        else:
            waiting.append(_length(spell, now, calendars))
    return Times(
        ended=distribution(ended),
        n_waiting=len(waiting),
        n_closed=n_closed,
        n_unmeasured=n_unmeasured,
        longest_wait=max(waiting, default=None),
        censored_median=kaplan_meier_median(ended, waiting, never=n_closed),
    )


def _length(spell: _Spell, until: datetime, calendars: Calendars | None) -> timedelta:
    if calendars is None:
        return max(until - spell.started, _NOTHING)
    return calendars[spell.calendar].between(spell.started, until)
