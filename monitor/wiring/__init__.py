"""The composition root: from a configuration to the objects that do the work. Nothing else knows both sides.

Everything heavy is made when it is asked for: a command that only reads the queue never loads the model.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from classifiers.contract import Classifier
from monitor.clock import Clock, SystemClock
from monitor.config import Config
from monitor.domain.access import Lifetime
from monitor.domain.handling import Handlings
from monitor.job import Job
from monitor.passwords import Argon2
from monitor.services.access import Access
from monitor.services.account_report import AccountReports
from monitor.services.assess import Assessed, assess_pending
from monitor.services.bulk import Bulk
from monitor.services.compensations import Compensations
from monitor.services.desk import Desk
from monitor.services.followers import take_snapshots
from monitor.services.ingest import Ingested, Reach, ingest
from monitor.services.replies import Replies
from monitor.services.report import Reports
from monitor.services.review import Review
from monitor.services.sweep import sweep
from monitor.services.team import Team
from monitor.services.tokens import Tokens
from monitor.services.workplace import Workplace
from monitor.sources.base import Stream, StreamKind
from monitor.sources.x import XSource
from monitor.store.db import Database
from monitor.wiring.accounts import StoredLedger, brand_words, own_brands, x_brands, x_settings
from monitor.wiring.handling import calendar, handlings, policy, rules
from monitor.wiring.replying import authority, brand_titles

if TYPE_CHECKING:
    from monitor.wiring.explaining import Carried

__all__ = ["App", "StoredLedger", "calendar", "handlings", "own_brands", "policy", "rules", "x_brands", "x_settings"]


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

    def carried(self, text: str, lang: str | None) -> "list[Carried]":
        """Which words carried what the model says of a text. Loads the model when it is asked for the first time."""
        from monitor.wiring.explaining import carried

        return carried(self.classifier, text, lang)

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
    def bulk(self) -> Bulk:
        return Bulk(self.database, self.clock, self.handlings)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.database, self.clock, self.handlings)

    @cached_property
    def workplace(self) -> Workplace:
        return Workplace(self.database, self.clock)

    @cached_property
    def replies(self) -> Replies:
        return Replies(self.database, self.clock, brands=brand_titles(self.config))

    @cached_property
    def compensations(self) -> Compensations:
        return Compensations(self.database, self.clock, authority(self.config))

    @cached_property
    def access(self) -> Access:
        web = self.config.web
        lifetime = Lifetime(idle=web.session_idle, absolute=web.session_absolute)
        return Access(self.database, self.clock, self.hasher, lifetime=lifetime, brands=brand_words(self.config))

    @cached_property
    def team(self) -> Team:
        return Team(self.database, self.clock, self.hasher, brands=brand_words(self.config))

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.database, self.clock)

    @cached_property
    def hasher(self) -> Argon2:
        return Argon2()

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
