"""From the text as posted to the text the network reads: pure, deterministic, never raising.

The original is what people see; this form exists for the classifier alone. It removes what must not matter (entities,
broken encodings, invisible and bidirectional characters, which letters a font-trick used, how often "!" was typed)
and what must not leak (handles and links: a network that sees them learns which brand is hated this month, not what
a complaint is). Letter case and diacritics stay: the shipped tokenizer folds them, a hub model may not want that.
"""

import html
import re
import unicodedata
from operator import eq

import ftfy
import regex  # type: ignore[import-untyped]

from classifiers.confusables import unmixed

USER = "@user"
LINK = "http"
"""What handles and links become: the convention of the public tweet models, so theirs read our text as well."""

MAX_CHARACTERS = 4_000
"""Longest text handed to a tokenizer; of a longer one the first three quarters and the last quarter of that remain."""

_MAX_INPUT = 16_000
_HEAD_SHARE = 0.75
_CUT = " ... "

_FIXES = ftfy.TextFixerConfig(unescape_html=False, normalization="NFKC", fix_latin_ligatures=True, explain=False)

# Looking for broken encodings takes longer than all else here, and each kind of them has one of these: control
# characters, letters that the usual breaks produce, or two characters in a row that no alphabet puts side by side.
_ALPHABETS = "".join(filter(str.islower, map(chr, range(0xDF, 0x180)))) + "ЁА-яё"
_PERHAPS_BROKEN = re.compile(
    rf"[\x1b\x80-\x9fÂÃŒœ\u0400\u0402-\u040f]|[^\x00-\x7f{_ALPHABETS}][^\x00-\x7f]|[^\x00-\x7f][^\x00-\x7f{_ALPHABETS}]"
)
_CURLY_SINGLE, _CURLY_DOUBLE = re.compile("[\u02bc\u2018-\u201b]"), re.compile("[\u201c-\u201f]")

_ESCAPED_AGAIN = re.compile(r"&(?:amp;|#38;|#[xX]26;)+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}|\b(?:httpurl|HTTPURL)\b|\bt\.co/\w+", re.IGNORECASE)
_LINK_SIGNS = ("http", "www.", "t.co/")
_EMAIL = re.compile(r"@?\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b")
_HANDLE = re.compile(r"(?<![\w@])@\w{1,50}")
_REPEATED_MASK = re.compile(rf"((?:{USER}|{LINK})\b)(?:\s+\1)+")
_SELECTOR = re.compile("[\ufe0e\ufe0f\ue000]")
_JOINED_EMOJI = regex.compile(r"(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}])\u200d(?=\p{Extended_Pictographic})")
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Cc}\p{Co}\p{Cn}\ufe00-\ufe0f\u034f\u115f\u1160\u3164\uffa0]")
_STACKED_MARKS = regex.compile(r"(\p{M}{3})\p{M}+")
_THRICE = re.compile(r"(.)\1\1")
_MARK = regex.compile(r"\p{M}")
_MARK_OR_BLANK = regex.compile(r"[\p{M}\u115f\u1160\u3164\uffa0]")
_LONG_LETTER = regex.compile(r"(\p{L}\p{M}{0,3})\1{2,}")
_LONG_SIGN = regex.compile(r"([^\p{L}\p{N}\s])\1{3,}")
_LONG_JOINED = regex.compile(r"((?:\p{Extended_Pictographic}\p{Emoji_Modifier}?\u200d?){1,8}?)\1{3,}")
_REPEATED_WORD = regex.compile(r"\b(\w{1,40})(?:\s+\1\b){3,}", regex.IGNORECASE)
_LETTER = regex.compile(r"\p{L}")
_JOIN_HOLD = "\ue000"

_PASSES = 6


