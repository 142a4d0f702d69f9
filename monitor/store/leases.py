"""Who may act: one row per role, taken by a conditional UPDATE, with an epoch that grows with every change of hands.

A process that lost its lease without noticing (it was suspended, say) is stopped by `check` in its next write.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from monitor.errors import LostLeadership
from monitor.store.db import Session
from monitor.store.statements import upsert
from monitor.store.tables import leases


def acquire(session: Session, name: str, holder: str, now: datetime, ttl: timedelta) -> int | None:
    """The epoch of the lease if it was free, expired or ours already; None while somebody else holds it."""
    free = {"name": name, "holder": "", "epoch": 0, "expires_at": now}
    upsert(session, leases, [free], key=("name",))
    mine = (leases.c.name == name) & ((leases.c.expires_at <= now) | (leases.c.holder == holder))
    taken = leases.update().where(mine).values(holder=holder, epoch=leases.c.epoch + 1, expires_at=now + ttl)
    return session.execute(taken.returning(leases.c.epoch)).scalar_one_or_none()


def renew(session: Session, name: str, epoch: int, now: datetime, ttl: timedelta) -> None:
    """Hold the lease for `ttl` from now; `LostLeadership` when somebody else has it."""
    held = leases.update().where(leases.c.name == name, leases.c.epoch == epoch).values(expires_at=now + ttl)
    if session.execute(held).rowcount != 1:
        raise LostLeadership


def release(session: Session, name: str, epoch: int, now: datetime) -> None:
    """Let the next one have it at once; nothing happens when it is not ours any more. The epoch never falls."""
    session.execute(leases.update().where(leases.c.name == name, leases.c.epoch == epoch).values(expires_at=now))


def check(session: Session, name: str, epoch: int) -> None:
    """`LostLeadership` unless the lease is still of this epoch; it cannot change hands until this transaction ends."""
    # The shared lock keeps a successor waiting on PostgreSQL; SQLite has one writer at a time anyway.
    statement = select(leases.c.epoch).where(leases.c.name == name).with_for_update(read=True)
    if session.execute(statement).scalar_one_or_none() != epoch:
        raise LostLeadership


def holder_of(session: Session, name: str, now: datetime) -> str | None:
    """Who holds the lease now."""
    statement = select(leases.c.holder).where(leases.c.name == name, leases.c.expires_at > now)
    return session.execute(statement).scalar_one_or_none()
