"""How good a classifier is: every head by language and set, beside simpler models and what others have published.

    python -m classifiers.evaluate [--data DIR] [--model SPEC] [--split card|dev|test] [--baseline] [--json FILE]
                                   [--robustness] [--write docs/model-card.md]

`test` is the test split of our own corpus; `dev` are the rows that the split keeps from training, with the
non-commercial sets, which only ever measure; `card`, the default, is what a model card tells: both, each by itself.
Everything goes through `classify`, so the figures are those of what is served.
"""

import argparse
import logging
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np

from classifiers import baseline, figures, page, robustness
from classifiers.answers import Answers, Judged, answers, judged
from classifiers.contract import Classifier
from classifiers.curves import AtCapacity, AtCoverage, escalation_curve, groups, kind_curve
from classifiers.dataset import CORPUS, Example, read_corpus, read_labelled, without_leaks
from classifiers.figures import Figure, Flips, OfLabel, Report
from classifiers.heads import Calibration, ModelCard
from classifiers.load import ModelMissing, load, model_card, model_folder
from classifiers.metrics import Bools, calibration_error, interval, macro_f1, micro_f1, precision, recall, tally
from classifiers.published import held
from classifiers.tasks import Task, tasks
from classifiers.verdict import asserted_at

log = logging.getLogger(__name__)

_LEAST_ROWS = 10
_ROWS_PER_SET = 1_000


def evaluate(
    classifier: Classifier,
    examples: Sequence[Example],
    thresholds: Mapping[str, Calibration] | None = None,
    asked: Sequence[Task] | None = None,
) -> list[Figure]:
    """Figures of every head over all rows, every language and every set that has at least ten labelled rows.

    `thresholds` tells at which probability a complaint or an independent label counts as said (0.5 where it is
    silent); `asked` the tasks of the sets (None: those that the examples themselves show).
    """
    verdicts = judged(classifier, examples)
    return of_answers(verdicts, answers(verdicts, asked if asked is not None else tasks(examples), thresholds))


def of_answers(verdicts: Judged, given: Sequence[Answers]) -> list[Figure]:
    """The figures of answers: each set by itself; over all and by language only sets that know whole labels.

    A weakly labelled set counts in its own figure alone.
    """
    found = [_figure(f"set:{one.task.source}", [one], verdicts.abstained) for one in given]
    together: dict[str, list[Answers]] = defaultdict(list)
    for one in given:
        if one.task.whole and not one.task.weak:
            together[one.task.head].append(one)
    for group, mask in groups(verdicts.examples).items():
        for own in together.values():
            found.append(_figure(group, [one.among(mask) for one in own], verdicts.abstained))
    return sorted((figure for figure in found if figure is not None), key=lambda one: (one.head, one.group))


def _figure(group: str, given: Sequence[Answers], abstained: Bools) -> Figure | None:
    rows = np.concatenate([one.rows for one in given])
    if len(rows) < _LEAST_ROWS:
        return None
    names = tuple(dict.fromkeys(name for one in given for name in one.task.names))
    truth = np.vstack([_widened(one.truth, one.task, names) for one in given])
    said = np.vstack([_widened(one.said, one.task, names) for one in given])
    sure, right = (np.concatenate(parts) for parts in zip(*(one.confidence() for one in given), strict=True))
    task, counts = given[0].task, tally(truth, said)
    score = micro_f1 if task.many else macro_f1
    spread = interval(truth, said, score)
    labels = [
        OfLabel(name, int(counts.true[place]), _told(precision(counts)[place]), _told(recall(counts)[place]))
        for place, name in enumerate(names)
    ]
    return Figure(
        task.head,
        group,
        len(rows),
        float(score(counts)),
        spread.low,
        spread.high,
        float(macro_f1(counts)),
        calibration_error(sure, right),
        float(abstained[rows].mean()),
        tuple(labels),
        task.weak,
    )


def _widened(table: Bools, task: Task, names: Sequence[str]) -> Bools:
    """The columns of a task's classes among those of several tasks."""
    wide = np.zeros((len(table), len(names)), dtype=np.bool_)
    wide[:, [names.index(name) for name in task.names]] = table
    return wide


