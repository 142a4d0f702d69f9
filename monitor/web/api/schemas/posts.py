"""Posts, who wrote them, and what is said of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from classifiers.contract import AbstainCode, Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.domain.model import Role
from monitor.web.api.schemas.base import Out, Probability


class Account(Out):
    """Somebody who posts, as last seen."""

    platform: str
    external_id: str
    handle: str
    name: str
    followers: int | None
    following: int | None
    posts: int | None


class Post(Out):
    """One public item. `text` is empty where it was erased."""

    id: int
    brand: str
    platform: str
    external_id: str
    conversation_id: str
    author_id: str
    text: str
    lang: str | None
    role: Role
    published_at: datetime
    ingested_at: datetime
    in_reply_to: str | None
    automated: bool
    reach: dict[str, int]


class Assessment(Out):
    """What the model says of a post: calibrated probabilities. Where it `abstained`, a person decides."""

    model: str
    lang: str
    kind: dict[Kind, Probability]
    sentiment: dict[Sentiment, Probability]
    severity: dict[Severity, Probability]
    causes: dict[Cause, Probability]
    stage: dict[Stage, Probability]
    churn: dict[Churn, Probability]
    threats: dict[Threat, Probability]
    escalation: Probability
    abstained: bool
    abstain_reason: str | None
    abstain_code: AbstainCode | None


class PostInFull(Out):
    """A post with its author, the model's verdict and people's `reviews` of it, by agent."""

    post: Post
    author: Account | None
    assessment: Assessment | None
    reviews: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, item: Any) -> "PostInFull":
        said: Mapping[str, Any] = item.labels or {}
        return cls(
            post=Post.model_validate(item.post),
            author=None if item.author is None else Account.model_validate(item.author),
            assessment=None if item.assessment is None else Assessment.model_validate(item.assessment),
            reviews={agent: dict(labels) for agent, labels in said.items()},
        )


class ThreadPost(PostInFull):
    """A post of the thread. `ours`: the brand's; `waiting`: nobody has answered; `answered_by` ended the wait."""

    ours: bool
    waiting: bool
    answers: str | None
    answered_by: str | None
    held_by: str | None

    @classmethod
    def of(cls, item: Any) -> "ThreadPost":
        names = ("ours", "waiting", "answers", "answered_by", "held_by")
        place = {name: getattr(item, name) for name in names}
        return cls(**dict(PostInFull.of(item)), **place)


class Doubt(BaseModel):
    """A post that the model is not sure of. `margin`: how far apart its two most probable kinds are."""

    post: Post
    assessment: Assessment
    margin: Probability


class Doubts(BaseModel):
    """The posts about which a person's word is worth most."""

    items: list[Doubt]
