"""Letters that look alike in Latin, Cyrillic and Greek: which they are, and words that mix them put right.

People mix scripts to slip past filters, because a keyboard was on the wrong layout for one letter (a Cyrillic "с" and
a Latin "c" share a key), or by copying from an image that a machine read. Only letters that look the same in any font
count: "к" and "k" differ, so that "SMSка" stays what it is.
"""

import re
from collections.abc import Mapping, Sequence

_LATIN = "aceopxyisjhABCEHIJKMOPSTXY"
_CYRILLIC = "асеорхуіѕјһАВСЕНІЈКМОРЅТХУ"
_GREEK_PAIRS = {
    "o": "ο", "v": "ν", "p": "ρ", "i": "ι", "A": "Α", "B": "Β", "E": "Ε", "Z": "Ζ", "H": "Η", "I": "Ι", "K": "Κ",
    "M": "Μ", "N": "Ν", "O": "Ο", "P": "Ρ", "T": "Τ", "Y": "Υ", "X": "Χ",
}  # fmt: skip

TO_CYRILLIC: Mapping[str, str] = dict(zip(_LATIN, _CYRILLIC, strict=True))
"""Latin letter -> the Cyrillic one that looks the same."""

TO_GREEK: Mapping[str, str] = _GREEK_PAIRS
"""Latin letter -> the Greek one that looks the same."""

TO_LATIN: Mapping[str, str] = {other: latin for table in (TO_CYRILLIC, TO_GREEK) for latin, other in table.items()}
"""Cyrillic or Greek letter -> the Latin one that looks the same."""

_LATIN_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_CYRILLIC_LETTER, _GREEK_LETTER = "\u0400-\u052f", "\u0370-\u03ff"


_RARE = frozenset("sSh")
"""Latin letters whose Cyrillic double is in few alphabets: they came with the word, and not by a slip."""


class _Script:
    """A script that shares letters with Latin, seen from there."""

    def __init__(self, letters: str, alike: Mapping[str, str]) -> None:
        common = {latin: other for latin, other in alike.items() if latin not in _RARE}
        self.letter = re.compile(f"[{letters}]")
        self.surely_this = re.compile(f"(?![{''.join(alike.values())}])[{letters}]")
        self.surely_latin = re.compile(f"(?![{''.join(common)}])[{_LATIN_LETTER}]")
        self.from_latin = str.maketrans(common)

    def prevails(self, text: str) -> bool:
        return len(self.surely_this.findall(text)) > len(self.surely_latin.findall(text))


_SCRIPTS = (_Script(_CYRILLIC_LETTER, TO_CYRILLIC), _Script(_GREEK_LETTER, TO_GREEK))
_TO_LATIN = str.maketrans(dict(TO_LATIN))
_OTHER_LETTER = _GREEK_LETTER + _CYRILLIC_LETTER
_MIXED = re.compile(f"[{_LATIN_LETTER}][{_OTHER_LETTER}]|[{_OTHER_LETTER}][{_LATIN_LETTER}]")
_WORD = re.compile(f"[{_LATIN_LETTER}{_OTHER_LETTER}]+")


def unmixed(text: str) -> str:
    """`text` with every word that mixes Latin with another script written in one, where its letters tell in which.

    Letters that have no double in the other script decide; a word with such letters of both ("PINкод") stays, and a
    word without any takes the script of the text around it. A text without mixed words is returned as it is.
    """
    if not _MIXED.search(text):
        return text
    prevailing = [script for script in _SCRIPTS if script.prevails(text)]
    return _WORD.sub(lambda word: _in_one_script(word[0], prevailing), text)


def _in_one_script(word: str, prevailing: Sequence[_Script]) -> str:
    others = [script for script in _SCRIPTS if script.letter.search(word)]
    if not others or not _MIXED.search(word):
        return word
    foreign = [script for script in others if script.surely_this.search(word)]
    if not foreign:
        if others[0] in prevailing and len(others) == 1 and not others[0].surely_latin.search(word):
            return word.translate(others[0].from_latin)
        return word.translate(_TO_LATIN)
    if len(others) > 1 or others[0].surely_latin.search(word):
        return word
    return word.translate(others[0].from_latin)
