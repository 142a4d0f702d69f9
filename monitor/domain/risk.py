"""The risk of a case: the model's escalation, raised by what surrounds the post, in parts that add up.

Risk is counted in log-odds, as the model counts escalation: each circumstance adds a named amount, +0.7 doubles the
odds that a person should look at once, and nothing ever lowers them. The amounts are chosen, not measured: no data
yet says how urgent a circumstance is; they are small beside what a model adds for a threat (some +5).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log2, log10

_REPEAT, _MOST_REPEAT = 0.5, 1.5
_REACH, _MOST_REACH = 0.5, 1.5
_REPOSTS, _MOST_REPOSTS = 0.5, 1.5
_WAITING, _MOST_WAITING = 0.2, 0.6

_WORTH_SAYING = 0.3
_SAID_AT_MOST = 4

_WORDS: Mapping[str, str] = {
    "legal": "threat of a lawyer or a court",
    "regulator": "threat of a regulator",
    "media": "threat of the media",
    "safety": "somebody's safety",
    "public_shaming": "public warning",
    "left": "has left",
    "considering": "thinks of leaving",
    "decided": "decided to leave",
}


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a risk: its name in words, and how much it adds to the log-odds (never less than nothing)."""

    name: str
    log_odds: float


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What raises a risk, each with the amount from which on it counts (which must be positive).

    `earlier` are the author's complaints before this one that count as repeat contact; `followers` None: not known.
    """

    earlier: int
    followers: int | None
    wide_reach: int
    reposts: int
    many_reposts: int
    waited: timedelta
    long_wait: timedelta


def pressure(given: Circumstances) -> tuple[Share, ...]:
    """What the circumstances add, those that add nothing left out.

    * repeat contact: +0.5 for each earlier complaint, at most +1.5 (chosen);
    * reach: +0.5 at `wide_reach` followers and +0.5 with every tenfold, at most +1.5 (chosen);
    * reposts: the same from `many_reposts` on (chosen);
    * waiting: +0.2 at `long_wait` and +0.2 with every doubling, at most +0.6 (chosen: less than a third contact).
    """
    repeats = min(_REPEAT * given.earlier, _MOST_REPEAT)
    reach = _growing(given.followers or 0, given.wide_reach, _REACH, _MOST_REACH)
    reposts = _growing(given.reposts, given.many_reposts, _REPOSTS, _MOST_REPOSTS)
    ratio = given.waited / given.long_wait
    waiting = min(_WAITING + _WAITING * log2(ratio), _MOST_WAITING) if ratio >= 1 else 0.0
    shares = (
        Share(f"{ordinal(given.earlier + 1)} contact", repeats),
        Share("wide reach", reach),
        Share("reposts", reposts),
        Share("long wait", waiting),
    )
    return tuple(share for share in shares if share.log_odds > 0)


def raised(probability: float, shares: Iterable[Share]) -> float:
    """The probability in [0, 1] after the shares were added to its log-odds; certainty either way stays what it is."""
    odds = exp(sum(share.log_odds for share in shares))
    return probability * odds / (1 - probability + probability * odds)


def named(parts: Mapping[str, float]) -> tuple[Share, ...]:
    """A model's parts of its escalation as shares in words; its `base`, from which all start, is none."""
    return tuple(
        Share(_WORDS.get(name, name.replace("_", " ")), share) for name, share in parts.items() if name != "base"
    )


def sentence(risk: float, shares: Iterable[Share]) -> str | None:
    """The risk with its strongest parts for a person to read; None where no part is worth naming.

    `risk 62%: threat of a regulator +2.1, 3rd contact +1.0`: at most four parts, each of +0.3 or more.
    """
    strongest = sorted(shares, key=lambda share: -share.log_odds)[:_SAID_AT_MOST]
    said = [f"{share.name} {share.log_odds:+.1f}" for share in strongest if share.log_odds >= _WORTH_SAYING]
    return f"risk {risk:.0%}: {', '.join(said)}" if said else None


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th …"""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _growing(found: int, enough: int, first: float, most: float) -> float:
    return min(first + first * log10(found / enough), most) if found >= enough else 0.0
