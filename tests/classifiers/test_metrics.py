"""F1 and calibration error, against figures worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.metrics import calibration_error, f1, macro_f1

sides = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80)


class TestF1:
    def test_two_of_three_found_and_one_false_alarm(self) -> None:
        truth = np.array([True, True, True, False, False])
        said = np.array([True, True, False, True, False])
        assert f1(truth, said) == pytest.approx(2 / 3)

    def test_nothing_to_find_and_nothing_said_is_perfect(self) -> None:
        assert f1(np.zeros(4, dtype=bool), np.zeros(4, dtype=bool)) == 1.0

    def test_a_false_alarm_where_there_is_nothing_scores_nothing(self) -> None:
        assert f1(np.zeros(4, dtype=bool), np.array([True, False, False, False])) == 0.0

    @given(sides)
    def test_it_lies_between_nought_and_one(self, pairs: list[tuple[bool, bool]]) -> None:
        truth, said = (np.array(side) for side in zip(*pairs, strict=True))
        assert 0.0 <= f1(truth, said) <= 1.0
        assert f1(truth, said) == f1(said, truth)


class TestMacroF1:
    def test_every_label_counts_the_same_however_rare(self) -> None:
        truth = np.array([0] * 9 + [1])
        assert macro_f1(truth, np.zeros(10, dtype=np.int64)) == pytest.approx((18 / 19 + 0) / 2)

    def test_a_label_that_does_not_occur_does_not_count(self) -> None:
        assert macro_f1(np.array([0, 2]), np.array([0, 2])) == 1.0

    def test_nothing_measured_is_no_number(self) -> None:
        assert np.isnan(macro_f1(np.array([], dtype=np.int64), np.array([], dtype=np.int64)))


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
        assert 0.0 <= calibration_error(np.array(sure), np.array(right)) <= 1.0
