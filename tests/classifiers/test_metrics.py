"""F1, precision, recall, intervals and calibration error, against figures worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.metrics import (
    Bools,
    calibration_error,
    interval,
    interval_of_difference,
    label_f1,
    macro_f1,
    micro_f1,
    percentiles,
    precision,
    recall,
    resampler,
    tally,
)

sides = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80)


def one_hot(*labels: int, classes: int = 3) -> Bools:
    """Exclusive labels as a table."""
    return np.eye(classes, dtype=np.bool_)[list(labels)]


def column(*values: int) -> Bools:
    """One independent label."""
    return np.array(values, dtype=np.bool_)[:, None]


TRUTH, SAID = column(1, 1, 1, 0, 0), column(1, 1, 0, 1, 0)
NOTHING = column(0, 0, 0, 0)


class TestOneLabel:
    def test_two_of_three_found_and_one_false_alarm(self) -> None:
        counts = tally(TRUTH, SAID)
        assert label_f1(counts) == pytest.approx([2 / 3])
        assert precision(counts) == pytest.approx([2 / 3])
        assert recall(counts) == pytest.approx([2 / 3])

    def test_precision_and_recall_are_told_apart(self) -> None:
        counts = tally(column(1, 1, 1, 1), column(1, 0, 0, 0))
        assert precision(counts) == pytest.approx([1.0])
        assert recall(counts) == pytest.approx([0.25])

    def test_nothing_to_find_and_nothing_said_is_perfect(self) -> None:
        assert label_f1(tally(NOTHING, NOTHING)) == [1.0]

    def test_where_nothing_was_said_precision_is_no_number(self) -> None:
        assert np.isnan(precision(tally(TRUTH, column(0, 0, 0, 0, 0)))).all()

    def test_where_nothing_was_to_be_found_recall_is_no_number(self) -> None:
        assert np.isnan(recall(tally(NOTHING, column(1, 0, 0, 0)))).all()

    def test_a_false_alarm_where_there_is_nothing_scores_nothing(self) -> None:
        assert label_f1(tally(NOTHING, column(1, 0, 0, 0))) == [0.0]

    @given(sides)
    def test_f1_lies_between_nought_and_one_and_is_symmetric(self, pairs: list[tuple[bool, bool]]) -> None:
        truth, said = (np.array(side)[:, None] for side in zip(*pairs, strict=True))
        assert 0.0 <= label_f1(tally(truth, said))[0] <= 1.0
        assert label_f1(tally(truth, said)) == label_f1(tally(said, truth))


class TestSeveralLabels:
    def test_every_label_counts_the_same_however_rare(self) -> None:
        counts = tally(one_hot(*[0] * 9, 1), one_hot(*[0] * 10))
        assert macro_f1(counts) == pytest.approx((18 / 19 + 0) / 2)

    def test_a_label_that_does_not_occur_does_not_count(self) -> None:
        assert macro_f1(tally(one_hot(0, 2), one_hot(0, 2))) == 1.0

    def test_nothing_measured_is_no_number(self) -> None:
        assert np.isnan(macro_f1(tally(one_hot(), one_hot())))

    def test_over_all_labels_at_once_a_frequent_one_counts_more(self) -> None:
        truth, said = one_hot(*[0] * 9, 1), one_hot(*[0] * 10)
        assert micro_f1(tally(truth, said)) == pytest.approx(0.9)


class TestIntervals:
    def test_the_figure_lies_within(self) -> None:
        truth, said = one_hot(*[0, 1, 2] * 30), one_hot(*[0, 1, 1] * 30)
        spread = interval(truth, said, macro_f1)
        assert spread.low < macro_f1(tally(truth, said)) < spread.high

    def test_it_is_that_of_drawing_rows_with_replacement(self) -> None:
        truth, said = one_hot(*[0, 1] * 40, classes=2), one_hot(*[0, 1, 1, 1] * 20, classes=2)
        picker = np.random.default_rng(7)
        scores = []
        for _ in range(4_000):
            rows = picker.integers(0, len(truth), len(truth))
            scores.append(float(macro_f1(tally(truth[rows], said[rows]))))
        spread = interval(truth, said, macro_f1)
        assert [spread.low, spread.high] == pytest.approx(np.percentile(scores, [2.5, 97.5]), abs=0.015)

    def test_more_rows_make_it_narrower(self) -> None:
        few = interval(one_hot(*[0, 1] * 20), one_hot(*[0, 0] * 20), macro_f1)
        many = interval(one_hot(*[0, 1] * 800), one_hot(*[0, 0] * 800), macro_f1)
        assert many.high - many.low < few.high - few.low

    def test_it_is_the_same_every_time(self) -> None:
        assert interval(TRUTH, SAID, micro_f1) == interval(TRUTH, SAID, micro_f1)

    def test_always_right_leaves_no_doubt(self) -> None:
        spread = interval(one_hot(0, 1, 2, 0), one_hot(0, 1, 2, 0), macro_f1)
        assert (spread.low, spread.high) == (1.0, 1.0)

    def test_without_rows_there_is_none(self) -> None:
        with pytest.raises(ValueError, match="no rows"):
            interval(one_hot(), one_hot(), macro_f1)

    def test_scores_that_are_no_number_do_not_count(self) -> None:
        spread = percentiles(np.array([0.5, np.nan, 0.5]))
        assert (spread.low, spread.high) == (0.5, 0.5)

    def test_the_random_numbers_start_anew_each_time(self) -> None:
        assert resampler().random() == resampler().random()


class TestDifferences:
    def test_two_that_say_the_same_do_not_differ(self) -> None:
        spread = interval_of_difference(TRUTH, SAID, SAID, micro_f1)
        assert (spread.low, spread.high) == (0.0, 0.0)

    def test_a_clear_gain_lies_above_nought(self) -> None:
        truth = one_hot(*[0, 1, 2] * 50)
        worse, better = one_hot(*[0, 0, 0] * 50), one_hot(*[0, 1, 1] * 50)
        assert interval_of_difference(truth, worse, better, macro_f1).low > 0
        assert interval_of_difference(truth, better, worse, macro_f1).high < 0

    def test_pairing_makes_it_narrower_than_two_intervals(self) -> None:
        truth = one_hot(*[0, 1] * 50)
        first, second = one_hot(*[1, 0] * 15, *[0, 1] * 35), one_hot(*[1, 0] * 14, *[0, 1] * 36)
        paired = interval_of_difference(truth, first, second, macro_f1)
        alone = interval(truth, first, macro_f1)
        assert paired.high - paired.low < alone.high - alone.low


class TestCalibrationError:
    def test_being_as_right_as_sure_is_no_error(self) -> None:
        sure = np.full(10, 0.7)
        right = np.array([True] * 7 + [False] * 3)
        assert calibration_error(sure, right) == pytest.approx(0.0)

    def test_being_sure_and_wrong_is_the_whole_error(self) -> None:
        assert calibration_error(np.ones(5), np.zeros(5, dtype=bool)) == pytest.approx(1.0)

    def test_two_bins_are_weighed_by_their_rows(self) -> None:
        sure = np.array([0.9, 0.9, 0.9, 0.1])
        right = np.array([True, True, False, False])
        assert calibration_error(sure, right) == pytest.approx(0.75 * abs(0.9 - 2 / 3) + 0.25 * 0.1)

    def test_nothing_measured_is_no_number(self) -> None:
        assert np.isnan(calibration_error(np.array([]), np.array([], dtype=bool)))

    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
    def test_it_lies_between_nought_and_one(self, pairs: list[tuple[float, bool]]) -> None:
        sure, right = zip(*pairs, strict=True)
        assert 0.0 <= calibration_error(np.array(sure), np.array(right)) <= 1.0 + 1e-9
