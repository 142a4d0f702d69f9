"""Fitting what turns logits into honest probabilities: a temperature and a threshold per head, on dev rows."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from classifiers.heads import COLUMNS, HEADS, Calibration, Head
from classifiers.targets import TargetTable
from classifiers.verdict import Floats

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

_TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(4.0), 75))
_THRESHOLDS = np.linspace(0.1, 0.8, 29)
_LEAST_WEIGHT = 0.5
_LEAST_ROWS = 20
_LEAST_POSITIVES = 10


def calibrate(logits: Floats, table: TargetTable) -> Mapping[str, Calibration]:
    """A calibration per head from (rows, heads.WIDTH) dev logits; weakly labelled rows do not count.

    A head with fewer than twenty trusted rows keeps the neutral calibration.
    """
    return {head.name: _of_head(head, logits[:, COLUMNS[head.name]], table) for head in HEADS}


def _of_head(head: Head, logits: Floats, table: TargetTable) -> Calibration:
    place = COLUMNS[head.name]
    trusted = table.weight[:, place] > _LEAST_WEIGHT
    rows = np.flatnonzero(trusted.any(axis=1))
    if len(rows) < _LEAST_ROWS:
        return Calibration()
    scores, possible, known = logits[rows].astype(np.float64), table.possible[rows, place], trusted[rows]
    loss = _independent_loss if head.many else _exclusive_loss
    losses = [loss(scores / temperature, possible, known) for temperature in _TEMPERATURES]
    temperature = round(float(_TEMPERATURES[int(np.argmin(losses))]), 4)
    if not head.many:
        return Calibration(temperature)
    likely = 1.0 / (1.0 + np.exp(-np.clip(scores / temperature, -60, 60)))
    return Calibration(temperature, _best_threshold(likely[known], possible[known]))


def _exclusive_loss(scores: Doubles, possible: Bools, known: Bools) -> float:  # noqa: ARG001 - one signature for both
    allowed = np.where(possible, scores, -1e4)
    return float(np.mean(_log_sum(scores) - _log_sum(allowed)))


def _independent_loss(scores: Doubles, possible: Bools, known: Bools) -> float:
    signed = np.where(possible, -scores, scores)[known]
    return float(np.mean(np.logaddexp(0.0, signed)))


def _log_sum(scores: Doubles) -> Doubles:
    highest = scores.max(axis=1, keepdims=True)
    total: Doubles = np.log(np.exp(scores - highest).sum(axis=1)) + highest[:, 0]
    return total


def _best_threshold(likely: Doubles, holds: Bools) -> float:
    """The threshold with the best micro-F1 over all labels of the head."""
    if holds.sum() < _LEAST_POSITIVES:
        return 0.5
    scores = []
    for threshold in _THRESHOLDS:
        said = likely >= threshold
        scores.append(2 * (said & holds).sum() / max(1, said.sum() + holds.sum()))
    return round(float(_THRESHOLDS[int(np.argmax(scores))]), 4)
