"""Leadership: one daemon works, any others stand by. A lease in the database says who, and every write checks it.

The epoch of the lease grows with each new leader and fences the old one: a daemon that slept through its lease finds
its next write transaction refused, however sure it is that it leads.
"""

import os
import socket
from datetime import timedelta
from uuid import uuid4

from monitor.clock import Clock
from monitor.errors import LostLeadership
from monitor.store import heartbeats, leases
from monitor.store.db import Database, Session

LEASE = "daemon"


class Leadership:
    """This process's claim to lead. From its making on, every write through `database` needs the lead."""

    def __init__(self, database: Database, clock: Clock, *, ttl: timedelta = timedelta(seconds=15)) -> None:
        """`ttl` is how long a silent leader stays the leader."""
        self.ttl = ttl
        self._database = database
        self._clock = clock
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._epoch: int | None = None
        database.fence = self._fence

    @property
    def held(self) -> bool:
        return self._epoch is not None

    def take(self) -> None:
        """Take the lease when it is free, renew it when it is ours; LostLeadership when it was ours and is not."""
        now = self._clock.now()
        with self._database.write(fenced=False) as session:
            if self._epoch is None:
                self._epoch = leases.acquire(session, LEASE, self._holder, now, self.ttl)
            else:
                leases.renew(session, LEASE, self._epoch, now, self.ttl)

    def lost(self) -> None:
        """Stop believing that we lead, until the next `take`."""
        self._epoch = None

    def release(self) -> None:
        """Let the next daemon lead at once."""
        if self._epoch is not None:
            with self._database.write(fenced=False) as session:
                leases.release(session, LEASE, self._epoch, self._clock.now())
        self._epoch = None

    def beat(self, job: str, *, error: str | None, seconds: float) -> None:
        """Leave a sign that `job` ran: when, how long, and what went wrong, in words without personal data."""
        with self._database.write() as session:
            took = timedelta(seconds=seconds)
            heartbeats.beat(session, job, ok=error is None, error=error, duration=took, now=self._clock.now())

    def _fence(self, session: Session) -> None:
        if self._epoch is None:
            raise LostLeadership
        leases.check(session, LEASE, self._epoch)
