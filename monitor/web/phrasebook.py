"""Sentences that the domain writes in English, said in the language of the reader.

The domain gives reasons and refusals as finished sentences: they are kept, logged and shown by the command line. The
page recognises each by its fixed words, takes out what stands in its places, and says it anew. A sentence that is not
in the book is left as it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from monitor.web.present import Wording

Place = Callable[[str, Wording], str]
"""How what stands in a place of a sentence is said to the reader."""

_PLACE = re.compile(r"%\((\w+)\)s")
_NUMBERS = {"n": r"\d[\d,]*", "percent": r"\d+%"}
_KNOWN_BY_HEART = 4096


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with named places, as it is marked for translation; `many` is its plural, by the number in `n`."""

    one: str
    many: str = ""


class _Shape:
    """How a phrase reads in one of its numbers."""

    def __init__(self, phrase: Phrase, text: str) -> None:
        parts = [part.replace("%%", "%") for part in _PLACE.split(text)[::2]]
        places = [f"(?P<{name}>{_NUMBERS.get(name, '.+?')})" for name in _PLACE.findall(text)]
        pieces = [re.escape(part) + place for part, place in zip(parts, [*places, ""], strict=True)]
        self.phrase = phrase
        self.fixed = sum(map(len, parts))
        self._begins, self._ends = parts[0], parts[-1] if places else ""
        self._pattern = re.compile("".join(pieces), re.DOTALL)

    def match(self, sentence: str) -> re.Match[str] | None:
        """Looks at both ends first: they tell most sentences apart, and an expression is slowest where it fails."""
        if not (sentence.startswith(self._begins) and sentence.endswith(self._ends)):
            return None
        return self._pattern.fullmatch(sentence)


class Phrasebook:
    """Phrases, and how what stands in their places is said: as it is written where nothing is known of a place."""

    def __init__(self, phrases: Iterable[Phrase], places: Mapping[str, Place]) -> None:
        shapes = [_Shape(phrase, text) for phrase in phrases for text in (phrase.one, phrase.many) if text]
        # The more of a sentence is always the same, the surer it is recognised.
        self._shapes = sorted(shapes, key=lambda shape: -shape.fixed)
        self._places = {"n": amount, "percent": percent, **places}
        self._recognised = lru_cache(maxsize=_KNOWN_BY_HEART)(self._look_up)

    def recognise(self, sentence: str) -> tuple[Phrase, Mapping[str, str]] | None:
        """The phrase that the sentence is, and what stands in its places; None for a sentence that is none."""
        return self._recognised(sentence)

    def said(self, sentence: str, say: Wording) -> str:
        """The sentence in the words of the reader."""
        found = self.recognise(sentence)
        if found is None:
            return sentence
        phrase, given = found
        values = {name: self._told(name, value, say) for name, value in given.items()}
        if phrase.many:
            n = _number(given["n"])
            return say.plural(phrase.one, phrase.many, n, **{name: values[name] for name in values if name != "n"})
        # Filled even where it has no place: a sentence that is a pattern writes %% for a percent sign.
        return say.text(phrase.one) % values

    def _told(self, name: str, written: str, say: Wording) -> str:
        return self._places[name](written, say) if name in self._places else written

    def _look_up(self, sentence: str) -> tuple[Phrase, Mapping[str, str]] | None:
        for shape in self._shapes:
            found = shape.match(sentence)
            if found is not None:
                return shape.phrase, found.groupdict()
        return None


def amount(written: str, say: Wording) -> str:
    """`12,345` as the reader writes it."""
    return say.number(_number(written))


def percent(written: str, say: Wording) -> str:
    """`87%` as the reader writes it."""
    return say.percent(int(written.removesuffix("%")) / 100)


def _number(written: str) -> int:
    return int(written.replace(",", ""))
