"""Batches, truncation and order: what is the same for every engine."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifiers.contract import Kind, Text
from classifiers.heads import COLUMNS, WIDTH, ModelCard
from classifiers.language import LanguageIdentifier
from classifiers.serving import ModelClassifier, all_logits, batches, padded, truncated
from classifiers.verdict import Floats

CARD = ModelCard("fake", "1", ("en",), max_length=16)


class CountingNetwork:
    """Says `complaint` as strongly as a text has letters "x", and remembers the shapes it was given."""

    pad_id = 0

    def __init__(self) -> None:
        self.shapes: list[tuple[int, int]] = []
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        self.texts += texts
        return [[1, *(9 if sign == "x" else 5 for sign in text), 2] for text in texts]

    def logits(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Floats:
        self.shapes.append((input_ids.shape[0], input_ids.shape[1]))
        result = np.zeros((len(input_ids), WIDTH), dtype=np.float32)
        result[:, COLUMNS["kind"].start] = ((input_ids == 9) * attention_mask).sum(axis=1)
        return result


class TestBatches:
    def test_every_row_is_in_exactly_one_batch(self) -> None:
        rows = [row for batch in batches([3, 50, 7, 7, 1], 64) for row in batch]
        assert sorted(rows) == [0, 1, 2, 3, 4]

    def test_the_longest_come_first_so_that_memory_is_known_at_once(self) -> None:
        assert next(iter(batches([3, 50, 7], 64))) == [1]

    def test_a_row_over_the_limit_is_a_batch_of_its_own(self) -> None:
        assert list(batches([500], 64)) == [[0]]

    def test_no_rows_make_no_batches(self) -> None:
        assert list(batches([], 64)) == []

    def test_empty_rows_are_batched_too(self) -> None:
        assert sorted(next(iter(batches([0, 0, 0], 64)))) == [0, 1, 2]

    @given(st.lists(st.integers(0, 200), max_size=60), st.integers(1, 512))
    def test_a_batch_never_pads_past_the_limit(self, lengths: list[int], tokens: int) -> None:
        for batch in batches(lengths, tokens):
            longest = max(lengths[row] for row in batch)
            assert len(batch) == 1 or longest * len(batch) <= tokens

    def test_sorted_batches_waste_little(self) -> None:
        lengths = list(np.random.default_rng(0).integers(5, 60, 2_000))
        spent = sum(len(batch) * max(lengths[row] for row in batch) for batch in batches(lengths, 2_048))
        assert spent < 1.1 * sum(lengths)


class TestTruncation:
    def test_a_short_text_is_whole(self) -> None:
        assert truncated([1, 5, 2], 8) == [1, 5, 2]

    def test_a_long_text_keeps_its_beginning_its_end_and_both_special_tokens(self) -> None:
        assert truncated(list(range(100)), 8) == [0, 1, 2, 3, 4, 5, 98, 99]

    @given(st.integers(1, 300), st.integers(4, 64))
    def test_the_result_is_never_longer_than_allowed(self, length: int, longest: int) -> None:
        ids = truncated(list(range(length)), longest)
        assert len(ids) == min(length, longest)
        assert ids[0] == 0
        assert ids[-1] == length - 1


class TestPadding:
    def test_short_rows_are_padded_and_masked(self) -> None:
        ids, mask = padded([[1, 7, 2], [1, 2]], pad_id=99)
        assert ids.tolist() == [[1, 7, 2], [1, 2, 99]]
        assert mask.tolist() == [[1, 1, 1], [1, 1, 0]]

    def test_a_row_without_tokens_is_all_padding(self) -> None:
        ids, mask = padded([[]], pad_id=3)
        assert ids.tolist() == [[3]]
        assert mask.tolist() == [[0]]

    def test_the_result_is_what_engines_expect(self) -> None:
        ids, mask = padded([[1]], pad_id=0)
        assert ids.dtype == np.int64
        assert mask.dtype == np.int64


class TestAllLogits:
    def test_rows_come_back_in_the_order_of_the_texts(self) -> None:
        texts = ["x" * count + "y" * (40 - 3 * count) for count in range(12)]
        found = all_logits(CountingNetwork(), texts, 64)[:, COLUMNS["kind"].start]
        assert found.tolist() == list(range(12))

    def test_texts_are_cut_to_the_models_length(self) -> None:
        network = CountingNetwork()
        all_logits(network, ["y" * 500], 16)
        assert network.shapes == [(1, 16)]

    def test_no_texts_ask_nothing_of_the_network(self) -> None:
        network = CountingNetwork()
        assert all_logits(network, [], 16).shape == (0, WIDTH)
        assert network.shapes == []

    def test_many_texts_go_in_few_batches(self) -> None:
        network = CountingNetwork()
        all_logits(network, ["y" * 14] * 1_000, 16)
        assert len(network.shapes) == 4


class TestClassifier:
    @pytest.fixture
    def network(self) -> CountingNetwork:
        return CountingNetwork()

    @pytest.fixture
    def classifier(self, network: CountingNetwork, identifier: LanguageIdentifier) -> ModelClassifier:
        return ModelClassifier(CARD, network, identifier)

    def test_it_is_named_after_its_weights(self, classifier: ModelClassifier) -> None:
        assert classifier.name == "fake-1"

    def test_the_network_sees_normalised_text(self, classifier: ModelClassifier, network: CountingNetwork) -> None:
        classifier.classify([Text("@Acme nooooo &amp; why")])
        assert network.texts == ["@user noo & why"]

    def test_one_verdict_per_text_in_order(self, classifier: ModelClassifier) -> None:
        verdicts = classifier.classify([Text("xxxxxx xxx xxxx a"), Text("why"), Text("xxaxxaxxaxx")])
        assert [verdict.kind[Kind.COMPLAINT] > 0.9 for verdict in verdicts] == [True, False, True]

    def test_the_platforms_hint_reaches_language_identification(self, classifier: ModelClassifier) -> None:
        known, unknown = classifier.classify([Text("hm ok", lang="sv"), Text("hm ok")])
        assert known.lang == "sv"
        assert unknown.lang == "und"

    def test_nothing_in_gives_nothing_out(self, classifier: ModelClassifier) -> None:
        assert classifier.classify([]) == []
