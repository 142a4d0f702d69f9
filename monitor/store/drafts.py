"""Drafts: what an agent has begun to write in a case, so that neither a restart nor another machine loses it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from monitor.errors import Conflict
from monitor.store.db import Session
from monitor.store.desk_tables import drafts
from monitor.store.statements import among, batches, upsert


@dataclass(frozen=True, slots=True)
class Draft:
    """The unsent words of one agent in one case. `version` grows with every save, and is 0 while there are none."""

    case_id: int
    agent: str
    text: str
    updated_at: datetime
    version: int = 1


def draft_of(session: Session, case_id: int, agent: str) -> Draft | None:
    statement = select(drafts).where(drafts.c.case_id == case_id, drafts.c.agent == agent)
    row = session.execute(statement).first()
    return None if row is None else Draft(**row._mapping)


def save_draft(session: Session, case_id: int, agent: str, text: str, *, now: datetime, version: int | None) -> Draft:
    """Keep the words. `Conflict` when `version` is given and another is kept: the agent has a second window open."""
    row = {"case_id": case_id, "agent": agent, "text": text, "updated_at": now, "version": 1}
    if version:
        known = (drafts.c.case_id == case_id) & (drafts.c.agent == agent) & (drafts.c.version == version)
        changed = drafts.update().where(known).values(text=text, updated_at=now, version=version + 1)
        if session.execute(changed).rowcount != 1:
            raise Conflict("This draft was changed in another window; look at it before you go on.")
        return Draft(case_id, agent, text, now, version + 1)
    if version == 0 and draft_of(session, case_id, agent) is not None:
        raise Conflict("There is a draft of yours in this case already; look at it before you go on.")
    written = upsert(
        session,
        drafts,
        [row],
        key=("case_id", "agent"),
        update=("text", "updated_at"),
        also=lambda _: {"version": drafts.c.version + 1},
        returning=(drafts.c.version,),
    )
    return Draft(case_id, agent, text, now, written[0].version)


def drop_drafts(session: Session, case_ids: Iterable[int], agent: str) -> None:
    """Throw the agent's drafts in these cases away."""
    for batch in batches(case_ids):
        session.execute(delete(drafts).where(among(session, drafts.c.case_id, batch), drafts.c.agent == agent))


def drafts_of(session: Session, agent: str) -> list[Draft]:
    """What the agent has begun to write, the newest first."""
    statement = select(drafts).where(drafts.c.agent == agent).order_by(drafts.c.updated_at.desc(), drafts.c.case_id)
    return [Draft(**row._mapping) for row in session.execute(statement)]
