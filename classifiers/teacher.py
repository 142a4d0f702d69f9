"""The English sentence encoder that our network learns from: what it says of sentences, asked once and kept."""

import json
import logging
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from classifiers.learn import halves_are_fast
from classifiers.transformer import load_encoder, load_tokenizer

log = logging.getLogger(__name__)

_TOKENS = 64
_AT_ONCE = 128


class Teacher:
    """A sentence encoder by folder or hub id: mean of its last states, length one. `cache` keeps what it said.

    ValueError where the file keeps what another teacher said.
    """

    def __init__(self, spec: str, cache: Path | None = None) -> None:
        self._spec, self._cache = spec, cache
        self._known: dict[str, NDArray[np.float16]] = {}
        if cache is not None and cache.is_file():
            with np.load(cache, allow_pickle=False) as kept:
                said_by = str(kept["teacher"]) if "teacher" in kept else spec
                if said_by != spec:
                    raise ValueError(f"{cache}: keeps what {said_by} said, not {spec}; give another file")
                self._known = dict(zip(json.loads(kept["texts"].tobytes()), kept["vectors"], strict=True))

    @cached_property
    def encoder(self) -> Any:
        return load_encoder(self._spec).eval()

    @cached_property
    def tokenizer(self) -> Any:
        return load_tokenizer(self._spec)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float16]:
        """(texts, width) vectors of `texts`."""
        new = sorted({text for text in texts if text not in self._known}, key=lambda text: (-len(text), text))
        if new:
            self._known.update(zip(new, self._ask(new), strict=True))
            self._keep()
        return np.stack([self._known[text] for text in texts])

    def _keep(self) -> None:
        if self._cache is not None:
            # By an open file: to a bare name NumPy would add an ending, and the next run would not find it.
            with self._cache.open("wb") as file:
                texts = np.frombuffer(json.dumps(list(self._known)).encode(), dtype=np.uint8)
                np.savez(file, teacher=self._spec, texts=texts, vectors=np.stack(list(self._known.values())))

    def _ask(self, texts: Sequence[str]) -> Iterator[NDArray[np.float16]]:
        log.info("asking %s about %d sentences", self._spec, len(texts))
        for start in range(0, len(texts), _AT_ONCE):
            inputs = self.tokenizer(
                list(texts[start : start + _AT_ONCE]),
                truncation=True,
                max_length=_TOKENS,
                padding=True,
                return_tensors="pt",
            )
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=halves_are_fast()):
                states = self.encoder(**inputs).last_hidden_state
            said = nn.functional.normalize(mean_state(states, inputs["attention_mask"]), dim=-1)
            yield from said.half().numpy()


def mean_state(states: Tensor, attention_mask: Tensor) -> Tensor:
    """(rows, width) float32: the mean of an encoder's (rows, tokens, width) states over the tokens that are there."""
    mask = attention_mask.unsqueeze(-1)
    return (states.float() * mask).sum(dim=1) / mask.sum(dim=1)
