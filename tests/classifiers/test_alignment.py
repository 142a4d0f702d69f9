"""Which pieces stand for which: counted by shared characters, and learnt from translations."""

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from classifiers.alignment import Alignment, by_overlap, by_translation

DICTIONARY = {
    "money": "nauda", "again": "atkal", "late": "vēlu", "bank": "banka", "shop": "veikals", "card": "karte",
    "never": "nekad", "help": "palīdzība", "phone": "tālrunis", "bill": "rēķins", "wrong": "nepareizi", "wait": "gaidu",
}  # fmt: skip


def words(known: Sequence[str]) -> Any:
    """A tokenizer whose pieces are whole words."""
    vocabulary = {word: number for number, word in enumerate(["[UNK]", *known])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]")


def pieces(known: Sequence[str]) -> Any:
    """A tokenizer that cuts words into the longest known pieces; those inside a word begin with ##."""
    vocabulary = {piece: number for number, piece in enumerate(["[UNK]", *known])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]")


def counts(alignment: Alignment, ours: Any, theirs: Any) -> dict[tuple[str, str], float]:
    """The alignment with its pieces' names."""
    names = (ours.convert_ids_to_tokens(alignment.ours), theirs.convert_ids_to_tokens(alignment.theirs))
    return dict(zip(zip(*names, strict=True), alignment.counts, strict=True))


class TestOverlap:
    ours, theirs = pieces(["play", "##ing", "a", "##s"]), pieces(["pl", "##aying", "##ay", "a", "##s"])

    def test_a_shared_character_counts_its_share_of_our_piece(self) -> None:
        found = counts(by_overlap(self.ours, self.theirs, ["playing"]), self.ours, self.theirs)
        assert found == {("play", "pl"): 0.5, ("play", "##aying"): 0.5, ("##ing", "##aying"): 1.0}

    def test_texts_are_added(self) -> None:
        found = counts(by_overlap(self.ours, self.theirs, ["playing a", "", "a plays"]), self.ours, self.theirs)
        assert found == {
            ("play", "pl"): 1.0,
            ("play", "##aying"): 0.5,
            ("play", "##ay"): 0.5,
            ("##ing", "##aying"): 1.0,
            ("##s", "##s"): 1.0,
            ("a", "a"): 2.0,
        }

    def test_a_tokenizer_stands_for_itself(self, small_tokenizer: Any) -> None:
        alignment = by_overlap(small_tokenizer, small_tokenizer, ["My parcel", "Naudu atpakaļ"])
        assert (alignment.ours == alignment.theirs).all()
        assert alignment.counts.sum() == 10

    def test_no_text_aligns_nothing(self) -> None:
        alignment = by_overlap(self.ours, self.theirs, [])
        assert alignment.shape == (5, 6)
        assert len(alignment.counts) == 0
        assert alignment.met().tolist() == [0.0] * 5


