"""How much of each tower counts: decided head by head, by what is known of dev rows."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from classifiers.blend import shares
from classifiers.heads import COLUMNS, HEADS, WIDTH
from classifiers.learn import multi_task_loss
from classifiers.sets import Target
from classifiers.targets import TargetTable, target_table
from tests.classifiers.verdicts import example

KINDS = HEADS[0].names
CAUSES = HEADS[3].names
KIND, CAUSE = COLUMNS["kind"], COLUMNS["causes"]
ROWS = 120
Logits = NDArray[np.float32]


def kinds(count: int = ROWS, weight: float = 1.0) -> TargetTable:
    """Rows whose kind is known, one after the other."""
    return target_table([example("t", kind=Target(frozenset({KINDS[row % 4]}), weight=weight)) for row in range(count)])


def right(table: TargetTable, sure: float = 2.0) -> Logits:
    """What a tower says that is right, and noisy enough that no share of it is without a price."""
    noise = np.random.default_rng(1).normal(0, 1, (len(table), WIDTH))
    return (np.where(table.possible, sure, -sure) + noise).astype(np.float32)


def nonsense(count: int = ROWS) -> Logits:
    return np.random.default_rng(2).normal(0, 3, (count, WIDTH)).astype(np.float32)


class TestExclusiveLabels:
    def test_the_tower_that_is_right_counts_and_the_other_does_not(self) -> None:
        table = kinds()
        deep, wide = shares(right(table), nonsense(), table)["kind"]
        assert deep > 0.5
        assert wide < 0.2

    def test_it_may_be_either_of_them(self) -> None:
        table = kinds()
        deep, wide = shares(nonsense(), right(table), table)["kind"]
        assert deep < 0.2
        assert wide > 0.5

    def test_two_towers_with_errors_of_their_own_are_better_together(self) -> None:
        table = kinds()
        rng = np.random.default_rng(5)
        one, other = (np.where(table.possible, 1.0, 0.0) + rng.normal(0, 1, (ROWS, WIDTH)) for _ in range(2))
        deep, wide = shares(one.astype(np.float32), other.astype(np.float32), table)["kind"]
        assert deep > 0.2
        assert wide > 0.2

    def test_no_other_shares_of_the_grid_have_less_loss(self) -> None:
        table = kinds()
        deep, wide = right(table, 0.5), nonsense()
        chosen = shares(deep, wide, table)["kind"]
        assert loss(deep, wide, table, chosen) <= min(
            loss(deep, wide, table, (one, other))
            for one in np.linspace(0, 1.5, 7)
            for other in np.linspace(0, 1.5, 7)
            if one or other
        )

    def test_a_partial_label_counts_for_what_it_permits(self) -> None:
        permitted = frozenset({"question", "praise"})
        table = target_table([example("t", kind=Target(permitted)) for _ in range(ROWS)])
        torn = np.zeros((ROWS, WIDTH), dtype=np.float32)
        torn[:, KIND] = [-3, 3, 3, -3]
        deep, wide = shares(torn, -torn, table)["kind"]
        assert deep > 1.0
        assert wide == 0.0

    def test_a_weakly_labelled_row_counts_little(self) -> None:
        strong, weak = kinds(60), kinds(60, weight=0.05)
        table = TargetTable(
            np.concatenate([strong.possible, weak.possible]), np.concatenate([strong.weight, weak.weight])
        )
        first = right(table)
        first[60:] *= -1
        deep, wide = shares(first, -first, table)["kind"]
        assert deep > wide


class TestIndependentLabels:
    def table(self, count: int = ROWS) -> TargetTable:
        """Rows of which one cause is known to hold and one not to, the others unknown."""
        pairs = [(CAUSES[row % 5], CAUSES[(row + 1) % 5]) for row in range(count)]
        return target_table([example("t", causes=Target(frozenset({yes}), frozenset({no}))) for yes, no in pairs])

    def test_the_tower_that_is_right_counts_and_the_other_does_not(self) -> None:
        table = self.table()
        deep, wide = shares(right(table), nonsense(), table)["causes"]
        assert deep > 0.5
        assert wide < 0.2

    def test_labels_that_are_unknown_do_not_count(self) -> None:
        table = self.table()
        known = table.weight[:, CAUSE] > 0
        first = right(table)
        first[:, CAUSE][~known] *= -50
        deep, wide = shares(first, nonsense(), table)["causes"]
        assert deep > wide


class TestTooLittleIsKnown:
    def test_a_head_that_no_row_knows_is_half_and_half(self) -> None:
        found = shares(nonsense(), nonsense(), kinds())
        assert found["churn"] == (0.5, 0.5)
        assert found["threats"] == (0.5, 0.5)

    @pytest.mark.parametrize("count", [0, 1, 49])
    def test_so_is_one_with_few_rows(self, count: int) -> None:
        table = kinds(count)
        assert shares(right(table), nonsense(count), table)["kind"] == (0.5, 0.5)

    def test_fifty_rows_are_enough(self) -> None:
        table = kinds(50)
        assert shares(right(table), nonsense(50), table)["kind"] != (0.5, 0.5)


def test_every_head_has_its_shares() -> None:
    assert list(shares(nonsense(), nonsense(), kinds())) == [head.name for head in HEADS]


def test_a_blend_is_never_nothing() -> None:
    table = kinds()
    assert any(shares(-right(table), -right(table), table)["kind"])


def loss(deep: Logits, wide: Logits, table: TargetTable, share: tuple[float, float]) -> float:
    """What training itself would say of these shares."""
    logits = torch.from_numpy(share[0] * deep + share[1] * wide)
    return float(multi_task_loss(logits, torch.from_numpy(table.possible), torch.from_numpy(table.weight)))
