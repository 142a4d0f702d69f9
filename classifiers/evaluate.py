"""How good a classifier is, per head, language and set: F1, calibration error, and how many rows say so.

    python -m classifiers.evaluate --data DIR [--model SPEC] [--split dev|test] [--json FILE]

`dev` are the rows that the split keeps from training, with the non-commercial sets, which only ever measure. `test` is
the test split of our own corpus. Everything goes through `classify`, so the figures are those of what is served.
"""

import argparse
import json
import logging
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.contract import Assessment, Classifier, Kind, Text
from classifiers.dataset import Example, read_corpus, read_labelled
from classifiers.heads import COLUMNS, HEADS, WIDTH, Calibration, Head
from classifiers.load import load, model_card
from classifiers.metrics import calibration_error, f1, macro_f1
from classifiers.sets import NOT_A_COMPLAINT
from classifiers.targets import TargetTable, exact, target_table

log = logging.getLogger(__name__)

_LEAST_ROWS = 10
_ROWS_PER_SET = 1_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `f1` is macro for exclusive labels, micro over all labels for independent ones, 0 to 1.

    `group` is `all`, `lang:<code>` or `set:<name>`. The head `complaint` is `kind` told apart from the three others.
    `abstained` is the share of the rows on which the classifier said that it does not know; they count in the figures.
    """

    head: str
    group: str
    n: int
    f1: float
    ece: float
    abstained: float


def evaluate(
    classifier: Classifier, examples: Sequence[Example], thresholds: dict[str, Calibration] | None = None
) -> list[Figure]:
    """Figures of every head over all rows, every language and every set that has at least ten labelled rows.

    `thresholds` tells at which probability an independent label counts as said (0.5 where it is silent).
    """
    verdicts = classifier.classify([Text(example.text, example.lang) for example in examples])
    known, likely = target_table(examples), _probabilities(verdicts)
    silent = np.array([verdict.abstained for verdict in verdicts], dtype=np.bool_)
    figures: list[Figure] = []
    for group, rows in sorted(_groups(examples).items()):
        part = _Part(group, known.rows(rows), likely[rows], silent[rows])
        figures += _complaint(part)
        for head in HEADS:
            figures += _of_head(part, head, (thresholds or {}).get(head.name, Calibration()).threshold)
    return figures


def measured(examples: Sequence[Example], split: str, seed: int = 1) -> list[Example]:
    """The rows of a split, at most 1,000 a set."""
    by_set: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.split == split:
            by_set[example.source].append(example)
    picker = random.Random(seed)
    return [row for rows in by_set.values() for row in picker.sample(rows, min(len(rows), _ROWS_PER_SET))]


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table, which reads well in a terminal too."""
    lines = ["| head | group | n | F1 | calibration error | abstained |", "|---|---|---:|---:|---:|---:|"]
    for figure in sorted(figures, key=lambda one: (one.head, one.group)):
        values = f"{figure.n} | {figure.f1:.3f} | {figure.ece:.3f} | {figure.abstained:.2f}"
        lines.append(f"| {figure.head} | {figure.group} | {values} |")
    return "\n".join(lines) + "\n"


def _groups(examples: Sequence[Example]) -> dict[str, NDArray[np.int64]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(examples):
        for group in ("all", f"lang:{example.lang}", f"set:{example.source}"):
            rows[group].append(row)
    return {group: np.array(places, dtype=np.int64) for group, places in rows.items()}


def _probabilities(verdicts: Sequence[Assessment]) -> NDArray[np.float64]:
    """(verdicts, heads.WIDTH) probabilities in the order of the heads' columns."""
    likely = np.zeros((len(verdicts), WIDTH))
    for row, verdict in enumerate(verdicts):
        for head in HEADS:
            given = getattr(verdict, head.name)
            likely[row, COLUMNS[head.name]] = [given[label] for label in head.labels]
    return likely


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one group: what is known of them, the probabilities said, and where the classifier abstained."""

    group: str
    known: TargetTable
    likely: NDArray[np.float64]
    silent: NDArray[np.bool_]

    def figure(self, head: str, rows: NDArray[np.int64], quality: float, error: float) -> Figure:
        return Figure(head, self.group, len(rows), quality, error, float(self.silent[rows].mean()))


def _complaint(part: _Part) -> Iterator[Figure]:
    place = COLUMNS["kind"]
    complaint = list(Kind).index(Kind.COMPLAINT)
    possible = part.known.possible[:, place]
    other = [i for i, kind in enumerate(Kind) if kind.value in NOT_A_COMPLAINT]
    clear = possible[:, complaint] != possible[:, other].any(axis=1)
    rows = np.flatnonzero((part.known.weight[:, place.start] > 0) & clear)
    if len(rows) < _LEAST_ROWS:
        return
    truth, chance = possible[rows, complaint], part.likely[rows, place.start + complaint]
    said = chance >= 0.5
    error = calibration_error(np.where(said, chance, 1 - chance), said == truth)
    yield part.figure("complaint", rows, macro_f1(truth.astype(np.int64), said.astype(np.int64)), error)


def _of_head(part: _Part, head: Head, threshold: float) -> Iterator[Figure]:
    place = COLUMNS[head.name]
    rows = _labelled_rows(part.known, head)
    if len(rows) < _LEAST_ROWS:
        return
    possible, chances = part.known.possible[rows, place], part.likely[rows, place]
    if head.many:
        said = chances >= threshold
        yield part.figure(
            head.name, rows, f1(possible.ravel(), said.ravel()), calibration_error(chances.ravel(), possible.ravel())
        )
    else:
        truth, best = possible.argmax(axis=1), chances.argmax(axis=1)
        yield part.figure(head.name, rows, macro_f1(truth, best), calibration_error(chances.max(axis=1), truth == best))


def _labelled_rows(known: TargetTable, head: Head) -> NDArray[np.int64]:
    """Rows that are wholly labelled for a head; none where all are complaints, which the head `complaint` measures."""
    place = COLUMNS[head.name]
    if head.many:
        wholly: NDArray[np.int64] = np.flatnonzero((known.weight[:, place] > 0).all(axis=1))
        return wholly
    rows = exact(known, head.name)
    one_sided = head.name == "kind" and len(np.unique(known.possible[rows, place].argmax(axis=1))) < 2
    return rows[:0] if one_sided else rows


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the table goes to stdout."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.evaluate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with labelled/; without it only our own corpus is measured")
    parser.add_argument("--corpus", type=Path, default=Path(str(resources.files("classifiers"))) / "corpus")
    parser.add_argument("--model", default="shipped", help="shipped, a folder, or a hub id")
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    examples = read_corpus(given.corpus)
    if given.data and given.split == "dev":
        examples += read_labelled(given.data / "labelled", training=False)
    rows = measured(examples, given.split)
    log.info("measuring on %d rows", len(rows))
    figures = evaluate(load(given.model), rows, dict(model_card(given.model).calibration))
    sys.stdout.write(table(figures))
    if given.json:
        given.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
