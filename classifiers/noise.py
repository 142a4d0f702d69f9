"""What happens to a text on its way from a person to us, without a change of what it says.

Each noise is a pure function of a text and a generator: the same generator gives the same noise. Training shows the
network noisy texts (`augmented`), `classifiers.robustness` counts the verdicts that a noise turns. Handles, links and
addresses stay whole in every noise: they are masked before the network reads, and a broken one is not.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from classifiers.confusables import TO_CYRILLIC, TO_GREEK, TO_LATIN
from classifiers.keyboard import slipped
from classifiers.transliteration import BULGARIAN, GERMAN, LATVIAN, RUSSIAN, UKRAINIAN, Scheme, respelled

Change = Callable[[str, Random], str]

ANY = "*"
"""Key of a change that makes sense in every language."""

_WHOLE = re.compile(r"(?:https?://|www\.|t\.co/)\S+|\bhttp\b|\S+@\S+|@\w+|&#?\w+;", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile(r"[!?]+")
_VOWEL = re.compile("[aeiouyāēīūäöüàéèêáíóúąęıаеёиоуыэюяіїєъ]", re.IGNORECASE)

_HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c\u2066\u2069"
_SPACES = ("  ", "   ", "\n", "\n\n", "\t", "\u00a0", "\u2009", " \r\n")
_WITHOUT_STROKE = str.maketrans("łŁøØđĐħĦŧŦıəёЁ", "lLoOdDhHtTieеЕ")
_JOINED = {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
_MATHEMATICAL = (0x1D400, 0x1D434, 0x1D5A0, 0x1D5D4, 0x1D670)  # bold, italic, sans, sans bold, typewriter
_NEUTRAL_EMOJI = ("📱", "📦", "🏦", "💳", "✈️", "🚆", "📍", "👀", "🕐", "ℹ️", "📷", "🏠", "🔎", "💬", "📞", "🇪🇺")
_HANDLES = ("@acme", "@AcmeCare", "@info_24", "@maria_k", "@J_Ozols", "@petrov88", "@help")
_FILLERS = {
    "en": ("by the way", "good morning", "just asking for a friend", "FYI"),
    "lv": ("starp citu", "labdien", "labrīt visiem"),
    "ru": ("кстати", "добрый день", "всем привет"),
    "bg": ("между другото", "добър ден", "здравейте на всички"),
    "de": ("übrigens", "guten Tag", "mal so nebenbei"),
    "fr": ("au fait", "bonjour à tous", "à propos"),
    "es": ("por cierto", "buenos días", "hola a todos"),
    "pl": ("przy okazji", "dzień dobry", "tak przy okazji"),
    "tr": ("bu arada", "iyi günler", "herkese merhaba"),
    "uk": ("до речі", "доброго дня", "усім привіт"),
}


@dataclass(frozen=True, slots=True)
class Noise:
    """A way in which texts vary. `changes` by language; `odds` is its weight among the noises of training.

    Noises that normalisation undoes have no odds: the network would never see them.
    """

    changes: Mapping[str, Change]
    odds: float

    def fits(self, lang: str) -> bool:
        """Whether people who write `lang` (ISO 639-1) do this."""
        return lang in self.changes or ANY in self.changes

    def __call__(self, text: str, lang: str, rng: Random) -> str:
        """The noisy text; the text itself where the noise does not fit its language or finds nothing to change."""
        change = self.changes.get(lang) or self.changes.get(ANY)
        return change(text, rng) if change else text


def hidden(text: str, rng: Random) -> str:
    """Invisible characters inside words: pasted from web pages and chats, or put there to get past a filter."""
    return _some_words(text, rng, 0.5, lambda word: _inserted(word, rng.choice(_HIDDEN), rng))


def confusable(text: str, rng: Random) -> str:
    """Letters of another script or font that look the same: a wrong layout, a filter to pass, a "font" generator."""
    style = rng.choice(("letters", "letters", "fullwidth", "mathematical"))
    if style == "letters":
        return _some_words(text, rng, 0.4, lambda word: _lookalike(word, rng))
    if style == "fullwidth":
        return _some_words(text, rng, 0.5, lambda word: "".join(_shifted(c, 0xFEE0) for c in word))
    capital_a = rng.choice(_MATHEMATICAL)
    return _some_words(text, rng, 0.5, lambda word: "".join(_mathematical(c, capital_a) for c in word))


def elongation(text: str, rng: Random) -> str:
    """Loud writing: a vowel held (sooooo), and the last run of signs repeated (!!!!!!)."""
    held = _some_words(text, rng, 0.12, lambda word: _held(word, rng), least=3)
    runs = list(_SIGNS.finditer(held))
    if not runs:
        return held
    run = runs[-1]
    return held[: run.start()] + run[0] + run[0][-1] * rng.randint(2, 7) + held[run.end() :]


def capitals(text: str, _: Random) -> str:
    """EVERYTHING IN CAPITALS: anger, or caps lock."""
    return _outside_whole(text, str.upper)


def turkish_capitals(text: str, _: Random) -> str:
    """Capitals as a Turkish keyboard gives them: i -> İ, ı -> I."""
    return _outside_whole(text, lambda part: part.replace("i", "İ").upper())


def lower(text: str, _: Random) -> str:
    """no capitals at all, as on a phone in a hurry."""
    return _outside_whole(text, str.lower)


def turkish_lower(text: str, _: Random) -> str:
    """Lower case as a Turkish keyboard gives it: I -> ı, İ -> i."""
    return _outside_whole(text, lambda part: part.replace("İ", "i").replace("I", "ı").lower())


def no_diacritics(text: str, _: Random) -> str:
    """Latin letters without their marks (Rigas satiksme, uber, zolw), and ё as е: a foreign or a lazy keyboard."""
    return _outside_whole(text, _unmarked)


def emoji(text: str, rng: Random) -> str:
    """An emoji that says nothing about the author's mood, added or left out."""
    present = [sign for sign in _NEUTRAL_EMOJI if sign in text]
    if present and rng.random() < 0.5:
        return " ".join(text.replace(rng.choice(present), " ").split(" ")).strip()
    added = "".join(rng.sample(_NEUTRAL_EMOJI, rng.choice((1, 1, 2))))
    return f"{text} {added}" if rng.random() < 0.7 else f"{added} {text}"


