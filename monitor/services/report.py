"""Reports: what the store knows, measured by the domain's definitions, brand by brand.

Which posts and cases a report is about is its `Scope`; what each figure means is docs/metrics.md's to say. Every figure
is computed from timestamps at the moment of asking, and nothing is kept beside them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.clock import Clock
from monitor.domain import metrics, response
from monitor.domain.episodes import episodes
from monitor.domain.handling import Handlings
from monitor.domain.lifecycle import belongs
from monitor.domain.metrics import Attainment, Backlog, Distribution, RepeatContact
from monitor.domain.model import Case, Post, Role, Status, Target
from monitor.domain.response import RATE_WINDOWS, Answer, Rate, Times, Wait
from monitor.store import intake, merges, reading
from monitor.store.cases import conversation
from monitor.store.db import Database, Session

REPEAT_WINDOWS = (timedelta(days=7), timedelta(days=14))

_CASES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about: brands (none named: every one), a half-open span, a language; None is no limit.

    A post is in the span by its publication, a case by that of its first post that needs an answer.
    """

    brands: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    lang: str | None = None

    def covers(self, moment: datetime, lang: str | None) -> bool:
        early = self.since is not None and moment < self.since
        late = self.until is not None and moment >= self.until
        return not early and not late and self.lang in (None, lang)


@dataclass(frozen=True, slots=True)
class Measured:
    """One duration on its four clocks: as published and as ingested, in calendar and in business time."""

    published: Times
    ingested: Times
    published_business: Times
    ingested_business: Times


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """How fast one brand answers. `unanswered` counts the cases without any human reply, closed ones included.

    `posts` are all the customers' posts, and `pairs` those that got a reply, with their earliest one. `rates` are about
    the posts that need an answer; `untriaged` of them count as such because nobody has judged them yet.
    """

    brand: str
    cases: int
    unanswered: int
    first: Measured
    next: Measured
    resolution: Measured
    posts: int
    pairs: Distribution
    rates: tuple[Rate, ...]
    untriaged: int
    repeats: tuple[RepeatContact, ...]


@dataclass(frozen=True, slots=True)
class Promises:
    """How one brand keeps its promises, by target."""

    brand: str
    cases: int
    targets: tuple[Attainment, ...]


@dataclass(frozen=True, slots=True)
class OpenCases:
    """What waits at one brand, by age."""

    brand: str
    backlog: Backlog


class Reports:
    """The reports on cases and answers, one row per brand that has anything in scope, by name."""

    def __init__(self, database: Database, handlings: Handlings, clock: Clock) -> None:
        self._database = database
        self._handlings = handlings
        self._clock = clock

    def brands(self) -> list[str]:
        """The brands that there is anything to report about."""
        with self._database.read() as session:
            return reading.brands(session)

    def response_times(self, scope: Scope) -> list[ResponseTimes]:
        now = self._clock.now()
        with self._database.read() as session:
            untriaged = unjudged(session, scope)
            rows = [
                self._response(session, brand, scope, untriaged.get(brand, []), now)
                for brand in brands_of(session, scope)
            ]
        return [row for row in rows if row.cases or row.posts]

    def sla(self, scope: Scope) -> list[Promises]:
        now = self._clock.now()
        with self._database.read() as session:
            return [
                Promises(brand, len(found), tuple(metrics.attainment(found, target, now) for target in Target))
                for brand in brands_of(session, scope)
                if (found := _cases(session, brand, scope))
            ]

    def backlog(self, scope: Scope) -> list[OpenCases]:
        now, calendars = self._clock.now(), self._handlings.calendars
        with self._database.read() as session:
            return [
                OpenCases(brand, metrics.backlog(found, now, calendars=calendars))
                for brand in brands_of(session, scope)
                if (found := [case for case in _cases(session, brand, scope) if case.status.live])
            ]

    def _response(
        self, session: Session, brand: str, scope: Scope, untriaged: Sequence[Post], now: datetime
    ) -> ResponseTimes:
        history = _cases(session, brand, _with_history(scope))
        found = [case for case in history if scope.covers(case.opened_at, case.lang)]
        answers = list(reading.mention_answers(session, brand, scope.since, scope.until, scope.lang))
        asked = answers_needed(session, brand, scope, untriaged)
        first = self._measure(lambda **how: response.first_response(found, now, **how))
        waits = _later_waits(session, found)
        return ResponseTimes(
            brand=brand,
            cases=len(found),
            unanswered=first.published.n_waiting + first.published.n_closed,
            first=first,
            next=self._measure(lambda **how: response.next_response(waits, now, **how)),
            resolution=self._measure(lambda **how: response.resolution(found, now, **how)),
            posts=len(answers),
            pairs=response.pairs(answers),
            rates=tuple(response.response_rate(asked, within, now) for within in RATE_WINDOWS),
            untriaged=len(untriaged),
            repeats=_repeats(history, scope.since),
        )

    def _measure(self, times: Callable[..., Times]) -> Measured:
        ours, calendars = response.Clock.INGESTED, self._handlings.calendars
        return Measured(
            published=times(),
            ingested=times(clock=ours),
            published_business=times(calendars=calendars),
            ingested_business=times(clock=ours, calendars=calendars),
        )


