"""Where a network begins: an encoder of our own from nothing, a pre-trained base of ours, or anybody's encoder."""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import AutoModel, BertConfig

from classifiers import heads
from classifiers.dataset import Example
from classifiers.transformer import ComplaintNetwork, load_encoder, load_network, load_tokenizer
from classifiers.vocabulary import FIRST_CLASS, raw_lines, train_tokenizer

log = logging.getLogger(__name__)

_VOCABULARY_PER_LANGUAGE = 4_000


@dataclass(frozen=True, slots=True)
class Size:
    """The shape of a network of our own; `length` is the longest input in tokens.

    `buckets` and `wide` are rows and width of the bag of n-grams, `deep` the width of the encoder's features. A grafted
    encoder (`classifiers.graft`) has these layers of its teacher, counted from 0, over rows `embedding` wide. `hidden`,
    `layers`, `attention_heads` and `inner` are those of an encoder that begins from nothing.
    """

    vocabulary: int = 32_000
    length: int = 128
    buckets: int = 2**17
    wide: int = 64
    deep: int = 128
    embedding: int = 192
    teacher_layers: tuple[int, ...] = (0, 1, 3, 5)
    hidden: int = 256
    layers: int = 2
    attention_heads: int = 4
    inner: int = 512


def begin(
    training: Sequence[Example],
    size: Size,
    domains: Sequence[str],
    *,
    base: str | None,
    vocabulary: str | None,
    raw: Path | None,
    seed: int,
) -> tuple[Any, ComplaintNetwork]:
    """Tokenizer and network to train: from `base` (a folder or hub id), else of our own `size` with random weights."""
    if base is None:
        tokenizer = load_tokenizer(vocabulary) if vocabulary else _learnt_tokenizer(training, size, seed, raw)
        return tokenizer, own_encoder(tokenizer, size, len(domains))
    if not (Path(base) / heads.WEIGHTS_FILE).is_file():
        return load_tokenizer(base), under_towers(load_encoder(base), size, len(domains))
    network = load_network(Path(base))
    if not _knows(base, domains):
        network.forget_labels(len(domains))
    return load_tokenizer(base), network


def own_encoder(tokenizer: Any, size: Size, domains: int) -> ComplaintNetwork:
    """A compact BERT with random weights under our towers: small, because labels alone teach it."""
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.attention_heads,
        intermediate_size=size.inner,
        max_position_embeddings=size.length + 2,
        pad_token_id=tokenizer.pad_token_id,
    )
    encoder: Any = AutoModel.from_config(config)  # type: ignore[no-untyped-call]
    return under_towers(encoder, size, domains)


def under_towers(encoder: Any, size: Size, domains: int) -> ComplaintNetwork:
    """An encoder with a bag of n-grams beside it, and heads on both that know nothing yet."""
    shape = {"deep": size.deep, "buckets": size.buckets, "wide": size.wide}
    return ComplaintNetwork(encoder, int(encoder.config.hidden_size), domains=domains, **shape)


def vocabulary_texts(training: Sequence[Example], seed: int, raw: Path | None) -> list[str]:
    """What a vocabulary is learnt from: 4,000 examples a language (12,000 of bg, lv, ru, en) and 4,000 plain lines."""
    by_language: dict[str, list[str]] = {}
    for example in training:
        by_language.setdefault(example.lang, []).append(example.text)
    picker = random.Random(seed)
    texts = []
    for lang, known in sorted(by_language.items()):
        count = _VOCABULARY_PER_LANGUAGE * (3 if lang in FIRST_CLASS else 1)
        texts += picker.sample(known, min(len(known), count))
    return texts + (list(raw_lines(raw, tuple(by_language), seed=seed)) if raw else [])


def _learnt_tokenizer(training: Sequence[Example], size: Size, seed: int, raw: Path | None) -> Any:
    texts = vocabulary_texts(training, seed, raw)
    log.info("learning the vocabulary from %d texts", len(texts))
    return train_tokenizer(texts, size=size.vocabulary, max_length=size.length)


def _knows(base: str, domains: Sequence[str]) -> bool:
    """Whether a model folder of ours was trained on exactly these domains, so that its heads may go on."""
    return (Path(base) / heads.FILE).is_file() and heads.read(Path(base)).domains == tuple(domains)
