"""What is good and what is missing in a reply, as it is being written. Warnings only: nothing here stops anybody.

The order of a win-back is taken from a study of 2,784 customers (SDL 2015): own the fault, apologise in person, make
good; and never blame the customer. Each check is a finding about words, so each can be wrong: docs/replies.md says how
often, by language.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from classifiers.contract import Cause
from monitor.domain.composer import ReplyPrices, length_on, links_in
from monitor.domain.near_copy import nearest_copy
from monitor.domain.reply_naming import given_names, names_customer, names_issue, shares_words
from monitor.domain.reply_reading import Place, Reading, read
from monitor.domain.reply_template import open_blanks


class Code(StrEnum):
    """What a warning is about."""

    EMPTY = "empty"
    BLANKS_LEFT = "blanks_left"
    BLAMES_CUSTOMER = "blames_customer"
    MOCKS = "mocks"
    FAULT_DENIED = "fault_denied"
    FAULT_EVADED = "fault_evaded"
    FAULT_NOT_OWNED = "fault_not_owned"
    NO_APOLOGY = "no_apology"
    SYMPATHY_ONLY = "sympathy_only"
    CUSTOMER_NOT_NAMED = "customer_not_named"
    ISSUE_NOT_NAMED = "issue_not_named"
    NEAR_COPY = "near_copy"
    STOCK_PHRASE = "stock_phrase"
    NO_NEXT_STEP = "no_next_step"
    CHANNEL_WITHOUT_REASON = "channel_without_reason"
    PROMISE_WITHOUT_TIME = "promise_without_time"
    SHOUTS = "shouts"
    LINK = "link"
    TOO_LONG = "too_long"


class Level(StrEnum):
    """How much a warning matters."""

    SERIOUS = "serious"
    """It makes things worse, or cannot be posted so."""
    MISSING = "missing"
    """Something that wins people back is not there."""
    HINT = "hint"
    """Worth a second look."""


LEVELS: Mapping[Code, Level] = {
    code: Level.SERIOUS
    if code in (Code.BLANKS_LEFT, Code.BLAMES_CUSTOMER, Code.MOCKS, Code.FAULT_DENIED, Code.TOO_LONG)
    else Level.HINT
    if code in (Code.EMPTY, Code.STOCK_PHRASE, Code.SHOUTS, Code.LINK, Code.CUSTOMER_NOT_NAMED)
    else Level.MISSING
    for code in Code
}


@dataclass(frozen=True, slots=True)
class Warning:
    """One remark. `place` is where in the reply; `words` fill the sentence that is shown."""

    code: Code
    place: Place | None = None
    words: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return LEVELS[self.code]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a reply does, each with where it does it; all None in a language that we have no words for."""

    owns: Place | None = None
    denies: Place | None = None
    evades: Place | None = None
    apologises: Place | None = None
    sympathy: Place | None = None
    blames: Place | None = None
    mocks: Place | None = None
    next_step: Place | None = None
    promises: Place | None = None
    moment: Place | None = None
    makes_good: Place | None = None
    moves_channel: Place | None = None
    why_moved: Place | None = None
    stock: Place | None = None
    asks: bool = False


_SNEERING = re.compile("[\U0001f644\U0001f602\U0001f923\U0001f60f\U0001f921]|👏\\s*👏|\U0001f971")
_LONG_WORD = re.compile(r"(?<!\w)[^\W\d_]{4,}(?!\w)")
_MANY_MARKS = re.compile(r"[!?]*!{2,}[!?]*|\?{3,}")


def check(
    reply: str,
    *,
    lang: str,
    mention: str,
    causes: Sequence[Cause] = (),
    customer_name: str | None = None,
    recent: Sequence[str] = (),
    complaint: bool = True,
    platform: str = "x",
    prices: ReplyPrices | None = None,
) -> tuple[Warning, ...]:
    """Every remark on a reply, the most serious first.

    `mention` is what is answered; `recent` are our latest replies, to find copies of them. What is no `complaint` needs
    neither fault nor apology. A reply that is written in another language than `lang` is read in its own.
    """
    if not reply.strip():
        return (Warning(Code.EMPTY),)
    reading = read(reply, lang)
    found = findings_of(reading) if reading is not None else Findings()
    warnings = [*_on_the_text(reply, platform, prices or ReplyPrices(), recent)]
    warnings += _on_naming(reply, reading, mention, causes, customer_name)
    if reading is not None:
        warnings += _on_conduct(reading, found)
        if complaint:
            warnings += _on_fault_and_apology(reading, found)
    order = {code: at for at, code in enumerate(Code)}
    ranks = {level: at for at, level in enumerate(Level)}
    return tuple(sorted(warnings, key=lambda w: (ranks[w.level], order[w.code])))


