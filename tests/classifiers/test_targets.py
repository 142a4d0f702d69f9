"""Targets as arrays: what is possible, and how far that is known."""

import numpy as np

from classifiers.dataset import Example
from classifiers.heads import COLUMNS, WIDTH
from classifiers.sets import NOT_A_COMPLAINT, Target
from classifiers.targets import exact, target_table

KIND, CAUSES = COLUMNS["kind"], COLUMNS["causes"]


def example(**targets: Target) -> Example:
    return Example("text", "en", "umsab", "train", targets)


COMPLAINT = example(kind=Target(frozenset({"complaint"})))
NOT_ONE = example(kind=Target(NOT_A_COMPLAINT, weight=0.3))
CAUSED = example(causes=Target(frozenset({"delivery"}), frozenset({"outage"}), 0.5))


class TestTable:
    def test_it_has_a_row_per_example_and_a_column_per_label(self) -> None:
        table = target_table([COMPLAINT, NOT_ONE, CAUSED])
        assert table.possible.shape == table.weight.shape == (3, WIDTH)
        assert len(table) == 3

    def test_an_exact_label_is_the_only_possible_one(self) -> None:
        assert target_table([COMPLAINT]).possible[0, KIND].tolist() == [True, False, False, False]

    def test_a_partial_label_leaves_several_possible(self) -> None:
        assert target_table([NOT_ONE]).possible[0, KIND].tolist() == [False, True, True, True]

    def test_the_weight_of_an_exclusive_head_is_the_same_for_all_its_labels(self) -> None:
        assert np.allclose(target_table([NOT_ONE]).weight[0, KIND], 0.3)

    def test_an_unknown_head_weighs_nothing(self) -> None:
        weight = target_table([COMPLAINT]).weight[0]
        assert weight[KIND].all()
        assert weight[KIND.stop :].sum() == 0

    def test_independent_labels_are_known_one_by_one(self) -> None:
        table = target_table([CAUSED])
        assert table.possible[0, CAUSES].sum() == 1
        assert np.count_nonzero(table.weight[0, CAUSES]) == 2

    def test_no_examples_make_an_empty_table(self) -> None:
        assert len(target_table([])) == 0

    def test_rows_can_be_taken_out_in_any_order(self) -> None:
        table = target_table([COMPLAINT, NOT_ONE]).rows([1, 0, 1])
        assert table.possible[:, KIND.start].tolist() == [False, True, False]


class TestExact:
    def test_rows_with_one_possible_label_are_exact(self) -> None:
        assert exact(target_table([NOT_ONE, COMPLAINT, CAUSED]), "kind").tolist() == [1]

    def test_weak_rows_can_be_left_out(self) -> None:
        weak = example(kind=Target(frozenset({"praise"}), weight=0.3))
        table = target_table([weak, COMPLAINT])
        assert exact(table, "kind").tolist() == [0, 1]
        assert exact(table, "kind", least_weight=0.5).tolist() == [1]
