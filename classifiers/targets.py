"""What is known about examples, as arrays that a loss and a metric can work on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.dataset import Example
from classifiers.heads import COLUMNS, HEADS, WIDTH


@dataclass(frozen=True, slots=True)
class TargetTable:
    """(examples, heads.WIDTH) each. `possible`: the label may hold. `weight`: how far that is known, 0 for unknown.

    In the columns of a head with exclusive labels the weight is the same for all labels of a row.
    """

    possible: NDArray[np.bool_]
    weight: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.possible)

    def rows(self, rows: Sequence[int] | NDArray[np.int64]) -> "TargetTable":
        return TargetTable(self.possible[rows], self.weight[rows])


def target_table(examples: Sequence[Example]) -> TargetTable:
    """The table of `examples`, one row each."""
    possible = np.zeros((len(examples), WIDTH), dtype=np.bool_)
    weight = np.zeros((len(examples), WIDTH), dtype=np.float32)
    for row, example in enumerate(examples):
        for head in HEADS:
            target = example.targets.get(head.name)
            if target is None:
                continue
            start = COLUMNS[head.name].start
            for column, name in enumerate(head.names, start):
                possible[row, column] = name in target.yes
                if not head.many or name in target.yes or name in target.no:
                    weight[row, column] = target.weight
    return TargetTable(possible, weight)


def exact(table: TargetTable, head: str, least_weight: float = 0.0) -> NDArray[np.int64]:
    """Rows where a head with exclusive labels has exactly one possible label, trusted more than `least_weight`."""
    place = COLUMNS[head]
    known = table.weight[:, place.start] > least_weight
    found: NDArray[np.int64] = np.flatnonzero(known & (table.possible[:, place].sum(axis=1) == 1))
    return found
