"""The languages of the page: its catalogs, read from `.po` files at start, and which one a person gets."""

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = "en"
"""The language that the page is written in: it needs no catalog."""

LANGUAGES = {"en": "English", "bg": "Български", "lv": "Latviešu", "ru": "Русский"}
"""Every language of the page, by its ISO 639-1 code, under the name that its speakers give it."""

_LOCALE = Path(__file__).parent / "locale"


@lru_cache(maxsize=len(LANGUAGES))
def catalog(language: str) -> gettext.NullTranslations:
    """The sentences of the page in that language; a language without a catalog is spoken in English."""
    path = _LOCALE / language / "LC_MESSAGES" / "messages.po"
    if language == SOURCE or not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as source:
        sentences = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, sentences)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language_for(chosen: str | None, accepted: str = "") -> str:
    """The language of a person: the chosen one, else the best of the browser's `Accept-Language`, else English."""
    if chosen in LANGUAGES:
        return str(chosen)
    return negotiate_locale(_by_preference(accepted), list(LANGUAGES), sep="-") or SOURCE


def _by_preference(accepted: str) -> list[str]:
    weighed = []
    for place, part in enumerate(accepted.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            weighed.append((-weight, place, tag))
    return [tag for _, _, tag in sorted(weighed)]
