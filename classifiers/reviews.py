"""What people said about posts, as `complaint-monitor export-labels` writes it: rows to train on and to measure by.

The rows are those of our own corpus (`classifiers/corpus/README.md`) with two differences: a head that nobody answered
is absent, and `agreement` tells how far people agree.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from classifiers.dataset import Example, hash_split
from classifiers.heads import HEADS, Head
from classifiers.preprocess import normalise
from classifiers.sets import Target, Targets

SOURCE = "reviews"


def read_reviews(path: Path) -> list[Example]:
    """The rows of a file, one text in ten for dev by its hash and the others for training.

    A row of which people agree to a half weighs a half. ValueError names the file, the line and the remedy where a line
    is not such a row; OSError where the file cannot be read.
    """
    examples = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    examples.append(_example(json.loads(line)))
                except ValueError as error:
                    reason = "not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
                    raise ValueError(
                        f"{path}, line {number}: {reason}; correct or remove the line, or write the file anew with: "
                        "complaint-monitor export-labels"
                    ) from error
    return examples


def _example(row: Any) -> Example:
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    text = normalise(_words(row, "text"))
    if not text:
        raise ValueError("the text is empty")
    weight = _agreement(row)
    targets: Targets = {
        head.name: _target(head, row[head.name], weight) for head in HEADS if row.get(head.name) is not None
    }
    if not targets:
        raise ValueError(f"no label: at least one of {', '.join(head.name for head in HEADS)} is needed")
    return Example(text, _words(row, "lang"), SOURCE, hash_split(text), targets)


def _words(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key!r} is missing or no text")
    return value


def _agreement(row: Mapping[str, Any]) -> float:
    value = row.get("agreement", 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError(f"agreement {value!r} is not above 0 and at most 1")
    return float(value)


def _target(head: Head, value: object, weight: float) -> Target:
    if not head.many:
        return Target(frozenset({_label(head, value)}), weight=weight)
    if not isinstance(value, list):
        raise ValueError(f"{head.name} {value!r} is not a list of labels")
    yes = frozenset(_label(head, one) for one in value)
    return Target(yes, frozenset(head.names) - yes, weight)


def _label(head: Head, value: object) -> str:
    if not isinstance(value, str) or value not in head.names:
        raise ValueError(f"{head.name} {value!r} is none of {', '.join(head.names)}")
    return value
