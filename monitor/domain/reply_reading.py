"""A reply as the checks read it: its words in one folded form, each with its place in the text that was typed."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from monitor.domain.composer import links_in
from monitor.domain.reply_words import LEXICONS
from monitor.domain.reply_words.lexicon import STOPS, Lexicon, Phrases

Place = tuple[int, int]
"""From which character of the text to before which."""

_TOKEN = re.compile(
    r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<handle>@\w+)"
    r"|(?P<number>\d+(?:[.:,/]\d+)*%?(?![^\W\d_]))"
    r"|(?P<word>[^\W_]+(?:['’ʼ][^\W_]+)*)"
    r"|(?P<stop>[.!?…,;:()\"\n])"
    r"|(?P<dash>\s[–—-]+\s)"
)
_NEGATED_WITHIN = 4
_SWITCH = 3
"""How many more words of another language it takes to read a reply in that one."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word (folded), a number, a sign that ends a clause, or a mask (`§handle`, `§mail`, `§link`)."""

    start: int
    end: int
    folded: str
    typed: str

    @property
    def word(self) -> bool:
        return self.folded[:1].isalpha()


class Reading:
    """One text, read in one language."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self.tokens = tuple(_tokens(text, lexicon))

    @cached_property
    def folded(self) -> str:
        """Every token with one space around it."""
        return " " + "".join(f"{token.folded} " for token in self.tokens)

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 1
        for token in self.tokens:
            starts.append(at)
            at += len(token.folded) + 1
        return starts

    def place(self, found: re.Match[str]) -> Place:
        """Where in the typed text a match of the folded text stands."""
        first = bisect_right(self._starts, found.start()) - 1
        last = bisect_right(self._starts, max(found.start(), found.end() - 2)) - 1
        return (self.tokens[first].start, self.tokens[last].end)

    def find(self, phrases: Phrases) -> Place | None:
        """The first place that says it, negated or not."""
        found = phrases.find(self.folded)
        return None if found is None else self.place(found)

    def asserted(self, phrases: Phrases) -> Place | None:
        """The first place that says it without a negator close before it in the same clause."""
        for found in phrases.all(self.folded):
            if not self.turned(found):
                return self.place(found)
        return None

    def negated(self, phrases: Phrases) -> Place | None:
        """The first place that says the contrary: a negator stands close before it."""
        for found in phrases.all(self.folded):
            if self.turned(found):
                return self.place(found)
        return None

    def turned(self, found: re.Match[str]) -> bool:
        """Whether a negator close before it in the same clause says the contrary."""
        before = self.folded[: found.start()].split()
        clause = before
        for at, token in enumerate(reversed(before)):
            if token in STOPS:
                clause = before[len(before) - at :]
                break
        return any(token in self.lexicon.negators for token in clause[-_NEGATED_WITHIN:])


def _tokens(text: str, lexicon: Lexicon) -> Iterator[Token]:
    at = 0
    for link in links_in(text):
        start = text.find(link, at)
        if start < 0:
            continue
        yield from _plain_tokens(text, at, start, lexicon)
        at = start + len(link)
        yield Token(start, at, "§link", link)
    yield from _plain_tokens(text, at, len(text), lexicon)


def _plain_tokens(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Token]:
    for found in _TOKEN.finditer(text, start, end):
        kind, typed = found.lastgroup, found[0]
        if kind == "word":
            yield Token(found.start(), found.end(), lexicon.fold(typed), typed)
        elif kind == "number":
            yield Token(found.start(), found.end(), typed, typed)
        elif kind in ("mail", "handle"):
            yield Token(found.start(), found.end(), f"§{kind}", typed)
        else:
            sign = "." if typed == "\n" else "," if kind == "dash" else typed
            yield Token(found.start(), found.end(), sign, typed)


def read(text: str, lang: str) -> Reading | None:
    """The text read in `lang`, or plainly in another language that we know; None when we know neither.

    A reply is sometimes written in another language than the mention; reading it in the wrong one finds nothing.
    """
    words = re.findall(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*", text)
    scores = {
        code: sum(part in lexicon.common for word in words for part in lexicon.fold(word).split())
        for code, lexicon in LEXICONS.items()
    }
    best = max(scores, key=lambda code: (scores[code], code == lang))
    cyrillic = bool(re.search("[а-яА-Я]", text))
    if lang in scores and not (cyrillic and lang in ("en", "lv")) and scores[best] < scores[lang] + _SWITCH:
        best = lang
    if scores[best] == 0 and best != lang:
        return None
    return Reading(text, LEXICONS[best])
