"""Which writing system a text is in: where a script is one language's own, it names the language by itself."""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from classifiers.ngrams import codepoints


class Script(IntEnum):
    """A writing system; `OTHER` is every one that is not listed."""

    NONE = 0
    LATIN = 1
    CYRILLIC = 2
    ARABIC = 3
    GREEK = 4
    HEBREW = 5
    DEVANAGARI = 6
    HAN = 7
    KANA = 8
    HANGUL = 9
    THAI = 10
    GEORGIAN = 11
    ARMENIAN = 12
    OTHER = 13


OWN = {
    Script.GREEK: "el",
    Script.HEBREW: "he",
    Script.DEVANAGARI: "hi",
    Script.HAN: "zh",
    Script.KANA: "ja",
    Script.HANGUL: "ko",
    Script.THAI: "th",
    Script.GEORGIAN: "ka",
    Script.ARMENIAN: "hy",
}
"""The language that nearly every post in a script is written in."""

_ENOUGH = 0.3
_KANA_AMONG_HAN = 0.1

# First and last character, both of the block; later rows win.
_BLOCKS = (
    (0x0041, 0x005A, Script.LATIN),
    (0x0061, 0x007A, Script.LATIN),
    (0x00AA, 0x02AF, Script.LATIN),
    (0x0300, 0x036F, Script.NONE),  # marks belong to the letter before
    (0x0370, 0x03FF, Script.GREEK),
    (0x0400, 0x052F, Script.CYRILLIC),
    (0x0530, 0x058F, Script.ARMENIAN),
    (0x0590, 0x05FF, Script.HEBREW),
    (0x0600, 0x08FF, Script.ARABIC),
    (0x0700, 0x074F, Script.OTHER),
    (0x0780, 0x086F, Script.OTHER),
    (0x0900, 0x097F, Script.DEVANAGARI),
    (0x0980, 0x0DFF, Script.OTHER),
    (0x0E00, 0x0E7F, Script.THAI),
    (0x0E80, 0x109F, Script.OTHER),
    (0x10A0, 0x10FF, Script.GEORGIAN),
    (0x1100, 0x11FF, Script.HANGUL),
    (0x1200, 0x1C7F, Script.OTHER),
    (0x1E00, 0x1EFF, Script.LATIN),
    (0x1F00, 0x1FFF, Script.GREEK),
    (0x3041, 0x30FF, Script.KANA),
    (0x3130, 0x318F, Script.HANGUL),
    (0x3400, 0x9FFF, Script.HAN),
    (0xA000, 0xABFF, Script.OTHER),
    (0xAC00, 0xD7AF, Script.HANGUL),
    (0xF900, 0xFAFF, Script.HAN),
    (0xFB1D, 0xFB4F, Script.HEBREW),
    (0xFB50, 0xFDFF, Script.ARABIC),
    (0xFE70, 0xFEFC, Script.ARABIC),
)
_PLANE = 0x10000


def _of_plane() -> NDArray[np.uint8]:
    found = np.zeros(_PLANE + 1, dtype=np.uint8)
    for first, last, script in _BLOCKS:
        found[first : last + 1] = script
    found[_PLANE] = Script.HAN  # beyond the first plane, the letters people post are rare ideographs
    return found


_SCRIPTS = _of_plane()


def scripts(texts: Sequence[str]) -> list[Script]:
    """The script of each text of letters: the first one beside Latin that writes 30 % of it, for brands, links and
    half of the slang are Latin everywhere; `NONE` without letters."""
    points = codepoints(texts)
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    cells = owner * len(Script) + _SCRIPTS[np.minimum(points, _PLANE)]
    counts = np.bincount(cells, minlength=len(texts) * len(Script)).reshape(len(texts), len(Script))
    return [_main(row) for row in counts]


def _main(counts: NDArray[np.int64]) -> Script:
    letters = counts[1:].sum()
    if not letters:
        return Script.NONE
    joined = counts.copy()
    joined[[Script.NONE, Script.LATIN]] = 0
    if counts[Script.KANA] >= _KANA_AMONG_HAN * counts[Script.HAN]:
        # Japanese writes its words in both.
        joined[Script.KANA] += counts[Script.HAN] if counts[Script.KANA] else 0
        joined[Script.HAN] = 0 if counts[Script.KANA] else counts[Script.HAN]
    best = int(joined.argmax())
    return Script(best) if joined[best] >= _ENOUGH * letters else Script.LATIN
