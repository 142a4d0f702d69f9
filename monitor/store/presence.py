"""Who is at which case: one row per agent and case, forgotten a while after the last beat."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from monitor.domain.presence import EXPIRES, Doing, Presence
from monitor.store.db import Session
from monitor.store.desk_tables import presence
from monitor.store.statements import among, upsert


def beat(session: Session, here: Presence) -> None:
    """Note that the agent is there; those who have gone are forgotten with it."""
    session.execute(delete(presence).where(presence.c.seen_at <= here.seen_at - EXPIRES))
    row = {"case_id": here.case_id, "agent": here.agent, "doing": here.doing, "seen_at": here.seen_at}
    upsert(session, presence, [row], key=("case_id", "agent"), update=("doing", "seen_at"))


def leave(session: Session, agent: str, case_id: int | None = None) -> None:
    """The agent has gone from the case (None: from all)."""
    gone = delete(presence).where(presence.c.agent == agent)
    session.execute(gone if case_id is None else gone.where(presence.c.case_id == case_id))


def who_is_at(
    session: Session, case_ids: Sequence[int] | None, now: datetime, *, but: str | None = None
) -> dict[int, tuple[Presence, ...]]:
    """Who is at these cases (None: at any) now, writers first; `but` is left out."""
    statement = select(presence).where(presence.c.seen_at > now - EXPIRES)
    if case_ids is not None:
        statement = statement.where(among(session, presence.c.case_id, list(case_ids)))
    if but is not None:
        statement = statement.where(presence.c.agent != but)
    found: defaultdict[int, list[Presence]] = defaultdict(list)
    for row in session.execute(statement.order_by(presence.c.agent)):
        found[row.case_id].append(Presence(row.case_id, row.agent, Doing(row.doing), row.seen_at))
    writers_first = {n: sorted(each, key=lambda one: one.doing is not Doing.REPLYING) for n, each in found.items()}
    return {case_id: tuple(each) for case_id, each in writers_first.items()}
