"""One classifier for every engine: normalise, name the language, tokenise, batch by length, run, judge."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from classifiers.contract import Assessment, Text
from classifiers.heads import WIDTH, ModelCard
from classifiers.language import LanguageIdentifier
from classifiers.preprocess import normalise
from classifiers.verdict import Floats, assessments

Ids = list[int]

BATCH_TOKENS = 4_096
"""Most tokens in one batch, padding included: bounds memory whatever the texts' lengths."""


class Network(Protocol):
    """An engine with its tokenizer. Both methods must work for any string and never depend on the other rows."""

    pad_id: int

    def encode(self, texts: Sequence[str]) -> list[Ids]:
        """Token ids with the special tokens, untruncated."""
        ...

    def logits(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Floats:
        """(rows, heads.WIDTH) uncalibrated logits for (rows, tokens) padded inputs."""
        ...


class ModelClassifier:
    """A `contract.Classifier` over a network, its card and a language identifier."""

    def __init__(self, card: ModelCard, network: Network, identifier: LanguageIdentifier) -> None:
        self.card = card
        self._network = network
        self._identifier = identifier

    @property
    def name(self) -> str:
        return self.card.full_name

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        """One assessment per text, in order; the content of a text never raises."""
        normalised = [normalise(text.text) for text in texts]
        languages = self._identifier.identify(normalised, [text.lang for text in texts])
        logits = all_logits(self._network, normalised, self.card.max_length)
        return assessments(normalised, languages, logits, self.card)


def all_logits(network: Network, texts: Sequence[str], max_length: int) -> Floats:
    """(texts, heads.WIDTH) logits of normalised texts, computed in batches of like length, returned in order."""
    logits = np.zeros((len(texts), WIDTH), dtype=np.float32)
    encoded = [truncated(ids, max_length) for ids in network.encode(texts)]
    for rows in batches([len(ids) for ids in encoded], BATCH_TOKENS):
        input_ids, attention_mask = padded([encoded[row] for row in rows], network.pad_id)
        logits[rows] = network.logits(input_ids, attention_mask)
    return logits


def truncated(ids: Ids, max_length: int) -> Ids:
    """At most `max_length` ids: the first three quarters and the end, so both special tokens stay in place."""
    if len(ids) <= max_length:
        return ids
    tail = max_length // 4
    return ids[: max_length - tail] + ids[-tail:]


def batches(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Row numbers grouped by length, longest first, each group at most `tokens` padded tokens (one row always fits)."""
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    start = 0
    while start < len(order):
        count = max(1, tokens // max(1, lengths[order[start]]))
        yield order[start : start + count]
        start += count


def padded(rows: Sequence[Ids], pad_id: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rows, longest) ids and attention mask."""
    width = max(1, *(len(ids) for ids in rows)) if rows else 1
    input_ids = np.full((len(rows), width), pad_id, dtype=np.int64)
    attention_mask = np.zeros((len(rows), width), dtype=np.int64)
    for i, ids in enumerate(rows):
        input_ids[i, : len(ids)] = ids
        attention_mask[i, : len(ids)] = 1
    return input_ids, attention_mask
