"""The bag of hashed n-grams: held against a slow reference, and against torch."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from classifiers.bag import LONGEST, Grams, hashed, pooled
from classifiers.serving import padded
from classifiers.transformer import WideTower

PAD = 0
BUCKETS = 1_000
ROWS = [[2, 17, 17, 5, 31_999, 3], [2, 3], [2], [2, 9, 8, 3], [2, *range(40, 90), 3]]


def slow_buckets(ids: list[int], buckets: int) -> list[int]:
    """The buckets of one row, n-gram by n-gram, with Python's numbers cut to 64 bits."""
    cut = 2**64 - 1
    found = []
    for length in range(1, LONGEST + 1):
        for start in range(len(ids) - length + 1):
            value = ids[start] + 1
            for token in ids[start + 1 : start + length]:
                value = (value * 0x9E3779B97F4A7C15 + (token + 1) * 0xC2B2AE3D27D4EB4F) & cut
            value = value * 0xFF51AFD7ED558CCD & cut
            found.append((value ^ value >> 32) % buckets)
    return found


def of_rows(grams: Grams) -> list[list[int]]:
    """The buckets of each row."""
    return [
        grams.buckets[start : start + count].tolist() for start, count in zip(grams.starts, grams.counts, strict=True)
    ]


def grams_of(rows: list[list[int]], buckets: int = BUCKETS) -> Grams:
    return hashed(*padded(rows, PAD), buckets)


def table(width: int = 4) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    rows = rng.integers(-127, 128, (BUCKETS, width)).astype(np.int8)
    return rows, rng.uniform(0.001, 0.1, BUCKETS).astype(np.float32)


class TestHashing:
    @pytest.mark.parametrize("buckets", [1, 7, 2_048, 2**18])
    def test_it_is_what_the_slow_reference_says(self, buckets: int) -> None:
        assert of_rows(grams_of(ROWS, buckets)) == [slow_buckets(row, buckets) for row in ROWS]

    def test_a_row_of_n_tokens_has_three_n_less_three_n_grams(self) -> None:
        assert grams_of(ROWS).counts.tolist() == [3 * 6 - 3, 3, 1, 3 * 4 - 3, 3 * 52 - 3]

    def test_rows_lie_one_after_the_other(self) -> None:
        grams = grams_of(ROWS)
        assert grams.starts.tolist() == [0, *np.cumsum(grams.counts)[:-1].tolist()]
        assert len(grams.buckets) == grams.counts.sum()

    def test_the_order_of_the_words_counts(self) -> None:
        one, other = of_rows(grams_of([[2, 5, 6, 3], [2, 6, 5, 3]], 2**18))
        assert sorted(one[:4]) == sorted(other[:4])
        assert not set(one[4:]) & set(other[4:])

    def test_neighbouring_ids_spread_over_all_buckets(self) -> None:
        used = np.bincount(grams_of([[token] for token in range(20_000)], 100).buckets, minlength=100)
        assert used.min() > 120
        assert used.max() < 280

    def test_a_row_without_tokens_has_an_n_gram_too(self) -> None:
        grams = hashed(np.full((2, 3), PAD), np.array([[0, 0, 0], [1, 1, 0]]), BUCKETS)
        assert of_rows(grams) == [slow_buckets([PAD], BUCKETS), slow_buckets([PAD, PAD], BUCKETS)]

    @pytest.mark.parametrize("width", [1, 2, 3])
    def test_inputs_shorter_than_the_longest_n_gram_do(self, width: int) -> None:
        row = [2, 8, 3][:width]
        assert of_rows(grams_of([row])) == [slow_buckets(row, BUCKETS)]

    def test_what_is_given_is_left_alone(self) -> None:
        ids, mask = padded(ROWS, PAD)
        before = ids.copy(), mask.copy()
        hashed(ids, mask, BUCKETS)
        assert (ids == before[0]).all()
        assert (mask == before[1]).all()


class TestPadding:
    def test_it_makes_no_difference(self) -> None:
        ids, mask = padded(ROWS, PAD)
        wider = hashed(np.pad(ids, ((0, 0), (0, 9)), constant_values=7), np.pad(mask, ((0, 0), (0, 9))), BUCKETS)
        assert of_rows(wider) == of_rows(hashed(ids, mask, BUCKETS))

    def test_a_row_alone_gets_what_it_gets_in_a_crowd(self) -> None:
        rows, scales = table()
        crowd = pooled(rows, scales, grams_of(ROWS))
        for place, row in enumerate(ROWS):
            assert np.abs(pooled(rows, scales, grams_of([row]))[0] - crowd[place]).max() < 1e-5


class TestPooling:
    def test_it_is_the_sum_over_the_root_of_the_number(self) -> None:
        rows, scales = table()
        for found, row in zip(pooled(rows, scales, grams_of(ROWS)), ROWS, strict=True):
            picked = slow_buckets(row, BUCKETS)
            slow = sum(rows[bucket].astype(np.float64) * float(scales[bucket]) for bucket in picked)
            assert found == pytest.approx(slow / np.sqrt(len(picked)), rel=1e-4, abs=1e-4)

    def test_it_gives_single_precision(self) -> None:
        assert pooled(*table(), grams_of(ROWS)).dtype == np.float32

    def test_torchs_bag_says_the_same(self) -> None:
        rows, scales = table()
        tower = WideTower(BUCKETS, 4, domains=1, dropout=0.0)
        with torch.no_grad():
            tower.bag.weight.copy_(torch.from_numpy(rows).float() * torch.from_numpy(scales).unsqueeze(1))
        ids, mask = padded(ROWS, PAD)
        theirs = tower.features(torch.from_numpy(ids), torch.from_numpy(mask)).detach().numpy()
        assert np.abs(pooled(rows, scales, hashed(ids, mask, BUCKETS)) - theirs).max() < 1e-4
