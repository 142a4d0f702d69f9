"""The learnt part of language identification: a weight for every letter n-gram and language, in one small file."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from classifiers import ngrams

SHIPPED = Path(str(resources.files("classifiers"))) / "models" / "language" / "table.safetensors"

_AT_ONCE = 64
_FORMAT = "2 ngrams"


class Table(NamedTuple):
    """`weights` (buckets, languages) as int8, each language's column times its `scale`; `bias` (languages,)."""

    languages: tuple[str, ...]
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def save(self, path: Path) -> None:
        """Write the file that `read` takes, making its folder."""
        path.parent.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, NDArray[Any]] = {"weights": self.weights, "scale": self.scale, "bias": self.bias}
        save_file(arrays, path, metadata={"format": _FORMAT, "languages": " ".join(self.languages)})


class Scorer:
    """A table made ready for use; safe to share between threads."""

    def __init__(self, table: Table) -> None:
        self.languages = table.languages
        self._weights = table.weights.astype(np.float32) * table.scale
        self._bias = table.bias

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, languages); a text without letters gets the bias alone. `texts` are what `ngrams.words` returned."""
        found = np.tile(self._bias, (len(texts), 1))
        for start in range(0, len(texts), _AT_ONCE):
            grams = ngrams.grams(texts[start : start + _AT_ONCE], len(self._weights))
            rows = np.flatnonzero(grams.counts)
            if len(rows):
                begins = (np.cumsum(grams.counts) - grams.counts)[rows]
                sums = np.add.reduceat(self._weights[grams.buckets], begins, axis=0)
                # The root, not the count: a long text is surer than a short one.
                found[start + rows] += sums / np.sqrt(grams.counts[rows], dtype=np.float32)[:, None]
        return found


def quantised(languages: Sequence[str], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> Table:
    """A table of float weights (buckets, languages), each column rounded to 255 steps."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-8).astype(np.float32) / np.float32(127)
    return Table(tuple(languages), np.round(weights / scale).astype(np.int8), scale, bias.astype(np.float32))


def read(path: Path = SHIPPED) -> Table:
    """The table in `path`. Raises ValueError where there is none, or one made for other n-grams."""
    remedy = "reinstall the package, or train one: python -m classifiers.train_language --data DIR"
    try:
        with safe_open(path, framework="numpy") as file:
            noted = file.metadata() or {}
            if noted.get("format") != _FORMAT:
                raise ValueError(f"{path} holds no language table of this version: {remedy}")
            languages = tuple(noted["languages"].split())
            return Table(languages, *(file.get_tensor(name) for name in ("weights", "scale", "bias")))
    except (OSError, SafetensorError) as error:
        raise ValueError(f"the language table {path} cannot be read ({type(error).__name__}): {remedy}") from error