def brands_of(session: Session, scope: Scope) -> Sequence[str]:
    return sorted(set(scope.brands)) or reading.brands(session)


def unjudged(session: Session, scope: Scope) -> Mapping[str, Sequence[Post]]:
    """The mentions in scope that nobody has judged yet, by brand."""
    found: defaultdict[str, list[Post]] = defaultdict(list)
    for post in intake.untriaged(session, limit=intake.count_untriaged(session)):
        if scope.covers(post.published_at, post.lang):
            found[post.brand].append(post)
    return found


def answers_needed(session: Session, brand: str, scope: Scope, untriaged: Iterable[Post]) -> list[Answer]:
    """The customers' posts in scope that need an answer, with our earliest human reply to each.

    Triage decided which those are, and a person who dismissed their case overrules it. `untriaged` posts count too
    until they are judged: a model that stands still must not make the rate look better.
    """
    asking = {intake.post_key(post): post for post in untriaged}
    # A case opened before the span may hold posts of the span.
    earlier = Scope((brand,), until=scope.until)
    cases = [case for case in _cases(session, brand, earlier) if _active_since(case, scope.since)]
    for case, thread in _threads(session, cases):
        for post in thread:
            own = case.begins_after is None or post.ingested_at > case.begins_after
            if own and post.role is Role.MENTION and post.needs_answer and scope.covers(post.published_at, post.lang):
                asking[intake.post_key(post)] = post
    replies = intake.replies_to(session, asking)
    return [_answer(post, replies.get(key, ())) for key, post in asking.items()]


def _answer(post: Post, replies: Iterable[Post]) -> Answer:
    reply = next((reply for reply in replies if not reply.automated), None)
    return Answer(
        post.brand,
        post.lang,
        post.published_at,
        post.ingested_at,
        reply.published_at if reply else None,
        reply.ingested_at if reply else None,
    )


def _active_since(case: Case, since: datetime | None) -> bool:
    return since is None or case.last_customer_at is None or case.last_customer_at >= since


def _cases(session: Session, brand: str, scope: Scope) -> list[Case]:
    """The cases in scope; dismissed ones (not a complaint, spam) are in no figure."""
    found = reading.cases_between(session, brand, scope.since, scope.until, scope.lang)
    return [case for case in found if case.status is not Status.DISMISSED]


def _with_history(scope: Scope) -> Scope:
    """The scope and as long before it as a contact can be repeated."""
    return scope if scope.since is None else replace(scope, since=scope.since - max(REPEAT_WINDOWS))


def _threads(session: Session, cases: Sequence[Case]) -> Iterator[tuple[Case, Sequence[Post]]]:
    for start in range(0, len(cases), _CASES_AT_ONCE):
        part = cases[start : start + _CASES_AT_ONCE]
        threads = merges.threads_of(session, part)
        for case in part:
            yield case, threads[conversation(case)]


def _later_waits(session: Session, cases: Iterable[Case]) -> list[Wait]:
    """Every wait after the first of each case, from its thread."""
    measured: list[Wait] = []
    for case, thread in _threads(session, [case for case in cases if case.customer_posts > 1]):
        own = [e for e in episodes(thread, closed_through=case.closed_through) if belongs(e, case)]
        measured += response.waits(own, case.targets.calendar)
    return measured


def _repeats(history: Iterable[Case], since: datetime | None) -> tuple[RepeatContact, ...]:
    contacts: defaultdict[str, list[datetime]] = defaultdict(list)
    for case in history:
        contacts[f"{case.platform}:{case.customer_id}"].append(case.opened_at)
    return tuple(metrics.repeat_contact(contacts, window, since=since) for window in REPEAT_WINDOWS)
