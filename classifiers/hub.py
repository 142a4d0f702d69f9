"""A ready sentiment model of the hub beside our heads: its sentiment replaces ours, everything else stays.

Any sequence-classification checkpoint in transformers' format whose labels exclude each other will do, by folder or hub
id; safetensors only. Importing this module imports torch.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import nn
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging as transformers_logging

from classifiers.contract import Assessment, Classifier, Sentiment, Text
from classifiers.preprocess import normalise
from classifiers.serving import BATCH_TOKENS, Ids, batches, padded, truncated

_LONGEST = 256
_DIGITS = 10

Shares = NDArray[np.float64]


class HubModel:
    """A loaded sequence classifier with its tokenizer, whose labels are read as our sentiments.

    `name` is its id and what it was loaded from: `organisation/name@revision`, for a folder a hash of its weights, and
    behind a `+` a hash of the label map where the map says more than that the labels are ours. So whatever changes the
    verdicts changes the name.
    """

    def __init__(self, name: str, network: Any, tokenizer: Any, mapping: Sequence[Sentiment]) -> None:
        """`mapping` says what each of the network's outputs, in order, is to us."""
        self.name = name
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device).eval()
        self._tokenizer = tokenizer
        self._pad_id = _pad_id(network, tokenizer)
        self.max_length = longest(network, tokenizer)
        self._mapping = np.array([[column is ours for ours in Sentiment] for column in mapping], dtype=np.float64)

    @classmethod
    def load(
        cls, hub: str, folder: Path, label_map: Mapping[str, str] | None = None, *, threads: int | None = None
    ) -> "HubModel":
        """The model in `folder`, which `hub` named. `threads` limits torch's threads in the whole process.

        Raises ValueError where the checkpoint is none that can be used, or its labels and the map do not fit.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        config = _config(hub, folder)
        mapping = sentiments_of(hub, _labels(config), label_map)
        network, tokenizer = _ready(hub, folder)
        return cls(_name(hub, folder, config, mapping), network, tokenizer, mapping)

    def sentiments(self, texts: Sequence[str]) -> list[dict[Sentiment, float]]:
        """The distribution over our sentiments for each normalised text, in order; uncalibrated.

        The probabilities of labels that mean the same to us are added up; a sentiment that no label means has none.
        """
        ours = np.minimum(softmax(self._logits(texts)) @ self._mapping, 1.0)
        return [dict(zip(Sentiment, row, strict=True)) for row in ours.tolist()]

    def _logits(self, texts: Sequence[str]) -> Shares:
        logits = np.zeros((len(texts), len(self._mapping)))
        encoded = [truncated(ids, self.max_length) or [self._pad_id] for ids in self._encode(texts)]
        for rows in batches([len(ids) for ids in encoded], BATCH_TOKENS):
            logits[rows] = self._forward(*padded([encoded[row] for row in rows], self._pad_id))
        return logits

    def _encode(self, texts: Sequence[str]) -> list[Ids]:
        if not texts:
            return []
        told = self._tokenizer(list(texts), truncation=False, verbose=False, return_attention_mask=False)
        ids: list[Ids] = told["input_ids"]
        return ids

    def _forward(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Shares:
        with torch.inference_mode():
            told = self._network(
                input_ids=torch.from_numpy(input_ids).to(self._device),
                attention_mask=torch.from_numpy(attention_mask).to(self._device),
            )
        logits: Shares = told.logits.double().cpu().numpy()
        return logits


class HubSentiment:
    """A `contract.Classifier`: the verdicts of another one with the sentiment of a ready model.

    `name` holds both names, so these verdicts are kept beside those of the classifier alone and never mixed with them.
    """

    def __init__(self, classifier: Classifier, hub: HubModel) -> None:
        self._classifier = classifier
        self._hub = hub

    @property
    def name(self) -> str:
        return f"{self._classifier.name}+{self._hub.name}"

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        """One assessment per text, in order; the content of a text never raises."""
        ours = self._classifier.classify(texts)
        theirs = self._hub.sentiments([normalise(text.text) for text in texts])
        return [
            replace(verdict, sentiment=sentiment, model=self.name)
            for verdict, sentiment in zip(ours, theirs, strict=True)
        ]


def sentiments_of(hub: str, labels: Sequence[str], label_map: Mapping[str, str] | None) -> list[Sentiment]:
    """What each of a model's `labels` is to us. Letter case does not matter; None maps labels that have our names.

    Raises ValueError where a label is not mapped, the map names a label or a sentiment that there is not, or all labels
    mean the same; the message shows the labels that there are.
    """
    given = {ours.value: ours.value for ours in Sentiment} if label_map is None else label_map
    by_label = {label.casefold(): ours.casefold() for label, ours in given.items()}
    known = {label.casefold() for label in labels}
    there_are = f"the labels of {hub} are {_listed(labels)}"
    if missing := [label for label in labels if label.casefold() not in by_label]:
        raise ValueError(f"label_map says nothing about {_listed(missing)}: {there_are}; give each one of {_OURS}")
    unknown = [label for label in given if label.casefold() not in known]
    if unknown and label_map is not None:
        raise ValueError(f"label_map names {_listed(unknown)}, which the model does not have: {there_are}")
    if wrong := [ours for ours in given.values() if ours.casefold() not in set(Sentiment)]:
        raise ValueError(f"label_map maps to {_listed(wrong)}, which is no sentiment: use {_OURS}")
    mapping = [Sentiment(by_label[label.casefold()]) for label in labels]
    if len(set(mapping)) == 1:
        raise ValueError(f"label_map makes every post {mapping[0]}: {there_are}; map them to two sentiments at least")
    return mapping


def longest(network: nn.Module, tokenizer: Any) -> int:
    """How many tokens a text may have: what network and tokenizer allow, special tokens included, and at most 256."""
    positions = int(getattr(network.config, "max_position_embeddings", None) or _LONGEST)
    for name, module in network.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            # Encoders of the RoBERTa family count positions from the one after the padding's on.
            positions = module.num_embeddings - (0 if module.padding_idx is None else module.padding_idx + 1)
    return max(1, min(positions, int(tokenizer.model_max_length), _LONGEST))


def softmax(logits: Shares) -> Shares:
    """(texts, labels) probabilities; each row sums to 1."""
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    shares: Shares = exponents / exponents.sum(axis=1, keepdims=True)
    return shares


_OURS = ", ".join(Sentiment)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _labels(config: Any) -> list[str]:
    """The labels of a checkpoint in the order of its outputs."""
    return [str(config.id2label[column]) for column in sorted(config.id2label)]


def _config(hub: str, folder: Path) -> Any:
    """The checkpoint's own description; ValueError where it does not choose one of several labels."""
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"config.json of {hub} cannot be read ({type(error).__name__}): {_SAVE_ANEW}") from error
    if config.problem_type not in (None, "single_label_classification") or config.num_labels < 2:
        raise ValueError(
            f"{hub} does not choose one of several labels (problem_type {config.problem_type}, {config.num_labels} "
            "labels): give a model that classifies sentiment"
        )
    return config


