"""Folded words: what a text is searched by. Letters without case or accents, so that `nestrada` finds `Nestrādā`.

Pure and the same whatever database keeps the words: the databases disagree on the case of Cyrillic letters.
"""

import re
import unicodedata

LONGEST_WORD = 64
"""What is longer (a link, somebody's fist on the keyboard) is known by its beginning."""

_WORD = re.compile(r"[^\W_]+")


def folded_words(text: str) -> list[str]:
    """The words of a text in order, folded: compatibility forms and case are gone, accents and signs too."""
    plain = text if text.isascii() else _without_marks(text)
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain.casefold())]


def folded(*texts: str) -> str:
    """The folded words of the texts, one space between two."""
    return " ".join(word for text in texts for word in folded_words(text))


def _without_marks(text: str) -> str:
    # Folded first: a capital may fold into a letter and a mark (İ), which then has to go as well.
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in taken_apart if unicodedata.category(char) != "Mn")