def findings_of(reading: Reading) -> Findings:
    """What the text does, by the words of its language."""
    words = reading.lexicon
    excused = reading.find(words.excuses_customer)
    sympathy = reading.find(words.sympathy)
    owned = reading.asserted(words.owns)
    refused = reading.find(words.refuses)
    good = reading.asserted(words.makes_good)
    blames = _first(reading, "blames", apart_from=(excused, owned))
    return Findings(
        owns=owned,
        denies=reading.find(words.denies) or _denied(reading, excused),
        evades=reading.asserted(words.evades),
        apologises=_first(reading, "apologises", apart_from=(sympathy,)),
        sympathy=sympathy,
        blames=blames,
        mocks=reading.asserted(words.mocks) or _sneer(reading.text),
        next_step=reading.asserted(words.next_step),
        promises=reading.asserted(words.promises),
        moment=reading.find(words.moment),
        makes_good=None if good is None or _overlap(good, refused) else good,
        moves_channel=reading.asserted(words.moves_channel),
        why_moved=reading.find(words.why_moved),
        stock=reading.find(words.stock),
        asks="?" in reading.text,
    )


def _first(reading: Reading, name: str, *, apart_from: Sequence[Place | None]) -> Place | None:
    """The first assertion of a kind that is not part of something that means the contrary."""
    for found in getattr(reading.lexicon, name).all(reading.folded):
        place = reading.place(found)
        if not reading.turned(found) and not any(_overlap(place, other) for other in apart_from):
            return place
    return None


def _denied(reading: Reading, excused: Place | None) -> Place | None:
    """A fault that is named ours and negated: "not our mistake". Excusing the customer is no denial."""
    place = reading.negated(reading.lexicon.owns)
    return None if place is None or _overlap(place, excused) else place


def _overlap(one: Place, other: Place | None) -> bool:
    return other is not None and one[0] < other[1] and other[0] < one[1]


def _sneer(text: str) -> Place | None:
    found = _SNEERING.search(text)
    return found.span() if found else None


def _on_fault_and_apology(reading: Reading, found: Findings) -> list[Warning]:
    warnings = []
    if found.denies:
        warnings.append(Warning(Code.FAULT_DENIED, found.denies, _quoted(reading, found.denies)))
    elif not found.owns:
        code = Code.FAULT_EVADED if found.evades else Code.FAULT_NOT_OWNED
        warnings.append(Warning(code, found.evades, _quoted(reading, found.evades)))
    if not found.apologises:
        code = Code.SYMPATHY_ONLY if found.sympathy else Code.NO_APOLOGY
        warnings.append(Warning(code, found.sympathy, _quoted(reading, found.sympathy)))
    return warnings


def _on_conduct(reading: Reading, found: Findings) -> list[Warning]:
    warnings = [
        Warning(code, place, _quoted(reading, place))
        for code, place in (
            (Code.BLAMES_CUSTOMER, found.blames),
            (Code.MOCKS, found.mocks),
            (Code.STOCK_PHRASE, found.stock),
        )
        if place
    ]
    if not (found.next_step or found.moves_channel or found.makes_good):
        warnings.append(Warning(Code.NO_NEXT_STEP))
    if found.moves_channel and not found.why_moved:
        quoted = _quoted(reading, found.moves_channel)
        warnings.append(Warning(Code.CHANNEL_WITHOUT_REASON, found.moves_channel, quoted))
    if found.promises and not found.moment:
        warnings.append(Warning(Code.PROMISE_WITHOUT_TIME, found.promises, _quoted(reading, found.promises)))
    return warnings


def _on_naming(
    reply: str, reading: Reading | None, mention: str, causes: Sequence[Cause], customer_name: str | None
) -> list[Warning]:
    warnings = []
    if names_customer(reply, customer_name) is False:
        warnings.append(Warning(Code.CUSTOMER_NOT_NAMED, words={"name": given_names(customer_name)[0]}))
    named = names_issue(reading, mention, causes) if reading is not None else shares_words(reply, mention)
    if not named and mention.strip():
        warnings.append(Warning(Code.ISSUE_NOT_NAMED))
    return warnings


def _on_the_text(reply: str, platform: str, prices: ReplyPrices, recent: Sequence[str]) -> list[Warning]:
    warnings = []
    if blanks := open_blanks(reply):
        warnings.append(Warning(Code.BLANKS_LEFT, words={"blanks": ", ".join(blanks)}))
    if copy := nearest_copy(reply, recent):
        warnings.append(
            Warning(Code.NEAR_COPY, words={"percent": round(100 * copy.likeness), "number": copy.index + 1})
        )
    if shout := _shout(reply):
        warnings.append(Warning(Code.SHOUTS, shout, {"quote": reply[slice(*shout)]}))
    if links := links_in(reply):
        start = reply.find(links[0])
        price = {"price": f"{prices.with_link:.3f}", "plain": f"{prices.plain:.3f}"} if platform == "x" else {}
        warnings.append(Warning(Code.LINK, (start, start + len(links[0])), {"quote": links[0], **price}))
    length = length_on(platform, reply)
    if not length.fits and length.most is not None:
        warnings.append(Warning(Code.TOO_LONG, words={"over": length.count - length.most, "most": length.most}))
    return warnings


def _shout(text: str) -> Place | None:
    capitals = [word for word in _LONG_WORD.finditer(text) if word[0].isupper()]
    if len(capitals) >= 2:
        return capitals[0].span()
    marks = _MANY_MARKS.search(text)
    return marks.span() if marks else None


def _quoted(reading: Reading, place: Place | None) -> dict[str, str | int]:
    return {} if place is None else {"quote": " ".join(reading.text[slice(*place)].split())}
