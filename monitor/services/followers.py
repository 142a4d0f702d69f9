"""Follower snapshots: the public counts of every brand account, once a day (UTC). A later look on the same day wins."""

from monitor.clock import Clock
from monitor.domain.model import FollowerSnapshot
from monitor.sources.base import Audience
from monitor.store import followers, intake
from monitor.store.db import Database


def take_snapshots(database: Database, audience: Audience, *, clock: Clock) -> int:
    """Ask the platform and save; the number of accounts. Raises what the source raises."""
    accounts = audience.brand_accounts()
    now = clock.now()
    with database.write() as session:
        intake.save_accounts(session, accounts.values())
        for account in accounts.values():
            snapshot = FollowerSnapshot(
                platform=account.platform,
                account_id=account.external_id,
                day=now.date().isoformat(),
                followers=account.followers,
                following=account.following,
                posts=account.posts,
                taken_at=now,
            )
            followers.save_snapshot(session, snapshot)
    return len(accounts)
