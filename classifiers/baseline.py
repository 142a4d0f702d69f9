"""The plain rival of every set: TF-IDF with logistic regression, trained on that set and head alone.

Words (one and two) and characters (two to five, within words), sublinear, lower case; C = 1. It needs scikit-learn,
which the extra `evaluate` brings.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.answers import Answers, chosen
from classifiers.dataset import Example
from classifiers.figures import Comparison
from classifiers.metrics import Bools, Numbers, macro_f1, micro_f1, tally

log = logging.getLogger(__name__)

_LEAST_TRAINING_ROWS = 30
_FOLDS = 3
_THRESHOLDS = np.linspace(0.05, 0.6, 23)
_ENOUGH = 100


class LibraryMissing(Exception):
    """scikit-learn is needed for the comparison with TF-IDF and is not installed: pip install '.[evaluate]'"""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class Summary:
    """Over the sets and heads with at least a hundred scored rows: how many, the share of them where the model is
    better than TF-IDF, the worst difference and the mean gain (points of F1, 0 to 1)."""

    count: int
    better: float
    worst: float
    mean: float


def tfidf(given: Sequence[Answers], measured: Sequence[Example], training: Sequence[Example]) -> list[Answers]:
    """TF-IDF's answers to the same tasks on the same rows; a task with fewer than thirty training rows has none.

    Raises LibraryMissing where scikit-learn is not installed.
    """
    require_library()
    by_source = _by_source(training)
    found = []
    for one in given:
        rows = by_source.get(one.task.source, [])
        learnable, truth = one.task.asked(rows)
        one_sided = not one.task.many and truth.any(axis=0).sum() < 2
        if len(learnable) < _LEAST_TRAINING_ROWS or one_sided:
            continue
        log.info("TF-IDF on %s, %s: %d rows", one.task.source, one.task.head, len(learnable))
        texts, asked = [rows[row].text for row in learnable], [measured[row].text for row in one.rows]
        found.append(_answered(one, texts, truth, asked))
    return found


def compared(ours: Sequence[Answers], theirs: Sequence[Answers], training: Sequence[Example]) -> tuple[Comparison, ...]:
    """Both beside the majority class, for every task that both answered."""
    mine = {(one.task.source, one.task.head): one for one in ours}
    by_source = _by_source(training)
    rows = []
    for other in theirs:
        task = other.task
        given = mine[task.source, task.head]
        learnt, truth = task.asked(by_source[task.source])
        score = micro_f1 if task.many else macro_f1
        majority = np.broadcast_to(_majority(truth, many=task.many), given.truth.shape)
        same, simple, model = (float(score(tally(given.truth, said))) for said in (majority, other.said, given.said))
        rows.append(Comparison(task.source, task.head, len(learnt), len(given.rows), same, simple, model, task.weak))
    return tuple(rows)


def summary(rows: Sequence[Comparison]) -> Summary | None:
    """The three figures over the rows with enough scored texts; None where there are none."""
    gains = np.array([row.gain for row in rows if row.n >= _ENOUGH])
    if not len(gains):
        return None
    return Summary(len(gains), float((gains > 0).mean()), float(gains.min()), float(gains.mean()))


def _by_source(examples: Sequence[Example]) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = {}
    for example in examples:
        found.setdefault(example.source, []).append(example)
    return found


def require_library() -> None:
    """Raise LibraryMissing unless scikit-learn can be imported."""
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise LibraryMissing from error


def _majority(truth: Bools, *, many: bool) -> Bools:
    """What always answering the same says: the most frequent class; of independent labels those of more than half."""
    if many:
        return np.asarray(truth.mean(axis=0) > 0.5)
    most: Bools = np.arange(truth.shape[1]) == truth.sum(axis=0).argmax()
    return most


def _answered(one: Answers, texts: Sequence[str], truth: Bools, asked: Sequence[str]) -> Answers:
    if one.task.many:
        threshold = _threshold(texts, truth)
        chances = _independent(texts, truth, asked)
        said = chances >= threshold
    else:
        chances = _exclusive(texts, truth, asked)
        said = chosen(chances)
    return Answers(one.task, one.rows, one.truth, said, chances)


def _exclusive(texts: Sequence[str], truth: Bools, asked: Sequence[str]) -> Numbers:
    """Probabilities (asked, classes) of classes that exclude each other."""
    seen = np.flatnonzero(truth.any(axis=0))
    known, unknown = _features(texts, asked)
    model = _regression(two=len(seen) == 2).fit(known, truth.argmax(axis=1))
    chances = np.zeros((len(asked), truth.shape[1]))
    chances[:, seen] = model.predict_proba(unknown)
    return chances


def _independent(texts: Sequence[str], truth: Bools, asked: Sequence[str]) -> Numbers:
    """Probabilities (asked, labels) of independent labels, one regression each."""
    known, unknown = _features(texts, asked)
    chances = np.zeros((len(asked), truth.shape[1]))
    for label, holds in enumerate(truth.T):
        if holds.all() or not holds.any():
            chances[:, label] = float(holds.all())
        else:
            chances[:, label] = _regression(two=True).fit(known, holds).predict_proba(unknown)[:, 1]
    return chances


def _threshold(texts: Sequence[str], truth: Bools) -> float:
    """The threshold with the best micro-F1 on training rows held out in turn: half would leave rare labels unsaid."""
    held_out = [np.arange(number, len(texts), _FOLDS) for number in range(_FOLDS)]
    chances = np.zeros(truth.shape)
    for inside in held_out:
        outside = np.setdiff1d(np.arange(len(texts)), inside)
        chances[inside] = _independent(
            [texts[int(i)] for i in outside], truth[outside], [texts[int(i)] for i in inside]
        )
    scores = [float(micro_f1(tally(truth, chances >= threshold))) for threshold in _THRESHOLDS]
    return float(_THRESHOLDS[int(np.argmax(scores))])


def _features(texts: Sequence[str], asked: Sequence[str]) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    # What occurs once in a large set costs memory and tells nothing.
    least = 1 if len(texts) < 20_000 else 2
    vectors = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=least, dtype=np.float32),
        TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=min(2, len(texts)), dtype=np.float32
        ),
    )
    fit: Callable[[Sequence[str]], Any] = vectors.fit_transform
    return fit(texts), vectors.transform(asked)


def _regression(*, two: bool) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, solver="liblinear" if two else "lbfgs", max_iter=200, random_state=1)
