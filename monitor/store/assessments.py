"""What the machine said about a post, one row per model and never overwritten, and what a person said about it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, exists, select, tuple_

from classifiers.contract import Assessment, Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.store.db import Session
from monitor.store.statements import among, batches, upsert
from monitor.store.tables import assessments, reviews

_HEADS: Mapping[str, type[StrEnum]] = {
    "kind": Kind,
    "sentiment": Sentiment,
    "severity": Severity,
    "causes": Cause,
    "stage": Stage,
    "churn": Churn,
    "threats": Threat,
}
_DECIMALS = 6
"""Of a stored probability: finer than any calibration, a third of the bytes."""

_later = assessments.alias("later")
_said_at = (assessments.c.assessed_at, assessments.c.model)
SPOKE_LAST = ~exists().where(
    _later.c.post_id == assessments.c.post_id, tuple_(_later.c.assessed_at, _later.c.model) > tuple_(*_said_at)
)
"""Holds for the one assessment of a post that the program goes by: that of the model that spoke last."""


def save_assessments(session: Session, verdicts: Iterable[tuple[int, Assessment]], now: datetime) -> None:
    """Keep verdicts by post id; what a model said first about a post stays."""
    upsert(session, assessments, (_row(*verdict, now) for verdict in verdicts), key=("post_id", "model"))


def assessment_of(session: Session, post_id: int, model: str | None = None) -> Assessment | None:
    """What `model` said about the post, or without one the model that spoke last."""
    return assessments_of(session, [post_id], model).get(post_id)


def assessments_of(session: Session, post_ids: Iterable[int], model: str | None = None) -> dict[int, Assessment]:
    """What `model`, or the model that spoke last, said about these posts."""
    statement = select(assessments).order_by(*_said_at)
    if model is not None:
        statement = statement.where(assessments.c.model == model)
    return {
        row.post_id: _assessment(row)
        for batch in batches(post_ids)
        for row in session.execute(statement.where(among(session, assessments.c.post_id, batch)))
    }


def save_review(session: Session, post_id: int, agent: str, labels: Mapping[str, Any], now: datetime) -> None:
    """Keep a person's verdict; the same person's later verdict on the post replaces it."""
    row = {"post_id": post_id, "agent": agent, "labels": dict(labels), "reviewed_at": now}
    upsert(session, reviews, [row], key=("post_id", "agent"), update=("labels", "reviewed_at"))


def drop_review(session: Session, post_id: int, agent: str) -> None:
    """Forget a person's verdict, as if it had not been given."""
    session.execute(delete(reviews).where(reviews.c.post_id == post_id, reviews.c.agent == agent))


def reviews_of(session: Session, post_id: int) -> dict[str, dict[str, Any]]:
    """The labels that people gave the post, by person, in the order of their verdicts."""
    statement = select(reviews.c.agent, reviews.c.labels).where(reviews.c.post_id == post_id)
    return {row.agent: row.labels for row in session.execute(statement.order_by(reviews.c.reviewed_at))}


def _row(post_id: int, said: Assessment, now: datetime) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "model": said.model,
        "lang": said.lang,
        "kind": said.kind_label,
        "sentiment": said.sentiment_label,
        "severity": said.severity_label,
        "stage": said.stage_label,
        "churn": said.churn_label,
        "escalation": said.escalation,
        "abstained": said.abstained,
        "abstain_reason": said.abstain_reason,
        "probabilities": {
            head: {label.value: round(p, _DECIMALS) for label, p in getattr(said, head).items()} for head in _HEADS
        },
        "assessed_at": now,
    }


def _assessment(row: Row[Any]) -> Assessment:
    heads: dict[str, Any] = {
        head: {labels(value): p for value, p in row.probabilities[head].items()} for head, labels in _HEADS.items()
    }
    return Assessment(
        model=row.model,
        lang=row.lang,
        escalation=row.escalation,
        abstained=row.abstained,
        abstain_reason=row.abstain_reason,
        **heads,
    )
