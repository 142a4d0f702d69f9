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

_PLACE = re.compile(r"%\((\w+)\)s|%(%)")
_NUMBERS = {"n": r"\d[\d,]*", "many": r"\d[\d,]*", "percent": r"\d+%"}
_KNOWN_BY_HEART = 4096


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with named places, as it is marked for translation; `many` is its plural, by the number in `n`."""

    one: str
    many: str = ""

    def pattern(self) -> re.Pattern[str]:
        """What matches the sentence, in either number, with a group for each place."""
        return re.compile(
            "|".join(_matching(text, at) for at, text in enumerate((self.one, self.many)) if text), re.DOTALL
        )

    @property
    def fixed(self) -> int:
        """How much of the sentence is always the same: the more, the surer it is recognised."""
        return len(_PLACE.sub("", self.one))


def _matching(text: str, number: int) -> str:
    """Groups of the plural have a mark behind their names: a name stands once in an expression."""
    made, at = "", 0
    for place in _PLACE.finditer(text):
        made += re.escape(text[at : place.start()])
        made += "%" if place[2] else f"(?P<{place[1]}{'__' * number}>{_NUMBERS.get(place[1], '.+?')})"
        at = place.end()
    return made + re.escape(text[at:])


class Phrasebook:
    """Phrases, and how what stands in their places is said: as it is written where nothing is known of a place."""

    def __init__(self, phrases: Iterable[Phrase], places: Mapping[str, Place]) -> None:
        longest_first = sorted(phrases, key=lambda phrase: -phrase.fixed)
        self._phrases = [(phrase, phrase.pattern()) for phrase in longest_first]
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
        for phrase, pattern in self._phrases:
            found = pattern.fullmatch(sentence)
            if found is not None:
                return phrase, {
                    name.removesuffix("__"): said for name, said in found.groupdict().items() if said is not None
                }
        return None


def amount(written: str, say: Wording) -> str:
    """`12,345` as the reader writes it."""
    return say.number(_number(written))


def percent(written: str, say: Wording) -> str:
    """`87%` as the reader writes it."""
    return say.percent(int(written.removesuffix("%")) / 100)


def _number(written: str) -> int:
    return int(written.replace(",", ""))
