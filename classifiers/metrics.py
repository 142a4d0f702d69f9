"""Figures of quality from probabilities and what is known: F1 and calibration error. NumPy only."""

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]

_BINS = 15


def macro_f1(truth: Labels, said: Labels) -> float:
    """The mean F1 over the labels that occur in `truth`: a label nobody could have found is not held against us."""
    present = np.unique(truth)
    return float(np.mean([f1(truth == label, said == label) for label in present])) if len(present) else float("nan")


def f1(truth: Bools, said: Bools) -> float:
    """Harmonic mean of precision and recall; 1 where there was nothing to find and nothing was said."""
    both = truth.sum() + said.sum()
    return 1.0 if both == 0 else float(2 * (truth & said).sum() / both)


def calibration_error(sure: Numbers, right: Bools) -> float:
    """Expected calibration error: the mean distance between how sure and how right, over fifteen equal bins."""
    if not len(sure):
        return float("nan")
    place = np.minimum((sure * _BINS).astype(np.int64), _BINS - 1)
    error = 0.0
    for number in np.unique(place):
        inside = place == number
        error += inside.mean() * abs(float(sure[inside].mean()) - float(right[inside].mean()))
    return error
