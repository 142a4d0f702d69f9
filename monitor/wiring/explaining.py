"""Which words carried a verdict, in the shape that the page shows: asked of the model on demand."""

from dataclasses import dataclass
from enum import StrEnum

from classifiers.contract import Classifier
from classifiers.explain import explain

MOST_WORDS = 4
LEAST_WEIGHT = 0.05
"""In log-odds: what moves the verdict less is noise."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text; a negative `weight` (log-odds) speaks against the label."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Carried:
    """A label that the model asserted, its calibrated probability, and the words that carried it most."""

    label: StrEnum
    probability: float
    words: tuple[Word, ...]


def carried(classifier: Classifier, text: str, lang: str | None) -> list[Carried]:
    """What carried the verdict on `text`: the strongest words of each asserted label, and the one most against it."""
    found = explain(classifier, text, lang)
    return [
        Carried(
            label.label,
            label.probability,
            tuple(
                Word(text[word.start : word.end], word.weight)
                for word in (*label.words[:MOST_WORDS], *label.words[MOST_WORDS:][-1:])
                if word.weight >= LEAST_WEIGHT or (word.weight <= -LEAST_WEIGHT and word is label.words[-1])
            ),
        )
        for label in found.labels
    ]
