"""A person's verdict on a post: the same labels that the model gives, as far as the person gave them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage, Threat

Label = TypeVar("Label", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Labels:
    """What a person says a post is. None, and for the lists None rather than empty, means: not said."""

    kind: Kind | None = None
    sentiment: Sentiment | None = None
    severity: Severity | None = None
    causes: tuple[Cause, ...] | None = None
    stage: Stage | None = None
    churn: Churn | None = None
    threats: tuple[Threat, ...] | None = None

    def __post_init__(self) -> None:
        if self.severity is not None and self.kind not in (None, Kind.COMPLAINT):
            raise ValueError(f"a {self.kind} has no severity; only complaints do")

    def as_dict(self) -> dict[str, str | list[str]]:
        """What was said, by name; what was not said is left out."""
        said: dict[str, str | list[str]] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, tuple):
                said[name] = [label.value for label in value]
            elif value is not None:
                said[name] = value.value
        return said


def parse(kind: type[Label], word: str) -> Label:
    """The label that `word` names. Raises ValueError listing the labels there are."""
    try:
        return kind(word.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError:
        known = ", ".join(label.value for label in kind)
        raise ValueError(f"{word!r} is not a {kind.__name__.lower()}; there are: {known}") from None


_ONE: Mapping[str, type[StrEnum]] = {
    "kind": Kind, "sentiment": Sentiment, "severity": Severity, "stage": Stage, "churn": Churn,
}  # fmt: skip
_MANY: Mapping[str, type[StrEnum]] = {"causes": Cause, "threats": Threat}


def labels_of(words: Iterable[str]) -> Labels:
    """The labels that words like `kind=complaint` and `causes=delivery,ignored` say; `threats=` says: none.

    Raises ValueError for a word that says nothing, with what could be said instead.
    """
    said: dict[str, Any] = {}
    for word in words:
        head, equals, value = word.partition("=")
        if not equals or head not in {*_ONE, *_MANY}:
            raise ValueError(f"{word!r} is no label: write one of {', '.join((*_ONE, *_MANY))}, = and its value")
        if head in said:
            raise ValueError(f"{head} is said twice: separate several {head} with commas")
        if head in _ONE:
            said[head] = parse(_ONE[head], value)
        else:
            said[head] = tuple(dict.fromkeys(parse(_MANY[head], one) for one in value.split(",") if one.strip()))
    if not said:
        raise ValueError("say at least one thing about the post: kind=complaint causes=delivery,ignored")
    return Labels(**said)
