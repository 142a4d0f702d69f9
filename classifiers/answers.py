"""What a classifier said about examples, set against what is true, task by task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.contract import Classifier, Text
from classifiers.dataset import Example
from classifiers.heads import COLUMNS, HEADS, WIDTH, Calibration
from classifiers.metrics import Bools, Numbers
from classifiers.tasks import COMPLAINT, Task

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judged:
    """Examples and the verdicts on them: (rows, heads.WIDTH) probabilities, escalation (rows,), abstained (rows,)."""

    examples: Sequence[Example]
    likely: Numbers
    escalation: Numbers
    abstained: Bools

    def rows(self, rows: Rows) -> "Judged":
        chosen = [self.examples[row] for row in rows]
        return Judged(chosen, self.likely[rows], self.escalation[rows], self.abstained[rows])


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one task. `rows` are places among the examples; `truth` and `said` are (rows, classes).

    `chances` are the probabilities of the classes (rows, classes); those of exclusive classes sum to 1.
    """

    task: Task
    rows: Rows
    truth: Bools
    said: Bools
    chances: Numbers

    def among(self, rows: Bools) -> "Answers":
        """The answers to some of the examples, told by a mask (examples,)."""
        kept = rows[self.rows]
        return Answers(self.task, self.rows[kept], self.truth[kept], self.said[kept], self.chances[kept])

    def confidence(self) -> tuple[Numbers, Bools]:
        """How sure each answer was and whether it was right, both flat: what a calibration error is made of.

        Independent labels, and complaint or not, answer with the probability of the label itself; exclusive labels
        with that of the label said.
        """
        if self.task.head == COMPLAINT:
            return self.chances[:, 0], self.truth[:, 0]
        if self.task.many:
            return self.chances.ravel(), self.truth.ravel()
        right: Bools = np.any(self.truth & self.said, axis=1)
        return (self.chances * self.said).sum(axis=1), right


def judged(classifier: Classifier, examples: Sequence[Example]) -> Judged:
    """The verdicts of a classifier on examples, the platform's language given as a hint as in life."""
    verdicts = classifier.classify([Text(example.text, example.lang) for example in examples])
    likely = np.zeros((len(verdicts), WIDTH))
    for row, verdict in enumerate(verdicts):
        for head in HEADS:
            given = getattr(verdict, head.name)
            likely[row, COLUMNS[head.name]] = [given[label] for label in head.labels]
    return Judged(
        examples,
        likely,
        np.array([verdict.escalation for verdict in verdicts], dtype=float),
        np.array([verdict.abstained for verdict in verdicts], dtype=np.bool_),
    )


def answers(
    verdicts: Judged, asked: Sequence[Task], calibration: Mapping[str, Calibration] | None = None
) -> list[Answers]:
    """The answers to every task that has rows among the judged examples.

    `calibration` tells at which probability a complaint or an independent label counts as said (0.5 where silent).
    """
    found = (_answers(verdicts, task, calibration or {}) for task in asked)
    return [one for one in found if len(one.rows)]


def _answers(verdicts: Judged, task: Task, calibration: Mapping[str, Calibration]) -> Answers:
    rows, truth = task.asked(verdicts.examples)
    chances = _chances(verdicts.likely[rows], task)
    if task.head == COMPLAINT:
        complaint = chances[:, 0] >= calibration.get("kind", Calibration()).threshold
        return Answers(task, rows, truth, np.stack([complaint, ~complaint], axis=1), chances)
    if task.many:
        own = calibration.get(task.head, Calibration())
        least = np.array([own.asserted_at(name) for name in task.names])
        return Answers(task, rows, truth, chances >= least, chances)
    return Answers(task, rows, truth, chosen(chances), chances)


def chosen(chances: Numbers) -> Bools:
    """The likeliest class of each row, as a table like `chances` (rows, classes)."""
    best: Bools = np.arange(chances.shape[1]) == chances.argmax(axis=1)[:, None]
    return best


def _chances(likely: Numbers, task: Task) -> Numbers:
    name = "kind" if task.head == COMPLAINT else task.head
    (head,) = (one for one in HEADS if one.name == name)
    member = np.array([[label in one for one in task.classes] for label in head.names], dtype=float)
    chances: Numbers = likely[:, COLUMNS[name]] @ member
    return chances if task.many else chances / np.maximum(chances.sum(axis=1, keepdims=True), 1e-12)
