"""The platform's own composer: how long a draft is there, whether it fits, and the link that opens it.

Nothing is posted from here. A person copies the text, or opens the composer with the text in it and presses the
platform's own button. `monitor/web/static/reply.js` counts by the same rules while one types.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode

import regex  # type: ignore[import-untyped]

LINK_WEIGHT = 23
"""Every link counts as much, because X replaces it by a short one of this length."""

# Weights are those of twitter-text's configuration, version 3 (https://github.com/twitter/twitter-text): characters of
# these ranges count one, all others two, and so does a whole emoji however many characters it is made of.
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

# These are plain signs until a selector makes pictures of them.
_SPECIAL = r"\u00a9\u00ae\u2122\u265f\u3030\u303d"
_PICTURE = rf"(?:(?![{_SPECIAL}#*0-9])\p{{Extended_Pictographic}}(?!\ufe0e)|[{_SPECIAL}]\ufe0f)"
_EMOJI = regex.compile(
    r"[#*0-9]\ufe0f?\u20e3"
    r"|\p{Regional_Indicator}{2}"
    r"|\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f"
    rf"|{_PICTURE}\ufe0f?\p{{Emoji_Modifier}}?(?:\u200d{_PICTURE}\ufe0f?\p{{Emoji_Modifier}}?)*"
)

# A link without https:// is one when it ends in a top-level domain: a country's, or one of the usual others. X knows
# 1,200 more; a draft that uses one of those bare is miscounted here, and the platform's own composer tells.
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd "
    "cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd "
    "ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg "
    "kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv "
    "mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa "
    "sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug "
    "uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_OTHERS = (
    "com net org info biz edu gov mil int mobi name pro aero asia cat coop jobs museum post tel travel xxx app bank "
    "bike blog cafe care center chat city click cloud club codes company credit delivery design dev digital email "
    "events express finance fund global group guru help host house life link live ltd media money news one online "
    "page photo press radio rest review reviews sale services shop site social software solutions space store "
    "studio support tech tips today tools top trade travel video vip wiki work works world xyz zone "
)
ENDINGS = (*_COUNTRIES.split(), *dict.fromkeys(_OTHERS.split()))
"""The top-level domains by which a bare name is read as a link."""

_OF_PATH = r"a-zа-яё0-9\u00c0-\u024f!*';:=+,.$/%#\[\]\u2013_~@|&-"
_ENDS_PATH = r"[a-zа-яё0-9\u00c0-\u024f=_#/+-]"
_PATH = rf"(?:/(?:(?:[{_OF_PATH}]|\([{_OF_PATH}]*\))*(?:{_ENDS_PATH}|\([{_OF_PATH}]+\)))?)"
_QUERY = rf"(?:\?[{_OF_PATH}?()]*{_ENDS_PATH})"
_LETTER = r"[a-z0-9\u00c0-\u024f]"
_LINK = regex.compile(
    rf"(?<![A-Za-z0-9@＠$#＃])https?://(?:[\w][\w-]*\.)+\p{{L}}[\p{{L}}\p{{N}}-]+(?::\d+)?{_PATH}?{_QUERY}?"
    rf"|(?<![A-Za-z0-9\u00c0-\u024f@＠$#＃_./-])(?:{_LETTER}(?:[a-z0-9\u00c0-\u024f-]*{_LETTER})?\.)+"
    rf"(?:{'|'.join(sorted(ENDINGS, key=len, reverse=True))})(?![0-9A-Za-z@+-])(?::\d+)?(?:{_PATH}{_QUERY}?)?",
    regex.IGNORECASE,
)


class Unit(StrEnum):
    """What a platform counts."""

    WEIGHTED = "weighted"
    CHARACTERS = "characters"
    GRAPHEMES = "graphemes"


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest post of a platform: `most` in its own `unit`."""

    most: int
    unit: Unit


LIMITS: Mapping[str, Limit] = {
    "x": Limit(280, Unit.WEIGHTED),
    "mastodon": Limit(500, Unit.CHARACTERS),
    "bluesky": Limit(300, Unit.GRAPHEMES),
}
"""By platform. One that is not here has no limit that we know."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a draft is where it is going to be posted; `most` is None where no limit is known."""

    count: int
    most: int | None

    @property
    def left(self) -> int | None:
        """How much more fits; negative when it is too long already."""
        return None if self.most is None else self.most - self.count

    @property
    def fits(self) -> bool:
        return self.most is None or self.count <= self.most


def length_on(platform: str, text: str) -> Length:
    """How long `text` is on a platform."""
    limit = LIMITS.get(platform)
    if limit is None:
        return Length(len(text), None)
    counts = {Unit.WEIGHTED: weighted_length, Unit.CHARACTERS: _characters, Unit.GRAPHEMES: _graphemes}
    return Length(counts[limit.unit](text), limit.most)


def weighted_length(text: str) -> int:
    """The length that X counts: links 23 each, emoji and most letters of the Far East two, others one."""
    normal = unicodedata.normalize("NFC", text)
    count, at = 0, 0
    for start, end in _links(normal):
        count += _plain_weight(normal[at:start]) + LINK_WEIGHT
        at = end
    return count + _plain_weight(normal[at:])


def _plain_weight(text: str) -> int:
    without, emoji = _EMOJI.subn("", text)
    weights = (1 if any(first <= ord(char) <= last for first, last in _LIGHT) else 2 for char in without)
    return 2 * int(emoji) + sum(weights)


def _characters(text: str) -> int:
    """Mastodon counts characters, a link as 23, and of a remote handle only the part before its server."""
    local: str = regex.sub(r"(?<=(?:^|[^\w/])@[\w.-]+)@[\w-]+(?:\.[\w-]+)+", "", text)
    return len(_LINK.sub("x" * LINK_WEIGHT, local))


def _graphemes(text: str) -> int:
    return len(regex.findall(r"\X", text))


def _links(text: str) -> Iterator[tuple[int, int]]:
    for found in _LINK.finditer(text):
        yield found.span()


def links_in(text: str) -> tuple[str, ...]:
    """What X reads as links, those without https:// and forgotten spaces ("Thanks.It") included."""
    return tuple(text[start:end] for start, end in _links(text))


@dataclass(frozen=True, slots=True)
class ReplyPrices:
    """What X charges for a reply that is posted through its API, in US dollars.

    Posting in the platform's own composer costs nothing. The price is said all the same: the team decides knowing it.
    """

    plain: float = 0.015
    with_link: float = 0.200

    def of(self, text: str) -> float:
        return self.with_link if links_in(text) else self.plain


def composer_link(platform: str, text: str, in_reply_to: str) -> str | None:
    """The address that opens the platform's composer with `text` in it; None where there is none to open.

    X fills in the handle of the person who is answered by itself.
    """
    if platform == "x":
        return "https://x.com/intent/post?" + urlencode({"in_reply_to": in_reply_to, "text": text}, quote_via=quote)
    if platform == "bluesky":
        return "https://bsky.app/intent/compose?" + urlencode({"text": text}, quote_via=quote)
    return None
