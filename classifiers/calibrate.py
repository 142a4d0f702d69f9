"""Fitting what turns logits into honest verdicts, on dev rows: temperatures, thresholds, the margin, escalation.

Our own corpus is what the product meets, so its rows decide alone where a head has enough of them; public rows help
where it has not. One temperature a head and no more: on held-out halves of the corpus a bias per label beside it or
isotonic regression had the greater log-loss in nearly every head, for few rows teach them noise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from classifiers.contract import Churn, Kind, Severity, Threat
from classifiers.dataset import CORPUS, Example
from classifiers.escalation import evidence, fit, needs_a_person
from classifiers.heads import COLUMNS, HEADS, Abstention, Calibration, Escalation, Head, ModelCard
from classifiers.metrics import log_sum
from classifiers.targets import TargetTable, exact, target_table
from classifiers.verdict import Floats, probabilities

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]

_TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(4.0), 75))
_THRESHOLDS = np.linspace(0.1, 0.8, 29)
_LEAST_WEIGHT = 0.5
_LEAST_ROWS = 20
_LEAST_POSITIVES = 10
_ENOUGH_OF_OUR_OWN = 150
# A label with so many positives is believed half, and the head's common threshold half.
_HALF_BELIEVED = 40
# A threshold of a complaint other than the middle must earn this much macro-F1.
_WORTH_MOVING = 0.01
_COVERAGE = 0.95
_MARGINS = (0.02, 0.3)


def fitted(card: ModelCard, logits: Floats, examples: Sequence[Example]) -> ModelCard:
    """The card with everything fitted that is kept beside the weights.

    `logits` are the (examples, heads.WIDTH) uncalibrated logits of dev `examples`, which the model must not have been
    trained on. What has too few rows keeps its neutral or built-in value.
    """
    table = target_table(examples)
    own = np.array([example.source.startswith(f"{CORPUS}_") for example in examples], dtype=np.bool_)
    card = replace(card, calibration=calibrate(logits, table, own))
    likely = np.concatenate([probabilities(head, logits[:, COLUMNS[head.name]], card) for head in HEADS], axis=1)
    card = replace(card, escalation=fit_escalation(likely, table))
    margin, abstention = fit_margin(likely, table, own)
    return card if abstention is None else replace(card, min_margin=margin, abstention=abstention)


def calibrate(logits: Floats, table: TargetTable, own: Bools | None = None) -> Mapping[str, Calibration]:
    """A calibration per head from (rows, heads.WIDTH) dev logits; weakly labelled rows do not count.

    `own` marks the rows of our own corpus: a head with 150 trusted ones is fitted on them alone. A head with fewer than
    twenty trusted rows keeps the neutral calibration.
    """
    return {head.name: _of_head(head, logits[:, COLUMNS[head.name]], table, own) for head in HEADS}


def fit_escalation(likely: Floats, table: TargetTable) -> Escalation | None:
    """The coefficients of escalation from (rows, heads.WIDTH) calibrated probabilities; None with too few rows.

    Rows count whose kind, churn and threats are known, and whose severity is where they are complaints.
    """
    rows, needed = _judged(table)
    if needed.sum() < _LEAST_POSITIVES or (~needed).sum() < _LEAST_POSITIVES:
        return None
    return fit(evidence(likely[rows]), needed)


def fit_margin(likely: Floats, table: TargetTable, own: Bools) -> tuple[float, Abstention | None]:
    """The margin between the two most probable kinds at which 95 % of our own rows are judged, and what it gives.

    Never below 0.02 nor above 0.3. (0, None) with fewer than 150 rows of our own.
    """
    place = COLUMNS["kind"]
    rows = exact(table, "kind", _LEAST_WEIGHT)
    rows = rows[own[rows]]
    if len(rows) < _ENOUGH_OF_OUR_OWN:
        return 0.0, None
    kinds = likely[rows, place].astype(np.float64)
    ranked = np.sort(kinds, axis=1)
    lead = ranked[:, -1] - ranked[:, -2]
    right = kinds.argmax(axis=1) == table.possible[rows, place].argmax(axis=1)
    margin = round(float(np.clip(np.quantile(lead, 1 - _COVERAGE), *_MARGINS)), 3)
    judged = lead >= margin
    rest = float(right[~judged].mean()) if (~judged).any() else 0.0
    accuracy = float(right[judged].mean()) if judged.any() else 0.0
    return margin, Abstention(round(float(judged.mean()), 4), round(accuracy, 4), round(rest, 4), len(rows))


def _of_head(head: Head, logits: Floats, table: TargetTable, own: Bools | None) -> Calibration:
    place = COLUMNS[head.name]
    trusted = table.weight[:, place] > _LEAST_WEIGHT
    rows = _deciding(np.asarray(trusted.any(axis=1)), own)
    if len(rows) < _LEAST_ROWS:
        return Calibration()
    scores, possible, known = logits[rows].astype(np.float64), table.possible[rows, place], trusted[rows]
    loss = _independent_loss if head.many else _exclusive_loss
    losses = [loss(scores / temperature, possible, known) for temperature in _TEMPERATURES]
    temperature = round(float(_TEMPERATURES[int(np.argmin(losses))]), 4)
    likely = probabilities(head, logits[rows], _only(head, temperature)).astype(np.float64)
    if head.many:
        common = _best_threshold(likely[known], possible[known])
        return Calibration(temperature, common, _thresholds(head, likely, possible, known, common))
    return Calibration(temperature, _of_a_complaint(likely, possible) if head.name == "kind" else 0.5)


def _only(head: Head, temperature: float) -> ModelCard:
    return ModelCard("", "", (), 0, calibration={head.name: Calibration(temperature)})


def _deciding(trusted: Bools, own: Bools | None) -> Rows:
    """The rows that a head is fitted on: those of our own corpus where they are enough, else all."""
    ours = np.flatnonzero(trusted & own) if own is not None else np.array([], dtype=np.int64)
    return ours if len(ours) >= _ENOUGH_OF_OUR_OWN else np.flatnonzero(trusted)


def _exclusive_loss(scores: Doubles, possible: Bools, known: Bools) -> float:  # noqa: ARG001 - one signature for both
    allowed = np.where(possible, scores, -1e4)
    return float(np.mean(log_sum(scores) - log_sum(allowed)))


def _independent_loss(scores: Doubles, possible: Bools, known: Bools) -> float:
    signed = np.where(possible, -scores, scores)[known]
    return float(np.mean(np.logaddexp(0.0, signed)))


def _best_threshold(likely: Doubles, holds: Bools) -> float:
    """The threshold with the best F1 over all that is given; the middle with fewer than ten positives."""
    if holds.sum() < _LEAST_POSITIVES:
        return 0.5
    scores = [_f1(likely >= threshold, holds) for threshold in _THRESHOLDS]
    return round(float(_THRESHOLDS[int(np.argmax(scores))]), 4)


def _thresholds(head: Head, likely: Doubles, possible: Bools, known: Bools, common: float) -> dict[str, float]:
    """Each label's own best threshold, drawn to the head's common one the more, the fewer positives it has."""
    found = {}
    for column, name in enumerate(head.names):
        rows = known[:, column]
        chances, holds = likely[rows, column], possible[rows, column]
        if holds.sum() >= _LEAST_POSITIVES:
            belief = holds.sum() / (holds.sum() + _HALF_BELIEVED)
            found[name] = round(float(common + belief * (_best_threshold(chances, holds) - common)), 4)
    return found


def _of_a_complaint(likely: Doubles, possible: Bools) -> float:
    """Where a complaint is told best from the rest by macro-F1; the middle unless another place is clearly better."""
    complaint = list(Kind).index(Kind.COMPLAINT)
    others = np.delete(possible, complaint, axis=1).any(axis=1)
    clear = possible[:, complaint] != others
    chances, holds = likely[clear, complaint], possible[clear, complaint]
    if min(holds.sum(), (~holds).sum()) < _LEAST_POSITIVES:
        return 0.5

    def quality(threshold: float) -> float:
        said = chances >= threshold
        return (_f1(said, holds) + _f1(~said, ~holds)) / 2

    best = max((float(threshold) for threshold in _THRESHOLDS), key=quality)
    return round(best, 4) if quality(best) - quality(0.5) > _WORTH_MOVING else 0.5


def _f1(said: Bools, holds: Bools) -> float:
    return float(2 * (said & holds).sum() / max(1, said.sum() + holds.sum()))


def _judged(table: TargetTable) -> tuple[Rows, Bools]:
    """The rows whose labels say whether a person was needed, and whether one was."""
    whole = (table.weight[:, COLUMNS["threats"]] > _LEAST_WEIGHT).all(axis=1)
    labels = {name: _labels(table, name) for name in ("kind", "severity", "churn")}
    rows, needed = [], []
    for row in np.flatnonzero(whole):
        kind, severity, churn = (labels[name].get(int(row)) for name in labels)
        if kind is None or churn is None or (kind is Kind.COMPLAINT and severity is None):
            continue
        held = table.possible[row, COLUMNS["threats"]]
        threats = [threat for threat, holds in zip(Threat, held, strict=True) if holds]
        rows.append(int(row))
        needed.append(needs_a_person(kind, severity, churn, threats))
    return np.array(rows, dtype=np.int64), np.array(needed, dtype=np.bool_)


def _labels(table: TargetTable, name: str) -> dict[int, str]:
    """The one label of every row that has exactly one, for a head of exclusive labels."""
    values: list[str] = [*{"kind": Kind, "severity": Severity, "churn": Churn}[name]]
    rows = exact(table, name, _LEAST_WEIGHT)
    places = table.possible[rows, COLUMNS[name]].argmax(axis=1)
    return {int(row): values[place] for row, place in zip(rows, places, strict=True)}
