"""What happened to a case, as sentences for its log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.domain.model import Case, Event, EventKind, Status, Target
from monitor.domain.win_back import Mark
from monitor.web.present import N_, Wording
from monitor.web.reply_words import AMOUNT_KINDS, STATES, STEPS

_BY_NOBODY = {
    EventKind.OPENED: N_("The case was opened"),
    EventKind.CUSTOMER_POSTED: N_("The customer wrote again"),
    EventKind.MERGED: N_("Another post joined the thread"),
    EventKind.ESCALATED: N_("It became graver: %(to)s"),
    EventKind.REPLY_OBSERVED: N_("We replied"),
    EventKind.WOKE: N_("The snooze ended"),
    EventKind.WARNED: N_("Soon late: %(target)s"),
    EventKind.BREACHED: N_("Promise broken: %(target)s"),
    EventKind.REASSESSED: N_("A newer model judged the thread again"),
    EventKind.REOPENED: N_("The case was opened again"),
}
_BY_SOMEBODY = {
    EventKind.CLAIMED: N_("%(actor)s took the case"),
    EventKind.ASSIGNED: N_("%(actor)s gave the case to %(to)s"),
    EventKind.RELEASED: N_("%(actor)s put the case back"),
    EventKind.SNOOZED: N_("%(actor)s snoozed the case until %(until)s"),
    EventKind.RESOLVED: N_("%(actor)s resolved the case"),
    EventKind.DISMISSED: N_("%(actor)s dismissed the case"),
    EventKind.REOPENED: N_("%(actor)s opened the case again"),
    EventKind.LABELLED: N_("%(actor)s said what it is: %(labels)s"),
    EventKind.NOTED: N_("%(actor)s noted: %(text)s"),
    EventKind.TAGGED: N_("%(actor)s changed the labels: %(tags)s"),
    EventKind.MERGED_INTO: N_("%(actor)s merged this into case %(into)s"),
    EventKind.TOOK_IN: N_("%(actor)s merged case %(from)s into this one"),
    EventKind.UNDONE: N_("%(actor)s took that back: %(was)s"),
    EventKind.WON_BACK: N_("%(actor)s on winning back: %(step)s – %(mark)s"),
    EventKind.COMPENSATION: N_("%(actor)s on compensation: %(what)s, %(amount)s – %(state)s"),
}
DEEDS = {
    "claimed": N_("taken"),
    "assigned": N_("given to somebody"),
    "released": N_("put back"),
    "snoozed": N_("snoozed"),
    "resolved": N_("resolved"),
    "dismissed": N_("dismissed"),
    "reopened": N_("opened again"),
    "labelled": N_("said what it is"),
    "tagged": N_("labels changed"),
    "noted": N_("noted"),
    "merged into": N_("merged"),
    "took in": N_("merged"),
    "undone": N_("taken back"),
}
"""What a person did, in a word or two, by the name of its event with spaces."""

_HEADS: Mapping[str, type[StrEnum]] = {
    "kind": Kind,
    "severity": Severity,
    "causes": Cause,
    "sentiment": Sentiment,
    "stage": Stage,
    "churn": Churn,
    "threats": Threat,
}
_MARKS: Mapping[str, str] = {
    Mark.DONE: N_("done"),
    Mark.SKIPPED: N_("skipped"),
    Mark.CLEARED: N_("taken back"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What was just done, for the bar below and the row: `event` is the key of what can be taken back in `case_id`."""

    words: str
    event: str | None = None
    case_id: int | None = None


def standing(case: Case, say: Wording) -> str:
    """How a case stands that has gone from a list: the shortest answer to "where is it?"."""
    if case.status is Status.SNOOZED and case.snoozed_until is not None:
        return say.text("Snoozed until %(when)s", when=say.weekday(case.snoozed_until))
    if case.status.live and case.assignee is not None:
        return say.text("%(name)s has it", name=case.assignee)
    return say.label(case.status)


def tell(event: Event, say: Wording) -> str:
    """The event as one sentence; a kind that is not known here is told by its name."""
    sentence = (_BY_SOMEBODY if event.actor else {}).get(event.kind) or _BY_NOBODY.get(event.kind)
    if sentence is None:
        name = event.kind.value.replace("_", " ")
        return say.text("%(actor)s: %(name)s", actor=event.actor, name=name) if event.actor else name
    return say.text(sentence, **_values(event, say))


def _values(event: Event, say: Wording) -> dict[str, str]:
    given = {name: str(value).replace("_", " ") for name, value in event.data.items() if value is not None}
    told = event.data
    labels = [_labels(enum, told[head], say) for head, enum in _HEADS.items() if told.get(head)]
    return {
        "actor": event.actor or "",
        "to": _labels(Severity, told.get("to") or "", say),
        "until": _moment(event.data.get("until"), say),
        "target": _target(event.data.get("target"), say),
        "text": str(event.data.get("text") or ""),
        "into": given.get("into", ""),
        "from": given.get("from", ""),
        "tags": ", ".join(_tags(given)),
        "was": say.text(DEEDS.get(given.get("was", ""), given.get("was", ""))),
        "labels": ", ".join(labels),
        "step": _known(STEPS, told.get("step"), say),
        "mark": _known(_MARKS, told.get("mark"), say),
        "what": _known(AMOUNT_KINDS, told.get("kind"), say),
        "state": _known(STATES, told.get("state"), say),
        "amount": _amount(event, say),
    }


def _labels(enum: type[StrEnum], told: object, say: Wording) -> str:
    """Labels by their values, several separated by commas; what is no label of that kind is left as it is."""
    return ", ".join(say.label(enum(word)) if word in set(enum) else word for word in str(told).split(", "))


def _known(sentences: Mapping[Any, str], told: object, say: Wording) -> str:
    return say.text(sentences[told]) if told in sentences else str(told or "")


def _amount(event: Event, say: Wording) -> str:
    minor, currency = event.data.get("amount"), event.data.get("currency")
    return say.money(minor, currency) if isinstance(minor, int) and isinstance(currency, str) else ""


def _tags(given: dict[str, str]) -> Iterator[str]:
    for sign, name in (("+", "added"), ("−", "removed")):
        yield from (f"{sign}{word}" for word in given.get(name, "").split(", ") if word)


def _target(told: object, say: Wording) -> str:
    known = {target.value: target for target in Target}
    return say.label(known.get(str(told)))


def _moment(told: object, say: Wording) -> str:
    try:
        return say.weekday(datetime.fromisoformat(str(told)))
    except (ValueError, TypeError):
        return ""
