"""History for a new version of the model: the posts that it has not judged, and the live cases that they are part of.

Brand by brand and by the time of publication, newest first, so that every page is a walk along one index and an
interrupted run is gone on with by asking again.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, tuple_

from monitor.domain.model import Post, Role
from monitor.store.db import Session
from monitor.store.intake import ALL_POSTS, post_of
from monitor.store.tables import assessments, cases, live, posts

_ORDER = (posts.c.published_at, posts.c.id)


def unjudged(
    session: Session, model: str, brand: str, *, since: datetime | None = None, before: Post | None = None, limit: int
) -> list[Post]:
    """The newest triaged mentions without an assessment by `model`, published from `since` on and before `before`.

    What is not triaged yet is left to the daemon; what was erased has nothing to judge.
    """
    statement = ALL_POSTS.where(*_not_judged_by(model, brand, since))
    if before is not None:
        place = (before.published_at, before.id)
        values = (literal(value, column.type) for value, column in zip(place, _ORDER, strict=True))
        statement = statement.where(tuple_(*_ORDER) < tuple_(*values))
    return _posts(session, statement.order_by(*(column.desc() for column in _ORDER)).limit(limit))


def count_unjudged(session: Session, model: str, brand: str, since: datetime | None = None) -> int:
    """How many posts `unjudged` has in all."""
    statement = select(func.count()).select_from(posts).where(*_not_judged_by(model, brand, since))
    return session.execute(statement).scalar_one()


def live_case_ids(session: Session, brand: str | None = None, since: datetime | None = None) -> list[int]:
    """The live cases opened from `since` on, oldest first."""
    statement = select(cases.c.id).where(live).order_by(cases.c.id)
    if brand is not None:
        statement = statement.where(cases.c.brand == brand)
    if since is not None:
        statement = statement.where(cases.c.opened_at >= since)
    return list(session.execute(statement).scalars())


def _not_judged_by(model: str, brand: str, since: datetime | None) -> Iterator[ColumnElement[bool]]:
    yield posts.c.brand == brand
    yield posts.c.role == Role.MENTION
    yield posts.c.triaged_at.is_not(None)
    yield posts.c.erased_at.is_(None)
    yield ~exists().where(assessments.c.post_id == posts.c.id, assessments.c.model == model)
    if since is not None:
        yield posts.c.published_at >= since


def _posts(session: Session, statement: Select[Any]) -> list[Post]:
    return [post_of(row) for row in session.execute(statement)]
