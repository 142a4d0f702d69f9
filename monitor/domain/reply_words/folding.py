"""One form of a word, however it was typed: without diacritics, in Latin letters, in capitals.

Every fold keeps beginnings: the fold of a stem begins the fold of each word that begins with the stem. So the lexicons
are written in the language's own spelling, and find what was typed without it.
"""

import re
import unicodedata
from collections.abc import Callable

Fold = Callable[[str], str]

_CONTRACTED = {
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "cant": "can not", "cannot": "can not",
    "wont": "will not", "isnt": "is not", "wasnt": "was not", "arent": "are not", "werent": "were not",
    "havent": "have not", "hasnt": "has not", "hadnt": "had not", "shouldnt": "should not", "couldnt": "could not",
    "wouldnt": "would not", "weve": "we have", "youve": "you have", "ive": "i have", "im": "i am", "thats": "that is",
    "youre": "you are", "theyre": "they are", "ill": "i will", "gonna": "going to", "ur": "your", "u": "you",
    "pls": "please", "plz": "please", "sry": "sorry", "whats": "what is", "lets": "let us",
}  # fmt: skip
_TAILS = (("n't", " not"), ("'re", " are"), ("'ve", " have"), ("'ll", " will"), ("'m", " am"), ("'d", " would"))

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "і": "i", "ѝ": "i",
}  # fmt: skip
_RUSSIAN = {**_CYRILLIC, "щ": "sch", "ъ": ""}
# How the two are typed on a Latin keyboard: izvinyavame, izvinjavame, izvinqvame; 4ovek, 6te; khorosho, horosho.
_TYPED = ((r"kh", "h"), (r"x", "h"), (r"w", "v"), (r"q", "ia"), (r"c(?![hk])", "ts"), (r"[jy]", "i"))
_DIGITS = ((r"(?<=[a-z])4|4(?=[a-z])", "ch"), (r"(?<=[a-z])6|6(?=[a-z])", "sh"))
_TYPED_RUSSIAN = ((r"shch|shh", "sch"), (r"(?<=[bvgdzklmnprstfh])'", ""))
_LATVIAN = ((r"([aeiu])\1", r"\1"), (r"sh", "s"), (r"ch", "c"), (r"zh", "z"))


def english(word: str) -> str:
    """`didn't`, `didnt` -> `did not`; diacritics go."""
    plain = _without_marks(word.casefold().replace("’", "'").replace("ʼ", "'"))
    if plain in ("can't", "won't"):
        return {"can't": "can not", "won't": "will not"}[plain]
    for tail, full in _TAILS:
        if plain.endswith(tail):
            return plain.removesuffix(tail) + full
    if plain in ("it's", "that's", "there's", "what's", "here's"):
        return plain[:-2] + " is"
    return _CONTRACTED.get(plain, plain.removesuffix("'s"))


def bulgarian(word: str) -> str:
    """Cyrillic and its usual Latin spellings become one: `извиняваме`, `izvinyavame`, `izvinqvame`."""
    return _in_latin(word, _CYRILLIC, ())


def russian(word: str) -> str:
    """Cyrillic and its usual Latin spellings become one: `извините`, `izvinite`; ё is е."""
    return _in_latin(word, _RUSSIAN, _TYPED_RUSSIAN)


def latvian(word: str) -> str:
    """Without diacritics, and without the doubled letters and the `sh` that stand for them on a plain keyboard."""
    plain = _without_marks(word.casefold())
    for pattern, letters in _LATVIAN:
        plain = re.sub(pattern, letters, plain)
    return plain


def _in_latin(word: str, letters: dict[str, str], own: tuple[tuple[str, str], ...]) -> str:
    lower = word.casefold()
    if re.search(r"[а-яѐ-џ]", lower):
        lower = "".join(letters.get(char, char) for char in lower)
        return _without_marks(lower)
    plain = _without_marks(lower)
    for pattern, replacement in (*_DIGITS, *own, *_TYPED):
        plain = re.sub(pattern, replacement, plain)
    return plain


def _without_marks(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
