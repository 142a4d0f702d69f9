"""The notation of the lexicons, and what a language's lexicon holds.

A phrase is words with spaces between them. `stem*` is any word that begins so, `*end` any that ends so, `one|two`
either of them (`two+words` where one of them has a space), `#` a number, and `word?` may be missing. `_` stands for
one word of the same clause that negates nothing, `..` for up to three of them and `...` for up to seven. Phrases are
written as the language is spelled; both sides are folded before they are compared.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from classifiers.contract import Cause
from monitor.domain.reply_words.folding import Fold

STOPS = '.,!?;:…()"'
"""The signs that end a clause; they are tokens of their own."""

_STOPS = re.escape(STOPS)
_ANY = "[^ ]*"
_GAPS = {"_": "", "..": "{0,3}?", "...": "{0,7}?"}


class Phrases:
    """Phrases of one meaning, to be looked for in folded text (words and signs with one space around each).

    Compiled when first needed: a process that checks Latvian replies never pays for the Russian ones.
    """

    def __init__(self, fold: Fold, text: str, negators: str = "") -> None:
        self._fold = fold
        self._lines = tuple(stripped for line in text.splitlines() if (stripped := line.strip()))
        self._negators = negators.split()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        barred = "|".join(re.escape(self._fold(word)) for word in self._negators)
        any_word = rf"(?:\d[^ ]*|[^ {_STOPS}]+) "  # a number may have a point or a colon in it
        gap_word = f"(?!(?:{barred}) ){any_word}" if barred else any_word
        return re.compile(f"(?<= )(?:{'|'.join(_compile(self._fold, line, gap_word) for line in self._lines)})")

    def find(self, folded: str) -> re.Match[str] | None:
        return self.pattern.search(folded)

    def all(self, folded: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(folded)


def _compile(fold: Fold, line: str, gap_word: str) -> str:
    parts = []
    for token in line.split():
        if token in _GAPS:
            parts.append(f"(?:{gap_word}){_GAPS[token]}")
        elif token.endswith("?") and len(token) > 1:
            parts.append(f"(?:{_alternatives(fold, token[:-1])} )?")
        else:
            parts.append(f"{_alternatives(fold, token)} ")
    return "".join(parts)


def _alternatives(fold: Fold, token: str) -> str:
    words = [_word(fold, each) for each in token.split("|")]
    return words[0] if len(words) == 1 else f"(?:{'|'.join(words)})"


def _word(fold: Fold, typed: str) -> str:
    if typed == "#":
        return r"\d[^ ]*"
    parts = typed.split("*")
    return _ANY.join(re.escape(" ".join(map(fold, part.split("+")))).replace(r"\ ", " ") for part in parts)


@dataclass(frozen=True)
class Lexicon:
    """What a language has words for. All are `Phrases`; see `reply_check` for what each finding means.

    `negators` are single words that turn what follows around. `generic` are stems too common in replies to name
    anybody's own issue; `common` are words by which the language is told from the others.
    """

    fold: Fold
    negators: frozenset[str]
    owns: Phrases
    """The fault is ours. A negator before it turns it into a denial."""
    denies: Phrases
    """The fault is not ours: said in words of its own."""
    evades: Phrases
    """Something went wrong, and nobody did it."""
    apologises: Phrases
    sympathy: Phrases
    """Regret without an apology: sorry to hear, sorry that you feel."""
    blames: Phrases
    excuses_customer: Phrases
    """Looks like blame and is the contrary: you should not have had to wait."""
    mocks: Phrases
    next_step: Phrases
    promises: Phrases
    moment: Phrases
    """A time that one can be held to."""
    makes_good: Phrases
    refuses: Phrases
    """What is offered is not given: cannot refund."""
    moves_channel: Phrases
    why_moved: Phrases
    stock: Phrases
    """Phrases that stand in everybody's replies."""
    issues: Mapping[Cause, Phrases]
    generic: tuple[str, ...]
    common: frozenset[str]
    greetings: frozenset[str] = field(default_factory=frozenset)


def lexicon(
    fold: Fold,
    *,
    negators: str,
    issues: Mapping[Cause, str],
    generic: str,
    common: str,
    greetings: str,
    **texts: str,
) -> Lexicon:
    """A lexicon from its texts, folded and compiled once."""
    plain = {name: Phrases(fold, text, negators) for name, text in texts.items()}
    return Lexicon(
        fold=fold,
        negators=frozenset(map(fold, negators.split())),
        issues={cause: Phrases(fold, text.replace("/", "\n")) for cause, text in issues.items()},
        generic=tuple(map(fold, generic.split())),
        common=frozenset(map(fold, common.split())),
        greetings=frozenset(map(fold, greetings.split())),
        **plain,
    )
