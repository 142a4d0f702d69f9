"""How often one token or one person may ask: so many requests a minute, all at once if need be, then evenly.

The count is this process's own: a page that runs as two processes lets twice as many through. It protects the team's
work from a program that runs wild, and is no wall against an attack.
"""

from math import ceil
from threading import Lock

from monitor.clock import Clock
from monitor.errors import MonitorError

_MOST_KEPT = 10_000


class TooManyRequests(MonitorError):
    """There were too many requests; wait a little."""

    def __init__(self, wait: float) -> None:
        """`wait` is in seconds."""
        super().__init__()
        self.retry_after = max(1, ceil(wait))


class Rates:
    """Counts by the generic cell rate algorithm (ITU-T I.371): one moment is kept for each who asks."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._apart = 60 / per_minute
        self._clock = clock
        self._free_at: dict[str, float] = {}
        self._lock = Lock()

    def count(self, who: str) -> None:
        """Count one request. Raises `TooManyRequests`, and such a request is not counted."""
        now = self._clock.monotonic()
        with self._lock:
            if len(self._free_at) >= _MOST_KEPT:
                self._free_at = {each: at for each, at in self._free_at.items() if at > now}
            free_at = max(self._free_at.get(who, now), now)
            wait = free_at + self._apart - now - 60
            if wait > 1e-6:
                raise TooManyRequests(wait)
            self._free_at[who] = free_at + self._apart
