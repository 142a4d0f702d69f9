"""Hashed n-grams of tokens: the rows of a table that a text looks up, without torch.

One, two and three tokens in a row are hashed into a fixed number of buckets (the hashing trick, Weinberger et al. 2009;
bags of hashed n-grams, Joulin et al. 2017). Looking rows up costs next to nothing, so a bag sees a hundred times more
text in the time that an encoder needs, and it remembers set phrases that a compact encoder forgets.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

LONGEST = 3
"""Most tokens in an n-gram."""

# Odd constants of splitmix64 and murmur3: they spread neighbouring ids over all buckets.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_NEXT = np.uint64(0xC2B2AE3D27D4EB4F)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of some rows: `buckets` of all of them in a line, `starts` of each row, and `counts` per row."""

    buckets: Ints
    starts: Ints
    counts: Ints


def hashed(input_ids: Ints, attention_mask: Ints, buckets: int) -> Grams:
    """The n-grams of (rows, tokens) ids whose mask is 1 at the beginning of every row.

    The first id of a row always counts, so that a row without tokens has an n-gram too.
    """
    ids = input_ids.astype(np.uint64) + np.uint64(1)
    known = attention_mask.astype(bool)
    known[:, 0] = True
    rows, found = [], []
    running = ids
    for length in range(1, LONGEST + 1):
        if length > input_ids.shape[1]:
            break
        if length > 1:
            running = running[:, :-1] * _STEP + ids[:, length - 1 :] * _NEXT
        mixed = running * _MIX
        mixed ^= mixed >> _HALF
        whole = known[:, length - 1 :]
        found.append((mixed % np.uint64(buckets)).astype(np.int64)[whole])
        rows.append(np.nonzero(whole)[0])
    row = np.concatenate(rows)
    order = np.argsort(row, kind="stable")
    counts = np.bincount(row, minlength=len(input_ids)).astype(np.int64)
    return Grams(np.concatenate(found)[order], np.cumsum(counts) - counts, counts)


def pooled(table: NDArray[np.int8], scales: Floats, grams: Grams) -> Floats:
    """(rows, width): the sum of a row's table rows over the square root of their number.

    `table` is (buckets, width) int8 and `scales` (buckets,) the value of one step in each of its rows.
    """
    values = table[grams.buckets].astype(np.float32) * scales[grams.buckets, None]
    total: Floats = np.add.reduceat(values, grams.starts, axis=0)
    mean: Floats = total / np.sqrt(grams.counts).astype(np.float32)[:, None]
    return mean
