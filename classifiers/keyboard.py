"""Slips of the finger: what a hurried hand makes of a word, on Latin and Cyrillic keyboards."""

from random import Random

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")


def slipped(word: str, rng: Random) -> str:
    """`word`, of three letters or more, with two letters swapped, one left out, one doubled, or a neighbour's key hit.

    The first letter stays: readers, and writers who look, go by it.
    """
    place = rng.randint(1, len(word) - 2)
    kind = rng.choice(("swap", "drop", "double", "neighbour"))
    if kind == "swap":
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == "drop":
        return word[:place] + word[place + 1 :]
    if kind == "double":
        return word[: place + 1] + word[place:]
    return word[:place] + neighbour(word[place], rng) + word[place + 1 :]


def neighbour(letter: str, rng: Random) -> str:
    """The letter of a key beside; the letter itself where no row has it."""
    for row in _ROWS:
        place = row.find(letter)
        if place >= 0:
            return rng.choice(row[max(0, place - 1) : place] + row[place + 1 : place + 2])
    return letter