class TestTranslation:
    ours, theirs = words(list(DICTIONARY.values())), words([*DICTIONARY, "the"])

    def corpus(self, count: int = 150) -> list[tuple[str, str]]:
        """Sentences of the dictionary's words in any order; English says "the" wherever it likes."""
        rng = random.Random(4)
        pairs = []
        for _ in range(count):
            said = rng.sample(list(DICTIONARY), rng.randint(2, 5))
            english = [word for one in said for word in (["the", one] if rng.random() < 0.4 else [one])]
            pairs.append((" ".join(english), " ".join(rng.sample([DICTIONARY[one] for one in said], len(said)))))
        return pairs

    def learnt(self, pairs: Sequence[tuple[str, str]], weights: Sequence[float] | None = None) -> Alignment:
        return by_translation(self.ours, self.theirs, pairs, weights or [1.0] * len(pairs))

    def test_the_dictionary_is_found(self) -> None:
        found = counts(self.learnt(self.corpus()), self.ours, self.theirs)
        for english, latvian in DICTIONARY.items():
            own = {their: count for (our, their), count in found.items() if our == latvian}
            assert max(own, key=own.__getitem__) == english
            assert own[english] > 0.7 * sum(own.values())

    def test_it_is_the_model_of_the_books(self) -> None:
        pairs = self.corpus(40)
        weights = [1.0 + place % 3 for place in range(len(pairs))]
        found = counts(self.learnt(pairs, weights), self.ours, self.theirs)
        assert found == pytest.approx(_by_the_book(pairs, weights))

    def test_blocks_change_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pairs = self.corpus(60)
        whole = self.learnt(pairs)
        monkeypatch.setattr("classifiers.alignment._BLOCK", 50)
        parts = self.learnt(pairs)
        assert (whole.ours.tolist(), whole.theirs.tolist()) == (parts.ours.tolist(), parts.theirs.tolist())
        assert whole.counts == pytest.approx(parts.counts)

    def test_the_same_pairs_give_the_same(self) -> None:
        one, other = (self.learnt(self.corpus()) for _ in range(2))
        assert (one.counts == other.counts).all()

    def test_a_pair_that_weighs_more_teaches_more(self) -> None:
        pairs = [("bank", "karte"), ("card", "karte")]
        found = counts(self.learnt(pairs, [12.0, 4.0]), self.ours, self.theirs)
        assert found["karte", "bank"] > 2.5 * found["karte", "card"]

    def test_what_is_made_by_chance_is_dropped(self) -> None:
        pairs = [("bank", "karte")] + [("card", "karte")] * 99
        assert set(counts(self.learnt(pairs), self.ours, self.theirs)) == {("karte", "card")}

    def test_only_the_first_pieces_of_a_long_side_are_read(self) -> None:
        found = counts(self.learnt([("money " * 32 + "bank", "nauda"), ("card", "karte " * 32 + "banka")]), self.ours,
                       self.theirs)  # fmt: skip
        assert set(found) == {("nauda", "money"), ("karte", "card")}

    @pytest.mark.parametrize("pairs", [[], [("", "nauda")], [("money", "")], [("", "")]])
    def test_half_a_pair_teaches_nothing(self, pairs: list[tuple[str, str]]) -> None:
        assert len(self.learnt(pairs).counts) == 0

    def test_there_is_a_weight_for_every_pair(self) -> None:
        with pytest.raises(ValueError, match="zip"):
            self.learnt([("money", "nauda")], [1.0, 2.0])


class TestAlignment:
    one = Alignment((3, 2), np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([3.0, 1.0, 2.0]))

    def test_a_piece_is_the_weighed_mean_of_what_it_stands_for(self) -> None:
        table = np.array([[1.0, 0.0], [0.0, 2.0]])
        assert self.one.vectors(table).tolist() == [[0.75, 0.5], [0.0, 2.0], [0.0, 0.0]]

    def test_it_knows_how_often_pieces_were_counted(self) -> None:
        assert self.one.met().tolist() == [4.0, 2.0, 0.0]
        assert self.one.usage().tolist() == [3.0, 3.0]

    def test_counts_are_added(self) -> None:
        both = self.one + Alignment((3, 2), np.array([0, 2]), np.array([1, 0]), np.array([4.0, 1.0]))
        assert both.met().tolist() == [8.0, 2.0, 1.0]
        assert both.vectors(np.eye(2)).tolist() == [[0.375, 0.625], [0.0, 1.0], [1.0, 0.0]]

    def test_other_vocabularies_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"vocabularies of \(3, 2\) and \(3, 4\) pieces cannot be added"):
            self.one + Alignment((3, 4), self.one.ours, self.one.theirs, self.one.counts)


def _by_the_book(pairs: Sequence[tuple[str, str]], weights: Sequence[float]) -> dict[tuple[str, str], float]:
    """IBM Model 1, written as it is explained: six rounds, an empty word that claims 0.3, shares up to 3 % dropped."""
    chance: dict[tuple[str, str], float] = defaultdict(lambda: 1.0)
    for _ in range(6):
        expected: dict[tuple[str, str], float] = defaultdict(float)
        total: dict[str, float] = defaultdict(float)
        for (english, latvian), weight in zip(pairs, weights, strict=True):
            makers = {"": 0.3} | dict.fromkeys(latvian.split(), 1.0)
            for word in english.split():
                whole = sum(claim * chance[maker, word] for maker, claim in makers.items())
                for maker, claim in makers.items():
                    share = weight * claim * chance[maker, word] / whole
                    expected[maker, word] += share
                    total[maker] += share
        chance = defaultdict(float, {key: count / total[key[0]] for key, count in expected.items()})
    return {key: count for key, count in expected.items() if key[0] and chance[key] > 0.03}
