"""From what several people said about one post to one set of labels: the newest word wins, and dispute is noticed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypeAlias

from classifiers.contract import Kind
from monitor.domain.labels import Labels

_HEADS = tuple(field.name for field in fields(Labels))

Said: TypeAlias = Mapping[str, str | Sequence[str]]
"""Labels by head, as a review is kept; a head that was not said is absent."""


@dataclass(frozen=True, slots=True)
class Review:
    """What one person said about a post, and when."""

    agent: str
    labels: Said
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """The labels of a post, and `agreement`: the share of everything that was said that they keep, above 0 to 1.

    `disputed`: two people said different things, or things that cannot both hold.
    """

    labels: Said
    agents: tuple[str, ...]
    agreement: float
    disputed: bool


def agreed(reviews: Sequence[Review]) -> Agreed:
    """One verdict from the reviews of a post, of which there must be at least one."""
    ordered = sorted(reviews, key=lambda review: review.at)
    newest: dict[str, str | Sequence[str]] = {}
    for review in ordered:
        newest |= _answers(review)
    reproach = newest.get("kind", Kind.COMPLAINT) == Kind.COMPLAINT
    labels = newest if reproach else {head: value for head, value in newest.items() if head != "severity"}
    said = [answer for review in ordered for answer in _answers(review).items()]
    kept = sum(head in labels and _same(labels[head], value) for head, value in said)
    agents = tuple(dict.fromkeys(review.agent for review in ordered))
    return Agreed(labels, agents, kept / len(said) if said else 1.0, kept < len(said))


def _answers(review: Review) -> Said:
    """The labels that the review gives; None is no answer."""
    return {head: value for head in _HEADS if (value := review.labels.get(head)) is not None}


def _same(one: str | Sequence[str], other: str | Sequence[str]) -> bool:
    """Whether two answers mean the same; of several labels the order says nothing."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return set(one) == set(other)
