"""The words by which a reply is judged, one module per language, and the small notation they are written in."""

from collections.abc import Mapping

from monitor.domain.reply_words.bg import LEXICON as BULGARIAN
from monitor.domain.reply_words.en import LEXICON as ENGLISH
from monitor.domain.reply_words.lexicon import Lexicon
from monitor.domain.reply_words.lv import LEXICON as LATVIAN
from monitor.domain.reply_words.ru import LEXICON as RUSSIAN

LEXICONS: Mapping[str, Lexicon] = {"en": ENGLISH, "bg": BULGARIAN, "lv": LATVIAN, "ru": RUSSIAN}
"""By ISO 639-1 code. In other languages only what needs no words is checked."""
