"""How much of each tower counts, head by head: fitted on dev rows, which neither tower was trained on."""

from collections.abc import Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from classifiers.heads import COLUMNS, HEADS, Head
from classifiers.metrics import log_sum
from classifiers.targets import TargetTable

Doubles = NDArray[np.float64]

_SHARES = np.linspace(0.0, 1.5, 13)
_LEAST_ROWS = 50
_NEVER = -1e4


def shares(
    deep: NDArray[np.float32], wide: NDArray[np.float32], table: TargetTable
) -> Mapping[str, tuple[float, float]]:
    """For each head the factors of the deep and the wide logits with the least loss; half and half with few rows.

    `deep` and `wide` are (rows, heads.WIDTH) logits of the rows of `table`.
    """
    return {head.name: _of_head(head, deep, wide, table) for head in HEADS}


def _of_head(
    head: Head, deep: NDArray[np.float32], wide: NDArray[np.float32], table: TargetTable
) -> tuple[float, float]:
    place = COLUMNS[head.name]
    rows = np.flatnonzero(table.weight[:, place].any(axis=1))
    if len(rows) < _LEAST_ROWS:
        return 0.5, 0.5
    known = table.rows(rows)
    first, second = deep[rows, place].astype(np.float64), wide[rows, place].astype(np.float64)
    pairs = [pair for pair in product(_SHARES, _SHARES) if any(pair)]
    losses = [_loss(head, one * first + other * second, known) for one, other in pairs]
    one, other = pairs[int(np.argmin(losses))]
    return float(one), float(other)


def _loss(head: Head, scores: Doubles, known: TargetTable) -> float:
    """The mean loss of `learn.multi_task_loss` for one head, weighed by how far the labels are trusted."""
    place = COLUMNS[head.name]
    possible, weight = known.possible[:, place], known.weight[:, place].astype(np.float64)
    if head.many:
        missed = np.logaddexp(0.0, np.where(possible, -scores, scores))
        return float((missed * weight).sum() / weight.sum())
    missed = log_sum(scores) - log_sum(np.where(possible, scores, _NEVER))
    return float((missed * weight[:, 0]).sum() / weight[:, 0].sum())
