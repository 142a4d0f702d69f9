"""Folded words: case, accents and punctuation do not hide a post from who looks for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.folding import LONGEST_WORD, folded, folded_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@Acme: my PARCEL, please!", ["acme", "my", "parcel", "please"]),
        ("Nestrādā šķēle ņēmējs", ["nestrada", "skele", "nemejs"]),
        ("НЕ РАБОТАЕТ ЁЛКА й", ["не", "работает", "елка", "и"]),
        ("Интернетът е спрян", ["интернетът", "е", "спрян"]),
        ("straße ﬁne ２０２６", ["strasse", "fine", "2026"]),
        ("İstanbul", ["istanbul"]),
        ("anna_k tic-tac", ["anna", "k", "tic", "tac"]),
        ("🙏 … _", []),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert folded_words(text) == words


def test_texts_are_joined_and_endless_words_cut() -> None:
    assert folded("Hi", "", "@A_b") == "hi a b"
    assert len(folded("x" * 500)) == LONGEST_WORD


@given(st.text(max_size=80))
def test_folding_folded_words_changes_nothing(text: str) -> None:
    assert folded_words(folded(text)) == folded_words(text)


@given(st.text(max_size=40))
def test_case_never_matters(text: str) -> None:
    assert folded_words(text.casefold()) == folded_words(text)
