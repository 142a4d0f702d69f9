"""The search of the queue: what a person types, and what it means. Pure; `text()` gives back a canonical spelling.

    lang:lv cause:outage is:unanswered -is:snoozed followers:>1000 opened:<7d from:@anna "no signal" internet

Terms are separated by spaces, all of them must hold, and a `-` before one turns it round. A value with spaces is
quoted; inside quotes `\\"` is a quote. Alternatives are separated by commas: `lang:lv,ru`. See `search_terms` for keys.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from monitor.domain.folding import folded_words
from monitor.domain.search_terms import (
    AGES,
    CHOICES,
    NAMES,
    NUMBERS,
    ONE_OF_A_CASE,
    WRITTEN_KEYS,
    Is,
    Key,
    Op,
    Term,
    Value,
    age,
    choice,
    named,
    number,
)
from monitor.errors import MonitorError

LONGEST_TEXT = 1000
MOST_TERMS = 30


class SearchError(MonitorError):
    """This is no search."""

    def __init__(self, message: str | None = None, *, place: int = 0, length: int = 0) -> None:
        """`place` is where in the text the wrong part begins, `length` how long it is."""
        super().__init__(message)
        self.place = place
        self.length = length


@dataclass(frozen=True, slots=True)
class Search:
    """A conjunction of terms; without any, every live case. Built by `parse_search`."""

    terms: tuple[Term, ...] = ()

    def text(self) -> str:
        """The search in canonical spelling; parsing it gives the same search."""
        return " ".join(term.text() for term in self.terms)

    @property
    def live_only(self) -> bool:
        """No term reaches for closed cases: only live ones are meant."""
        return not any(_reaches_closed(term) for term in self.terms)

    def and_also(self, other: "Search") -> "Search":
        """What both of the searches find."""
        return Search(tuple(dict.fromkeys((*self.terms, *other.terms))))


EVERYTHING_LIVE = Search()

_CLOSED_WORDS = {Is.CLOSED, Is.ANY, Is.RESOLVED, Is.DISMISSED, Is.MERGED}


def _reaches_closed(term: Term) -> bool:
    if term.key is Key.STATUS:
        return not term.negated
    if term.key is not Key.IS:
        return False
    return term.values == (Is.LIVE,) if term.negated else any(word in _CLOSED_WORDS for word in term.words)


def parse_search(text: str) -> Search:
    """The search that the text says. Raises SearchError with the place, and what could be written instead."""
    if len(text) > LONGEST_TEXT:
        raise SearchError(f"A search has at most {LONGEST_TEXT:,} characters; this one has {len(text):,}.")
    terms: dict[Term, None] = {}
    for term, start, end in _Reader(text).terms():
        earlier = next((other for other in terms if _clash(term, other)), None)
        if earlier is not None:
            either = Term(term.key, (*earlier.values, *term.values)).text()
            message = f"At character {start + 1}: a case has one {term.key.value}; for either of them write {either}."
            raise SearchError(message, place=start, length=end - start)
        terms[term] = None
    if len(terms) > MOST_TERMS:
        raise SearchError(f"A search has at most {MOST_TERMS} terms; this one has {len(terms)}.")
    return Search(tuple(terms))


def _clash(term: Term, other: Term) -> bool:
    alike = term.key is other.key and not term.negated and not other.negated
    return alike and term.key in ONE_OF_A_CASE and other != term


class _Reader:
    """Walks the text once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def terms(self) -> Iterator[tuple[Term, int, int]]:
        """The terms, each with where it begins and ends."""
        while self._skip_spaces():
            start = self._at
            yield self._term(), start, self._at

    def _skip_spaces(self) -> bool:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at < len(self._text)

    def _term(self) -> Term:
        start = self._at
        negated = self._take("-")
        if self._at == len(self._text) or self._text[self._at].isspace():
            self._refuse(start, "a - stands alone; put it right before what you do not want")
        if self._text[self._at] == '"':
            phrase = " ".join(self._quoted().split())
            self._must_have_words(phrase, start)
            return Term(Key.PHRASE, (phrase,), negated=negated)
        key = self._key()
        return self._word(negated) if key is None else self._keyed(key, negated)

    def _word(self, negated: bool) -> Term:
        start = self._at
        while self._at < len(self._text) and not self._text[self._at].isspace():
            self._at += 1
        word = self._text[start : self._at]
        self._must_have_words(word, start)
        return Term(Key.WORD, (word,), negated=negated)

    def _must_have_words(self, text: str, start: int) -> None:
        if not folded_words(text):
            self._refuse(start, "there are no letters or digits in this to search for")

    def _key(self) -> Key | None:
        """The key at this place, its colon taken; None where no key stands."""
        end = self._at
        while end < len(self._text) and (self._text[end].isascii() and self._text[end].isalpha()):
            end += 1
        if end == self._at or end == len(self._text) or self._text[end] != ":":
            return None
        start, word = self._at, self._text[self._at : end]
        self._at = end
        key = next((key for key in WRITTEN_KEYS if key.value == word.lower()), None)
        if key is None:
            self._refuse(
                start, f"there is no key {word!r}; {_instead(word, [k.value for k in WRITTEN_KEYS])}", quote=True
            )
        self._at = end + 1
        return key

    def _keyed(self, key: Key, negated: bool) -> Term:
        op = next((op for op in (Op.AT_MOST, Op.AT_LEAST, Op.LESS, Op.MORE) if self._take(op.value)), Op.EQUAL)
        if op is Op.EQUAL:
            self._take("=")
        start = self._at
        words = [self._value(key)]
        while self._take(","):
            words.append(self._value(key))
        if op is not Op.EQUAL and key not in (*NUMBERS, *AGES):
            self._refuse(start, f"{key.value} has no more or less; write {key.value}:{words[0]}")
        if key in (*NUMBERS, *AGES):
            return Term(key, (self._amount(key, words, op, start),), op, negated)
        values = tuple(dict.fromkeys(self._name(key, word, start) for word in words))
        return Term(key, values, negated=negated)

    def _value(self, key: Key) -> str:
        if self._at < len(self._text) and self._text[self._at] == '"':
            value = self._quoted().strip()
        else:
            start = self._at
            while (
                self._at < len(self._text) and not self._text[self._at].isspace() and self._text[self._at] not in ',"'
            ):
                self._at += 1
            value = self._text[start : self._at]
        if not value:
            self._refuse(self._at, f"{key.value}: what? {_example(key)}")
        return value

    def _name(self, key: Key, word: str, start: int) -> str:
        if key in NAMES:
            name = named(key, word)
            if not name:
                self._refuse(start, f"{key.value}: what? {_example(key)}")
            return name
        found = choice(key, word)
        if found is None:
            known = list(map(str, CHOICES[key]))
            self._refuse(start, f"{key.value} is never {word!r}; {_instead(word, known)}")
        return found

    def _amount(self, key: Key, words: list[str], op: Op, start: int) -> Value:
        found = (number(key, words[0]) if key in NUMBERS else age(words[0])) if len(words) == 1 else None
        if found is None or (key in AGES and op is Op.EQUAL):
            self._refuse(start, f"{key.value} does not take {','.join(words)!r}; {_example(key)}")
        return found

    def _quoted(self) -> str:
        start, said = self._at, ""
        self._at += 1
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == "\\" and self._text[self._at + 1 : self._at + 2] in ("\\", '"'):
                said += self._text[self._at + 1]
                self._at += 2
                continue
            self._at += 1
            if char == '"':
                return said
            said += char
        return self._refuse(start, 'this quote is not closed; add a " at its end')

    def _take(self, sign: str) -> bool:
        if sign and self._text.startswith(sign, self._at):
            self._at += len(sign)
            return True
        return False

    def _refuse(self, start: int, why: str, *, quote: bool = False) -> NoReturn:
        part = self._text[start : max(self._at, start + 1)]
        remedy = f', or quote it to search for the words: "{part.strip()}:…"' if quote else ""
        raise SearchError(f"At character {start + 1}: {why}{remedy}.", place=start, length=max(len(part), 1))


def _instead(word: str, known: list[str]) -> str:
    """What may have been meant, or everything that there is."""
    close = get_close_matches(word.lower().replace("_", "-"), [one.replace("_", "-") for one in known], n=2, cutoff=0.6)
    meant = [one for one in known if one.replace("_", "-") in close]
    return f"did you mean {' or '.join(meant)}?" if meant else f"there are: {', '.join(known)}"


def _example(key: Key) -> str:
    if key in AGES:
        return f"write {key.value}:<30m, {key.value}:<4h or {key.value}:>7d"
    if key in NUMBERS:
        return f"write {key.value}:>{'0.5' if key is Key.RISK else '1000'}"
    if key in CHOICES:
        return "there are: " + ", ".join(CHOICES[key])
    examples = {Key.LANG: "lv", Key.FROM: "@anna", Key.ASSIGNEE: "me", Key.LABEL: "vip"}
    return f"write {key.value}:{examples.get(key, 'name')}"
