"""Where a text comes from, as far as annotators drew their lines differently: the domains of the heads' mixture."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.dataset import CORPUS, Example
from classifiers.reviews import SOURCE as REVIEWS

OWN = CORPUS
"""Our own corpus, in all its languages, and what people of a team labelled."""

# One annotator or more a language: a set of its own for each.
_BY_LANGUAGE = frozenset({"twitter15_europe", "umsab"})


def domain(example: Example) -> str:
    """The name of the domain that an example belongs to."""
    if example.source.startswith(f"{CORPUS}_") or example.source == REVIEWS:
        return OWN
    if example.source in _BY_LANGUAGE:
        return f"{example.source}:{example.lang}"
    return example.source


def domain_names(examples: Sequence[Example]) -> tuple[str, ...]:
    """Every domain of the examples and our own, sorted."""
    return tuple(sorted({domain(example) for example in examples} | {OWN}))


def domain_ids(examples: Sequence[Example], names: Sequence[str]) -> NDArray[np.int64]:
    """The place of each example's domain among `names`; one that is not there counts as our own."""
    places = {name: place for place, name in enumerate(names)}
    own = places.get(OWN, 0)
    return np.array([places.get(domain(example), own) for example in examples], dtype=np.int64)
