"""Domain objects for tests: sensible as they are, and every field can be overridden by name.

Posts and conversations get fresh ids, so two calls never mean the same thing by accident.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any

from classifiers.contract import Assessment, Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.domain.model import (
    Account,
    Case,
    Change,
    Deadline,
    Event,
    EventKind,
    FollowerSnapshot,
    Post,
    Role,
    Status,
    Target,
    Targets,
)
from monitor.sources.base import Reject, Stream, StreamKind

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""

_ids = count(1_000_000_000_000_000_000)


def next_id() -> str:
    """An external id later than every one given before."""
    return str(next(_ids))


def make_account(**overrides: Any) -> Account:
    external_id = overrides.pop("external_id", None) or next_id()
    account = Account(
        platform="x",
        external_id=external_id,
        handle=f"customer{external_id}",
        name="A Customer",
        followers=120,
        following=80,
        posts=900,
    )
    return replace(account, **overrides)


def make_post(**overrides: Any) -> Post:
    """A mention that starts a conversation of its own."""
    external_id = overrides.pop("external_id", None) or next_id()
    post = Post(
        brand="acme",
        platform="x",
        external_id=external_id,
        conversation_id=external_id,
        author_id="customer-1",
        text="@acme my parcel is two weeks late and nobody answers",
        published_at=NOW,
        ingested_at=overrides.get("published_at", NOW) + timedelta(seconds=20),
        role=Role.MENTION,
        lang="en",
        reach={"likes": 1, "replies": 0},
    )
    return replace(post, **overrides)


def make_reply(to: Post, **overrides: Any) -> Post:
    """The brand's answer to `to`, ten minutes later unless told otherwise."""
    published_at = overrides.pop("published_at", to.published_at + timedelta(minutes=10))
    defaults = {
        "brand": to.brand,
        "platform": to.platform,
        "conversation_id": to.conversation_id,
        "author_id": "brand-1",
        "text": "Hi, sorry to hear that. Which order is it?",
        "published_at": published_at,
        "role": Role.REPLY,
        "in_reply_to": to.external_id,
        "in_reply_to_author": to.author_id,
    }
    return make_post(**{**defaults, **overrides})


def make_targets(**overrides: Any) -> Targets:
    targets = Targets(
        policy="standard",
        calendar="office",
        first_response=timedelta(hours=1),
        next_response=timedelta(hours=4),
        resolution=timedelta(days=2),
        warn_before=timedelta(minutes=15),
    )
    return replace(targets, **overrides)


def make_deadline(**overrides: Any) -> Deadline:
    """A first response due an hour after NOW, with a warning a quarter of an hour earlier."""
    started_at = overrides.get("started_at", NOW)
    due_at = overrides.get("due_at", started_at + timedelta(hours=1))
    deadline = Deadline(
        target=Target.FIRST_RESPONSE,
        started_at=started_at,
        due_at=due_at,
        warn_at=due_at - timedelta(minutes=15),
    )
    return replace(deadline, **overrides)


def make_case(**overrides: Any) -> Case:
    """An open complaint nobody has claimed, not saved yet, with one running deadline."""
    first_post_id = overrides.pop("first_post_id", None) or next_id()
    opened_at = overrides.get("opened_at", NOW)
    case = Case(
        id=None,
        brand="acme",
        platform="x",
        conversation_id=first_post_id,
        customer_id="customer-1",
        first_post_id=first_post_id,
        status=Status.OPEN,
        severity=Severity.ACCUSATION,
        risk=0.4,
        reasons=("accuses the brand",),
        targets=make_targets(),
        opened_at=opened_at,
        opened_ingested_at=opened_at + timedelta(seconds=20),
        lang="en",
        causes=(Cause.DELIVERY,),
        waiting_since=opened_at,
        waiting_post_id=first_post_id,
        last_customer_at=opened_at,
        deadlines=(make_deadline(started_at=opened_at),),
    )
    return replace(case, **overrides)


def make_event(**overrides: Any) -> Event:
    kind = overrides.get("kind", EventKind.OPENED)
    return replace(Event(kind=kind, at=NOW, key=f"{kind.value}:{next_id()}"), **overrides)


def make_change(**overrides: Any) -> Change:
    """A case opened by one event; overrides are the case's."""
    case = make_case(**overrides)
    return Change(case, (make_event(at=case.opened_at, key=f"opened:{case.first_post_id}"),))


def make_assessment(**overrides: Any) -> Assessment:
    """A confident verdict: an accusing complaint about delivery. A label given for a distribution gets 0.9 of it."""
    verdict: dict[str, Any] = {
        "kind": Kind.COMPLAINT,
        "sentiment": Sentiment.NEGATIVE,
        "severity": Severity.ACCUSATION,
        "stage": Stage.SUPPORT,
        "churn": Churn.NONE,
    }
    given = {name: overrides.pop(name) for name in verdict if name in overrides}
    distributions: dict[str, Any] = {name: _spread(label) for name, label in {**verdict, **given}.items()}
    assessment = Assessment(
        model="test-model/1",
        lang="en",
        causes=dict.fromkeys(Cause, 0.05) | {Cause.DELIVERY: 0.9},
        threats=dict.fromkeys(Threat, 0.05),
        escalation=0.2,
        **distributions,
    )
    return replace(assessment, **overrides)


def _spread(label: StrEnum | Mapping[Any, float]) -> Mapping[Any, float]:
    if isinstance(label, Mapping):
        return dict(label)
    labels = list(type(label))
    return dict.fromkeys(labels, round(0.1 / (len(labels) - 1), 6)) | {label: 0.9}


def make_snapshot(**overrides: Any) -> FollowerSnapshot:
    snapshot = FollowerSnapshot(
        platform="x", account_id="brand-1", day="2026-03-02", followers=5000, following=40, posts=800, taken_at=NOW
    )
    return replace(snapshot, **overrides)


def make_stream(**overrides: Any) -> Stream:
    return replace(Stream(source="x", name="x:acme:mentions", brand="acme", kind=StreamKind.MENTIONS), **overrides)


def make_reject(**overrides: Any) -> Reject:
    return replace(Reject(raw=b'{"id": "1"}', error="no text", position="line 3", external_id="1"), **overrides)
