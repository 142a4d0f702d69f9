"""Letter n-grams of texts as numbers of buckets: what language identification sees, computed for many texts at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import regex  # type: ignore[import-untyped]
from numpy.typing import NDArray

LONGEST = 5
"""N-grams of one to this many letters; the blanks around a word count as letters, so short words are seen whole."""

MAX_LETTERS = 240
"""Letters and blanks that are looked at: nobody changes the language after two lines of a post."""

_NOT_WORDS = regex.compile(r"[^\p{L}\p{M}]+")
_BLANK = ord(" ")
_PRIME = np.uint64(1_099_511_628_211)
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
_HIGH = np.uint64(32)


class Grams(NamedTuple):
    """`buckets` (n-grams of all texts, text after text) and `counts` (n-grams of each text; zero without letters)."""

    buckets: NDArray[np.int64]
    counts: NDArray[np.int64]


def words(text: str) -> str:
    """The words of a text in lower case between single blanks, at most `MAX_LETTERS` characters of them.

    A blank stands at both ends, also of the words of a text without any.
    """
    found: str = _NOT_WORDS.sub(" ", text[: 4 * MAX_LETTERS].casefold())[: MAX_LETTERS + 1].strip()
    return f" {found} "


def codepoints(cleaned: Sequence[str]) -> NDArray[np.uint32]:
    """The characters of all of them, one after the other."""
    return np.frombuffer("".join(cleaned).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def grams(cleaned: Sequence[str], size: int) -> Grams:
    """The n-grams of what `words` returned, each hashed into one of `size` buckets. No n-gram spans two words."""
    points = codepoints(cleaned)
    blank = points == _BLANK
    length = len(points)
    hashes = np.zeros((length, LONGEST), dtype=np.uint64)
    valid = np.zeros((length, LONGEST), dtype=np.bool_)
    running = np.zeros(length, dtype=np.uint64)
    alive = np.ones(length, dtype=np.bool_)
    for n in range(1, LONGEST + 1):
        reach = length - n + 1
        if reach <= 0:
            break
        running = running[:reach] * _PRIME + points[n - 1 :] + np.uint64(1)
        # Until here no blank but at the start; this letter may be one: it then ends the n-gram.
        alive = alive[:reach]
        valid[:reach, n - 1] = alive & ~(blank[:reach] & blank[n - 1 :]) if n <= 2 else alive
        hashes[:reach, n - 1] = (running * _MIX) ^ np.uint64(n)
        if n > 1:
            alive = alive & ~blank[n - 1 :]
    return Grams(_folded(hashes[valid], size), _per_text(valid.sum(axis=1), [len(text) for text in cleaned]))


def _folded(hashes: NDArray[np.uint64], size: int) -> NDArray[np.int64]:
    return (((hashes * _MIX) >> _HIGH) % np.uint64(size)).astype(np.int64)


def _per_text(per_character: NDArray[np.int64], lengths: Sequence[int]) -> NDArray[np.int64]:
    ends = np.cumsum(lengths, dtype=np.int64)
    begins = np.concatenate([[0], ends])[:-1].astype(np.int64)
    total = np.concatenate([[0], np.cumsum(per_character)])
    counts: NDArray[np.int64] = total[ends] - total[begins]
    return counts
