"""What an action changed in a case, as JSON that is kept with its event and can be turned round.

A difference maps a field to [before, after]; of the deadlines it keeps how each one ended. The parts of a case that
only follow from its thread are in it too: they are what there is to go by when the thread has been erased.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from classifiers.contract import Cause, Severity
from monitor.domain.model import Case, Deadline, Status

Difference: TypeAlias = Mapping[str, Any]

DECIDED = (
    "status", "assignee", "snoozed_until", "keeps_snooze", "severity", "causes", "needs_human", "tags", "merged_into",
)  # fmt: skip
"""The fields that people decide. An action on one of them supersedes the earlier ones on it."""

DEADLINES = "deadlines"
_COUNTERS = ("handoffs", "reopened")
_LEFT_OUT = ("id", "version", "targets", DEADLINES)
_COMPARED = tuple(field.name for field in fields(Case) if field.name not in _LEFT_OUT)
_MOMENTS = tuple(field.name for field in fields(Case) if "datetime.datetime" in str(field.type))


def difference(before: Case, after: Case) -> Difference:
    """How `after` differs from `before`."""
    found: dict[str, Any] = {
        name: [_plain(getattr(before, name)), _plain(getattr(after, name))]
        for name in _COMPARED
        if getattr(before, name) != getattr(after, name)
    }
    known = {_name(d): d for d in before.deadlines}
    ended = [
        [*_name(d), [_ends(known[_name(d)]), _ends(d)]]
        for d in after.deadlines
        if _name(d) in known and _ends(known[_name(d)]) != _ends(d)
    ]
    return {**found, DEADLINES: ended} if ended else found


def turned_round(changes: Difference) -> Difference:
    """The difference that leads back."""
    return {
        name: [[*each[:2], each[2][::-1]] for each in values] if name == DEADLINES else values[::-1]
        for name, values in changes.items()
    }


def overridden(case: Case, changes: Difference) -> list[str]:
    """The decided fields of the difference that have another value by now than it left them with."""
    named = (name for name in DECIDED if name in changes and name != "tags")
    return [name for name in named if not _same(_plain(getattr(case, name)), changes[name][1])]


def restored(case: Case, changes: Difference) -> Case:
    """The case with the difference taken back, as far as its fields still are as the difference left them."""
    back: dict[str, Any] = {}
    for name, values in changes.items():
        if name not in _COMPARED:
            continue
        before, after = values
        now = getattr(case, name)
        if name in _COUNTERS:
            back[name] = now + before - after
        elif name == "tags":
            added, removed = set(after) - set(before), set(before) - set(after)
            back[name] = tuple(sorted((set(now) - added) | removed))
        elif _same(_plain(now), after):
            back[name] = _typed(name, before)
    ends = {(target, started): values for target, started, values in changes.get(DEADLINES, ())}
    deadlines = tuple(_with_ends(d, *ends[_name(d)]) if _name(d) in ends else d for d in case.deadlines)
    return replace(case, **back, deadlines=deadlines)


def touched(changes: Difference | None) -> set[str]:
    """The decided fields that a difference speaks of."""
    return set(changes or ()) & set(DECIDED)


def _same(now: Any, then: Any) -> bool:
    """Open and waiting only say whose turn it is: the thread decides that, not people."""
    turns = (Status.OPEN.value, Status.WAITING.value)
    return bool(now == then) or (now in turns and then in turns)


def _with_ends(deadline: Deadline, before: list[str | None], after: list[str | None]) -> Deadline:
    if _ends(deadline) != after:
        return deadline
    met, stopped = (None if moment is None else datetime.fromisoformat(moment) for moment in before)
    return replace(deadline, met_at=met, stopped_at=stopped)


def _name(deadline: Deadline) -> tuple[str, str]:
    return (deadline.target.value, deadline.started_at.isoformat())


def _ends(deadline: Deadline) -> list[str | None]:
    return [None if moment is None else moment.isoformat() for moment in (deadline.met_at, deadline.stopped_at)]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    kinds: Mapping[str, type[StrEnum]] = {"status": Status, "severity": Severity}
    if name in kinds:
        return kinds[name](value)
    if name == "causes":
        return tuple(map(Cause, value))
    return tuple(value) if isinstance(value, list) else value
