"""Who answers whom in a file of posts: collected in a first pass, asked in a second.

Only numbers are kept, a few dozen bytes a post, so that a dump of millions fits in memory. An id that is a plain number
is its own key; any other gets a negative key from its digest, and its spelling is kept aside.
"""

import re
from array import array
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

NOBODY = -1
"""In place of the key of a post or an author, or of the number of a brand, that is not there."""

_PLAIN_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_Keys = NDArray[np.int64]
_Pairs = tuple[_Keys, NDArray[np.int32]]


class Links:
    """The first pass: what each post is and answers, in the order of the file."""

    def __init__(self) -> None:
        self.posts = array("q")
        self.parents = array("q")
        self.authors = array("q")
        self.owners = array("i")
        self.outbound = array("b")
        self.spellings: dict[int, str] = {}

    def add(self, post: str, *, parent: str | None, author: str, owner: int = NOBODY, outbound: bool = False) -> None:
        """`owner` is the number of the brand that wrote the post, or whose the file says it is."""
        self.posts.append(self._remember(post))
        self.parents.append(NOBODY if parent is None else self._remember(parent))
        self.authors.append(self._remember(author))
        self.owners.append(owner)
        self.outbound.append(outbound)

    def _remember(self, external_id: str) -> int:
        key = _key(external_id)
        if key < NOBODY:
            self.spellings[key] = external_id
        return key

    def tie(self) -> "Threads":
        """The second pass's questions, answered from what was collected."""
        posts = np.array(self.posts, dtype=np.int64)
        _, firsts = np.unique(posts, return_index=True)  # of a post that stands twice, the first counts
        keys = posts[firsts]
        parents = np.array(self.parents, dtype=np.int64)[firsts]
        owners = np.array(self.owners, dtype=np.int32)[firsts]
        outbound = np.array(self.outbound, dtype=np.bool_)[firsts]
        above = _rows(keys, parents)
        roots = _roots(keys, parents, above)
        replies = outbound & (above >= 0)
        return Threads(
            keys=keys,
            parents=above,
            roots=roots,
            authors=np.array(self.authors, dtype=np.int64)[firsts],
            owners=np.where(outbound, owners, NOBODY).astype(np.int32),
            repliers=_pairs(keys[above[replies]], owners[replies]),
            parties=_pairs(roots[owners >= 0], owners[owners >= 0]),
            spellings=self.spellings,
        )


@dataclass(frozen=True, slots=True)
class Threads:
    """The tied links, in the order of their keys."""

    keys: _Keys
    parents: NDArray[np.int64]
    roots: _Keys
    authors: _Keys
    owners: NDArray[np.int32]
    repliers: _Pairs
    parties: _Pairs
    spellings: dict[int, str] = field(repr=False)

    def conversation(self, external_id: str) -> str:
        """The id of the post that the thread begins with, as far up as the file shows it, itself in the file or not."""
        row = self._row(external_id)
        return external_id if row is None else self._spell(int(self.roots[row]))

    def author(self, external_id: str) -> str | None:
        """Who wrote a post of the file."""
        row = self._row(external_id)
        return None if row is None else self._spell(int(self.authors[row]))

    def brand_of(self, external_id: str) -> int:
        """The brand that wrote a post; NOBODY for everybody else's."""
        row = self._row(external_id)
        return NOBODY if row is None else int(self.owners[row])

    def repliers_to(self, external_id: str) -> set[int]:
        """The brands that answered a post in the file."""
        return _partners(self.repliers, _key(external_id))

    def parties_of(self, external_id: str) -> set[int]:
        """The brands that the post's thread shows."""
        row = self._row(external_id)
        return set() if row is None else _partners(self.parties, int(self.roots[row]))

    def _row(self, external_id: str) -> int | None:
        key = _key(external_id)
        row = int(self.keys.searchsorted(key))
        return row if row < len(self.keys) and self.keys[row] == key else None

    def _spell(self, key: int) -> str:
        return str(key) if key > NOBODY else self.spellings[key]


class Firsts:
    """On which line something stands first, by its name: sixteen bytes each."""

    def __init__(self) -> None:
        self._keys = array("q")
        self._lines = array("q")
        self._sorted: tuple[_Keys, _Keys] | None = None

    def add(self, name: str, line: int) -> None:
        """Lines come in rising order."""
        self._keys.append(_key(name))
        self._lines.append(line)

    def line_of(self, name: str) -> int | None:
        if self._sorted is None:
            keys, firsts = np.unique(np.array(self._keys, dtype=np.int64), return_index=True)
            self._sorted = keys, np.array(self._lines, dtype=np.int64)[firsts]
        keys, lines = self._sorted
        key = _key(name)
        row = int(keys.searchsorted(key))
        return int(lines[row]) if row < len(keys) and keys[row] == key else None


def _key(external_id: str) -> int:
    if _PLAIN_NUMBER.fullmatch(external_id):
        return int(external_id)
    digest = blake2b(external_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return NOBODY - 1 - (int.from_bytes(digest, "big") >> 2)


def _rows(keys: _Keys, wanted: _Keys) -> NDArray[np.int64]:
    """Where each wanted key stands; -1 for one that is not there."""
    if not len(keys):
        return np.empty(0, dtype=np.int64)
    rows = np.minimum(keys.searchsorted(wanted), len(keys) - 1)
    return np.where(keys[rows] == wanted, rows, -1)


def _roots(keys: _Keys, parents: _Keys, above: NDArray[np.int64]) -> _Keys:
    """The key that every post's chain ends with: a post that answers nothing, or one that is not in the file."""
    own = np.arange(len(keys))
    step = np.where(above >= 0, above, own)
    top = step
    for _ in range(len(keys).bit_length()):  # each round doubles the way walked
        top = top[top]
    # Chains that bite their own tail have no top: the smallest key of the circle stands for it.
    for start in np.unique(top[step[top] != top]):
        circle = [int(start)]
        while (following := int(step[circle[-1]])) != circle[0]:
            circle.append(following)
        top[np.isin(top, circle)] = min(circle)
    missing = (above[top] < 0) & (parents[top] != NOBODY)
    return np.where(missing, parents[top], keys[top])


def _pairs(keys: _Keys, brands: NDArray[np.int32]) -> _Pairs:
    order = np.lexsort((brands, keys))
    return keys[order], brands[order]


def _partners(pairs: _Pairs, key: int) -> set[int]:
    keys, brands = pairs
    first, last = keys.searchsorted(key, "left"), keys.searchsorted(key, "right")
    return {int(brand) for brand in brands[first:last] if brand != NOBODY}
