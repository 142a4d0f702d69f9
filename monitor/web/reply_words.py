"""The remarks of the reply check, the steps of a win-back and the kinds of compensation in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.domain.compensation import Kind, State
from monitor.domain.reply_check import Level, Warning
from monitor.domain.reply_remarks import template_of
from monitor.domain.win_back import Step
from monitor.web.present import N_, Wording

STEPS: Mapping[Step, str] = {
    Step.OWN_FAULT: N_("Own the fault"),
    Step.APOLOGISE: N_("Apologise in person"),
    Step.MAKE_GOOD: N_("Make good"),
}

AMOUNT_KINDS: Mapping[Kind, str] = {
    Kind.REFUND: N_("Refund"),
    Kind.CREDIT: N_("Credit"),
    Kind.DISCOUNT: N_("Discount"),
    Kind.REPLACEMENT: N_("Replacement"),
    Kind.GOODWILL: N_("Gift of goodwill"),
}

STATES: Mapping[State, str] = {
    State.REQUESTED: N_("needs authority"),
    State.GRANTED: N_("granted"),
    State.REFUSED: N_("refused"),
    State.PAID: N_("paid"),
}

_LOOKS = {Level.SERIOUS: ("late", "alert"), Level.MISSING: ("soon", "alert"), Level.HINT: ("", "spark")}


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark as the page shows it: its words, its look and sign, and where in the draft it is (from, to)."""

    words: str
    look: str
    icon: str
    code: str
    place: tuple[int, int] | None


def remarks(warnings: Iterable[Warning], say: Wording) -> tuple[Remark, ...]:
    """The warnings in the reader's language."""
    found = []
    for warning in warnings:
        look, icon = _LOOKS[warning.level]
        found.append(
            Remark(say.text(template_of(warning), **warning.words), look, icon, warning.code.value, warning.place)
        )
    return tuple(found)
