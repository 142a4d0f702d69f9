"""From a network's logits to an assessment: calibration, the decision to abstain, and what is asserted."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.contract import AbstainCode, Assessment, Cause, Churn, Kind, L, Sentiment, Severity, Stage, Threat
from classifiers.escalation import BASE, BUILT_IN, PARTS, needs_a_person, probability
from classifiers.escalation import shares as shares_of
from classifiers.heads import COLUMNS, HEADS, Head, ModelCard
from classifiers.language import UNKNOWN
from classifiers.preprocess import letters

Floats = NDArray[np.float32]

__all__ = ["Abstained", "Floats", "abstains", "asserted_at", "assessments", "needs_a_person", "probabilities"]


def assessments(texts: Sequence[str], languages: Sequence[str], logits: Floats, card: ModelCard) -> list[Assessment]:
    """One assessment per normalised text; `logits` is (texts, heads.WIDTH), uncalibrated."""
    tables = {head.name: probabilities(head, logits[:, COLUMNS[head.name]], card) for head in HEADS}
    parts = shares_of(np.concatenate([tables[head.name] for head in HEADS], axis=1), card.escalation or BUILT_IN)
    thresholds = asserted_at(card)
    return [
        _assessment(
            text,
            language,
            {name: table[i] for name, table in tables.items()},
            shares=parts[i],
            thresholds=thresholds,
            card=card,
        )
        for i, (text, language) in enumerate(zip(texts, languages, strict=True))
    ]


def probabilities(head: Head, logits: Floats, card: ModelCard) -> Floats:
    """Calibrated probabilities of one head, shaped like its `logits` (texts, labels)."""
    scaled = logits.astype(np.float64) / card.calibrated(head.name).temperature
    if head.many:
        return (1.0 / (1.0 + np.exp(-np.clip(scaled, -60, 60)))).astype(np.float32)
    exponents = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    likely: Floats = (exponents / exponents.sum(axis=1, keepdims=True)).astype(np.float32)
    return likely


class Abstained(NamedTuple):
    """Why the model does not know: a stable code for programs, a sentence for an agent."""

    code: AbstainCode
    reason: str


def abstains(text: str, language: str, kind: Mapping[Kind, float], card: ModelCard) -> Abstained | None:
    """Why the model does not know what a normalised text is; None where it does."""
    found = letters(text)
    if found < card.min_letters:
        return Abstained(AbstainCode.SHORT, "too little text")
    if language == UNKNOWN and found >= _ENOUGH_TO_NAME:
        return Abstained(AbstainCode.LANGUAGE_UNKNOWN, "language not recognised")
    if language != UNKNOWN and language not in card.languages:
        reason = f"language {language} is not one the model was trained in"
        return Abstained(AbstainCode.LANGUAGE_UNTRAINED, reason)
    first, second = sorted(kind.values(), reverse=True)[:2]
    if first - second < card.min_margin:
        return Abstained(AbstainCode.MARGIN, "too close to call")
    return None


# A short text of unknown language is still judged; a long one that fits no language is foreign or no language at all.
_ENOUGH_TO_NAME = 40


def asserted_at(card: ModelCard) -> Mapping[str, float]:
    """From which probability on the model asserts its labels, as `Assessment.thresholds` names them."""
    places = {f"{head.name}.{name}": (head.name, name) for head in HEADS if head.many for name in head.names}
    thresholds = {place: card.calibrated(head).asserted_at(name) for place, (head, name) in places.items()}
    return {"kind": card.calibrated("kind").threshold, **thresholds}


def _assessment(
    text: str,
    language: str,
    values: Mapping[str, Floats],
    *,
    shares: NDArray[np.float64],
    thresholds: Mapping[str, float],
    card: ModelCard,
) -> Assessment:
    kind = _named(Kind, values["kind"])
    silent = abstains(text, language, kind, card)
    return Assessment(
        model=card.full_name,
        lang=language,
        kind=kind,
        sentiment=_named(Sentiment, values["sentiment"]),
        severity=_named(Severity, values["severity"]),
        causes=_named(Cause, values["causes"]),
        stage=_named(Stage, values["stage"]),
        churn=_named(Churn, values["churn"]),
        threats=_named(Threat, values["threats"]),
        escalation=probability(float(shares.sum())),
        abstained=silent is not None,
        abstain_reason=silent.reason if silent else None,
        abstain_code=silent.code if silent else None,
        escalation_parts=dict(zip((BASE, *PARTS), shares.tolist(), strict=True)),
        thresholds=thresholds,
    )


def _named(labels: type[L], row: NDArray[Any]) -> dict[L, float]:
    return {label: float(p) for label, p in zip(labels, row, strict=True)}
