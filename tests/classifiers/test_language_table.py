"""The table of weights: kept small, read back as it was, added up rightly."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from classifiers.language_table import SHIPPED, Scorer, Table, quantised, read
from classifiers.ngrams import grams, words

SIZE = 500


@pytest.fixture
def table() -> Table:
    weights = np.random.default_rng(1).normal(size=(SIZE, 3)).astype(np.float32)
    return quantised(["bg", "lv", "en"], weights, np.array([0.5, -0.5, 0.0], dtype=np.float32))


def by_hand(table: Table, text: str) -> list[float]:
    buckets = grams([text], SIZE).buckets
    total = sum((table.weights[bucket] * table.scale for bucket in buckets), start=np.zeros(3))
    return (total / max(1, len(buckets)) ** 0.5 + table.bias).tolist()


class TestScorer:
    def test_weights_are_added_up_over_the_n_grams_of_each_text(self, table: Table) -> None:
        texts = [words(text) for text in ("kas ir", "", "това е", "a", "", "the end of it")]
        expected = [by_hand(table, text) for text in texts]
        np.testing.assert_allclose(Scorer(table).logits(texts), expected, rtol=1e-4, atol=1e-5)

    def test_a_text_without_letters_gets_the_bias(self, table: Table) -> None:
        assert Scorer(table).logits(["  "]).tolist() == [[0.5, -0.5, 0.0]]

    def test_no_texts_have_no_logits(self, table: Table) -> None:
        assert Scorer(table).logits([]).shape == (0, 3)

    def test_more_texts_than_go_at_once_come_back_in_order(self, table: Table) -> None:
        texts = [words(f"teksts {'abcdefghij'[n % 10] * (n % 7)}") for n in range(200)]
        together = Scorer(table).logits(texts)
        np.testing.assert_allclose(together[137], Scorer(table).logits([texts[137]])[0], rtol=1e-5)


class TestQuantised:
    def test_a_weight_is_off_by_half_a_step_at_most(self) -> None:
        weights = np.random.default_rng(2).normal(size=(50, 2)).astype(np.float32) * np.array(
            [1, 100], dtype=np.float32
        )
        kept = quantised(["a", "b"], weights, np.zeros(2, dtype=np.float32))
        assert (np.abs(kept.weights * kept.scale - weights) <= kept.scale * 0.501).all()

    def test_a_language_without_weights_is_no_division_by_zero(self) -> None:
        kept = quantised(["a"], np.zeros((4, 1), dtype=np.float32), np.zeros(1, dtype=np.float32))
        assert (kept.weights == 0).all()


class TestFile:
    def test_what_is_saved_is_read_back(self, table: Table, tmp_path: Path) -> None:
        path = tmp_path / "new" / "table.safetensors"
        table.save(path)
        again = read(path)
        assert again.languages == ("bg", "lv", "en")
        assert all(np.array_equal(one, other) for one, other in zip(again[1:], table[1:], strict=True))

    def test_a_missing_file_is_named_with_the_remedy(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"none\.safetensors.*train_language"):
            read(tmp_path / "none.safetensors")

    def test_a_broken_file_is_named_with_the_remedy(self, tmp_path: Path) -> None:
        (tmp_path / "broken.safetensors").write_bytes(b"not a table")
        with pytest.raises(ValueError, match=r"broken\.safetensors.*train_language"):
            read(tmp_path / "broken.safetensors")

    def test_a_table_for_other_n_grams_is_refused(self, tmp_path: Path) -> None:
        save_file({"weights": np.zeros((2, 2), dtype=np.int8)}, tmp_path / "old.safetensors", {"format": "1"})
        with pytest.raises(ValueError, match="of this version"):
            read(tmp_path / "old.safetensors")

    def test_the_shipped_one_is_small(self) -> None:
        assert SHIPPED.stat().st_size <= 2_000_000
