"""Curves of a verdict's use: what a team finds at its capacity, and how right the model is where it dares to speak."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.answers import Judged
from classifiers.contract import Kind, Threat
from classifiers.dataset import Example
from classifiers.heads import COLUMNS
from classifiers.metrics import Bools, Numbers, percentiles, resampler
from classifiers.verdict import needs_a_person

CAPACITIES = (0.05, 0.1, 0.2, 0.3)
"""Shares of the posts that a team can look at within 15 minutes."""

COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

_RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class AtCapacity:
    """Of `urgent` posts among `n` the share `recall` that is among the `capacity` with the highest escalation.

    `best` is the recall of a perfect order: a team that can look at 5 % of the posts cannot see 10 % of them.
    """

    group: str
    n: int
    urgent: int
    capacity: float
    recall: float
    low: float
    high: float
    best: float


@dataclass(frozen=True, slots=True)
class AtCoverage:
    """The accuracy of `kind` on the share `coverage` of `n` posts with the widest margin between the best two kinds.

    `rule` marks the point of the shipped rule, which abstains for language and length too.
    """

    group: str
    n: int
    coverage: float
    accuracy: float
    rule: bool = False


def escalation_curve(group: str, verdicts: Judged) -> list[AtCapacity]:
    """Recall at every capacity over the wholly labelled rows; empty where none of them needs a person."""
    known = [(row, urgent(example)) for row, example in enumerate(verdicts.examples)]
    truth = np.array([needed for _, needed in known if needed is not None], dtype=np.bool_)
    risk = verdicts.escalation[[row for row, needed in known if needed is not None]]
    if not truth.any():
        return []
    drawn = resampler().integers(0, len(truth), size=(_RESAMPLES, len(truth)))
    found: list[AtCapacity] = []
    for capacity in CAPACITIES:
        spread = percentiles(recall_at(truth[drawn], risk[drawn], capacity))
        most = min(1.0, _places(len(truth), capacity) / float(truth.sum()))
        share = float(recall_at(truth[None], risk[None], capacity)[0])
        found.append(
            AtCapacity(group, len(truth), int(truth.sum()), capacity, share, spread.low, spread.high, float(most))
        )
    return found


def recall_at(truth: Bools, risk: Numbers, capacity: float) -> Numbers:
    """Of the true ones the share among the `capacity` with the highest risk; rows of (samples, posts) tables.

    Ties are resolved by the posts' order. NaN where a sample has no true one.
    """
    first = np.argsort(-risk, axis=1, kind="stable")[:, : _places(truth.shape[1], capacity)]
    seen = np.take_along_axis(truth, first, axis=1).sum(axis=1)
    total = truth.sum(axis=1)
    return np.where(total > 0, seen / np.maximum(total, 1), np.nan)


def urgent(example: Example) -> bool | None:
    """Whether a person should look within 15 minutes, by the labels; None where they do not tell."""
    kind, churn = _only(example, "kind"), _only(example, "churn")
    threats = example.targets.get("threats")
    if kind is None or churn is None or threats is None or len(threats.yes | threats.no) < len(Threat):
        return None
    severity = _only(example, "severity")
    return needs_a_person(kind, severity, churn, threats.yes)


def abstention_curve(group: str, margin: Numbers, right: Bools, answered: Bools) -> list[AtCoverage]:
    """Accuracy at every coverage, and where the shipped rule stands (`answered`); all are (posts,). Empty for none."""
    if not len(right):
        return []
    order = np.argsort(-margin, kind="stable")
    curve = []
    for coverage in COVERAGES:
        kept = right[order[: _places(len(right), coverage)]]
        curve.append(AtCoverage(group, len(right), coverage, float(kept.mean())))
    if answered.any():
        curve.append(
            AtCoverage(group, len(right), float(answered.mean()), float(right[answered].mean()), rule=True),
        )
    return curve


def kind_curve(group: str, verdicts: Judged) -> list[AtCoverage]:
    """The abstention curve of `kind` over the rows whose kind is known."""
    kinds = [_only(example, "kind") for example in verdicts.examples]
    rows = np.array([row for row, kind in enumerate(kinds) if kind is not None], dtype=np.int64)
    names = [kind.value for kind in Kind]
    truth = np.array([names.index(kind) for kind in kinds if kind is not None], dtype=np.int64)
    likely = verdicts.likely[rows, COLUMNS["kind"]]
    if not len(rows):
        return []
    two = np.sort(likely, axis=1)[:, -2:]
    return abstention_curve(group, two[:, 1] - two[:, 0], likely.argmax(axis=1) == truth, ~verdicts.abstained[rows])


def _places(posts: int, share: float) -> int:
    """How many of the posts a share is, at least one."""
    return max(1, round(posts * share))


def _only(example: Example, head: str) -> str | None:
    target = example.targets.get(head)
    return next(iter(target.yes)) if target is not None and len(target.yes) == 1 else None


def groups(examples: Sequence[Example]) -> dict[str, Bools]:
    """`all` and every `lang:<code>`, each a mask (examples,)."""
    langs = np.array([example.lang for example in examples])
    found: dict[str, Bools] = {"all": np.ones(len(examples), dtype=np.bool_)}
    for lang in sorted(set(langs.tolist())):
        found[f"lang:{lang}"] = langs == lang
    return found
