"""The public counts of brand accounts, one snapshot per account and day; a later one of the same day replaces it."""

from dataclasses import fields

from sqlalchemy import select

from monitor.domain.model import FollowerSnapshot
from monitor.store.db import Session
from monitor.store.statements import upsert
from monitor.store.tables import follower_snapshots as table

_FIELDS = tuple(field.name for field in fields(FollowerSnapshot))
_KEY = ("platform", "account_id", "day")


def save_snapshot(session: Session, snapshot: FollowerSnapshot) -> None:
    row = {name: getattr(snapshot, name) for name in _FIELDS}
    upsert(session, table, [row], key=_KEY, update=[name for name in _FIELDS if name not in _KEY])


def snapshots(
    session: Session, platform: str, account_id: str, *, since_day: str | None = None
) -> list[FollowerSnapshot]:
    """The account's snapshots from `since_day` (ISO) on, day by day."""
    statement = select(*(table.c[name] for name in _FIELDS)).order_by(table.c.day)
    statement = statement.where(table.c.platform == platform, table.c.account_id == account_id)
    if since_day is not None:
        statement = statement.where(table.c.day >= since_day)
    return [FollowerSnapshot(*row) for row in session.execute(statement)]
