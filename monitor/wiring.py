"""The composition root: from a configuration to the objects that do the work. Nothing else knows both sides.

Everything heavy is made when it is asked for: a command that only reads the queue never loads the model.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cached_property, partial
from zoneinfo import ZoneInfo

from classifiers.contract import Classifier
from monitor.clock import Clock, SystemClock
from monitor.config import Config
from monitor.config import promises as configured
from monitor.domain.calendar import BusinessCalendar, always, week
from monitor.domain.handling import Handling, Handlings
from monitor.domain.self_talk import OwnNames
from monitor.domain.sla import Policy, Promise
from monitor.domain.triage import Rules
from monitor.job import Job
from monitor.services.account_report import AccountReports, OwnAccount, OwnBrand
from monitor.services.assess import Assessed, assess_pending
from monitor.services.followers import take_snapshots
from monitor.services.ingest import Ingested, Reach, ingest
from monitor.services.report import Reports
from monitor.services.review import Review
from monitor.services.sweep import sweep
from monitor.sources.base import Stream, StreamKind
from monitor.sources.x import Ledger, OAuth1, Prices, Spending, Vocabulary, XAccount, XBrand, XSettings, XSource
from monitor.store import spending
from monitor.store.db import Database

WEEKDAYS = configured.WEEKDAYS


class App:
    """One configured program. Properties build their thing on first use and keep it."""

    def __init__(self, config: Config, clock: Clock | None = None) -> None:
        self.config = config
        self.clock = clock or SystemClock()

    @cached_property
    def database(self) -> Database:
        if self.config.database.url is None:
            self.config.data_dir.mkdir(parents=True, exist_ok=True)
        return Database(self.config.database_url)

    @cached_property
    def handlings(self) -> Handlings:
        return handlings(self.config)

    @cached_property
    def classifier(self) -> Classifier:
        """Loads the model: seconds, and hundreds of megabytes."""
        from classifiers.load import load, with_sentiment

        chosen = self.config.classifier
        own = load(chosen.model, engine=chosen.engine, threads=chosen.threads, languages=chosen.languages)
        if chosen.hub is None:
            return own
        return with_sentiment(own, chosen.hub, chosen.label_map or None, threads=chosen.threads)

    @cached_property
    def x(self) -> XSource | None:
        """X as a source; None while it is switched off or without credentials."""
        if not self.config.x_enabled:
            return None
        brands = x_brands(self.config)
        return XSource(x_settings(self.config), brands, self.clock, StoredLedger(self.database, "x"))

    @cached_property
    def review(self) -> Review:
        return Review(self.database, self.clock, self.handlings)

    @cached_property
    def reports(self) -> Reports:
        return Reports(self.database, self.handlings, self.clock)

    @cached_property
    def account_reports(self) -> AccountReports:
        return AccountReports(self.database, own_brands(self.config), self.clock)

    def assess(
        self,
        *,
        limit: int | None = None,
        stopping: Callable[[], bool] = lambda: False,
        progress: Callable[[int], None] | None = None,
    ) -> Assessed:
        return assess_pending(
            self.database,
            self.classifier,
            handlings=self.handlings,
            clock=self.clock,
            batch=self.config.classifier.batch,
            limit=limit,
            stopping=stopping,
            progress=progress,
        )

    def ingest(self, stream: Stream, *, stopping: Callable[[], bool] = lambda: False) -> Ingested:
        """Poll one stream of X, which must be on."""
        assert self.x is not None
        reach = Reach(overlap=self.config.sources.x.overlap)
        return ingest(
            self.database,
            self.x,
            stream,
            handlings=self.handlings,
            clock=self.clock,
            reach=reach,
            stopping=stopping,
        )

    def snapshots(self) -> int:
        """Take today's follower snapshots of the accounts on X, which must be on."""
        assert self.x is not None
        return take_snapshots(self.database, self.x, clock=self.clock)

    def jobs(self, stopping: Callable[[], bool]) -> list[Job]:
        """Everything that the daemon does, and how often."""
        every = self.config.daemon
        jobs = [
            Job("assess", every.assess, partial(self.assess, stopping=stopping), lane="model"),
            Job("sweep", every.sweep, partial(sweep, self.database, clock=self.clock), lane="sweep"),
        ]
        if self.x is not None:
            jobs += [
                Job(f"ingest/{stream.name}", self._interval(stream), partial(self.ingest, stream, stopping=stopping))
                for stream in self.x.streams()
            ]
            jobs.append(Job("followers", every.followers, self.snapshots, lane="daily"))
        return jobs

    def _interval(self, stream: Stream) -> timedelta:
        poll = self.config.sources.x.poll
        intervals: Mapping[StreamKind, timedelta] = {
            StreamKind.MENTIONS: poll.mentions,
            StreamKind.SEARCH: poll.search,
            StreamKind.TIMELINE: poll.timeline,
        }
        return intervals[stream.kind]


