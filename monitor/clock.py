"""The only place in the program that asks what time it is. Pure code takes `now` as an argument."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment in UTC, timezone-aware."""

    def monotonic(self) -> float:
        """Seconds that only ever grow; for durations and time-outs."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
