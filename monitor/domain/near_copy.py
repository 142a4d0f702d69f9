"""Whether a text says again what was said before, with only the name, the handle or a number changed.

Texts are compared by their shingles: runs of three words, and how many of them two texts share (Broder 1997).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SHINGLE = 3
_FEWEST = 5
"""Texts with fewer shingles than this are too short to be anybody's copy unless they are equal."""
SAME = 0.5
"""From this share of common shingles on (Jaccard) two replies are near-copies."""
CONTAINED = 0.75
"""From this share of the shorter one's shingles on it stands in the longer one as a whole."""

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*|[.!?…,\n]")
_MASKED = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+|[@#]\w+|\d[\d.,:/-]*")
_ENDS = frozenset(".!?…\n")


@dataclass(frozen=True, slots=True)
class Copy:
    """The earlier text that is most like the new one: its place in the list, and how alike they are in [0, 1]."""

    index: int
    likeness: float


def nearest_copy(text: str, earlier: Sequence[str]) -> Copy | None:
    """The earlier text that `text` nearly repeats, the most alike first; None when it stands on its own."""
    words = plain_words(text)
    mine = _shingles(words)
    best: Copy | None = None
    for index, other in enumerate(earlier):
        their_words = plain_words(other)
        equal = len(words) >= 2 and words == their_words
        alike = 1.0 if equal else _alike(mine, _shingles(their_words))
        if alike and (best is None or alike > best.likeness):
            best = Copy(index, alike)
    return best


def plain_words(text: str) -> tuple[str, ...]:
    """The words in lower case without handles, links, numbers, and names.

    A name is a word with a capital that does not begin a sentence, or the word between a greeting and a comma: the
    capital I and the polite capital You go too, on both sides alike.
    """
    tokens = _WORD.findall(_MASKED.sub(" ", text))
    kept, begins = [], True
    for at, token in enumerate(tokens):
        if not token[0].isalpha():
            begins = token in _ENDS or begins
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else "."
        called = begins and after in (",", "!")
        if not called and (begins or token[0].islower() or (token.isupper() and len(token) > 1)):
            kept.append(token.casefold())
        begins = False
    return tuple(kept)


def _shingles(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def _alike(mine: frozenset[tuple[str, ...]], theirs: frozenset[tuple[str, ...]]) -> float:
    """The likeness where it is enough to speak of a copy, else 0."""
    fewer = min(len(mine), len(theirs))
    if fewer < _FEWEST:
        return 0.0
    common = len(mine & theirs)
    jaccard, contained = common / len(mine | theirs), common / fewer
    return max(jaccard, contained) if jaccard >= SAME or contained >= CONTAINED else 0.0
