"""Account health: how each brand's own accounts behave, measured by `domain.account_health` and `domain.self_talk`.

The accounts are those that the caller names and those that the brand is seen to write from. Balance and silence are
about an account as it is now; everything else is about a span, the last 30 days unless the scope says otherwise.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from monitor.clock import Clock
from monitor.domain import account_health, self_talk
from monitor.domain.account_health import Balance, BalanceTrend, Contact, PostingRate, Silence
from monitor.domain.model import Post, Role
from monitor.domain.self_talk import OwnNames, SelfTalk
from monitor.services.report import Scope, answers_needed, brands_of, unjudged
from monitor.store import followers, intake, reading
from monitor.store.db import Database, Session

DAYS = 30
"""How many days a trend shows, and a report looks back where nothing else was asked."""


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One account of a brand on a platform."""

    platform: str
    id: str
    handle: str = ""


@dataclass(frozen=True, slots=True)
class OwnBrand:
    """What a brand is known by: its accounts, the main one first, and the names it gives itself beside its handles."""

    accounts: tuple[OwnAccount, ...] = ()
    names: OwnNames = field(default_factory=OwnNames)


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """One account. `balance` is of the newest snapshot, taken on `balance_day`, which may not be today."""

    account: OwnAccount
    balance: Balance | None
    balance_day: str | None
    trend: BalanceTrend
    posting: PostingRate
    self_talk: SelfTalk
    silence: Silence


@dataclass(frozen=True, slots=True)
class BrandHealth:
    """One brand: its accounts, and whether people who turn to it get an answer. The span is `since` to `until`."""

    brand: str
    since: datetime
    until: datetime
    accounts: tuple[AccountHealth, ...]
    contact: Contact


@dataclass(frozen=True, slots=True)
class _Span:
    """What is measured: days and posts from `since` until before `until`, and up to `now` what still lasts."""

    now: datetime
    since: datetime
    until: datetime
    cap: int | None
    lang: str | None

    @property
    def first_day(self) -> date:
        return self.since.astimezone(UTC).date()

    @property
    def last_day(self) -> date:
        # The end is not part of the span: up to midnight means up to the day before.
        last = max(self.until - timedelta(microseconds=1), self.since)
        return last.astimezone(UTC).date()


@dataclass(slots=True)
class _Written:
    """What one account wrote: the moments of everything, and the broadcasts of the span."""

    moments: list[datetime] = field(default_factory=list)
    broadcasts: list[Post] = field(default_factory=list)


class AccountReports:
    """The report on brand accounts, one row per brand that has an account or a customer in scope, by name."""

    def __init__(self, database: Database, own: Mapping[str, OwnBrand], clock: Clock) -> None:
        self._database = database
        self._own = own
        self._clock = clock

    def health(self, scope: Scope, *, cap: int | None = None) -> list[BrandHealth]:
        """`cap` is the number of broadcasts on one day that counts as too many.

        The language of the scope chooses among posts, for self-talk and contact; the rest is about the whole account.
        """
        span = _span(scope, self._clock.now(), cap)
        scope = replace(scope, since=span.since, until=span.until)
        with self._database.read() as session:
            untriaged = unjudged(session, scope)
            brands = sorted({*brands_of(session, scope), *(() if scope.brands else self._own)})
            rows = [self._brand(session, brand, scope, span, untriaged.get(brand, [])) for brand in brands]
        return [row for row in rows if row.accounts or row.contact.rate.n or row.contact.rate.n_too_young]

    def _brand(self, session: Session, brand: str, scope: Scope, span: _Span, untriaged: Sequence[Post]) -> BrandHealth:
        own = self._own.get(brand, OwnBrand())
        written = _written(session, brand, span)
        accounts = _accounts(session, own, written)
        names = _with_handles(own.names, accounts)
        answers = answers_needed(session, brand, scope, untriaged)
        return BrandHealth(
            brand=brand,
            since=span.since,
            until=span.until,
            accounts=tuple(
                _account(session, account, written.get((account.platform, account.id), _Written()), names, span)
                for account in accounts
            ),
            contact=account_health.contact(answers, span.now),
        )


def _span(scope: Scope, now: datetime, cap: int | None) -> _Span:
    until = min(scope.until or now, now)
    midnight = until.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    since = scope.since or midnight - timedelta(days=DAYS - 1)
    return _Span(now, min(since, until), until, cap, scope.lang)


def _written(session: Session, brand: str, span: _Span) -> Mapping[tuple[str, str], _Written]:
    found: defaultdict[tuple[str, str], _Written] = defaultdict(_Written)
    for post in reading.outbound(session, brand):
        of_author = found[post.platform, post.author_id]
        of_author.moments.append(post.published_at)
        if post.role is Role.BROADCAST and span.since <= post.published_at < span.until:
            of_author.broadcasts.append(post)
    return found


def _accounts(session: Session, own: OwnBrand, written: Iterable[tuple[str, str]]) -> list[OwnAccount]:
    """The named accounts and, behind them, the others that the brand wrote from, with their handles where known."""
    named = {(account.platform, account.id): account for account in own.accounts}
    others = sorted(key for key in written if key not in named and key[1])
    known = intake.accounts_by_id(session, others)
    found = [OwnAccount(*key, handle=known[key].handle if key in known else "") for key in others]
    return [*named.values(), *found]


def _with_handles(names: OwnNames, accounts: Iterable[OwnAccount]) -> OwnNames:
    handles = (*names.handles, *(account.handle for account in accounts if account.handle))
    return replace(names, handles=tuple(dict.fromkeys(handles)))


def _account(session: Session, account: OwnAccount, written: _Written, names: OwnNames, span: _Span) -> AccountHealth:
    series = followers.snapshots(session, account.platform, account.id)
    newest = series[-1] if series else None
    broadcasts = [post.published_at for post in written.broadcasts]
    return AccountHealth(
        account=account,
        balance=account_health.balance(newest.followers, newest.following) if newest else None,
        balance_day=newest.day if newest else None,
        trend=account_health.balance_trend(series, until=span.last_day, days=DAYS),
        posting=account_health.posting_rate(broadcasts, since=span.first_day, until=span.last_day, cap=span.cap),
        self_talk=self_talk.self_talk_share((p for p in written.broadcasts if span.lang in (None, p.lang)), names),
        silence=account_health.silence(written.moments, span.now),
    )
