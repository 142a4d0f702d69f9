"""Labelled examples: read the public sets and our own corpus, and split them the same way every time.

Every text is normalised as it will be when the model serves. A text belongs to train or dev by a hash of its
normalised form, whichever set it came from, so that no text is ever on both sides; a published split is respected
(its dev and test rows are never trained on), and the corpus' own test split is kept apart.
"""

import hashlib
import json
import lzma
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from classifiers.heads import HEADS
from classifiers.preprocess import normalise
from classifiers.sets import SETS, LabelledSet, Row, Target, Targets

Split = Literal["train", "dev", "test"]

CORPUS = "corpus"
"""Source name prefix of our own corpus: `corpus_lv` and so on."""

_DEV_PERCENT = 10


class NotForTraining(Exception):
    """Training was asked for on a set whose licence allows measuring only."""


@dataclass(frozen=True, slots=True)
class Example:
    """One normalised text with what is known about it, head by head; a head that is absent is unknown."""

    text: str
    lang: str
    source: str
    split: Split
    targets: Targets


def read_labelled(
    folder: Path, names: Sequence[str] | None = None, *, training: bool = True, only_untrainable: bool = False
) -> list[Example]:
    """The examples of `<name>.jsonl.xz` (or `.jsonl`) files in `folder`; None takes every set there that is known.

    With `training`, a named non-commercial set raises NotForTraining, and an unnamed one is left out. KeyError for a
    name that `sets.SETS` does not know, FileNotFoundError for one that is not in the folder.
    """
    files = {path.name.split(".")[0]: path for path in sorted(folder.glob("*.jsonl*"))}
    chosen = [SETS[name] for name in (names if names is not None else [name for name in files if name in SETS])]
    if training:
        refused = [labelled.name for labelled in chosen if not labelled.trainable]
        if names is not None and refused:
            raise NotForTraining(f"non-commercial sets may only evaluate: {', '.join(refused)}")
        chosen = [labelled for labelled in chosen if labelled.trainable]
    examples: list[Example] = []
    if only_untrainable:
        chosen = [labelled for labelled in chosen if not labelled.trainable]
    for labelled in chosen:
        if labelled.name not in files:
            raise FileNotFoundError(f"{folder}: no file for the set {labelled.name!r}")
        examples.extend(_of_set(labelled, _rows(files[labelled.name])))
    return examples


def read_corpus(folder: Path) -> list[Example]:
    """Our own corpus, one `<lang>.jsonl` a language, every label on every row; empty where there is none."""
    examples = []
    for path in sorted(folder.glob("*.jsonl")):
        for row in _rows(path):
            text = normalise(str(row["text"]))
            split: Split = "test" if row["split"] == "test" else hash_split(text)
            lang = str(row["lang"])
            examples.append(Example(text, lang, f"{CORPUS}_{lang}", split, _fully_labelled(row)))
    return examples


def without_leaks(examples: Iterable[Example]) -> list[Example]:
    """The examples, less every train row whose text another row keeps for dev or test, and less repeated train rows."""
    examples = list(examples)
    kept_apart = {_key(example.text) for example in examples if example.split != "train"}
    seen: set[tuple[str, str]] = set()
    clean = []
    for example in examples:
        if example.split == "train":
            key = _key(example.text)
            if key in kept_apart or (key, example.source) in seen:
                continue
            seen.add((key, example.source))
        clean.append(example)
    return clean


def hash_split(text: str) -> Split:
    """`dev` for one normalised text in ten, else `train`; depends on nothing but the text."""
    digest = hashlib.blake2b(b"complaint-monitor split 1\0" + _key(text).encode(), digest_size=8).digest()
    return "dev" if int.from_bytes(digest, "big") % 100 < _DEV_PERCENT else "train"


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _rows(path: Path) -> Iterator[Row]:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                row: dict[str, Any] = json.loads(line)
                yield row


def _of_set(labelled: LabelledSet, rows: Iterable[Row]) -> Iterator[Example]:
    for row in rows:
        targets = labelled.teach(row)
        text = normalise(_shortened(str(row["text"]), labelled.longest))
        if not targets or not text:
            continue
        published = row.get("split", "train")
        split: Split = hash_split(text) if published == "train" and labelled.trainable else "dev"
        yield Example(text, str(row["lang"]), labelled.name, split, targets)


def _shortened(text: str, longest: int) -> str:
    """The beginning of a long text, up to a word's end: a page-long review is no post, and length must not tell."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0]


def _fully_labelled(row: Row) -> Targets:
    """Every head of a corpus row; severity only where it is given, that is, on complaints."""
    targets: Targets = {}
    for head in HEADS:
        value = row[head.name]
        if head.many:
            yes = frozenset(value)
            targets[head.name] = Target(_known(head.names, yes), frozenset(head.names) - yes)
        elif value is not None:
            targets[head.name] = Target(_known(head.names, frozenset({value})))
    return targets


def _known(names: Sequence[str], values: frozenset[str]) -> frozenset[str]:
    unknown = values - set(names)
    if unknown:
        raise ValueError(f"labels {sorted(unknown)} are none of {', '.join(names)}")
    return values
