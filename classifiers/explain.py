"""Which words carried a verdict, by leaving them out: works with every classifier, because it only asks it again.

Occlusion (Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional Networks") over words, as erasure for
text (Li, Monroe & Jurafsky 2016, "Understanding Neural Networks through Representation Erasure"): the weight of a word
is how much the log-odds of what was said drop when the text lacks it.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple

import regex  # type: ignore[import-untyped]

from classifiers.contract import Assessment, Cause, Churn, Classifier, Kind, Sentiment, Severity, Stage, Text, Threat

ROWS = 120
"""Most variants of a text that are asked about; more only for a text of more than 64,000 words."""

_ROUND = ROWS // 3
_LEAST = 1e-7

# One alternative each: links, then words with the signs that may stand inside them (also invisible ones, and the @ or #
# that makes a handle or a topic), pairs of letters of scripts without spaces, emoji with all that belongs to them.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_LETTER = rf"[\p{{L}}\p{{M}}\p{{N}}_--[{_UNSPACED}]]"
_PICTURE = r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]"
_WORD = regex.compile(
    r"https?://[^\s<>\"]+|www\.[^\s<>\"]+"
    rf"|[@#]?{_LETTER}+(?:(?:[\p{{Cf}}'’-]|(?<=\d)[.,](?=\d)){_LETTER}+)*"
    rf"|(?:[[{_UNSPACED}]--\p{{M}}]\p{{M}}*){{1,2}}"
    rf"|{_PICTURE}[\ufe0f\u20e3\p{{Emoji_Modifier}}]*(?:\u200d?{_PICTURE}[\ufe0f\u20e3\p{{Emoji_Modifier}}]*)*",
    regex.V1,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word at the characters `start` to `end` (exclusive) of the text as it was given.

    `weight` is in log-odds: positive where the word speaks for the label, negative where it speaks against it.
    """

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Carried:
    """What carried one label: its probability, and the words that were weighed, the strongest for it first."""

    label: StrEnum
    probability: float
    words: tuple[Word, ...]

    @property
    def head(self) -> str:
        """The label group: the name of the field of the assessment."""
        return _HEADS[type(self.label)]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict with the words that carried it: `labels` begins with the kind. `text` is the text as it was given."""

    text: str
    assessment: Assessment
    labels: tuple[Carried, ...]


class _Span(NamedTuple):
    """The words `first` to `last` (exclusive) of a text."""

    first: int
    last: int


def explain(
    classifier: Classifier, text: str, lang: str | None = None, *, labels: Sequence[StrEnum] | None = None
) -> Explanation:
    """Which words of `text` carried what `classifier` says of it; `lang` is the platform's hint.

    Explained is what was asserted: the kind, the severity of a complaint, how far a churn has gone, the most probable
    of the causes and of the threats; or the `labels` given instead, whether asserted or not ("why not?").

    A word is a run of letters and digits or of emoji, a link, or a handle with its sign. A text of fewer than `ROWS`
    words costs one call with a variant for each. Of a longer one, passages are left out first and then the words of
    the passages that carried most, about `ROWS` variants in all: other words are not weighed and not in the result.

    Deterministic where the classifier is; the content of a text never raises. Completeness is not claimed: the weights
    do not add up to the verdict, and words that say the same thing twice cover for each other.
    """
    found = [(match.start(), match.end()) for match in _WORD.finditer(text)]

    def verdicts(spans: Sequence[_Span], whole: bool) -> list[Assessment]:
        rows = [text] if whole else []
        rows += [text[: found[span.first][0]] + text[found[span.last - 1][1] :] for span in spans]
        return classifier.classify([Text(row, lang) for row in rows])

    spans = _parts(_Span(0, len(found)), len(found) if len(found) < ROWS else _wide(len(found)))
    first, *others = verdicts(spans, True)
    asked = tuple(labels) if labels is not None else asserted(first)
    weights = {span: _drops(first, other, asked) for span, other in zip(spans, others, strict=True)}
    _refine(weights, _wide(len(found)), lambda more: [_drops(first, v, asked) for v in verdicts(more, False)])
    carried = (
        Carried(label, _probabilities(first, label)[label], tuple(_ranked(found, weights, place)))
        for place, label in enumerate(asked)
    )
    return Explanation(text, first, tuple(carried))


def as_dict(explanation: Explanation) -> dict[str, Any]:
    """The documented `explanation` object: plain JSON values, weights rounded to three digits.

    Keys: labels [{head, label, p, words [{word, start, end, weight}]}], escalation_parts {name: log-odds}.
    """
    return {
        "labels": [
            {
                "head": carried.head,
                "label": carried.label.value,
                "p": round(carried.probability, 4),
                "words": [_word_as_dict(explanation.text, word) for word in carried.words],
            }
            for carried in explanation.labels
        ],
        "escalation_parts": {name: round(part, 3) for name, part in explanation.assessment.escalation_parts.items()},
    }


def _word_as_dict(text: str, word: Word) -> dict[str, Any]:
    weight = round(word.weight, 3)
    return {"word": text[word.start : word.end], "start": word.start, "end": word.end, "weight": weight}


def asserted(assessment: Assessment) -> tuple[StrEnum, ...]:
    """What a verdict says: kind, severity, churn, cause and threat, each where there is one."""
    said: list[StrEnum] = [assessment.kind_label]
    if assessment.severity_label is not None:
        said.append(assessment.severity_label)
    if assessment.churn_label is not Churn.NONE:
        said.append(assessment.churn_label)
    return (*said, *assessment.likely_causes()[:1], *assessment.likely_threats()[:1])


_HEADS: Mapping[type[StrEnum], str] = {
    Kind: "kind",
    Sentiment: "sentiment",
    Severity: "severity",
    Cause: "causes",
    Stage: "stage",
    Churn: "churn",
    Threat: "threats",
}


def _refine(
    weights: dict[_Span, tuple[float, ...]], width: int, ask: Callable[[list[_Span]], list[tuple[float, ...]]]
) -> None:
    """Split the passages that carried most, twice, into `width` parts in all; the second time down to words."""
    for finest in (False, True):
        passages = sorted((s for s in weights if s.last - s.first > 1), key=lambda s: (-max(weights[s], default=0), s))
        parts: list[_Span] = []
        for passage in passages:
            room = width - len(parts)
            if room and (passage.last - passage.first <= room or not finest):
                parts += _parts(passage, room)
                del weights[passage]
        if parts:
            weights.update(zip(parts, ask(parts), strict=True))


def _wide(words: int) -> int:
    """Variants a round: with three rounds, words are reached in a text of any length."""
    return max(_ROUND, math.ceil(math.cbrt(words)))


def _parts(span: _Span, count: int) -> list[_Span]:
    """`span` in at most `count` parts of nearly the same number of words."""
    length = span.last - span.first
    count = min(count, length)
    edges = [span.first + length * i // count for i in range(count + 1)] if count else []
    return [_Span(*pair) for pair in pairwise(edges)]


def _drops(whole: Assessment, without: Assessment, labels: Sequence[StrEnum]) -> tuple[float, ...]:
    return tuple(_log_odds(whole, label) - _log_odds(without, label) for label in labels)


def _log_odds(assessment: Assessment, label: StrEnum) -> float:
    probabilities = _probabilities(assessment, label)
    p = probabilities[label]
    # What excludes it is summed up rather than taken as 1 - p, which is zero too soon where p is nearly one.
    rest = (
        1 - p if isinstance(label, Cause | Threat) else sum(q for other, q in probabilities.items() if other != label)
    )
    return math.log(max(p, _LEAST)) - math.log(max(rest, _LEAST))


def _probabilities(assessment: Assessment, label: StrEnum) -> Mapping[Any, float]:
    probabilities: Mapping[Any, float] = getattr(assessment, _HEADS[type(label)])
    return probabilities


def _ranked(found: Sequence[tuple[int, int]], weights: Mapping[_Span, tuple[float, ...]], place: int) -> Iterator[Word]:
    """The single words, the strongest for the label at `place` first, in the order of the text where equal."""
    words = [span for span in weights if span.last - span.first == 1]
    for span in sorted(words, key=lambda span: (-weights[span][place], span)):
        yield Word(*found[span.first], weights[span][place])
