"""What people do to a case, as pure decisions: each returns the `Change` to save, or refuses and says why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from classifiers.contract import Kind
from monitor.domain.calendar import BusinessCalendar
from monitor.domain.labels import Labels
from monitor.domain.lifecycle import live_again, settle
from monitor.domain.model import Case, Change, Event, EventKind, Post, Status, Target
from monitor.errors import NotAllowed


def claim(case: Case, agent: str, *, now: datetime) -> Change:
    """Take a case that nobody holds. Raises NotAllowed when a colleague holds it."""
    _must_be_live(case)
    if case.assignee == agent:
        return Change(case)
    if case.assignee is not None:
        raise NotAllowed(f"{case.assignee} holds case {case.id} already; assign it to take it over")
    return _acted(replace(case, assignee=agent, claimed_at=now), EventKind.CLAIMED, now, agent)


def assign(case: Case, to: str, *, by: str, now: datetime) -> Change:
    """Give a case to somebody; a change of hands counts as a hand-off, since the customer may have to tell it again."""
    _must_be_live(case)
    if case.assignee == to:
        return Change(case)
    handoffs = case.handoffs + (case.assignee is not None)
    given = replace(case, assignee=to, claimed_at=now, handoffs=handoffs)
    return _acted(given, EventKind.ASSIGNED, now, by, {"to": to, "from": case.assignee})


def release(case: Case, agent: str, *, now: datetime) -> Change:
    """Put a case back for anybody to take."""
    if case.assignee is None:
        return Change(case)
    return _acted(replace(case, assignee=None, claimed_at=None), EventKind.RELEASED, now, agent)


def snooze(case: Case, agent: str, *, until: datetime, now: datetime) -> Change:
    """Hide a case until a moment. The promises keep running: snoozing buys quiet, not time."""
    _must_be_live(case)
    if until <= now:
        raise NotAllowed(f"cannot snooze until {until.isoformat()}: that is over already")
    snoozed = replace(case, status=Status.SNOOZED, snoozed_until=until)
    return _acted(snoozed, EventKind.SNOOZED, now, agent, {"until": until.isoformat()})


def resolve(case: Case, agent: str, *, now: datetime) -> Change:
    """Close a case as done. Promises still running stop; the one for the resolution is met."""
    return _close(case, EventKind.RESOLVED, agent, now=now)


def dismiss(case: Case, agent: str, *, now: datetime, reason: str = "") -> Change:
    """Close a case that is none (not a complaint, spam); it leaves the response figures."""
    return _close(case, EventKind.DISMISSED, agent, now=now, data={"reason": reason} if reason else None)


def reopen(case: Case, agent: str, *, thread: Sequence[Post], calendar: BusinessCalendar, now: datetime) -> Change:
    """Take back a closing: whoever waited then waits again, on the clock that was running."""
    if case.status.live:
        raise NotAllowed(f"case {case.id} is {case.status.value}, there is nothing to reopen")
    live = replace(live_again(case), closed_through=case.begins_after)
    settled = settle(live, thread, news=(), calendar=calendar, now=now)
    return _acted(settled.case, EventKind.REOPENED, now, agent)


def note(case: Case, agent: str, text: str, *, now: datetime) -> Change:
    """Write something down for colleagues."""
    return _acted(case, EventKind.NOTED, now, agent, {"text": text})


def relabel(case: Case, agent: str, labels: Labels, *, now: datetime) -> Change:
    """Let a person's verdict stand over the model's: the case takes the severity and causes that were given."""
    judged = replace(
        case,
        severity=labels.severity if labels.severity is not None else case.severity,
        causes=labels.causes if labels.causes is not None else case.causes,
        needs_human=False,
    )
    if labels.kind not in (None, Kind.COMPLAINT):
        judged = replace(judged, severity=None, causes=())
    said = {name: value if isinstance(value, str) else ", ".join(value) for name, value in labels.as_dict().items()}
    return _acted(judged, EventKind.LABELLED, now, agent, said)


def _close(case: Case, kind: EventKind, agent: str, *, now: datetime, data: Mapping[str, str] | None = None) -> Change:
    _must_be_live(case)
    resolved = kind is EventKind.RESOLVED
    deadlines = tuple(
        d if not d.running
        else replace(d, met_at=now) if resolved and d.target is Target.RESOLUTION
        else replace(d, stopped_at=now)
        for d in case.deadlines
    )  # fmt: skip
    closed = replace(
        case,
        status=Status.RESOLVED if resolved else Status.DISMISSED,
        deadlines=deadlines,
        waiting_since=None,
        waiting_post_id=None,
        snoozed_until=None,
        closed_through=now,
        resolved_at=now if resolved else None,
        first_resolved_at=case.first_resolved_at or (now if resolved else None),
    )
    return _acted(closed, kind, now, agent, dict(data or {}))


def _must_be_live(case: Case) -> None:
    if not case.status.live:
        raise NotAllowed(f"case {case.id} is {case.status.value}; reopen it first")


def _acted(
    case: Case, kind: EventKind, now: datetime, agent: str | None, data: Mapping[str, str | None] | None = None
) -> Change:
    event = Event(kind, now, f"{kind.value}:{now.isoformat()}", actor=agent, data=dict(data or {}))
    return Change(case, (event,))
