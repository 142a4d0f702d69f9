"""How often logging in has failed, by whatever is counted. The keys are digests: they name nobody."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from monitor.domain.throttle import Tries
from monitor.store.db import Session
from monitor.store.people_tables import login_tries
from monitor.store.statements import upsert


def locked(session: Session, keys: Iterable[str], now: datetime) -> dict[str, Tries]:
    """The counts of the keys, locked until the transaction ends; a new one starts at nothing."""
    wanted = sorted(set(keys))
    upsert(session, login_tries, [{"key": key, "failures": 0, "last_at": now} for key in wanted], key=("key",))
    asked = select(login_tries).where(login_tries.c.key.in_(wanted)).order_by(login_tries.c.key).with_for_update()
    return {row.key: Tries(row.failures, row.last_at) for row in session.execute(asked)}


def save(session: Session, counts: Mapping[str, Tries]) -> None:
    rows = [{"key": key, "failures": tries.failures, "last_at": tries.last_at} for key, tries in counts.items()]
    upsert(session, login_tries, rows, key=("key",), update=("failures", "last_at"))


def forget(session: Session, keys: Iterable[str]) -> None:
    """Start these counts anew."""
    session.execute(delete(login_tries).where(login_tries.c.key.in_(sorted(set(keys)))))


def sweep(session: Session, before: datetime) -> None:
    """Drop the counts to which nothing was added since."""
    session.execute(delete(login_tries).where(login_tries.c.last_at < before))
