"""How much of what a brand posts is about itself: the share of its originals that only talk about the brand.

Counted by rule, on purpose: the brand's own names and the words for "we" are known, and everybody can check the rule.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from monitor.domain.model import Post, Role

BANDS = (("4-1-1", 6), ("80/20", 5), ("thirds", 3))
"""Rules of thumb of social media marketing, not research: at most one post in 6, in 5, in 3 about oneself."""

WE = {
    lang: frozenset(words.split())
    for lang, words in {
        "en": "we us our ours ourselves",
        "bg": "ние ний нас нам ни наш нашия нашият наша нашата наше нашето наши нашите",
        "lv": "mēs mūs mums mūsu mūsos",
        "ru": "мы нас нам нами наш нашего нашему нашим нашем наша нашей нашу наше наши наших нашими",
    }.items()
}
"""The first person plural by language. Bulgarian and Latvian verbs carry it without a pronoun: that is not seen."""
# Bulgarian "ни" (our) is Russian "neither", so it counts in a text that is known to be Bulgarian only.
_ANY_LANGUAGE = frozenset().union(*WE.values()) - {"ни"}

_URL = re.compile(r"https?://\S+")
_HANDLE = re.compile(r"(?<![\w@.])@(\w+)")
_WORD = re.compile(r"[^\W\d_]+")
_QUESTION = re.compile(r"[?？؟]")


@dataclass(frozen=True, slots=True)
class OwnNames:
    """What a brand calls itself: `handles` (with or without @), `names`, `domains` and `products`, in any case.

    They are matched as whole words, domains with their subdomains too. Inflected forms have to be listed.
    """

    handles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A rule of thumb: at most `limit` (0-1) of the originals about oneself; `kept` is None without originals."""

    name: str
    limit: float
    kept: bool | None


@dataclass(frozen=True, slots=True)
class SelfTalk:
    """How many of `n` originals talk only about the brand itself, and which rules of thumb that keeps."""

    MEANING: ClassVar[str] = (
        "How much of what the account says unasked is about itself and not for others; the bands are rules of thumb."
    )

    n: int
    about_self: int
    bands: tuple[Band, ...]

    @property
    def share(self) -> float | None:
        """Posts about the brand of all originals (0-1); None without originals."""
        return self.about_self / self.n if self.n else None


def self_talk_share(posts: Iterable[Post], own: OwnNames) -> SelfTalk:
    """The self-talk of a brand account over its `posts`; replies and reposts among them are passed over."""
    originals = [post for post in posts if post.role is Role.BROADCAST and post.repost_of is None]
    n, about_self = len(originals), sum(is_self_talk(post.text, own, lang=post.lang) for post in originals)
    bands = tuple(Band(name, 1 / part, about_self * part <= n if n else None) for name, part in BANDS)
    return SelfTalk(n, about_self, bands)


def is_self_talk(text: str, own: OwnNames, *, lang: str | None = None) -> bool:
    """Whether a text names the brand or says "we", names nobody else's handle and asks nothing.

    `lang` (ISO 639-1, a region may follow) chooses the words for "we"; without it, or for a language without a list,
    the words of all lists count.
    """
    handles = {handle.casefold() for handle in _HANDLE.findall(text)}
    own_handles = {handle.removeprefix("@").casefold() for handle in own.handles}
    # A query string is no question.
    if handles - own_handles or _QUESTION.search(_URL.sub(" ", text)):
        return False
    return bool(handles & own_handles) or bool(_own_words(own).search(text)) or _says_we(text, lang)


def _says_we(text: str, lang: str | None) -> bool:
    words = WE.get((lang or "").split("-")[0].lower(), _ANY_LANGUAGE)
    # "US" in capitals is a country or a currency far more often than it is us.
    return any(word.lower() in words for word in _WORD.findall(text) if word != "US")


@lru_cache(maxsize=64)
def _own_words(own: OwnNames) -> re.Pattern[str]:
    words = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in (*own.names, *own.products) if word]
    domains = [rf"(?<![\w-]){re.escape(domain)}(?![\w-]|\.\w)" for domain in own.domains if domain]
    return re.compile("|".join(words + domains) or r"(?!)", re.IGNORECASE)
