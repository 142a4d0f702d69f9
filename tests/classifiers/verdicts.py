"""A classifier that says what its texts tell it to, for tests of the figures."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from classifiers.contract import Assessment, Cause, Churn, Kind, Sentiment, Severity, Stage, Text, Threat
from classifiers.dataset import Example, Split
from classifiers.sets import Target


class SaysWhatTheTextSays:
    """Reads the kind from the first word of a text, a sentiment, severity or churn from any other, and is `sure` of it.

    `delivery` is its probability of that cause; a text with `odd` in it makes it abstain, `!` raises the escalation.
    """

    name = "oracle-1"

    def __init__(self, *, sure: float = 1.0, delivery: float = 0.0) -> None:
        self.sure = sure
        self.delivery = delivery

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        return [self._judge(text.text.split()) for text in texts]

    def _judge(self, words: list[str]) -> Assessment:
        return Assessment(
            model=self.name,
            lang="en",
            kind=self._one(Kind, words),
            sentiment=self._one(Sentiment, words),
            severity=self._one(Severity, words),
            causes={cause: self.delivery if cause is Cause.DELIVERY else 0.0 for cause in Cause},
            stage=dict.fromkeys(Stage, 1 / 6),
            churn=self._one(Churn, words),
            threats=dict.fromkeys(Threat, 0.0),
            escalation=min(1.0, words.count("!") / 10),
            abstained="odd" in words,
        )

    def _one(self, labels: type[StrEnum], words: list[str]) -> Mapping[Any, float]:
        said = [label for label in labels if label.value in words[: 1 if labels is Kind else None]]
        if not said:
            return dict.fromkeys(labels, 1 / len(labels))
        rest = (1 - self.sure) / (len(labels) - 1)
        return {label: self.sure if label is said[0] else rest for label in labels}


def example(text: str, lang: str = "en", source: str = "corpus_en", split: Split = "test", **heads: Any) -> Example:
    """An example; a head is told by one label, by several possible ones, or by a Target."""
    targets = {name: told if isinstance(told, Target) else Target(_labels(told)) for name, told in heads.items()}
    return Example(text, lang, source, split, targets)


def kinds(*labels: str, lang: str = "en", source: str = "corpus_en") -> list[Example]:
    """One example per label `said:true`."""
    pairs = (label.split(":") for label in labels)
    return [example(f"{said} {number}", lang, source, kind=true) for number, (said, true) in enumerate(pairs)]


def _labels(told: str | frozenset[str]) -> frozenset[str]:
    return frozenset({told}) if isinstance(told, str) else told
