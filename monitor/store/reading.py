"""The facts that reports are computed from: cases, answers, and what the brand published. Nothing is judged here.

Long answers are iterators that read as they go; use them up before their transaction ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, literal, select, tuple_, union

from monitor.domain.model import Case, Post, Role
from monitor.domain.response import Answer
from monitor.store.cases import ALL_CASES, whole
from monitor.store.db import Session
from monitor.store.intake import ALL_POSTS, post_of
from monitor.store.statements import BATCH
from monitor.store.tables import cases, posts

_STREAMED = {"yield_per": BATCH}


@dataclass(frozen=True, slots=True)
class Pair:
    """A customer's post and our earliest reply to that very post, written by a person."""

    brand: str
    platform: str
    lang: str | None
    post_id: str
    published_at: datetime
    ingested_at: datetime
    reply_id: str
    replied_at: datetime
    reply_ingested_at: datetime


def brands(session: Session) -> list[str]:
    """The brands that have posts or cases, by name."""
    return sorted(session.execute(union(select(posts.c.brand), select(cases.c.brand))).scalars())


def cases_between(
    session: Session,
    brand: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    lang: str | None = None,
) -> Iterator[Case]:
    """The cases opened from `since` until before `until`, with their deadlines, oldest first."""
    order = (cases.c.opened_at, cases.c.id)
    statement = ALL_CASES.where(*_within(cases.c.opened_at, brand, since, until, lang))
    statement = statement.order_by(*order).limit(BATCH)
    batch: Sequence[Case] = whole(session, session.execute(statement).all())
    while batch:
        yield from batch
        opened_at, case_id = batch[-1].opened_at, batch[-1].id
        last = tuple_(literal(opened_at, cases.c.opened_at.type), literal(case_id, cases.c.id.type))
        batch = whole(session, session.execute(statement.where(tuple_(*order) > last)).all())


def response_pairs(
    session: Session,
    brand: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    lang: str | None = None,
) -> Iterator[Pair]:
    """Every customer post published in the span that a person answered, with the earliest answer."""
    statement = _answers(_within(posts.c.published_at, brand, since, until, lang))
    for row in session.execute(statement.where(_reply.c.id.is_not(None)), execution_options=_STREAMED):
        yield Pair(*row)


def mention_answers(
    session: Session,
    brand: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    lang: str | None = None,
) -> Iterator[Answer]:
    """Every customer post published in the span, with its earliest answer by a person, or none."""
    statement = _answers(_within(posts.c.published_at, brand, since, until, lang))
    for row in session.execute(statement, execution_options=_STREAMED):
        brand_, _, lang_, _, published_at, ingested_at, _, replied_at, reply_ingested_at = row
        yield Answer(brand_, lang_, published_at, ingested_at, replied_at, reply_ingested_at)


def outbound(
    session: Session, brand: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Post]:
    """What the brand itself published in the span, replies and broadcasts, oldest first."""
    statement = ALL_POSTS.where(posts.c.role.in_([Role.REPLY, Role.BROADCAST]))
    statement = statement.where(*_within(posts.c.published_at, brand, since, until, None))
    for row in session.execute(statement.order_by(posts.c.published_at, posts.c.id), execution_options=_STREAMED):
        yield post_of(row)


_reply = posts.alias("reply")
_any_reply = posts.alias("any_reply")


def _answers(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    by_a_person = (_any_reply.c.role == Role.REPLY, _any_reply.c.automated.is_(False))
    same_brand = (_any_reply.c.brand == posts.c.brand, _any_reply.c.platform == posts.c.platform)
    earliest = (
        select(_any_reply.c.id)
        .where(_any_reply.c.in_reply_to == posts.c.external_id, *same_brand, *by_a_person)
        .order_by(_any_reply.c.published_at, _any_reply.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            posts.c.brand,
            posts.c.platform,
            posts.c.lang,
            posts.c.external_id,
            posts.c.published_at,
            posts.c.ingested_at,
            _reply.c.external_id,
            _reply.c.published_at,
            _reply.c.ingested_at,
        )
        .select_from(posts.outerjoin(_reply, _reply.c.id == earliest))
        .where(posts.c.role == Role.MENTION, *conditions)
        .order_by(posts.c.published_at, posts.c.id)
    )


def _within(
    moment: Column[datetime],
    brand: str | None,
    since: datetime | None,
    until: datetime | None,
    lang: str | None,
) -> list[ColumnElement[bool]]:
    columns = moment.table.c
    conditions = [columns[name] == value for name, value in (("brand", brand), ("lang", lang)) if value is not None]
    if since is not None:
        conditions.append(moment >= since)
    if until is not None:
        conditions.append(moment < until)
    return conditions
