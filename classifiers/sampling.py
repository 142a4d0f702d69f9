"""Which examples a training sees, how often and in which batches: balanced over sets and languages."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.dataset import CORPUS, Example
from classifiers.reviews import SOURCE as REVIEWS
from classifiers.serving import batches
from classifiers.sets import SETS

_ROOT = 0.6
_MOST_REPEATS = 5
# What a team says of its own posts is as close to what the model will meet as labels get.
_SHARE_OF_REVIEWS = 3.0


def draws(examples: Sequence[Example], count: int, seed: int, *, corpus_repeats: int = 14) -> NDArray[np.int64]:
    """About `count` row numbers of `examples`, in random order.

    Rows group by set and language; a group of n rows weighs n^0.6 times its set's share, so that a large set does not
    drown a small one. No row repeats more than five times, except those of our own corpus, which is the only
    supervision of four heads: each is drawn `corpus_repeats` times (or as often as half of `count` has room for).
    """
    rng = np.random.default_rng(seed)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, example in enumerate(examples):
        groups[example.source, example.lang].append(row)
    own = [row for (source, _), rows in groups.items() if _is_corpus(source) for row in rows]
    repeats = min(corpus_repeats, count // 2 // len(own)) if own else 0
    drawn = [np.tile(np.array(own, dtype=np.int64), repeats)]
    public = {key: rows for key, rows in groups.items() if not _is_corpus(key[0])}
    weights = {key: len(rows) ** _ROOT * _share(key[0]) for key, rows in public.items()}
    room = count - len(own) * repeats
    for key, rows in public.items():
        quota = round(min(room * weights[key] / sum(weights.values()), len(rows) * _MOST_REPEATS))
        drawn.append(_spread(np.array(rows, dtype=np.int64), quota, rng))
    together = np.concatenate(drawn)
    rng.shuffle(together)
    return together


def training_batches(
    lengths: Sequence[int], order: NDArray[np.int64], tokens: int, seed: int
) -> list[NDArray[np.int64]]:
    """`order` cut into batches of at most `tokens` padded tokens with like lengths, shuffled.

    Lengths are sorted within stretches of the order, not over all of it, so that a batch mixes sets and languages.
    """
    rng = np.random.default_rng(seed)
    stretch = 8_192
    made: list[NDArray[np.int64]] = []
    for start in range(0, len(order), stretch):
        rows = order[start : start + stretch]
        made.extend(rows[group] for group in batches([lengths[row] for row in rows], tokens))
    rng.shuffle(made)
    return made


def _is_corpus(source: str) -> bool:
    return source.startswith(f"{CORPUS}_")


def _share(source: str) -> float:
    return _SHARE_OF_REVIEWS if source == REVIEWS else SETS[source].share


def _spread(rows: NDArray[np.int64], quota: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """`quota` of `rows`: every row as often as every other, give or take one."""
    whole, rest = divmod(quota, len(rows))
    return np.concatenate([np.tile(rows, whole), rng.permutation(rows)[:rest]])
