"""Slips of the finger stay small, and on the keyboard of the letter."""

from random import Random

import pytest

from classifiers.keyboard import neighbour, slipped

MANY = range(300)


class TestSlipped:
    @pytest.mark.parametrize("word", ["answer", "отговор", "atbilde", "abc"])
    def test_the_length_changes_by_one_at_most(self, word: str) -> None:
        assert all(abs(len(slipped(word, Random(seed))) - len(word)) <= 1 for seed in MANY)

    def test_the_first_letter_stays(self) -> None:
        assert {slipped("answer", Random(seed))[0] for seed in MANY} == {"a"}

    def test_all_four_slips_happen(self) -> None:
        made = {slipped("answer", Random(seed)) for seed in MANY}
        assert {"anwser", "aswer", "answwer", "anseer"} <= made

    def test_the_same_generator_slips_the_same_way(self) -> None:
        assert [slipped("посылка", Random(seed)) for seed in MANY] == [
            slipped("посылка", Random(seed)) for seed in MANY
        ]


class TestNeighbour:
    @pytest.mark.parametrize(
        ("letter", "keys"), [("s", "ad"), ("q", "w"), ("m", "n"), ("а", "вп"), ("ю", "б"), ("й", "ц")]
    )
    def test_it_is_a_key_beside_in_the_same_script(self, letter: str, keys: str) -> None:
        assert {neighbour(letter, Random(seed)) for seed in MANY} == set(keys)

    @pytest.mark.parametrize("letter", ["ā", "ß", "語", "7"])
    def test_a_letter_on_no_row_stays(self, letter: str) -> None:
        assert neighbour(letter, Random(1)) == letter
