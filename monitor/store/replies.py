"""What we answered lately, to tell a reply from a copy."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from monitor.store.db import Session
from monitor.store.reply_tables import ours
from monitor.store.tables import posts


def recent_replies(session: Session, brand: str, *, since: datetime, limit: int = 60) -> Sequence[str]:
    """The texts of the brand's latest replies, the newest first."""
    statement = (
        select(posts.c.text)
        .where(ours, posts.c.brand == brand, posts.c.published_at >= since, posts.c.erased_at.is_(None))
        .order_by(posts.c.published_at.desc())
        .limit(limit)
    )
    return session.execute(statement).scalars().all()
