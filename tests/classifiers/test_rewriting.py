"""Texts of a training batch as others might have written them."""

from collections.abc import Sequence
from typing import Any

import pytest

from classifiers.dataset import Example
from classifiers.preprocess import normalise
from classifiers.rewriting import Rewriting
from classifiers.transformer import encode
from classifiers.vocabulary import train_tokenizer

ENGLISH = "my internet is not working again and nobody answers the phone, I want my money back"
LATVIAN = "man atkal nestrādā internets un neviens neatbild, gribu savu naudu atpakaļ"
EXAMPLES = [Example(ENGLISH, "en", "corpus_en", "train", {}), Example(LATVIAN, "lv", "corpus_lv", "train", {})]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return train_tokenizer([ENGLISH, LATVIAN, "интернет не работи пак"] * 20, size=300, max_length=32)


def rewriting(
    tokenizer: Any, *, noise: float = 0.0, switched: float = 0.0, length: int = 32, seed: int = 1
) -> Rewriting:
    return Rewriting(tokenizer, EXAMPLES, length, noise=noise, switched=switched, seed=seed)


def plain(tokenizer: Any) -> list[list[int]]:
    return encode(tokenizer, [normalise(example.text) for example in EXAMPLES])


def rewritten(tokenizer: Any, rows: Sequence[int] = (0, 1), **how: Any) -> list[list[int]]:
    ids = plain(tokenizer)
    return [list(one) for one in rewriting(tokenizer, **how)(rows, [ids[row] for row in rows])]


def test_nothing_is_rewritten_where_nothing_is_asked_for(tokenizer: Any) -> None:
    assert rewritten(tokenizer) == plain(tokenizer)


def test_english_gets_words_of_another_language_and_other_languages_stay(tokenizer: Any) -> None:
    english, latvian = rewritten(tokenizer, switched=1.0)
    assert english != plain(tokenizer)[0]
    assert latvian == plain(tokenizer)[1]


def test_the_languages_of_the_glossaries_take_turns_by_chance(tokenizer: Any) -> None:
    write = rewriting(tokenizer, switched=1.0)
    ids = plain(tokenizer)[:1]
    assert len({tuple(write([0], ids)[0]) for _ in range(12)}) > 3


def test_noise_rewrites_every_language(tokenizer: Any) -> None:
    write = rewriting(tokenizer, noise=1.0)
    ids = plain(tokenizer)
    seen: list[set[tuple[int, ...]]] = [set(), set()]
    for _ in range(12):
        for place, one in enumerate(write([0, 1], ids)):
            seen[place].add(tuple(one))
    assert all(len(ways) > 3 for ways in seen)


def test_a_rewritten_text_is_cut_to_the_length_that_the_network_reads(tokenizer: Any) -> None:
    assert all(len(one) <= 9 for one in rewritten(tokenizer, switched=1.0, noise=1.0, length=9))


def test_the_same_seed_writes_the_same(tokenizer: Any) -> None:
    assert rewritten(tokenizer, switched=1.0, noise=1.0) == rewritten(tokenizer, switched=1.0, noise=1.0)
    assert rewritten(tokenizer, switched=1.0, seed=1) != rewritten(tokenizer, switched=1.0, seed=2)


def test_rows_keep_their_places(tokenizer: Any) -> None:
    one, other = rewritten(tokenizer, rows=(1, 0), switched=1.0)
    assert one == plain(tokenizer)[1]
    assert other != plain(tokenizer)[0]