def normalise(text: str) -> str:
    """The form of `text` that is tokenised: at most `MAX_CHARACTERS` characters, possibly empty.

    Any string is accepted: empty, 100 kB, NUL, lone surrogates, stacked combining marks. What is normalised already
    stays as it is.
    """
    for _ in range(_PASSES):  # one step can make work for another: an entity may spell a link, a hidden sign part one
        done = _pass(text)
        if done == text:
            break
        text = done
    return done


def words_only(text: str) -> str:
    """Normalised text without the masks: what language identification may look at."""
    return " ".join(re.sub(rf"{USER}\b|\b{LINK}\b", " ", text).split())


def letters(text: str) -> int:
    """How many letters of any script normalised text holds, masks not counted."""
    return len(_LETTER.findall(words_only(text)))


def _pass(text: str) -> str:
    if len(text) > _MAX_INPUT:
        text = _head_and_tail(text, _MAX_INPUT)
    text = _whole_characters(text)
    if "&" in text:
        text = _whole_characters(html.unescape(html.unescape(_ESCAPED_AGAIN.sub("&", text))))
    text = _plain_characters(text)
    if len(text) > _MAX_INPUT:  # one character may stand for eighteen
        text = _head_and_tail(text, _MAX_INPUT)
    text = " ".join(_without_repeats(_masked(text)).split())
    return _head_and_tail(text, MAX_CHARACTERS) if len(text) > MAX_CHARACTERS else text


def _whole_characters(text: str) -> str:
    """Surrogate pairs joined, lone halves replaced: neither a tokenizer nor UTF-8 can take them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _plain_characters(text: str) -> str:
    """Broken encodings mended, fonts and quotes plain, invisible characters gone, every word in one script."""
    if not text.isascii():
        if _PERHAPS_BROKEN.search(text):
            text = _whole_characters(ftfy.fix_text(text, _FIXES))
        text = unicodedata.normalize("NFKC", text)
        text = _CURLY_DOUBLE.sub('"', _CURLY_SINGLE.sub("'", text))
    text = " ".join(text.split())
    if text.isprintable() and (text.isascii() or not _MARK_OR_BLANK.search(text)):
        return text if text.isascii() else unmixed(text)
    return unmixed(unicodedata.normalize("NFKC", _without_invisible(text)))


def _without_invisible(text: str) -> str:
    """Format, control and unassigned characters removed; the joiner inside an emoji sequence is the one that means."""
    held = _JOINED_EMOJI.sub(_JOIN_HOLD, _SELECTOR.sub("", text))
    visible = _INVISIBLE.sub(lambda found: "\u200d" if found[0] == _JOIN_HOLD else "", held)
    unstacked: str = _STACKED_MARKS.sub(r"\1", visible)
    return unstacked


def _masked(text: str) -> str:
    lowered = text.lower()
    if any(sign in lowered for sign in _LINK_SIGNS):
        text = _LINK.sub(LINK, text)
    if "@" in text:
        if text.count("@") > text.count(" @") + text.startswith("@"):  # one inside a word
            text = _EMAIL.sub(USER, text)
        text = _HANDLE.sub(USER, text)
    return _REPEATED_MASK.sub(r"\1", text)


def _without_repeats(text: str) -> str:
    """`sooooo` -> `soo`, `!!!!!!` -> `!!!`, `no no no no no` -> `no no no`: loud stays loud, and no more."""
    if _THRICE.search(text) or _MARK.search(text):
        text = _LONG_SIGN.sub(r"\1\1\1", _LONG_LETTER.sub(r"\1\1", text))
    if not text.isascii():
        text = _LONG_JOINED.sub(r"\1\1\1", text)
    words = text.lower().split()
    if any(map(eq, words, words[1:])):
        text = _REPEATED_WORD.sub(r"\1 \1 \1", text)
    return text


def _head_and_tail(text: str, length: int) -> str:
    """`length` characters of `text`: its beginning and its end, because people complain first and threaten last."""
    room = length - len(_CUT)
    head = int(room * _HEAD_SHARE)
    return text[:head] + _CUT + text[-(room - head) :]
