"""One request to X at a time, with everything around it: limits, budget, vocabulary, and our own errors for its faults.

It knows nothing of brands, streams or posts; `x.py` says what to call and what the answer costs.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import requests
import tweepy

from monitor.clock import Clock
from monitor.sources import x_faults, x_vocabulary
from monitor.sources.x_budget import DailyBudget, Ledger, MemoryLedger
from monitor.sources.x_limits import RateLimits
from monitor.sources.x_settings import XSettings
from monitor.sources.x_transport import Refused, Transport, fence_logs
from monitor.sources.x_values import Json
from monitor.sources.x_vocabulary import Vocabulary

_log = logging.getLogger(__name__)


class Endpoint(StrEnum):
    """The endpoints that we call, by the names that errors and limits use."""

    MENTIONS = "mentions"
    SEARCH = "search"
    TIMELINE = "timeline"
    USERS = "users"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, ready to be sent: through which endpoint, in whose name, and what its answer costs."""

    endpoint: Endpoint
    user_auth: bool
    send: Callable[[], requests.Response]
    price: Callable[[Json, datetime], float]

    @property
    def limit(self) -> str:
        """The rate limit that this call falls under."""
        return f"{self.endpoint} ({'user' if self.user_auth else 'app'})"


@dataclass(frozen=True, slots=True)
class Answer:
    document: Json
    cost: float
    requests: int


class XClient:
    """A tweepy client that counts what it spends and never waits."""

    def __init__(self, settings: XSettings, clock: Clock, ledger: Ledger | None) -> None:
        fence_logs()
        self._secrets = settings.secrets
        self._clock = clock
        self._limits = RateLimits()
        self.budget = DailyBudget(
            ledger or MemoryLedger(), money=settings.daily_money, requests=settings.daily_requests
        )
        self._transport = Transport(
            settings.base_url,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            total_timeout=settings.total_timeout,
            vocabulary=settings.vocabulary,
        )
        self.tweepy = _tweepy(settings, self._transport)

    @property
    def vocabulary(self) -> Vocabulary:
        return self._transport.vocabulary

    def ask(self, call: Call) -> Answer:
        """Send `call`, and once more in the other vocabulary when X does not understand the names of this one."""
        spoken = self._transport.vocabulary
        first = self._attempt(call)
        if _misunderstood(first, spoken):
            self._transport.vocabulary = spoken.other
            second = self._attempt(call)
            if isinstance(second, Answer) and not _misunderstood(second, spoken.other):
                _log.warning(
                    "X does not take the %s field names any more; asking with the %s ones", spoken, spoken.other
                )
                paid = first.cost if isinstance(first, Answer) else 0.0
                return Answer(second.document, paid + second.cost, requests=2)
            self._transport.vocabulary = spoken
        if isinstance(first, Answer):
            return first
        now = self._clock.now()
        raise x_faults.error_of(first, endpoint=call.limit, limits=self._limits, now=now, secrets=self._secrets)

    def close(self) -> None:
        self._transport.close()

    def _attempt(self, call: Call) -> Answer | Refused:
        """One request, and what came of it; `SourceError` where nothing did."""
        now = self._clock.now()
        self._limits.check(call.limit, now)
        cost = 0.0
        try:
            response = call.send()
            self._limits.answered(call.limit, response.headers, now)
            document = x_faults.document(response)
            cost = call.price(document, now)
            return Answer(document, cost, requests=1)
        except Refused as refused:
            return refused
        finally:
            # A request that failed was a request all the same.
            self.budget.spend(now, cost)


def _misunderstood(outcome: Answer | Refused, spoken: Vocabulary) -> bool:
    """Whether X refused the names that we asked with, or passed over them."""
    if isinstance(outcome, Answer):
        return x_vocabulary.ignored(outcome.document)
    response = outcome.response
    return response.status_code == 400 and x_vocabulary.refused(response.content.decode(errors="replace"), spoken)


def _tweepy(settings: XSettings, transport: Transport) -> tweepy.Client:
    keys = settings.oauth1
    client = tweepy.Client(
        bearer_token=settings.bearer_token,
        consumer_key=keys.consumer_key if keys else None,
        consumer_secret=keys.consumer_secret if keys else None,
        access_token=keys.access_token if keys else None,
        access_token_secret=keys.access_token_secret if keys else None,
        return_type=requests.Response,
        wait_on_rate_limit=False,
    )
    client.session = transport
    return client
