"""Texts of a training batch as others might have written them: misspelt, respelt, or half in another language."""

import random
from collections.abc import Sequence
from typing import Any

from classifiers.code_switch import code_switched
from classifiers.dataset import Example
from classifiers.glossary import LANGUAGES, read_glossary
from classifiers.noise import augmented
from classifiers.preprocess import normalise
from classifiers.serving import Ids, truncated
from classifiers.transformer import encode

_WORDS = 0.8
"""The share of known words that are replaced in a text that changes its language."""


class Rewriting:
    """A `learn.Respell`: the ids of rows of `training`, some of them rewritten.

    A share of `noise` of the texts is misspelt or respelt (`classifiers.noise`), a share of `switched` of the English
    ones has words of one of our glossaries in it; drawn anew for every batch.
    """

    def __init__(
        self,
        tokenizer: Any,
        training: Sequence[Example],
        length: int,
        *,
        noise: float,
        switched: float,
        seed: int,
    ) -> None:
        self._tokenizer, self._training, self._length = tokenizer, training, length
        self._noise, self._switched, self._rng = noise, switched, random.Random(seed)
        self._glossaries = [read_glossary(lang) for lang in LANGUAGES]

    def __call__(self, rows: Sequence[int], ids: Sequence[Ids]) -> Sequence[Ids]:
        changed = {place: text for place, row in enumerate(rows) if (text := self._other(self._training[row]))}
        rewritten = list(ids)
        for place, new in zip(changed, encode(self._tokenizer, list(changed.values())), strict=True):
            rewritten[place] = truncated(new, self._length)
        return rewritten

    def _other(self, example: Example) -> str | None:
        """Another way to write the example's text; None where it stays as it is."""
        text = None
        if example.lang == "en" and self._rng.random() < self._switched:
            text = code_switched(example.text, self._rng.choice(self._glossaries), self._rng, _WORDS)
        if self._rng.random() < self._noise:
            text = augmented(text or example.text, example.lang, self._rng)
        return None if text is None else normalise(text)
