"""The file of figures that lies beside a model's weights: everything that was measured, and on which rows.

The page of figures is rendered from it alone, and a test measures the corpus' part of it again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from classifiers.curves import AtCapacity, AtCoverage
from classifiers.dataset import CORPUS, Example

FORMAT = 1
FILE = "figures.json"
TRAINING_FILE = "training.json"


@dataclass(frozen=True, slots=True)
class OfLabel:
    """One label: how often it truly occurs, precision and recall; None where nothing was said or to be found."""

    label: str
    n: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """The quality of one head on one group of `n` rows, 0 to 1.

    `head` is one of the model's or `complaint`: `kind` asked whether a post is a complaint. `group` is `all`,
    `lang:<code>` or `set:<name>`. `f1` is macro for exclusive labels and micro for independent ones, which have their
    `macro` beside; `low` and `high` bound its 95 % bootstrap interval. `ece` is the calibration error. `abstained` is
    the share of rows on which the classifier said that it does not know; they count in the figures. `weak`: the labels
    were derived, not annotated.
    """

    head: str
    group: str
    n: int
    f1: float
    low: float
    high: float
    macro: float
    ece: float
    abstained: float
    labels: tuple[OfLabel, ...] = ()
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """F1 of one set and head: the majority class, TF-IDF with logistic regression trained on the set, and the model."""

    source: str
    head: str
    trained: int
    n: int
    majority: float
    tfidf: float
    model: float
    weak: bool = False

    @property
    def gain(self) -> float:
        return self.model - self.tfidf


@dataclass(frozen=True, slots=True)
class Held:
    """One row held against what is published (`published.PUBLISHED` by its `name`): our figure, and TF-IDF's if run."""

    name: str
    n: int
    model: float
    tfidf: float | None = None


@dataclass(frozen=True, slots=True)
class Flips:
    """How many of `n` verdicts changed their kind under a noise that keeps the meaning, as a share."""

    n: int
    flips: float


@dataclass(frozen=True, slots=True)
class Source:
    """A set that the weights were trained on."""

    name: str
    licence: str
    rows: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Training:
    """How the weights came about: `how` in a sentence, and their sources."""

    how: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything measured of `model` (its full name). Parts that were not measured are empty.

    `corpus` are figures on the `test_rows` test rows of our own corpus, whose hash is `test_hash`; `public` on
    `dev_rows` dev rows, of which the sets' figures are groups. `thresholds` tell from which probability on a label
    counts as said, as `contract.Assessment.thresholds` names them.
    """

    model: str
    split: str
    languages: tuple[str, ...] = ()
    max_length: int = 0
    thresholds: Mapping[str, float] = field(default_factory=dict)
    test_rows: int = 0
    test_hash: str = ""
    dev_rows: int = 0
    corpus: tuple[Figure, ...] = ()
    public: tuple[Figure, ...] = ()
    escalation: tuple[AtCapacity, ...] = ()
    abstention: tuple[AtCoverage, ...] = ()
    held: tuple[Held, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    robustness: Mapping[str, Flips] = field(default_factory=dict)
    training: Training | None = None


def rows_hash(folder: Path) -> str:
    """SHA-256 over the sorted (id, text, labels) of the corpus' test rows: the rows that its figures speak of.

    ValueError where a file holds a line that is no row.
    """
    rows = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                test, key = row.pop("split") == "test", (row.pop("id"), row.pop("text"))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ValueError(f"{path}, line {number}: not a row of the corpus; correct or remove it") from error
            if test:
                rows.append(json.dumps([*key, row], sort_keys=True, ensure_ascii=False))
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


def as_kept(report: Report) -> Report:
    """The report as its file will give it back: numbers to four places. What is shown must not be rounded twice."""
    return _report(_rounded(asdict(report)))


def write(report: Report, path: Path) -> None:
    """Save a report as JSON, one figure a line, numbers to four places."""
    content = {"format": FORMAT, **_rounded(asdict(report))}
    lines = [f" {json.dumps(key)}: {_value(value)}" for key, value in content.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read(path: Path) -> Report:
    """The report in a file. ValueError where it is none, or of another format."""
    remedy = "measure anew with: python -m classifiers.evaluate --json FILE"
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("format", None) != FORMAT:
            raise ValueError(f"{path}: figures in a format this version does not know; {remedy}")
        return _report(content)
    except (TypeError, KeyError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: not a file of figures ({error}); {remedy}") from error


def write_training(training: Training, folder: Path) -> None:
    """Save how the weights in a model folder came about."""
    text = json.dumps(asdict(training), indent=1, ensure_ascii=False)
    (folder / TRAINING_FILE).write_text(text + "\n", encoding="utf-8")


def read_training(folder: Path) -> Training | None:
    """How the weights in a model folder came about; None where it is not told. ValueError for a damaged file."""
    path = folder / TRAINING_FILE
    if not path.is_file():
        return None
    try:
        return _training(json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, KeyError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: does not tell the training ({error}); train anew or remove it") from error


def sources(training: Sequence[Example]) -> tuple[Source, ...]:
    """The sets of the rows trained on, with licences; our own corpus is one source."""
    from classifiers.sets import SETS

    rows: dict[str, list[str]] = {}
    for example in training:
        name = CORPUS if example.source.startswith(f"{CORPUS}_") else example.source
        rows.setdefault(name, []).append(example.lang)
    licences = {name: SETS[name].licence if name in SETS else "cc0" if name == CORPUS else "own" for name in rows}
    return tuple(
        Source(name, licences[name], len(langs), tuple(sorted(set(langs)))) for name, langs in sorted(rows.items())
    )


def _report(content: dict[str, Any]) -> Report:
    kinds: dict[str, Any] = {
        "escalation": AtCapacity,
        "abstention": AtCoverage,
        "held": Held,
        "comparisons": Comparison,
    }
    made: dict[str, Any] = {name: tuple(kind(**one) for one in content.pop(name)) for name, kind in kinds.items()}
    made |= {name: tuple(_figure(one) for one in content.pop(name)) for name in ("corpus", "public")}
    made["robustness"] = {name: Flips(**one) for name, one in content.pop("robustness").items()}
    training = content.pop("training")
    made["training"] = _training(training) if training else None
    made["languages"] = tuple(content.pop("languages"))
    return Report(**content, **made)


def _figure(content: dict[str, Any]) -> Figure:
    labels = tuple(OfLabel(**one) for one in content.pop("labels"))
    return Figure(**content, labels=labels)


def _training(content: dict[str, Any]) -> Training:
    told = [{**one, "languages": tuple(one["languages"])} for one in content["sources"]]
    return Training(content["how"], tuple(Source(**one) for one in told))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value


def _value(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join("  " + json.dumps(one, ensure_ascii=False) for one in value) + "\n ]"
    return json.dumps(value, ensure_ascii=False)
