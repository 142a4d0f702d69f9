"""A job of the daemon: what it does, how often, and beside what it may run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Job:
    """One thing that the daemon does every `interval`. Idempotent, and safe to be killed at any line.

    Jobs of one `lane` share its threads, so that a long download never keeps the model or the sweep waiting.
    """

    name: str
    interval: timedelta
    run: Callable[[], object]
    lane: str = "ingest"
