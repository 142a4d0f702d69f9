"""What a set of examples asks of a head: into which classes its rows are told apart.

A set need not know all labels of a head: many know only negative and positive, and one knows leaving from staying. Such
a set is scored over the classes it has, as published figures are; what was said is then the likeliest of those classes.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.contract import Kind
from classifiers.dataset import CORPUS, Example
from classifiers.heads import HEADS, Head
from classifiers.metrics import Bools
from classifiers.sets import NOT_A_COMPLAINT, Target

Class = frozenset[str]

COMPLAINT = "complaint"
"""The head `kind` asked one thing only: is it a complaint?"""

_COMPLAINT_CLASSES: tuple[Class, ...] = (frozenset({Kind.COMPLAINT.value}), NOT_A_COMPLAINT)
_WEAK = 0.3


@dataclass(frozen=True, slots=True)
class Task:
    """One set and one head: `classes` of labels that exclude each other, or with `many` labels that do not.

    `head` is a head's name or `complaint`. `weak` says that the labels were derived (from emotions, from stars, by a
    machine), so that the set measures little. `whole` says that the classes are single labels.
    """

    source: str
    head: str
    classes: tuple[Class, ...]
    many: bool = False
    weak: bool = False

    @property
    def whole(self) -> bool:
        return self.head == COMPLAINT or all(len(one) == 1 for one in self.classes)

    @property
    def names(self) -> tuple[str, ...]:
        """The classes as words."""
        if self.head == COMPLAINT:
            return (COMPLAINT, "no complaint")
        return tuple(" or ".join(sorted(one)) for one in self.classes)

    def asked(self, examples: Sequence[Example]) -> tuple[NDArray[np.int64], Bools]:
        """Which of the examples the task can score, and the truth about them (rows, classes)."""
        rows, truths = [], []
        for row, example in enumerate(examples):
            truth = self._truth(example) if example.source == self.source else None
            if truth is not None:
                rows.append(row)
                truths.append(truth)
        table = np.array(truths, dtype=np.bool_).reshape(len(rows), len(self.classes))
        return np.array(rows, dtype=np.int64), table

    def _truth(self, example: Example) -> list[bool] | None:
        target = example.targets.get("kind" if self.head == COMPLAINT else self.head)
        if target is None:
            return None
        if self.many:
            wholly = all(one <= target.yes | target.no for one in self.classes)
            return [one <= target.yes for one in self.classes] if wholly else None
        held = [target.yes <= one for one in self.classes]
        return held if sum(held) == 1 else None


def tasks(examples: Sequence[Example]) -> list[Task]:
    """Every task of the examples' sets, by set and head. Give all rows of the sets, so that no class is overlooked.

    A set that knows only one class of a head measures nothing and asks nothing.
    """
    targets: dict[str, dict[str, list[Target]]] = defaultdict(lambda: defaultdict(list))
    for example in examples:
        for name, target in example.targets.items():
            targets[example.source][name].append(target)
    found: list[Task] = []
    for source, by_head in sorted(targets.items()):
        for head in HEADS:
            known = by_head.get(head.name)
            if known:
                found += _of_head(source, head, known)
    return found


def _of_head(source: str, head: Head, known: Sequence[Target]) -> list[Task]:
    weak = max(target.weight for target in known) <= _WEAK
    ours = source.startswith(CORPUS)
    single: tuple[Class, ...] = tuple(frozenset({name}) for name in head.names)
    if head.many:
        wholly = any(set(head.names) <= target.yes | target.no for target in known)
        return [Task(source, head.name, single, many=True, weak=weak)] if wholly else []
    seen = {target.yes for target in known}
    made = []
    if head.name == "kind":
        held = [any(yes <= one for yes in seen) for one in _COMPLAINT_CLASSES]
        made += [Task(source, COMPLAINT, _COMPLAINT_CLASSES, weak=weak)] if all(held) else []
    if ours:
        return [*made, Task(source, head.name, single, weak=weak)] if len(seen) > 1 else made
    if head.name != "kind" and _told_apart(seen):
        made.append(Task(source, head.name, _in_order(seen, head), weak=weak))
    return made


def _told_apart(seen: set[Class]) -> bool:
    """More than one class, and none overlaps another."""
    return len(seen) > 1 and sum(len(one) for one in seen) == len(frozenset().union(*seen))


def _in_order(seen: set[Class], head: Head) -> tuple[Class, ...]:
    return tuple(sorted(seen, key=lambda one: min(head.names.index(label) for label in one)))
