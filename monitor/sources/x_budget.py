"""What reading X costs, and the daily limit to it. Days are UTC, as X's own billing days are.

X sends no bill with its answers, so money is an estimate from a price list: what a resource costs the first time that
it is read in a day (X bills it once a day, as a "soft guarantee").
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from monitor.errors import BudgetExhausted


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars, X's pay-per-use list of August 2026. An owned read is one of our own account by our own app.

    X does not say whether the authors that come along with posts are billed; `included_user` assumes so.
    """

    post_read: float = 0.005
    owned_read: float = 0.001
    user_read: float = 0.010
    included_user: float = 0.010
    counts_request: float = 0.005


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent on one UTC day: how many requests, and how many US dollars by our estimate."""

    day: date
    requests: int = 0
    money: float = 0.0

    def plus(self, other: "Spending") -> "Spending":
        return replace(self, requests=self.requests + other.requests, money=self.money + other.money)


class Ledger(Protocol):
    """Where spending is remembered, so that a restart, or a second process, does not begin the day anew.

    `add` is called once for every request that was sent, and adds to what `spent` gives.
    """

    def spent(self, day: date) -> Spending: ...

    def add(self, spending: Spending) -> None: ...


class MemoryLedger:
    """A ledger that lasts as long as the process."""

    def __init__(self) -> None:
        self._days: dict[date, Spending] = {}
        self._lock = threading.Lock()

    def spent(self, day: date) -> Spending:
        with self._lock:
            return self._days.get(day, Spending(day))

    def add(self, spending: Spending) -> None:
        with self._lock:
            self._days[spending.day] = self._days.get(spending.day, Spending(spending.day)).plus(spending)


class DailyBudget:
    """Says before a request whether the day still has room for it, and writes down after it what it cost."""

    def __init__(self, ledger: Ledger, *, money: float | None = None, requests: int | None = None) -> None:
        """`money` (US dollars) and `requests` are the limits of a day; None is no limit."""
        self._ledger = ledger
        self._money = money
        self._requests = requests
        self._billed: set[str] = set()
        self._billed_on: date | None = None

    def room(self, now: datetime, *, unit: float, most: int, least: int = 1) -> int:
        """How many resources at `unit` dollars each the day has room for, `most` at most.

        Raises `BudgetExhausted` until midnight when there is no room for `least` of them.
        """
        spent = self._ledger.spent(_day(now))
        if self._requests is not None and spent.requests >= self._requests:
            raise BudgetExhausted(f"today's {self._requests} requests to X are used up", retry_at=_midnight_after(now))
        if self._money is None or unit <= 0:
            return most
        # A thousandth of a cent forgives what adding floats loses.
        affordable = int((self._money - spent.money + 1e-5) / unit)
        if affordable < least:
            raise BudgetExhausted(
                f"today's budget of ${self._money:.2f} for X is used up", retry_at=_midnight_after(now)
            )
        return min(affordable, most)

    def unbilled(self, now: datetime, keys: Collection[str]) -> int:
        """How many of the resources `keys` were not billed yet today; from now on they were.

        The memory of that is lost with the process: after a restart the estimate errs upwards.
        """
        if self._billed_on != _day(now):
            self._billed, self._billed_on = set(), _day(now)
        fresh = set(keys) - self._billed
        self._billed |= fresh
        return len(fresh)

    def spend(self, now: datetime, money: float) -> None:
        """Write down one request that cost `money`."""
        self._ledger.add(Spending(_day(now), requests=1, money=money))


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _midnight_after(now: datetime) -> datetime:
    return datetime.combine(_day(now) + timedelta(days=1), time(), tzinfo=UTC)
