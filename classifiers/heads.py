"""The label groups that a model predicts, and the file that keeps their calibration beside the weights.

One head per group. The columns of a model's logits are the labels of all heads, in the order of `HEADS`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage, Threat

FORMAT = 1
FILE = "heads.json"
WEIGHTS_FILE = "heads.safetensors"
ONNX_FILE = "model.onnx"


@dataclass(frozen=True, slots=True)
class Head:
    """A label group. `many`: labels are independent (sigmoid); else they exclude each other (softmax)."""

    name: str
    labels: type[StrEnum]
    many: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(label.value for label in self.labels)


HEADS = (
    Head("kind", Kind),
    Head("sentiment", Sentiment),
    Head("severity", Severity),
    Head("causes", Cause, many=True),
    Head("stage", Stage),
    Head("churn", Churn),
    Head("threats", Threat, many=True),
)


def columns() -> dict[str, slice]:
    """Where each head's labels lie among the columns of the logits."""
    places: dict[str, slice] = {}
    start = 0
    for head in HEADS:
        places[head.name] = slice(start, start + len(head.labels))
        start += len(head.labels)
    return places


COLUMNS = columns()
WIDTH = sum(len(head.labels) for head in HEADS)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a head's logits become probabilities: divided by `temperature`; `threshold` is where a label is asserted.

    Of `kind` it is the threshold of a complaint; of exclusive labels otherwise the most probable one is asserted.
    `thresholds` are those of single labels, by name, where they differ from the head's.
    """

    temperature: float = 1.0
    threshold: float = 0.5
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def asserted_at(self, label: str) -> float:
        """The probability from which on `label` is asserted."""
        return self.thresholds.get(label, self.threshold)


@dataclass(frozen=True, slots=True)
class Escalation:
    """The coefficients of escalation (`classifiers.escalation`): `bias`, and a weight in log-odds for each part.

    ValueError for a weight below zero: more of what alarms must never make a post calmer.
    """

    bias: float
    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        # Written so that a weight that is no number is refused too.
        refused = [name for name, weight in self.weights.items() if not weight >= 0]
        if refused:
            raise ValueError(f"escalation weights must be zero or more: {', '.join(refused)}; calibrate the model anew")


@dataclass(frozen=True, slots=True)
class Abstention:
    """What the margin gives on `rows` posts that it was chosen on: `coverage` is the share that is judged.

    `accuracy` is how often the kind is right where the model judges, `accuracy_of_rest` where it would have been right
    had it not abstained. All are shares, 0 to 1.
    """

    coverage: float
    accuracy: float
    accuracy_of_rest: float
    rows: int


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model says about itself: everything a verdict needs beside the weights.

    `version` is derived from the weights, so two models never share `full_name`. `languages` are those it was trained
    in. `max_length` counts tokens, special ones included. `min_margin` is the least distance between the two most
    probable kinds, and `min_letters` the least number of letters, below which the model abstains; `abstention` says
    what that margin gives. Without `escalation` the built-in coefficients hold.
    """

    name: str
    version: str
    languages: tuple[str, ...]
    max_length: int
    min_margin: float = 0.1
    min_letters: int = 2
    calibration: Mapping[str, Calibration] = field(default_factory=dict)
    domains: tuple[str, ...] = ()
    escalation: Escalation | None = None
    abstention: Abstention | None = None

    @property
    def full_name(self) -> str:
        return f"{self.name}-{self.version}"

    def calibrated(self, head: str) -> Calibration:
        return self.calibration.get(head, Calibration())


def write(card: ModelCard, folder: Path) -> None:
    """Save the card as `heads.json` in a model folder."""
    content: dict[str, Any] = {"format": FORMAT, **asdict(card)}
    content["labels"] = {head.name: list(head.names) for head in HEADS}
    (folder / FILE).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(folder: Path) -> ModelCard:
    """The card of a model folder; ValueError where it was written for other labels or another format."""
    content: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    if content.pop("format", None) != FORMAT:
        raise ValueError(f"{folder / FILE}: written in a format this version does not know; train the model anew")
    labels = content.pop("labels", {})
    differing = list(_differing(labels))
    if differing:
        raise ValueError(f"{folder / FILE}: labels of {', '.join(differing)} differ from the program's; train anew")
    content["languages"] = tuple(content["languages"])
    content["domains"] = tuple(content.get("domains", ()))
    content["calibration"] = {name: Calibration(**values) for name, values in content["calibration"].items()}
    for name, kept in (("escalation", Escalation), ("abstention", Abstention)):
        if content.get(name) is not None:
            content[name] = kept(**content[name])
    return ModelCard(**content)


def weights_version(folder: Path) -> str:
    """Ten hexadecimal digits that name the weights in a folder; a damaged or exchanged file changes them."""
    digest = hashlib.sha256()
    for path in (*sorted(folder.glob("model*.safetensors")), folder / WEIGHTS_FILE):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _differing(labels: Mapping[str, list[str]]) -> Iterator[str]:
    for head in HEADS:
        if tuple(labels.get(head.name, ())) != head.names:
            yield head.name
