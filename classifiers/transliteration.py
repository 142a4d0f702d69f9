"""Letters written with others, as people type them: Cyrillic in Latin letters, Latvian and German in digraphs.

No standard is followed, because nobody follows one: each writer has habits, and keeps to them within a post. Bulgarian
"шльокавица" writes ч ш я as 4 6 q or as ch sh ya; Russian and Ukrainian translit vary as much. Latvians on a phone
without their letters write "shodien" or "aatri", Germans "fuer".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

Habit = tuple[str, tuple[str, ...]]
"""Letters that are chosen together, and the ways to write them: per way one spelling per letter, space-separated."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """`fixed` letters have one spelling; of each habit a text uses one. "-" is a letter that is left out."""

    fixed: Mapping[str, str]
    habits: Sequence[Habit]

    def spelling(self, rng: Random) -> dict[str, str]:
        """One writer's spelling: lower-case letter -> what is typed for it."""
        chosen = dict(self.fixed)
        for letters, ways in self.habits:
            chosen.update(zip(letters, rng.choice(ways).split(" "), strict=True))
        return {letter: "" if typed == "-" else typed for letter, typed in chosen.items()}


_SHARED = dict(zip("абдезиклмнопрстуф", "abdeziklmnoprstuf", strict=True))

# A way that is more usual stands more than once.
BULGARIAN = Scheme(
    {**_SHARED, "г": "g"},
    (
        ("чшщ", ("ch sh sht", "ch sh sht", "4 6 6t", "4 sh sht")),
        ("ж", ("j", "zh", "j")),
        ("ъ", ("a", "u", "y", "a")),
        ("я", ("ya", "q", "ia", "ya")),
        ("юй", ("yu y", "iu i", "ju j", "u i")),
        ("ц", ("c", "ts")),
        ("х", ("h", "h", "x")),
        ("в", ("v", "v", "w")),
        ("ь", ("i", "y", "-")),
    ),
)
RUSSIAN = Scheme(
    {**_SHARED, "г": "g", "в": "v", "ъ": "-"},
    (
        ("ж", ("zh", "zh", "j")),
        ("чш", ("ch sh", "ch sh", "4 sh")),
        ("щ", ("sch", "shch", "sh")),
        ("х", ("h", "kh", "x", "h")),
        ("ц", ("c", "ts")),
        ("юя", ("yu ya", "yu ya", "ju ja", "iu ia")),
        ("й", ("y", "j", "i")),
        ("ыэ", ("y e", "y e", "i e")),
        ("ё", ("e", "yo", "io")),
        ("ь", ("-", "'", "-")),
    ),
)
UKRAINIAN = Scheme(
    {**{letter: typed for letter, typed in _SHARED.items() if letter != "и"}, "в": "v", "і": "i", "ґ": "g"},
    (
        ("г", ("h", "h", "g")),
        ("и", ("y", "y", "i")),
        ("ж", ("zh", "zh", "j")),
        ("чшщ", ("ch sh shch", "ch sh sch")),
        ("х", ("kh", "h", "x")),
        ("ц", ("ts", "c")),
        ("йюяєї", ("y yu ya ye yi", "j ju ja je ji", "i iu ia ie i")),
        ("ь", ("-", "-", "'")),
    ),
)
LATVIAN = Scheme(
    {},
    (
        ("āēīū", ("aa ee ii uu", "aa ee ii uu", "a e i u")),
        ("čšž", ("ch sh zh", "ch sh zh", "c sh zh")),
        ("ņļķģ", ("nj lj kj gj", "n l k g")),
    ),
)
GERMAN = Scheme({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}, ())


def respelled(text: str, scheme: Scheme, rng: Random) -> str:
    """`text` as one writer with the habits of `scheme` types it; letters that the scheme does not name stay."""
    spelling = scheme.spelling(rng)
    return "".join(_typed(text, place, spelling) for place in range(len(text)))


def _typed(text: str, place: int, spelling: Mapping[str, str]) -> str:
    letter = text[place]
    typed = spelling.get(letter.lower())
    if typed is None:
        return letter
    if not letter.isupper():
        return typed
    shouted = text[place + 1 : place + 2].isupper() or text[max(0, place - 1) : place].isupper()
    return typed.upper() if shouted else typed.capitalize()
