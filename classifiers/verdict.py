"""From a network's logits to an assessment: calibration, the decision to abstain, and the risk of escalation."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from classifiers.contract import Assessment, Cause, Churn, Kind, L, Sentiment, Severity, Stage, Threat
from classifiers.heads import COLUMNS, HEADS, Head, ModelCard
from classifiers.language import UNKNOWN
from classifiers.preprocess import letters

Floats = NDArray[np.float32]
T = TypeVar("T")

# How much each threat weighs in "a person should look within 15 minutes"; safety cannot wait at all.
_THREAT_WEIGHT = {
    Threat.SAFETY: 1.0,
    Threat.LEGAL: 0.9,
    Threat.REGULATOR: 0.9,
    Threat.MEDIA: 0.9,
    Threat.PUBLIC_SHAMING: 0.5,
}
_SEVERITY_WEIGHT = {Severity.BLAME: 0.5, Severity.ACCUSATION: 0.4, Severity.DISAPPROVAL: 0.1}
_CHURN_WEIGHT = {Churn.DECIDED: 0.6, Churn.LEFT: 0.5, Churn.CONSIDERING: 0.3}


def assessments(texts: Sequence[str], languages: Sequence[str], logits: Floats, card: ModelCard) -> list[Assessment]:
    """One assessment per normalised text; `logits` is (texts, heads.WIDTH), uncalibrated."""
    tables = {head.name: probabilities(head, logits[:, COLUMNS[head.name]], card) for head in HEADS}
    return [
        _assessment(text, language, {name: table[i] for name, table in tables.items()}, card)
        for i, (text, language) in enumerate(zip(texts, languages, strict=True))
    ]


def probabilities(head: Head, logits: Floats, card: ModelCard) -> Floats:
    """Calibrated probabilities of one head, shaped like its `logits` (texts, labels)."""
    scaled = logits.astype(np.float64) / card.calibrated(head.name).temperature
    if head.many:
        return (1.0 / (1.0 + np.exp(-np.clip(scaled, -60, 60)))).astype(np.float32)
    exponents = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: Floats = (exponents / exponents.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def escalation(
    kind: Mapping[Kind, float],
    severity: Mapping[Severity, float],
    churn: Mapping[Churn, float],
    threats: Mapping[Threat, float],
) -> float:
    """The probability that a person should look within 15 minutes: a noisy-or over three reasons.

    * threats: each counts with its probability times its weight (safety 1; legal, regulator and media 0.9; public
      shaming 0.5), whether or not the post is a complaint: a journalist's question may be none;
    * reproach: blame 0.5, accusation 0.4, disapproval 0.1, times the probability that the post is a complaint;
    * churn: decided 0.6, left 0.5, considering 0.3, times the probability that the post is a complaint.

    Noisy-or: 1 - product of (1 - reason). Several weak reasons add up, and no reason hides another.
    """
    complaint = kind[Kind.COMPLAINT]
    reasons = [weight * threats[threat] for threat, weight in _THREAT_WEIGHT.items()]
    reasons.append(complaint * sum(weight * severity[level] for level, weight in _SEVERITY_WEIGHT.items()))
    reasons.append(complaint * sum(weight * churn[step] for step, weight in _CHURN_WEIGHT.items()))
    calm = 1.0
    for reason in reasons:
        calm *= 1.0 - min(max(reason, 0.0), 1.0)
    return 1.0 - calm


def abstain_reason(text: str, language: str, kind: Mapping[Kind, float], card: ModelCard) -> str | None:
    """Why the model does not know, readable by an agent; None where it does."""
    found = letters(text)
    if found < card.min_letters:
        return "too little text"
    if language == UNKNOWN and found >= _ENOUGH_TO_NAME:
        return "language not recognised"
    if language != UNKNOWN and language not in card.languages:
        return f"language {language} is not one the model was trained in"
    first, second = sorted(kind.values(), reverse=True)[:2]
    if first - second < card.min_margin:
        return "too close to call"
    return None


# A short text of unknown language is still judged; a long one that fits no language is foreign or no language at all.
_ENOUGH_TO_NAME = 40


def _assessment(text: str, language: str, values: Mapping[str, Floats], card: ModelCard) -> Assessment:
    kind = _named(Kind, values["kind"])
    severity = _named(Severity, values["severity"])
    churn = _named(Churn, values["churn"])
    threats = _named(Threat, values["threats"])
    reason = abstain_reason(text, language, kind, card)
    return Assessment(
        model=card.full_name,
        lang=language,
        kind=kind,
        sentiment=_named(Sentiment, values["sentiment"]),
        severity=severity,
        causes=_named(Cause, values["causes"]),
        stage=_named(Stage, values["stage"]),
        churn=churn,
        threats=threats,
        escalation=escalation(kind, severity, churn, threats),
        abstained=reason is not None,
        abstain_reason=reason,
    )


def _named(labels: type[L], row: NDArray[Any]) -> dict[L, float]:
    return {label: float(p) for label, p in zip(labels, row, strict=True)}
