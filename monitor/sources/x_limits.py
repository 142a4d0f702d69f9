"""X's rate limits as its answers tell them: which endpoint is closed until when. Nothing here ever waits.

Every endpoint has its own window of fifteen minutes, for the app and for each user apart.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from monitor.errors import RateLimited

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=15)
# The longest window that X has; a reset further away than that is a mistake.
_LONGEST_WINDOW = timedelta(hours=24)


class RateLimits:
    def __init__(self) -> None:
        self._closed: dict[str, datetime] = {}
        self._refusals: dict[str, int] = {}

    def check(self, endpoint: str, now: datetime) -> None:
        """Raises `RateLimited` while `endpoint` is known to be closed: asking all the same would only prolong it."""
        until = self._closed.get(endpoint)
        if until is not None and until > now:
            raise RateLimited(f"X takes no more requests for {endpoint} now", retry_at=until)

    def answered(self, endpoint: str, headers: Mapping[str, str], now: datetime) -> None:
        """A request went well; it may have been the last one of the window."""
        self._refusals.pop(endpoint, None)
        reset = _reset(headers, now)
        if headers.get("x-rate-limit-remaining") == "0" and reset is not None:
            self._closed[endpoint] = reset

    def refused(self, endpoint: str, headers: Mapping[str, str], now: datetime) -> RateLimited:
        """A request met 429. Without a credible reset the pauses double, from one minute to fifteen."""
        refusals = self._refusals.get(endpoint, 0)
        self._refusals[endpoint] = refusals + 1
        pause = min(_FIRST_PAUSE * 2 ** min(refusals, 4), _LONGEST_PAUSE)
        until = _reset(headers, now) or now + pause
        self._closed[endpoint] = until
        return RateLimited(f"X refuses requests for {endpoint} for now (429)", retry_at=until)


def _reset(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the window ends; None where the header is missing, no number, in the past or absurdly far away."""
    try:
        reset = datetime.fromtimestamp(int(headers["x-rate-limit-reset"]), tz=UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None
    return reset if now < reset <= now + _LONGEST_WINDOW else None
