"""Who needs a person at once: the definition, and the probability that a post is one, in parts that add up.

The probability is a logistic model over named parts: every part is a probability in [0, 1] read from the heads, times
a weight that is never negative, and the parts with `base` sum to the log-odds of the escalation. So each part can be
printed, and more of what alarms never makes a post calmer.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.contract import Churn, Kind, Severity, Threat
from classifiers.heads import COLUMNS, HEADS, WIDTH, Escalation

Doubles = NDArray[np.float64]

_BY_ITSELF = frozenset({Threat.LEGAL, Threat.REGULATOR, Threat.MEDIA, Threat.SAFETY})

BASE = "base"
PARTS = (
    *("legal", "regulator", "media", "safety", "public_shaming"),
    *("complaint", "disapproval", "accusation", "blame"),
    *("considering", "decided", "left"),
    *("leaving_in_anger", "shaming_in_anger"),
)
"""What can speak for an escalation. Threats of the first four types count on whatever kind of post; everything else is
weighed with the probability that the post is a complaint. `disapproval`, `accusation` and `blame` each mean "at least
so hard a reproach", so a harder one has the share of the milder ones too. `leaving_in_anger` is blame by somebody who
speaks of leaving, or an accusation by somebody who has decided to; `shaming_in_anger` blame with a public warning."""

BUILT_IN = Escalation(
    -5.0,
    {
        "legal": 5.0,
        "regulator": 4.5,
        "media": 4.5,
        "safety": 5.0,
        "public_shaming": 0.3,
        "complaint": 0.8,
        "disapproval": 0.3,
        "accusation": 1.3,
        "blame": 1.2,
        "considering": 0.2,
        "decided": 1.8,
        "left": 0.2,
        "leaving_in_anger": 4.0,
        "shaming_in_anger": 2.0,
    },
)
"""For a model whose card has no coefficients of its own, and what a fit on few rows stays close to: fitted once on our
own corpus, and rounded."""

_RIDGE = 2.0
_STEPS = 4_000


class Part(NamedTuple):
    """One share of the log-odds of an escalation; zero or more for everything but `base`."""

    name: str
    share: float


def needs_a_person(kind: str, severity: str | None, churn: str, threats: Collection[str]) -> bool:
    """Whether a person should look at a post within 15 minutes, from its true labels (values of the contract's enums).

    * Whatever the kind: it announces a lawyer, a regulator or the media, or somebody's safety is at stake. Delay makes
      these worse, and none of them is answered by a routine reply.
    * A complaint that blames, by somebody who speaks of leaving (or has left) or who warns others off in public.
    * A complaint that accuses or blames, by somebody who has decided to leave: there is still time to keep them.

    Of the posts of our own corpus 14 to 19 % in each language are such, less than the fifth that a team can look at.
    """
    if not _BY_ITSELF.isdisjoint(threats):
        return True
    if kind != Kind.COMPLAINT:
        return False
    if severity == Severity.BLAME and (churn != Churn.NONE or Threat.PUBLIC_SHAMING in threats):
        return True
    return churn == Churn.DECIDED and severity in (Severity.ACCUSATION, Severity.BLAME)


def escalation_parts(
    kind: Mapping[Kind, float],
    severity: Mapping[Severity, float],
    churn: Mapping[Churn, float],
    threats: Mapping[Threat, float],
    weights: Escalation = BUILT_IN,
) -> tuple[Part, ...]:
    """The shares of the log-odds, `base` first and then in the order of PARTS; they sum to the log-odds."""
    row = np.zeros((1, WIDTH))
    given: tuple[tuple[str, Mapping[Any, float]], ...] = (
        ("kind", kind),
        ("severity", severity),
        ("churn", churn),
        ("threats", threats),
    )
    for name, probabilities in given:
        for label, probability in probabilities.items():
            row[0, _COLUMN[name, label]] = probability
    return tuple(Part(name, float(share)) for name, share in zip((BASE, *PARTS), shares(row, weights)[0], strict=True))


def escalation(
    kind: Mapping[Kind, float],
    severity: Mapping[Severity, float],
    churn: Mapping[Churn, float],
    threats: Mapping[Threat, float],
    weights: Escalation = BUILT_IN,
) -> float:
    """The probability that a person should look within 15 minutes: the logistic function of the parts' sum."""
    return probability(sum(part.share for part in escalation_parts(kind, severity, churn, threats, weights)))


def probability(log_odds: float) -> float:
    """From log-odds to a probability in [0, 1]."""
    return float(1.0 / (1.0 + np.exp(-np.clip(log_odds, -700.0, 700.0))))


def shares(probabilities: NDArray[Any], weights: Escalation) -> Doubles:
    """(texts, 1 + PARTS) shares of the log-odds, `base` first, from (texts, heads.WIDTH) calibrated probabilities.

    ValueError where `weights` name a part that is not one of PARTS; a part without a weight has none.
    """
    unknown = sorted(set(weights.weights) - set(PARTS))
    if unknown:
        raise ValueError(f"escalation is weighed by unknown parts {', '.join(unknown)}: calibrate the model anew")
    each = np.array([weights.weights.get(name, 0.0) for name in PARTS])
    seen = evidence(probabilities)
    return np.concatenate([np.full((len(seen), 1), weights.bias), seen * each], axis=1)


def evidence(probabilities: NDArray[Any]) -> Doubles:
    """(texts, PARTS): how far each part holds, 0 to 1, from (texts, heads.WIDTH) calibrated probabilities."""
    seen = probabilities.astype(np.float64)

    def of(label: StrEnum) -> Doubles:
        column: Doubles = seen[:, _COLUMN[_HEAD_OF[type(label)], label]]
        return column

    complaint, shaming = of(Kind.COMPLAINT), of(Threat.PUBLIC_SHAMING)
    disapproval, accusation, blame = of(Severity.DISAPPROVAL), of(Severity.ACCUSATION), of(Severity.BLAME)
    considering, decided, left = of(Churn.CONSIDERING), of(Churn.DECIDED), of(Churn.LEFT)
    threats = [of(Threat.LEGAL), of(Threat.REGULATOR), of(Threat.MEDIA), of(Threat.SAFETY)]
    of_a_complaint = [
        shaming,
        np.ones_like(complaint),
        disapproval + accusation + blame,
        accusation + blame,
        blame,
        considering,
        decided,
        left,
        blame * (considering + decided + left) + accusation * decided,
        blame * shaming,
    ]
    return np.stack([*threats, *(complaint * part for part in of_a_complaint)], axis=1)


def fit(seen: Doubles, needed: NDArray[np.bool_], start: Escalation = BUILT_IN) -> Escalation:
    """Coefficients under which `seen` (rows, PARTS) tells best whether a person was `needed` (rows).

    Logistic regression by accelerated projected gradient: no weight below zero, and a ridge towards `start` as strong
    as a few rows, so that a part that hardly occurs keeps the weight it had. The same rows give the same coefficients.
    """
    rows = len(needed)
    prior = np.array([start.bias, *(start.weights.get(name, 0.0) for name in PARTS)])
    pull = np.array([0.0, *[_RIDGE] * len(PARTS)]) / rows
    inputs = np.concatenate([np.ones((rows, 1)), seen], axis=1)
    step = 1.0 / (np.linalg.norm(inputs, 2) ** 2 / (4 * rows) + pull.max())
    floor = np.array([-np.inf, *[0.0] * len(PARTS)])
    found, ahead, momentum = prior.copy(), prior.copy(), 1.0
    for _ in range(_STEPS):
        error = 1.0 / (1.0 + np.exp(-np.clip(inputs @ ahead, -60, 60))) - needed
        moved = np.maximum(floor, ahead - step * (inputs.T @ error / rows + pull * (ahead - prior)))
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead, found, momentum = moved + (momentum - 1) / faster * (moved - found), moved, faster
    weights = {name: round(float(weight), 4) for name, weight in zip(PARTS, found[1:], strict=True)}
    return Escalation(round(float(found[0]), 4), weights)


_HEAD_OF: Mapping[type[StrEnum], str] = {head.labels: head.name for head in HEADS}
_COLUMN: Mapping[tuple[str, str], int] = {
    (head.name, label): COLUMNS[head.name].start + place for head in HEADS for place, label in enumerate(head.labels)
}
