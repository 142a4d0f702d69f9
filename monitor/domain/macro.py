"""What a macro does to its case besides the text: labels, hands, status. One decision, one change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from monitor.domain import actions
from monitor.domain.model import Case, Change, Event
from monitor.domain.reply_template import Actions, Then

ME = "me"
"""As an assignee: whoever applies the macro."""


def apply(case: Case, does: Actions, agent: str, *, now: datetime) -> Change:
    """Everything that the macro does, in one change; or nothing, and NotAllowed as the single actions raise it."""
    events: list[Event] = []
    for change in _changes(case, does, agent, now):
        case = change.case
        events += change.events
    one = f"macro:{case.id}:{case.version + 1}"
    return Change(case, tuple(replace(event, bulk=one) for event in events))


def _changes(case: Case, does: Actions, agent: str, now: datetime) -> Iterator[Change]:
    if does.tags:
        change = actions.tag(case, agent, add=does.tags, now=now)
        case = change.case
        yield change
    if does.assign:
        change = actions.assign(case, agent if does.assign == ME else does.assign, by=agent, now=now)
        case = change.case
        yield change
    if does.then is Then.RESOLVE:
        yield actions.resolve(case, agent, now=now)
    elif does.then is Then.SNOOZE and does.snooze_for is not None:
        yield actions.snooze(case, agent, until=now + does.snooze_for, now=now)