def _told(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def measured(examples: Sequence[Example], split: str, seed: int = 1, most: int = _ROWS_PER_SET) -> list[Example]:
    """The rows of a split, at most `most` a set."""
    by_set: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.split == split:
            by_set[example.source].append(example)
    picker = random.Random(seed)
    return [row for rows in by_set.values() for row in picker.sample(rows, min(len(rows), most))]


def table(given: Iterable[Figure]) -> str:
    """The figures as a Markdown table, which reads well in a terminal too."""
    return page.figures_table(given)


def of_corpus(classifier: Classifier, card: ModelCard, corpus: Sequence[Example], split: str = "test") -> Report:
    """What is measured on the rows of a split of our own corpus: figures, escalation and abstention."""
    rows = measured(corpus, split)
    if not rows:
        return Report(classifier.name, split)
    verdicts = judged(classifier, rows)
    given = answers(verdicts, tasks(corpus), card.calibration)
    curves: list[AtCapacity] = []
    coverage: list[AtCoverage] = []
    for group, mask in groups(rows).items():
        part = verdicts.rows(np.flatnonzero(mask))
        curves += escalation_curve(group, part)
        coverage += kind_curve(group, part)
    return Report(
        classifier.name,
        split,
        test_rows=len(rows),
        # A language's posts are one set, which need not be told twice.
        corpus=tuple(figure for figure in of_answers(verdicts, given) if not figure.group.startswith("set:")),
        escalation=tuple(curves),
        abstention=tuple(coverage),
    )


def of_sets(
    classifier: Classifier, card: ModelCard, examples: Sequence[Example], *, rival: bool, most: int, split: str = "card"
) -> Report:
    """What is measured on the dev rows of sets, and with `rival` TF-IDF beside it.

    For `card` the rows of our own corpus take part in the comparison by their test split, else by their dev split.
    """
    of_own = "test" if split == "card" else "dev"
    rows = [
        row
        for row in [*measured(examples, "dev", most=most), *(measured(examples, "test") if split == "card" else [])]
        if row.split == (of_own if row.source.startswith(f"{CORPUS}_") else "dev")
    ]
    log.info("measuring on %d rows", len(rows))
    verdicts = judged(classifier, rows)
    given = answers(verdicts, tasks(examples), card.calibration)
    training = [row for row in examples if row.split == "train"]
    theirs = baseline.tfidf(given, rows, training) if rival else []
    foreign = np.array([split != "card" or not row.source.startswith(f"{CORPUS}_") for row in rows], dtype=np.bool_)
    shown = [one for one in (one.among(foreign) for one in given) if len(one.rows)]
    return Report(
        classifier.name,
        split,
        dev_rows=int(foreign.sum()),
        public=tuple(of_answers(verdicts, shown)),
        held=held(rows, given, theirs),
        comparisons=baseline.compared(given, theirs, training),
    )


def of_noise(classifier: Classifier, corpus: Path) -> dict[str, Flips]:
    """What every noise does to the verdicts on the corpus' test split, all languages together."""
    turned = robustness.measure(classifier, robustness.corpus_test_texts(corpus))
    sums = {one.noise: robustness.total(turned, one.noise) for one in turned}
    return {noise: Flips(one.n, one.share) for noise, one in sums.items()}


def report(
    spec: str,
    corpus: Path,
    data: Path | None = None,
    *,
    split: str = "card",
    rival: bool = False,
    most: int = 5_000,
    noisy: bool = False,
) -> Report:
    """Everything measured of the model that `spec` names; see the module for the splits.

    Without `data` only our own corpus is measured; `noisy` adds the robustness on its test split. Raises ModelMissing,
    and baseline.LibraryMissing with `rival`.
    """
    if rival:
        baseline.require_library()
    classifier, card = load(spec), model_card(spec)
    own = read_corpus(corpus)
    made = of_corpus(classifier, card, own) if split != "dev" else Report(classifier.name, split)
    if split != "test" and (data or rival or split == "dev"):
        public = read_labelled(data / "labelled", training=False) if data else []
        examples = without_leaks([*public, *own])
        sets = of_sets(classifier, card, examples, rival=rival, most=most, split=split)
        made = replace(made, dev_rows=sets.dev_rows, public=sets.public, held=sets.held, comparisons=sets.comparisons)
    return replace(
        made,
        split=split,
        languages=card.languages,
        max_length=card.max_length,
        thresholds=asserted_at(card),
        test_hash=figures.rows_hash(corpus),
        robustness=of_noise(classifier, corpus) if noisy else {},
        training=figures.read_training(model_folder(spec)),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the tables go to stdout. 0 when all was measured, 2 for input that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.evaluate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with labelled/; without it only our own corpus is measured")
    parser.add_argument("--corpus", type=Path, default=Path(str(resources.files("classifiers"))) / "corpus")
    parser.add_argument("--model", default="shipped", help="shipped, a folder, or a hub id")
    parser.add_argument("--split", choices=("card", "dev", "test"), default="card")
    parser.add_argument("--baseline", action="store_true", help="train TF-IDF on every set beside (minutes)")
    parser.add_argument("--most", type=int, default=5_000, metavar="N", help="most rows measured of one set")
    parser.add_argument("--robustness", action="store_true", help="measure what noise does to the verdicts too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything measured to this file")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also write the page of figures (Markdown)")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        measured_now = report(
            given.model,
            given.corpus,
            given.data,
            split=given.split,
            rival=given.baseline,
            most=given.most,
            noisy=given.robustness,
        )
    except (ModelMissing, baseline.LibraryMissing, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    made = figures.as_kept(measured_now)
    sys.stdout.write(page.tables(made))
    if given.json:
        figures.write(made, given.json)
    if given.write:
        given.write.write_text(page.render(made), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
