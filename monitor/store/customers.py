"""A customer across cases: all that one account was about, whatever the brand, and who looks like the same person."""

from collections.abc import Sequence

from sqlalchemy import func, literal, select

from monitor.domain.model import Account, Case
from monitor.store.cases import ALL_CASES, whole
from monitor.store.db import Session
from monitor.store.tables import accounts, cases

MOST = 200
"""Cases of one customer that are read; nobody reads more."""


def cases_of(session: Session, platform: str, customer_id: str, *, limit: int = MOST) -> list[Case]:
    """The customer's cases of all brands, the newest first."""
    own = ALL_CASES.where(cases.c.customer_id == customer_id, cases.c.platform == platform)
    newest = own.order_by(cases.c.opened_at.desc(), cases.c.id.desc()).limit(limit)
    return whole(session, session.execute(newest).all())


def count_cases_of(session: Session, platform: str, customer_id: str) -> int:
    own = (cases.c.customer_id == customer_id, cases.c.platform == platform)
    return session.execute(select(func.count()).select_from(cases).where(*own)).scalar_one()


def namesakes(session: Session, account: Account, *, limit: int = 5) -> list[Account]:
    """Accounts of other platforms with the same handle, in whatever case: perhaps the same person, perhaps not."""
    if not account.handle:
        return []
    if session.dialect.name == "sqlite":
        same = accounts.c.handle.collate("NOCASE") == literal(account.handle)
    else:
        same = func.lower(accounts.c.handle) == account.handle.lower()
    columns: Sequence[str] = ("platform", "external_id", "handle", "name", "followers", "following", "posts")
    statement = select(*(accounts.c[name] for name in columns)).where(same, accounts.c.platform != account.platform)
    return [Account(*row) for row in session.execute(statement.order_by(accounts.c.platform).limit(limit))]
