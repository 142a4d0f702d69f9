"""N-grams of letters: which there are, that they stay within words, and that neighbours change nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.ngrams import LONGEST, MAX_LETTERS, codepoints, grams, words

SIZE = 1_000_003
"""So many buckets that two n-grams hardly ever share one."""


def naive(cleaned: str) -> list[str]:
    """The n-grams one by one, as the docstring promises them."""
    found = []
    for begin in range(len(cleaned)):
        for n in range(1, LONGEST + 1):
            gram = cleaned[begin : begin + n]
            if len(gram) == n and gram.strip() and " " not in gram[1:-1]:
                found.append(gram)
    return found


class TestWords:
    @pytest.mark.parametrize(
        ("text", "cleaned"),
        [
            ("Hello, WORLD!", " hello world "),
            ("  kāpēc?? 24/7 ", " kāpēc "),
            ("", "  "),
            ("12:30 😡", "  "),
            ("Straße", " strasse "),
            ("हिन्दी में", " हिन्दी में "),
        ],
    )
    def test_words_stand_between_single_blanks(self, text: str, cleaned: str) -> None:
        assert words(text) == cleaned

    def test_a_long_text_is_cut(self) -> None:
        assert len(words("слово " * 10_000)) <= MAX_LETTERS + 3
        assert words("1" * 100_000 + " word") == "  "


class TestGrams:
    def test_a_word_is_seen_with_its_blanks(self) -> None:
        assert naive(" ab ") == [" a", " ab", " ab ", "a", "ab", "ab ", "b", "b "]
        assert grams([" ab "], SIZE).counts.tolist() == [8]

    def test_nothing_is_found_without_letters(self) -> None:
        found = grams(["  ", "  "], SIZE)
        assert found.counts.tolist() == [0, 0]
        assert found.buckets.size == 0

    def test_no_texts_have_no_grams(self) -> None:
        assert grams([], SIZE).counts.size == 0

    @given(st.lists(st.text(alphabet="abcā бя 日", max_size=30), max_size=6))
    def test_there_are_as_many_as_counted_one_by_one(self, texts: list[str]) -> None:
        cleaned = [words(text) for text in texts]
        found = grams(cleaned, SIZE)
        assert found.counts.tolist() == [len(naive(text)) for text in cleaned]
        assert len(found.buckets) == found.counts.sum()

    @given(st.lists(st.text(alphabet="abcā бя", max_size=20), min_size=1, max_size=6))
    def test_neighbours_change_nothing(self, texts: list[str]) -> None:
        cleaned = [words(text) for text in texts]
        alone = [grams([text], SIZE).buckets for text in cleaned]
        assert np.array_equal(grams(cleaned, SIZE).buckets, np.concatenate(alone))

    def test_the_same_gram_has_the_same_bucket_and_another_another(self) -> None:
        cleaned = words("kas ir kas un cik ir divi")
        of = dict(zip(naive(cleaned), grams([cleaned], SIZE).buckets.tolist(), strict=True))
        twice = zip(naive(cleaned), grams([cleaned], SIZE).buckets.tolist(), strict=True)
        assert all(of[gram] == bucket for gram, bucket in twice)
        assert len(set(of.values())) == len(of)

    def test_buckets_keep_within_the_size(self) -> None:
        buckets = grams([words("The quick brown fox jumps over the lazy dog " * 5)], 7).buckets
        assert set(buckets.tolist()) == set(range(7))


def test_half_a_surrogate_pair_is_a_character_too() -> None:
    assert codepoints(["a\ud83d"]).tolist() == [0x61, 0xD83D]
