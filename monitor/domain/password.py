"""Which passwords are good enough: long, and not among the first that anybody would try.

No composition rules and no expiry: both make people choose worse ones (NIST SP 800-63B, 3.1.1.2). Length is counted in
characters after normalisation, so that the same password typed on another keyboard or system is the same password.
"""

import re
import unicodedata
from collections.abc import Iterable

from monitor.errors import MonitorError

SHORTEST, LONGEST = 12, 256
_FEWEST_DIFFERENT = 5
_LONGEST_REPEATED = 8  # a longer piece is worth something however often it is said

# Words that guessing lists are built around. What is left of a password when one of them, our own names, digits and
# signs are taken out must still be worth something.
_TRIED_FIRST = """
password passwort parole parola пароль парола passw0rd p@ssw0rd p@ssword qwerty qwertz azerty йцукен asdfgh
zxcvbn welcome letmein admin administrator changeme iloveyou monkey dragon football baseball superman batman
sunshine princess master shadow michael jordan secret default guest login user test computer internet summer
winter spring autumn january february monday trustno starwars whatever correcthorsebatterystaple correct horse
battery staple support customer service complaint monitor careteam company vasara ziema riga latvija sofia
bulgaria россия москва
"""
_COMMON = frozenset(_TRIED_FIRST.split())
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789", "йцукенгшщзхъфывапролджэ")


class WeakPassword(MonitorError):
    """This password is too easy to guess."""


def normal(password: str) -> str:
    """The form that is hashed: composed (NFKC), otherwise as typed."""
    return unicodedata.normalize("NFKC", password)


def accepted(password: str, *, own: Iterable[str] = ()) -> str:
    """The password as it is to be hashed. `own` are names that it must not be built on: the person's, the brands'.

    Raises `WeakPassword`, which says what is wrong with it.
    """
    chosen = normal(password)
    if len(chosen) < SHORTEST:
        raise WeakPassword(f"A password has at least {SHORTEST} characters. Several words together make a good one.")
    if len(chosen) > LONGEST:
        raise WeakPassword(f"A password has at most {LONGEST} characters.")
    if len(set(chosen.casefold())) < _FEWEST_DIFFERENT or _is_run(chosen.casefold()):
        raise WeakPassword("This password repeats itself or follows the keyboard. Several words together are better.")
    if len(set(_left_over(chosen.casefold(), own))) < _FEWEST_DIFFERENT:
        raise WeakPassword("This password is built on digits or on words that are tried first. Choose others.")
    return chosen


def _is_run(text: str) -> bool:
    """Whether most of it walks along a row of the keyboard or the alphabet, or says the same thing again."""
    if any(text == (text[:size] * len(text))[: len(text)] for size in range(1, _LONGEST_REPEATED + 1)):
        return True
    pairs = [text[i : i + 2] for i in range(len(text) - 1)]
    walked = sum(any(pair in row or pair in row[::-1] for row in _ROWS) for pair in pairs)
    return walked >= len(pairs) * 0.75


def _left_over(text: str, own: Iterable[str]) -> str:
    """What remains when expected words and digits are taken out."""
    words = {word.casefold() for name in own for word in (name, *re.split(r"\W+", name)) if len(word) >= 3}
    for word in sorted(words | _COMMON, key=len, reverse=True):
        text = text.replace(word, " ")
    return "".join(letter for letter in text if not letter.isdigit() and not letter.isspace())
