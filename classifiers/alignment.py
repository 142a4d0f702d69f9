"""Which pieces of one vocabulary stand for which pieces of another, counted from texts.

Two ways to count, whose results are added. Both tokenizers cut the same English text, and pieces that share characters
stand for each other. And of translations IBM Model 1 learns which piece makes which (Brown et al. 1993, "The
Mathematics of Statistical Machine Translation"): every English piece comes from one piece of the other sentence, or
from none.

Needs NumPy alone; a tokenizer is any fast one of transformers.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
_Piece = tuple[int, int, int]

_AT_ONCE = 2_000
_LONGEST_TEXT = 64
_LONGEST_SIDE = 32
_BLOCK = 4_000_000
_ROUNDS = 6
_EMPTY_WORD = 0.3
"""How much the empty word may claim beside a real one; without it rare pieces collect what nobody makes."""
_TINY = 1e-9
_LEAST = 0.03
"""What a piece makes in a smaller share of its uses is chance."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How often our piece `ours[i]` stood for their piece `theirs[i]`: `counts[i]`. `shape` counts the vocabularies."""

    shape: tuple[int, int]
    ours: Longs
    theirs: Longs
    counts: Floats

    def __add__(self, other: Self) -> "Alignment":
        """Both counts together. ValueError where the vocabularies differ in size."""
        if self.shape != other.shape:
            raise ValueError(f"alignments of vocabularies of {self.shape} and {other.shape} pieces cannot be added")
        return Alignment(
            self.shape,
            np.concatenate([self.ours, other.ours]),
            np.concatenate([self.theirs, other.theirs]),
            np.concatenate([self.counts, other.counts]),
        )

    def met(self) -> Floats:
        """(our pieces,): how often each was counted."""
        return _sums(self.ours, self.counts, self.shape[0])

    def usage(self) -> Floats:
        """(their pieces,): how often each was counted."""
        return _sums(self.theirs, self.counts, self.shape[1])

    def vectors(self, table: Floats) -> Floats:
        """(our pieces, width): the mean of the rows of `table` (their pieces, width) that a piece stands for.

        Weighed by the counts; zeros for a piece that was never counted.
        """
        total = np.zeros((self.shape[0], table.shape[1]))
        np.add.at(total, self.ours, self.counts[:, None] * table[self.theirs])
        mean: Floats = total / np.maximum(self.met(), _TINY)[:, None]
        return mean


def by_overlap(ours: Any, theirs: Any, texts: Sequence[str]) -> Alignment:
    """Both tokenizers' pieces of the same `texts`: each shared character counts 1 / the length of our piece."""
    counts: defaultdict[tuple[int, int], float] = defaultdict(float)
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        for one, other in zip(_pieces(ours, some), _pieces(theirs, some), strict=True):
            for our, their, shared in _overlaps(one, other):
                counts[our, their] += shared
    pairs = np.array(list(counts), dtype=np.int64).reshape(-1, 2)
    return Alignment((len(ours), len(theirs)), pairs[:, 0], pairs[:, 1], np.array(list(counts.values())))


def by_translation(ours: Any, theirs: Any, pairs: Sequence[tuple[str, str]], weights: Sequence[float]) -> Alignment:
    """What IBM Model 1 learns in six rounds from (English, translation) `pairs`; a pair counts `weights` times.

    Their tokenizer cuts the English, ours the translation. What a piece makes in fewer than 3 % of its uses is dropped.

    Memory: the first 32 pieces of a side are read, so a pair has at most 33 x 32 entries, which stay as 4 bytes each;
    every two pieces that ever met take some 80 bytes more, and the rest is counted in blocks. 60 million entries of 9
    million meetings (300,000 subtitles and three glossaries) need 2.5 GB beside the texts at most.
    """
    empty, width = len(ours), len(theirs)
    makers = [[empty, *ids] for ids in _ids(ours, [pair[1] for pair in pairs])]
    made = _ids(theirs, [pair[0] for pair in pairs])
    blocks = list(_blocks(makers, made, weights, width))
    meetings: Longs = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(block.meetings for block in blocks)]))
    blocks = [block.among(meetings) for block in blocks]
    made_by = meetings // width
    prior = np.where(made_by == empty, _EMPTY_WORD, 1.0)
    chance, expected = np.ones(len(meetings)), np.zeros(len(meetings))
    for _ in range(_ROUNDS):
        expected = np.zeros(len(meetings))
        for block in blocks:
            block.add_expected(chance * prior, expected)
        chance = expected / np.maximum(_sums(made_by, expected, empty + 1), _TINY)[made_by]
    kept = (made_by < empty) & (chance > _LEAST)
    return Alignment((empty, width), made_by[kept], meetings[kept] % width, expected[kept])


