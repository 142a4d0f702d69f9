"""What a page says to people, and which of it is not in their language.

Names are few and what people write is in Greek, so that a word in Latin letters stands out on a Cyrillic page.
"""

import re
from html.parser import HTMLParser

from classifiers.contract import Cause, Severity
from monitor.domain.search_terms import Is
from monitor.domain.search_terms import Key as SearchKey
from monitor.web.languages import catalog
from tests.web.catalogs import english, gathered, sentences_of

NAMES = {
    *(
        "ilze",
        "janis",
        "root",
        "ro",
        "ja",
        "q",
        "vip",
        "late",
        "nordtel",
        "el",
        "EUR",
        "testclient",
    ),  # chosen by people
    *("API", "X", "x", "Ctrl", "K", "k", "Enter", "Shift", "E", "g", "Europe", "Riga", "always"),
    *("English", "Latvie", "u"),  # languages are called as their speakers call them
    *("read", "act", "admin"),  # scopes of tokens
}
SEARCHED = {
    *(word for each in (*Is, *SearchKey, *Cause, *Severity) for word in re.split("[-_]", each.value)),
    *("lv", "ru", "acme", "anna", "me", "internet", "no", "signal", "lnag", "d", "h", "m"),
}
"""The language of searches is one in every language: `lang:lv is:unanswered`."""

TEXTS = {"title", "aria-label", "placeholder", "alt"}
UNSPOKEN = {"script", "style", "kbd", "code", "pre"}
CODE = re.compile(r"\{\w+\}|cm_[\w-]+")
"""Places that the script fills in, and the beginnings of tokens."""
LATIN = re.compile(r"[A-Za-z]+")


class Spoken(HTMLParser):
    """What a page says to people: its texts, and the attributes that are read out, shown or put in by the script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.language = ""
        self._unspoken: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        if tag in UNSPOKEN:
            self._unspoken.append(tag)
        for name, value in attrs:
            # Of the script's attributes those that hold more than one word are sentences.
            spoken = name in TEXTS or (name.startswith("data-") and " " in (value or ""))
            if value and spoken and name not in ("data-key", "data-text"):
                self._hear(value)

    def handle_endtag(self, tag: str) -> None:
        if self._unspoken and self._unspoken[-1] == tag:
            self._unspoken.pop()

    def handle_data(self, data: str) -> None:
        if not self._unspoken:
            self._hear(data)

    def _hear(self, text: str) -> None:
        clean = " ".join(text.split())
        if clean:
            self.said.append(clean)


SENTENCES = [english(message) for message in sentences_of(gathered())]


def english_of(said: list[str], language: str) -> set[str]:
    """Sentences of the catalogs that are said as in English, though the language has its own words for them."""
    spoken = catalog(language)
    own = {sentence for sentence in SENTENCES if spoken.gettext(sentence) not in (sentence, "")}
    whole = own & set(said)
    long = {sentence for sentence in own if sentence.count(" ") > 1 and "%" not in sentence and "{" not in sentence}
    text = " | ".join(said)
    return whole | {sentence for sentence in long if sentence in text}


def foreign(said: str) -> set[str]:
    """Words in Latin letters that are no names."""
    return set(LATIN.findall(CODE.sub(" ", said))) - NAMES - SEARCHED
