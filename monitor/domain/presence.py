"""Who else is at a case: reading it, or writing an answer to it. Known from heartbeats: nobody has to say good-bye."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BEAT = timedelta(seconds=15)
"""How often an open case says that somebody is there."""
EXPIRES = timedelta(seconds=45)
"""After so long without a beat (three of them lost) the person has gone."""


class Doing(StrEnum):
    """What somebody does with a case. Reading is no reason to stay away from it, writing is."""

    VIEWING = "viewing"
    REPLYING = "replying"


@dataclass(frozen=True, slots=True)
class Presence:
    """An agent who was at a case at `seen_at`."""

    case_id: int
    agent: str
    doing: Doing
    seen_at: datetime

    def there(self, now: datetime) -> bool:
        return now - self.seen_at < EXPIRES