def entities(text: str, rng: Random) -> str:
    """HTML that somebody's tool forgot to decode, now and then twice: &amp; &#39; &quot; &amp;#39;."""
    spelled = html.escape(text, quote=False).replace('"', "&quot;").replace("'", rng.choice(("&#39;", "&#x27;")))
    if rng.random() < 0.3 and _encodable(spelled):
        spelled = spelled.encode("ascii", "xmlcharrefreplace").decode()
    return spelled.replace("&", "&amp;") if rng.random() < 0.25 else spelled


def whitespace(text: str, rng: Random) -> str:
    """Line breaks, tabs, double and unbreakable spaces where one space was, and around the text."""
    parts = text.split(" ")
    joined = parts[0]
    for part in parts[1:]:
        joined += (rng.choice(_SPACES) if rng.random() < 0.3 else " ") + part
    return rng.choice(("", " ", "\n")) + joined + rng.choice(("", "  ", "\n\n"))


def mentions_urls(text: str, rng: Random) -> str:
    """One more handle in front, as every reply gets it, a link at the end, as every picture gets it, or both."""
    which = rng.choice(("handle", "link", "both"))
    if which != "link":
        text = f"{rng.choice(_HANDLES)} {text}"
    if which != "handle":
        text += " https://t.co/" + "".join(rng.choices("abcdefghXYZ0123456789", k=10))
    return text


def typos(text: str, rng: Random) -> str:
    """One or two slips of the finger in words of five letters and more."""
    places = [word.span() for word in _words(text) if len(word[0]) >= 5]
    for start, end in sorted(rng.sample(places, min(len(places), rng.choice((1, 1, 2)))), reverse=True):
        text = text[:start] + slipped(text[start:end], rng) + text[end:]
    return text


def mixed_language(text: str, rng: Random, *, lang: str = "en") -> str:
    """A few neutral words of another language before or after, as people do who live in two."""
    others = sorted(code for code in _FILLERS if code != lang)
    filler = rng.choice(_FILLERS[rng.choice(others)])
    return f"{filler}, {text}" if rng.random() < 0.5 else f"{text} {filler}"


def _respelling(scheme: Scheme) -> Change:
    def change(text: str, rng: Random) -> str:
        habits = rng.getrandbits(32)
        return _outside_whole(text, lambda part: respelled(part, scheme, Random(habits)))

    return change


def _everywhere(change: Change, odds: float, **of_language: Change) -> Noise:
    return Noise({ANY: change, **of_language}, odds)