def _ready(hub: str, folder: Path) -> tuple[Any, Any]:
    """Network (float32, from safetensors only) and tokenizer; ValueError where the checkpoint has not all weights."""
    level = transformers_logging.get_verbosity()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        network, told = AutoModelForSequenceClassification.from_pretrained(
            folder, dtype=torch.float32, use_safetensors=True, local_files_only=True, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except _UNLOADABLE as error:
        reason = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no reason given'}"
        raise ValueError(f"{hub} cannot be loaded ({reason}): {_SAVE_ANEW}") from error
    finally:
        transformers_logging.set_verbosity(level)
    if missing := sorted(told["missing_keys"]):
        # The library would fill them with random numbers.
        raise ValueError(
            f"{hub} is no ready classifier, it has no weights {', '.join(missing[:3])}: give a model that was "
            "fine-tuned for sentiment"
        )
    return network, tokenizer


# What damaged or foreign checkpoints were seen to make the library raise.
_UNLOADABLE = (
    OSError,
    ValueError,
    RuntimeError,
    TypeError,
    LookupError,
    AttributeError,
    ImportError,
    SafetensorError,
)
_SAVE_ANEW = "give another model, or save this one anew with save_pretrained, network and tokenizer"


def _pad_id(network: Any, tokenizer: Any) -> int:
    """The id that fills short rows. Decoders have none of their own, and must be told which one it is."""
    candidates = (tokenizer.pad_token_id, network.config.pad_token_id, tokenizer.eos_token_id, 0)
    pad_id = int(next(candidate for candidate in candidates if candidate is not None))
    network.config.pad_token_id = pad_id
    return pad_id


def _name(hub: str, folder: Path, config: Any, mapping: Sequence[Sentiment]) -> str:
    own = [label.casefold() for label in _labels(config)]
    read_as = "" if own == list(mapping) else "+" + _short(",".join(mapping).encode())
    return f"{_identity(hub, folder)}{read_as}"


def _identity(hub: str, folder: Path) -> str:
    """`organisation/name@commit` of a download; of a folder its name (its path means nothing elsewhere) and a hash."""
    if folder.parent.name == "snapshots":
        return f"{hub.partition('@')[0]}@{folder.name[:_DIGITS]}"
    hashed = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            hashed.update(hashlib.file_digest(file, "sha256").digest())
    return f"{folder.resolve().name}@{hashed.hexdigest()[:_DIGITS]}"


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:4]