class StoredLedger(Ledger):
    """What was spent on a source, kept in the database, so that neither a restart nor a second process forgets it."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source

    def spent(self, day: date) -> Spending:
        with self._database.read() as session:
            requests, money = spending.spent(session, self._source, day.isoformat())
        return Spending(day, requests=requests, money=money)

    def add(self, spent: Spending) -> None:
        with self._database.write() as session:
            spending.add(session, self._source, spent.day.isoformat(), requests=spent.requests, money=spent.money)


def handlings(config: Config) -> Handlings:
    """How each brand's cases are handled, and those of brands that are only imported."""
    calendars = {name: calendar(name, spec) for name, spec in config.calendars.items()}

    def handling(brand: str, handles: frozenset[str] = frozenset()) -> Handling:
        own = config.calendar_of(brand)
        return Handling(
            policy=policy(config.policy_of(brand), own, config.sla[config.policy_of(brand)]),
            calendar=calendars[own],
            rules=rules(config),
            handles=handles,
        )

    by_brand = {
        brand.name: handling(brand.name, frozenset(account.handle.lower() for account in brand.accounts))
        for brand in config.brands
    }
    return Handlings(default=handling(""), by_brand=by_brand)


def calendar(name: str, spec: configured.Calendar) -> BusinessCalendar:
    if spec.always:
        return always(name)
    hours = {WEEKDAYS.index(day): [(h.start, h.end) for h in spec.week[day]] for day in WEEKDAYS if day in spec.week}
    return BusinessCalendar(
        name=name,
        zone=ZoneInfo(spec.zone),
        week=week(hours),
        country=spec.holidays.country if spec.holidays else None,
        subdivision=spec.holidays.subdivision if spec.holidays else None,
        extra_closed=frozenset(spec.closed),
        extra_open=frozenset(spec.open),
        shifted_day=WEEKDAYS.index(spec.shifted_day),
    )


def policy(name: str, calendar_name: str, spec: configured.SlaPolicy) -> Policy:
    return Policy(
        name=name,
        calendar=calendar_name,
        default=_promise(spec.default),
        by_severity={severity: _promise(promises) for severity, promises in spec.severities.items()},
        warn_before=spec.warn_before,
    )


def _promise(spec: configured.Promises) -> Promise:
    return Promise(spec.first_response, spec.next_response, spec.resolution)


def rules(config: Config) -> Rules:
    chosen = config.triage
    return Rules(
        complaint=chosen.complaint,
        question=chosen.question,
        label=chosen.label,
        wide_reach=chosen.wide_reach,
        reposts=chosen.reposts,
        repeat_window=chosen.repeat_window,
        long_wait=chosen.long_wait,
        playbooks=chosen.playbooks,
    )


def own_brands(config: Config) -> dict[str, OwnBrand]:
    """What each brand is known by, for telling its own words from others'."""
    return {
        brand.name: OwnBrand(
            accounts=tuple(OwnAccount(account.platform, account.id, account.handle) for account in brand.accounts),
            names=OwnNames(names=tuple(dict.fromkeys((brand.title, brand.name, *brand.untagged_names)))),
        )
        for brand in config.brands
    }


def x_brands(config: Config) -> list[XBrand]:
    """The brands that have an account on X."""
    return [
        XBrand(
            key=brand.name,
            accounts=[XAccount(account.id, account.handle) for account in accounts],
            names=brand.untagged_names,
            languages=brand.languages or (),
        )
        for brand in config.brands
        if (accounts := config.accounts("x").get(brand.name))
    ]


def x_settings(config: Config) -> XSettings:
    """How X is read. The secrets leave their wrapping here and go nowhere but into the source."""
    told, secrets = config.sources.x, config.secrets
    bearer = secrets.x_bearer_token
    return XSettings(
        bearer_token=bearer.get_secret_value() if bearer else None,
        oauth1=_oauth1(config),
        base_url=told.base_url,
        vocabulary=Vocabulary(told.vocabulary),
        connect_timeout=told.timeouts.connect.total_seconds(),
        read_timeout=told.timeouts.read.total_seconds(),
        total_timeout=told.timeouts.total.total_seconds(),
        page_sizes=dict.fromkeys(StreamKind, told.page_size),
        daily_money=told.budget.money,
        daily_requests=told.budget.requests,
        prices=Prices(**told.prices.model_dump()),
    )


def _oauth1(config: Config) -> OAuth1 | None:
    secrets = config.secrets
    keys = (
        secrets.x_consumer_key,
        secrets.x_consumer_secret,
        secrets.x_access_token,
        secrets.x_access_token_secret,
    )
    return OAuth1(*(key.get_secret_value() for key in keys if key)) if all(keys) else None
