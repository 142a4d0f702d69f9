"""How fast somebody may guess passwords: each failure doubles the wait, and no wait is longer than a few minutes.

Nobody is ever locked out: a lock would let anybody keep a colleague from working by guessing in that colleague's name.
Three counts run side by side. What one name and one address may do is tight; what one address may do over all names
stops a list of names from being tried with one password; what all addresses together may do to one name stops a
hundred machines from sharing the work. An address from which that person logged in before is free of the last one, so
that an attack from elsewhere does not slow the person down. OWASP ASVS 5.0, 6.3.1: at most 100 guesses an hour.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` failures cost nothing; each further one doubles the wait from `first` up to `longest`.

    After `forget` without a failure everything is as if nothing had happened.
    """

    free: int
    first: timedelta
    longest: timedelta
    forget: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Tries:
    """The failures so far, and when the last one was."""

    failures: int
    last_at: datetime


NAME_AND_ADDRESS = Limit(free=4, first=timedelta(seconds=2), longest=timedelta(minutes=15))
ADDRESS = Limit(free=20, first=timedelta(seconds=2), longest=timedelta(minutes=5))
NAME = Limit(free=30, first=timedelta(seconds=2), longest=timedelta(minutes=1))


def wait_until(limit: Limit, tries: Tries | None, now: datetime) -> datetime | None:
    """From when on the next try is allowed; None when it is allowed now."""
    if tries is None or now - tries.last_at >= limit.forget or tries.failures < limit.free:
        return None
    doublings = min(tries.failures - limit.free, 32)  # more would overflow long after `longest` was reached
    until = tries.last_at + min(limit.first * 2**doublings, limit.longest)
    return until if until > now else None


def after_failure(limit: Limit, tries: Tries | None, now: datetime) -> Tries:
    """The count with one more failure."""
    if tries is None or now - tries.last_at >= limit.forget:
        return Tries(1, now)
    return Tries(tries.failures + 1, now)
