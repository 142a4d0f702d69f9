"""Figures of quality from what is true and what was said: F1, precision, recall, their intervals, calibration error.

Answers are boolean tables (rows, labels): one True a row for exclusive labels, any number for independent ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Numbers = NDArray[np.float64]

_BINS = 15
_RESAMPLES = 1_000
_SEED = 20_160_904


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of rows per label, (..., labels) each: truly so and said so, truly so, said so."""

    both: Numbers
    true: Numbers
    said: Numbers


Score = Callable[[Tally], Numbers]
"""From tallies (..., labels) to scores (...)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The 95 % interval of a score over resampled rows, by percentiles."""

    low: float
    high: float


def tally(truth: Bools, said: Bools) -> Tally:
    """The tally of two tables (rows, labels)."""
    return Tally(
        (truth & said).sum(axis=0).astype(float), truth.sum(axis=0).astype(float), said.sum(axis=0).astype(float)
    )


def precision(counts: Tally) -> Numbers:
    """Per label, of the rows said so the share truly so; NaN where nothing was said."""
    return _ratio(counts.both, counts.said)


def recall(counts: Tally) -> Numbers:
    """Per label, of the rows truly so the share said so; NaN where there was nothing to find."""
    return _ratio(counts.both, counts.true)


def label_f1(counts: Tally) -> Numbers:
    """Per label, the harmonic mean of precision and recall; 1 where there was nothing to find and nothing was said."""
    said_or_true = counts.true + counts.said
    return np.where(said_or_true == 0, 1.0, 2 * counts.both / np.maximum(said_or_true, 1e-12))


def macro_f1(counts: Tally) -> Numbers:
    """The mean F1 over the labels that truly occur: a label nobody could have found is not held against anyone.

    NaN where no label occurs.
    """
    occurs = counts.true > 0
    total: Numbers = np.where(occurs, label_f1(counts), 0.0).sum(axis=-1)
    return _ratio(total, occurs.sum(axis=-1).astype(float))


def micro_f1(counts: Tally) -> Numbers:
    """F1 over all labels at once; 1 where there was nothing to find and nothing was said."""
    return label_f1(Tally(*(part.sum(axis=-1) for part in (counts.both, counts.true, counts.said))))


def interval(truth: Bools, said: Bools, score: Score) -> Interval:
    """Where `score` lies in 95 % of 1,000 seeded resamples of the rows. ValueError where there are no rows."""
    patterns, weights = _resamples(truth, said)
    return percentiles(score(_weighed(weights, patterns[0], patterns[1])))


def interval_of_difference(truth: Bools, first: Bools, second: Bools, score: Score) -> Interval:
    """Where the score of `second` less that of `first` lies: both are scored on the same resamples (paired)."""
    patterns, weights = _resamples(truth, first, second)
    before, after = (score(_weighed(weights, patterns[0], said)) for said in patterns[1:])
    return percentiles(after - before)


def percentiles(scores: Numbers) -> Interval:
    """The 95 % interval of the scores (resamples,) of resampled rows; NaN ones do not count."""
    low, high = np.nanpercentile(scores, [2.5, 97.5])
    return Interval(float(low), float(high))


def resampler() -> np.random.Generator:
    """The random numbers of every interval: the same each time, so that a figure can be measured again."""
    return np.random.default_rng(_SEED)


def calibration_error(sure: Numbers, right: Bools) -> float:
    """Expected calibration error: the mean distance between how sure and how right, over fifteen equal bins of `sure`.

    Bins are weighed by their rows (Naeini et al. 2015; Guo et al., "On Calibration of Modern Neural Networks", 2017).
    A perfect classifier has an error above zero too: with 100 rows some 0.05, by chance alone. NaN without rows.
    """
    if not len(sure):
        return float("nan")
    place = np.minimum((sure * _BINS).astype(np.int64), _BINS - 1)
    distance = np.bincount(place, weights=sure - right, minlength=_BINS)
    return float(np.abs(distance).sum() / len(sure))


def _resamples(*tables: Bools) -> tuple[list[Bools], Numbers]:
    """The distinct rows of the tables side by side, cut up again, and how often each resample draws each (1000, rows).

    Drawing n rows with replacement is one multinomial draw over the distinct ones, which is fast and exact.
    """
    if not len(tables[0]):
        raise ValueError("no rows: an interval needs at least one")
    distinct, counts = np.unique(np.hstack(tables), axis=0, return_counts=True)
    weights = resampler().multinomial(counts.sum(), counts / counts.sum(), size=_RESAMPLES).astype(float)
    return np.split(distinct, np.cumsum([table.shape[1] for table in tables])[:-1], axis=1), weights


def _weighed(weights: Numbers, truth: Bools, said: Bools) -> Tally:
    return Tally(*(weights @ part.astype(float) for part in (truth & said, truth, said)))


def _ratio(part: Any, whole: Any) -> Numbers:
    """`part` / `whole`, NaN where the whole is nothing."""
    return np.where(whole > 0, part / np.maximum(whole, 1e-12), np.nan)


def log_sum(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(rows,): the logarithm of the sum of the exponentials of (rows, labels) scores, without overflow."""
    highest = scores.max(axis=1, keepdims=True)
    total: NDArray[np.float64] = np.log(np.exp(scores - highest).sum(axis=1)) + highest[:, 0]
    return total