@dataclass(frozen=True, slots=True)
class _Block:
    """Some pairs. The entries are every English piece with each that may have made it: `sizes` in a row for a piece.

    An entry is a place among the sorted `meetings` (maker x width + made); `weights` are those of the pieces.
    """

    meetings: Longs
    entries: Ints
    sizes: Longs
    weights: Floats

    def among(self, meetings: Longs) -> "_Block":
        """The same with the meetings of all blocks."""
        places = np.searchsorted(meetings, self.meetings).astype(np.int32)
        return _Block(meetings, places[self.entries], self.sizes, self.weights)

    def add_expected(self, likely: Floats, expected: Floats) -> None:
        """Share every English piece among those that may have made it, as they are likely to, and add the shares."""
        shares = likely[self.entries]
        whole = np.add.reduceat(shares, np.cumsum(self.sizes) - self.sizes)
        shares *= np.repeat(self.weights / whole, self.sizes)
        expected += _sums(self.entries, shares, len(expected))


def _blocks(
    makers: Sequence[Sequence[int]], made: Sequence[Sequence[int]], weights: Sequence[float], width: int
) -> Iterator[_Block]:
    meetings: list[Longs] = []
    sizes: list[tuple[int, int, float]] = []
    entries = 0
    for one, other, weight in zip(makers, made, weights, strict=True):
        if len(one) > 1 and other:
            meetings.append((np.array(other)[:, None] + width * np.array(one)).ravel())
            sizes.append((len(other), len(one), weight))
            entries += len(one) * len(other)
        if entries >= _BLOCK:
            yield _block(meetings, sizes)
            meetings, sizes, entries = [], [], 0
    if meetings:
        yield _block(meetings, sizes)


def _block(meetings: Sequence[Longs], sizes: Sequence[tuple[int, int, float]]) -> _Block:
    pieces, of_makers, weights = (np.array(column) for column in zip(*sizes, strict=True))
    different, entries = np.unique(np.concatenate(meetings), return_inverse=True)
    each = np.repeat(weights, pieces).astype(np.float64)
    return _Block(different, entries.astype(np.int32), np.repeat(of_makers, pieces), each)


def _sums(places: Ints | Longs, values: Floats, count: int) -> Floats:
    """(count,): the values added up place by place."""
    return np.bincount(places, values, minlength=count).astype(np.float64, copy=False)


def _overlaps(ours: Sequence[_Piece], theirs: Sequence[_Piece]) -> Iterator[tuple[int, int, float]]:
    """(our piece, their piece, share of ours that lies in theirs) of one text; both sides are in order."""
    first = 0
    for our, start, end in ours:
        while first < len(theirs) and theirs[first][2] <= start:
            first += 1
        for their, from_, to in theirs[first:]:
            if from_ >= end:
                break
            yield our, their, (min(end, to) - max(start, from_)) / (end - start)


def _pieces(tokenizer: Any, texts: Sequence[str]) -> list[list[_Piece]]:
    """The pieces of each text that stand for characters of it."""
    cut = tokenizer(list(texts), add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    return [
        [(piece, start, end) for piece, (start, end) in zip(ids[:_LONGEST_TEXT], places, strict=False) if end > start]
        for ids, places in zip(cut["input_ids"], cut["offset_mapping"], strict=True)
    ]


def _ids(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    ids: list[list[int]] = tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"] if texts else []
    return [one[:_LONGEST_SIDE] for one in ids]
