"""English sentences with words of another language in them, as people write who live in two.

A network that reads "my internets nestrādā again" for "my internet doesn't work again" learns what the words of a
glossary mean among others, also where nobody has translated such a sentence (code-switched training, Qin et al. 2020).
"""

import random
import re

from classifiers.glossary import Glossary
from classifiers.preprocess import LINK, USER

_LONGEST = 3
_MASKS = frozenset({USER, LINK})
# A handle comes first, so that its letters are never a word.
_PARTS = re.compile(r"@\w+|[\w'’]+|\s+|[^\w\s@]+|@")


def code_switched(text: str, glossary: Glossary, rng: random.Random, share: float) -> str:
    """`text`, English and normalised, with about `share` of the words and phrases that the glossary knows replaced.

    Phrases of up to three words go before their words; of several forms the usual ones are drawn more often. Masks,
    emoji and whatever else is no word of the glossary stay as they are.
    """
    parts = _PARTS.findall(text)
    written: list[str] = []
    place = 0
    while place < len(parts):
        for words in range(_LONGEST, 0, -1):
            phrase = parts[place : place + 2 * words - 1]  # words and what is between them
            forms = glossary.forms.get("".join(phrase).lower().replace("’", "'"))
            if forms and _MASKS.isdisjoint(phrase) and rng.random() < share:
                written += rng.choices(list(forms), list(forms.values()))
                place += len(phrase)
                break
        else:
            written.append(parts[place])
            place += 1
    return "".join(written)
