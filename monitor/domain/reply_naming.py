"""Whom and what a reply names: the customer, and the customer's own issue."""

import re
from collections.abc import Iterable, Iterator

from classifiers.contract import Cause
from monitor.domain.reply_reading import Place, Reading, Token
from monitor.domain.reply_words.folding import bulgarian, latvian, russian
from monitor.domain.reply_words.lexicon import Lexicon

_SHORTEST_NAME = 2
_SHORTEST_STEM = 4
_SHARED = 0.6
"""Two words are forms of one when their common beginning is at least this share of the longer one."""
_MOST_ENDING = 4

_ANY_FOLDS = (bulgarian, russian, latvian)


def given_names(customer_name: str | None) -> tuple[str, ...]:
    """The words of an account's name by which its owner can be addressed: no emoji, digits, handles or initials."""
    if not customer_name:
        return ()
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", re.sub(r"@\w+|https?://\S+", " ", customer_name))
    return tuple(word for word in words if len(word) >= _SHORTEST_NAME and (len(word) > 2 or word[1:].islower()))


def names_customer(text: str, customer_name: str | None) -> bool | None:
    """Whether the reply calls the customer by name, in any case form and either alphabet; None when there is no name.

    `Jānis` is addressed as `Jāni`, `Иван` as `Иване`, and an `Anna` may be written to as `Анна`.
    """
    names = given_names(customer_name)
    if not names:
        return None
    spoken = [word for word in re.findall(r"[^\W\d_]+", re.sub(r"@\w+", " ", text)) if word[0].isupper()]
    return any(_same_name(name, word) for name in names for word in spoken)


def _same_name(name: str, word: str) -> bool:
    return any(_forms_of_a_name(fold(name), fold(word)) for fold in _ANY_FOLDS)


def _forms_of_a_name(name: str, word: str) -> bool:
    if name == word:
        return True
    common = _common_start(name, word)
    longest_ending = 2 if len(name) > 3 else 1
    return common >= 3 and len(name) - common <= longest_ending and len(word) - common <= 2


def names_issue(reading: Reading, mention: str, causes: Iterable[Cause]) -> Place | None:
    """Where the reply names what the customer wrote about: in the customer's own words, or by the case's cause."""
    for cause in causes:
        if (phrases := reading.lexicon.issues.get(cause)) and (place := reading.find(phrases)):
            return place
    theirs = tuple(_content(Reading(mention, reading.lexicon)))
    for token in _content(reading):
        if any(_same_word(token.folded, other.folded) for other in theirs):
            return (token.start, token.end)
    return None


def shares_words(text: str, mention: str) -> bool:
    """`names_issue` for a language without a lexicon: some long word stands in both."""
    mine, theirs = ({word.casefold() for word in re.findall(r"[^\W\d_]{5,}", each)} for each in (text, mention))
    return any(_same_word(word, other) for word in mine for other in theirs)


def _content(reading: Reading) -> Iterator[Token]:
    """The words that mean something of their own."""
    lexicon = reading.lexicon
    for token in reading.tokens:
        word = token.folded
        if not token.word or " " in word or word in lexicon.common or word in lexicon.negators:
            continue
        if len(word) >= _SHORTEST_STEM and not _generic(word, lexicon) and word not in lexicon.greetings:
            yield token


def _generic(word: str, lexicon: Lexicon) -> bool:
    """Whether the word is too common in replies to name anything; a short stem must be the whole word."""
    return any(word == stem or (len(stem) >= _SHORTEST_STEM and word.startswith(stem)) for stem in lexicon.generic)


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    common = _common_start(one, other)
    longer = max(len(one), len(other))
    return common >= _SHORTEST_STEM and common >= _SHARED * longer and longer - common <= _MOST_ENDING


def _common_start(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