NOISES: Mapping[str, Noise] = {
    "hidden": _everywhere(hidden, 0),
    "confusable": _everywhere(confusable, 0.2),
    "elongation": _everywhere(elongation, 1.5),
    "capitals": _everywhere(capitals, 0.3, tr=turkish_capitals),
    "lower": _everywhere(lower, 0.3, tr=turkish_lower),
    "no_diacritics": _everywhere(no_diacritics, 0.5),
    "transliteration": Noise(
        {"bg": _respelling(BULGARIAN), "ru": _respelling(RUSSIAN), "uk": _respelling(UKRAINIAN)}, 3.0
    ),
    "digraphs": Noise({"lv": _respelling(LATVIAN), "de": _respelling(GERMAN)}, 1.5),
    "emoji": _everywhere(emoji, 1.5),
    "entities": _everywhere(entities, 0),
    "whitespace": _everywhere(whitespace, 0),
    "mentions_urls": _everywhere(mentions_urls, 1.5),
    "typos": _everywhere(typos, 3.0),
    "mixed_language": _everywhere(
        mixed_language, 1.0, **{lang: partial(mixed_language, lang=lang) for lang in _FILLERS}
    ),
}
"""Every noise by name. A text that a noise does not fit comes back as it is; ask `fits` before counting it."""

_TWO_NOISES = 0.3


def augmented(text: str, lang: str, rng: Random) -> str:
    """`text` with one or two noises that fit `lang`, for training: normalise it again, as serving will."""
    fitting = [noise for noise in NOISES.values() if noise.odds and noise.fits(lang)]
    first = rng.choices(fitting, [noise.odds for noise in fitting])[0]
    text = first(text, lang, rng)
    if rng.random() < _TWO_NOISES:
        others = [noise for noise in fitting if noise is not first]
        text = rng.choices(others, [noise.odds for noise in others])[0](text, lang, rng)
    return text


def _outside_whole(text: str, change: Callable[[str], str]) -> str:
    """`change` applied to everything but handles, links, addresses and entities."""
    parts, end = [], 0
    for whole in _WHOLE.finditer(text):
        parts += [change(text[end : whole.start()]), whole[0]]
        end = whole.end()
    return "".join([*parts, change(text[end:])])


def _words(text: str) -> list[re.Match[str]]:
    """The words outside handles, links, addresses and entities."""
    return list(_WORD.finditer(_WHOLE.sub(lambda whole: " " * len(whole[0]), text)))


def _some_words(text: str, rng: Random, share: float, change: Callable[[str], str], least: int = 1) -> str:
    """`change` applied to about `share` of the words of `least` letters and more, to one at least."""
    words = [word for word in _words(text) if len(word[0]) >= least]
    chosen = [word for word in words if rng.random() < share] or ([rng.choice(words)] if words else [])
    for word in reversed(chosen):
        text = text[: word.start()] + change(word[0]) + text[word.end() :]
    return text


def _inserted(word: str, sign: str, rng: Random) -> str:
    place = rng.randint(1, max(1, len(word) - 1))
    return word[:place] + sign + word[place:]


def _lookalike(word: str, rng: Random) -> str:
    """One or two letters of the word exchanged; one at least stays, or the word would be another script's."""
    tables = [TO_LATIN] if any(letter in TO_LATIN for letter in word) else [TO_CYRILLIC, TO_GREEK]
    table = rng.choice(tables)
    places = [place for place, letter in enumerate(word) if letter in table]
    for place in rng.sample(places, min(len(places), len(word) - 1, rng.choice((1, 2)))):
        word = word[:place] + table[word[place]] + word[place + 1 :]
    return word


def _shifted(letter: str, by: int) -> str:
    return chr(ord(letter) + by) if "!" <= letter <= "~" else letter


def _mathematical(letter: str, capital_a: int) -> str:
    if not letter.isascii() or not letter.isalpha() or (capital_a == 0x1D434 and letter == "h"):  # ℎ has its own place
        return letter
    return chr(capital_a + (ord(letter) - ord("A") if letter.isupper() else ord(letter) - ord("a") + 26))


def _held(word: str, rng: Random) -> str:
    vowels = list(_VOWEL.finditer(word))
    if not vowels:
        return word
    place = vowels[-1].start()
    return word[: place + 1] + word[place] * rng.randint(2, 6) + word[place + 1 :]


def _unmarked(part: str) -> str:
    bare = []
    latin = False
    for sign in unicodedata.normalize("NFD", part):
        if unicodedata.combining(sign):
            if not latin:
                bare.append(sign)
            continue
        latin = sign < "\u0250"
        bare.append(_JOINED.get(sign, sign))
    return unicodedata.normalize("NFC", "".join(bare)).translate(_WITHOUT_STROKE)


def _encodable(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
