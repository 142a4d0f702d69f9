"""The terms of a search: which keys there are, what each takes, and how a term is written.

A key takes names (`lang:lv`), choices (`cause:outage`), a number (`followers:>1000`) or an age (`opened:<7d`). Names
and choices may be several, separated by commas: any of them will do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from classifiers.contract import Cause, Severity
from monitor.domain.model import Status


class Key(StrEnum):
    """What a term speaks of. WORD and PHRASE are written without their names."""

    IS = "is"
    STATUS = "status"
    BRAND = "brand"
    PLATFORM = "platform"
    LANG = "lang"
    SEVERITY = "severity"
    CAUSE = "cause"
    ASSIGNEE = "assignee"
    LABEL = "label"
    FROM = "from"
    FOLLOWERS = "followers"
    RISK = "risk"
    OPENED = "opened"
    WAITING = "waiting"
    DUE = "due"
    WORD = "word"
    """Words that begin so, in a post of the conversation or in the name of who wrote it."""
    PHRASE = "phrase"
    """Whole words in this order."""


class Op(StrEnum):
    """How a number or an age compares; names and choices are only ever equal."""

    EQUAL = ""
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class Is(StrEnum):
    """What `is:` can say of a case."""

    LIVE = "live"
    CLOSED = "closed"
    ANY = "any"
    """Live or closed: without a word about it, a search is over live cases."""
    OPEN = "open"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    MERGED = "merged"
    UNANSWERED = "unanswered"
    ANSWERED = "answered"
    BREACHED = "breached"
    BREACHING = "breaching"
    """A promise is broken or runs out within the hour."""
    MINE = "mine"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    NEEDS_HUMAN = "needs-human"
    """The model does not know what this is."""
    NEEDS_LABEL = "needs-label"
    """The model does not know, and no person has said it yet."""
    NEEDS_AUTHORITY = "needs-authority"
    """Something was asked for to make good, and somebody with a higher limit is to decide."""
    REOPENED = "reopened"


ME = "me"
"""As an assignee: whoever searches."""

Value: TypeAlias = str | float | timedelta


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. `values` are alternatives: names, or one number, or one age."""

    key: Key
    values: tuple[Value, ...]
    op: Op = Op.EQUAL
    negated: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The values of a term of names."""
        return tuple(value for value in self.values if isinstance(value, str))

    def text(self) -> str:
        """As a person would write it."""
        sign = "-" if self.negated else ""
        if self.key is Key.WORD:
            return f"{sign}{self.values[0]}"
        if self.key is Key.PHRASE:
            return f"{sign}{_quoted(str(self.values[0]))}"
        return f"{sign}{self.key.value}:{self.op.value}{','.join(map(_written, self.values))}"


CHOICES: Mapping[Key, type[StrEnum]] = {
    Key.IS: Is,
    Key.STATUS: Status,
    Key.SEVERITY: Severity,
    Key.CAUSE: Cause,
}
NAMES = (Key.BRAND, Key.PLATFORM, Key.LANG, Key.ASSIGNEE, Key.LABEL, Key.FROM)
NUMBERS = (Key.FOLLOWERS, Key.RISK)
AGES = (Key.OPENED, Key.WAITING, Key.DUE)
ONE_OF_A_CASE = (Key.STATUS, Key.BRAND, Key.PLATFORM, Key.LANG, Key.SEVERITY, Key.ASSIGNEE, Key.FROM)
"""A case has one of each: asking for two of them at once would find nothing."""
WRITTEN_KEYS = tuple(key for key in Key if key not in (Key.WORD, Key.PHRASE))

LONGEST_AGE = timedelta(days=36_500)

_UNITS: Mapping[str, timedelta] = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "w": timedelta(weeks=1),
}
_AGE = re.compile(r"(\d{1,6})([mhdw])")
_NUMBER = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)([km%]?)")
_TIMES: Mapping[str, float] = {"": 1, "k": 1_000, "m": 1_000_000, "%": 0.01}
_PLAIN = re.compile(r'[^\s",\\<>=][^\s",\\]*')


def named(key: Key, word: str) -> str:
    """A name in its canonical form. Languages, handles and labels have no case."""
    if key is Key.FROM:
        return word.lstrip("@ ").casefold()
    return word.casefold() if key in (Key.LANG, Key.PLATFORM, Key.LABEL) else word


def choice(key: Key, word: str) -> str | None:
    """The choice that `word` names, `-` and `_` being one; None for a word that is none."""
    wanted = word.casefold().replace("-", "_")
    return next((one.value for one in CHOICES[key] if one.value.replace("-", "_") == wanted), None)


def number(key: Key, word: str) -> float | None:
    """`1000`, `10k`, `1.5m`, and for a risk `50%` or `0.5`; None for what is no number that the key can have."""
    found = _NUMBER.fullmatch(word.casefold())
    if found is None or (found[2] == "%") > (key is Key.RISK):
        return None
    value = round(float(found[1]) * _TIMES[found[2]], 6)
    return None if key is Key.RISK and value > 1 else value


def age(word: str) -> timedelta | None:
    """`30m`, `4h`, `7d`, `2w`; None for what is no such time, or longer than a century."""
    found = _AGE.fullmatch(word.casefold())
    if found is None:
        return None
    amount = int(found[1]) * _UNITS[found[2]]
    return amount if amount <= LONGEST_AGE else None


def _written(value: Value) -> str:
    if isinstance(value, timedelta):
        unit = next(unit for unit in ("d", "h", "m") if not value % _UNITS[unit])
        return f"{value // _UNITS[unit]}{unit}"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else _quoted(value)
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
