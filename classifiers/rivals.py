"""Two models on the same rows: what each head and each language gains or loses, beyond what chance explains.

Paired bootstrap (Efron & Tibshirani 1993; Koehn 2004): both models are scored on the same resamples of the rows, and
the 95 % interval of the difference tells whether it is more than the luck of these rows. A single head in a single
language is one of many looks, and among fifty looks one or two seem lost by chance; so such a cell counts as lost only
where the interval widened for the number of cells (Bonferroni) still lies below zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from classifiers.contract import Assessment, Kind
from classifiers.dataset import Example
from classifiers.heads import HEADS, Head
from classifiers.metrics import Bools, Numbers, Tally, macro_f1, resampler, tally

ALL = "all"
COMPLAINT = "complaint"
"""The head `kind` asked one thing only: is it a complaint?"""

LEAST_ROWS = 10
"""Fewer rows than these say nothing."""

_RESAMPLES = 1_000
_AT_ONCE = 100
_CHANCE = 0.05


class Outcome(StrEnum):
    """How the challenger did: beyond chance better or worse, or neither."""

    GAIN = "gain"
    EVEN = "even"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Macro-F1 of both models on `n` rows, 0 to 1, and the interval of challenger less champion.

    `head` is `all` for the mean over heads, `lang` is `all` for the rows of every language.
    """

    head: str
    lang: str
    n: int
    champion: float
    challenger: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        return self.challenger - self.champion

    @property
    def outcome(self) -> Outcome:
        if self.high < 0:
            return Outcome.LOSS
        return Outcome.GAIN if self.low > 0 else Outcome.EVEN


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One head: the rows that tell it, what is true of them, and what either model said; (rows, labels) tables."""

    head: str
    rows: NDArray[np.int64]
    truth: Bools
    champion: Bools
    challenger: Bools

    def among(self, kept: Bools) -> "_Sheet":
        """The sheet of some rows, told by a mask over all, with places counted among these."""
        mine = kept[self.rows]
        places = (np.cumsum(kept) - 1)[self.rows[mine]]
        return _Sheet(self.head, places, self.truth[mine], self.champion[mine], self.challenger[mine])


def compare(
    examples: Sequence[Example], champion: Sequence[Assessment], challenger: Sequence[Assessment]
) -> list[Comparison]:
    """Every head over all languages, every language over all heads, every head in every language that has ten rows.

    The assessments are those of the examples, in order.
    """
    sheets = [_sheet(head, examples, champion, challenger) for head in (COMPLAINT, *HEADS)]
    langs = np.array([example.lang for example in examples])
    groups = [(lang, langs == lang) for lang in sorted(set(langs.tolist()))]
    cells = sum(len(_telling(sheets, kept)) for _, kept in groups)
    found = list(_of_group(ALL, sheets, np.ones(len(examples), dtype=np.bool_), _CHANCE))
    for lang, kept in groups:
        found += _of_group(lang, sheets, kept, _CHANCE / cells if cells else _CHANCE)
    return found


def _of_group(lang: str, sheets: Sequence[_Sheet], kept: Bools, chance: float) -> Iterator[Comparison]:
    """The mean over heads, and then each head; `chance` is how often an interval of one head may miss the truth."""
    told = _telling(sheets, kept)
    if not told:
        return
    champion = np.array([_score(sheet.truth, sheet.champion) for sheet in told])
    challenger = np.array([_score(sheet.truth, sheet.challenger) for sheet in told])
    drawn = _differences(told, int(kept.sum()))
    low, high = _between(drawn.mean(axis=1), _CHANCE)
    rows = len(np.unique(np.concatenate([sheet.rows for sheet in told])))
    yield Comparison(ALL, lang, rows, float(champion.mean()), float(challenger.mean()), low, high)
    for place, sheet in enumerate(told):
        low, high = _between(drawn[:, place], chance)
        yield Comparison(sheet.head, lang, len(sheet.rows), float(champion[place]), float(challenger[place]), low, high)


def _telling(sheets: Sequence[_Sheet], kept: Bools) -> list[_Sheet]:
    """The sheets of the kept rows that have enough rows, and any label to find at all."""
    own = (sheet.among(kept) for sheet in sheets)
    return [sheet for sheet in own if len(sheet.rows) >= LEAST_ROWS and sheet.truth.any()]


def _differences(sheets: Sequence[_Sheet], rows: int) -> Numbers:
    """(resamples, sheets) macro-F1 of the challenger less the champion's, all heads on the same resamples of rows."""
    random = resampler()
    parts = []
    for _ in range(_RESAMPLES // _AT_ONCE):
        weights = random.multinomial(rows, np.full(rows, 1 / rows), size=_AT_ONCE).astype(float)
        scored = [_resampled(weights[:, sheet.rows], sheet) for sheet in sheets]
        parts.append(np.stack(scored, axis=1))
    return np.concatenate(parts)


def _resampled(weights: Numbers, sheet: _Sheet) -> Numbers:
    """The difference of one head for each resample, whose weights are (resamples, rows of the sheet).

    A resample that holds none of the head's labels shows no difference: else one post could be a loss beyond doubt.
    """
    true = weights @ sheet.truth.astype(float)
    first, second = (
        macro_f1(Tally(weights @ (sheet.truth & said).astype(float), true, weights @ said.astype(float)))
        for said in (sheet.champion, sheet.challenger)
    )
    return np.nan_to_num(second - first, nan=0.0)


def _between(differences: Numbers, chance: float) -> tuple[float, float]:
    low, high = np.percentile(differences, [100 * chance / 2, 100 * (1 - chance / 2)])
    return float(low), float(high)


def _score(truth: Bools, said: Bools) -> float:
    return float(macro_f1(tally(truth, said)))


def _sheet(
    head: Head | str, examples: Sequence[Example], champion: Sequence[Assessment], challenger: Sequence[Assessment]
) -> _Sheet:
    name = head if isinstance(head, str) else head.name
    truths = [_truth(head, example) for example in examples]
    rows = np.array([row for row, truth in enumerate(truths) if truth is not None], dtype=np.int64)
    width = len(next((truth for truth in truths if truth is not None), ()))

    def table(given: list[list[bool]]) -> Bools:
        return np.array(given, dtype=np.bool_).reshape(len(rows), width)

    return _Sheet(
        name,
        rows,
        table([truth for truth in truths if truth is not None]),
        table([_said(head, champion[row]) for row in rows]),
        table([_said(head, challenger[row]) for row in rows]),
    )


def _truth(head: Head | str, example: Example) -> list[bool] | None:
    """What is true of the example; None where that is not wholly known."""
    target = example.targets.get("kind" if isinstance(head, str) else head.name)
    if target is None:
        return None
    if isinstance(head, str):
        complaint = Kind.COMPLAINT.value in target.yes
        return [complaint, not complaint] if len(target.yes) == 1 or not complaint else None
    if head.many:
        return [name in target.yes for name in head.names] if target.yes | target.no == set(head.names) else None
    return [name in target.yes for name in head.names] if len(target.yes) == 1 else None


def _said(head: Head | str, verdict: Assessment) -> list[bool]:
    """What the model says where it must speak: by its own thresholds, or else the likeliest label."""
    if isinstance(head, str):
        complaint = verdict.kind[Kind.COMPLAINT] >= verdict.complaint_threshold
        return [complaint, not complaint]
    given: Mapping[StrEnum, float] = getattr(verdict, head.name)
    if head.many:
        return [given[label] >= verdict.thresholds.get(f"{head.name}.{label.value}", 0.5) for label in head.labels]
    likely = max(given, key=lambda label: given[label])
    return [label is likely for label in head.labels]
