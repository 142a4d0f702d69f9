"""What people do to a case, as pure decisions: each returns the `Change` to save, or refuses and says why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from classifiers.contract import Kind
from monitor.domain.calendar import BusinessCalendar
from monitor.domain.changed import difference
from monitor.domain.labels import Labels
from monitor.domain.lifecycle import live_again, settle
from monitor.domain.model import Case, Change, Event, EventKind, Post, Status, Target
from monitor.errors import NotAllowed

LONGEST_TAG, MOST_TAGS = 40, 20
REVIEW = "review"
"""Among the changes of a label: the same person's verdict before, and the new one."""


def claim(case: Case, agent: str, *, now: datetime) -> Change:
    """Take a case that nobody holds. Raises NotAllowed when a colleague holds it."""
    _must_be_live(case)
    if case.assignee == agent:
        return Change(case)
    if case.assignee is not None:
        raise NotAllowed(f"{case.assignee} holds case {case.id} already; assign it to take it over")
    return acted(case, replace(case, assignee=agent, claimed_at=now), EventKind.CLAIMED, now=now, by=agent)


def assign(case: Case, to: str, *, by: str, now: datetime) -> Change:
    """Give a case to somebody; a change of hands counts as a hand-off, since the customer may have to tell it again."""
    _must_be_live(case)
    if case.assignee == to:
        return Change(case)
    handoffs = case.handoffs + (case.assignee is not None)
    given = replace(case, assignee=to, claimed_at=now, handoffs=handoffs)
    return acted(case, given, EventKind.ASSIGNED, now=now, by=by, data={"to": to, "from": case.assignee})


def release(case: Case, agent: str, *, now: datetime) -> Change:
    """Put a case back for anybody to take."""
    if case.assignee is None:
        return Change(case)
    return acted(case, replace(case, assignee=None, claimed_at=None), EventKind.RELEASED, now=now, by=agent)


def snooze(case: Case, agent: str, *, until: datetime, now: datetime, keep: bool = False) -> Change:
    """Hide a case until a moment. The promises keep running: snoozing buys quiet, not time.

    A customer who writes again ends the quiet, unless `keep` says to let them wait.
    """
    _must_be_live(case)
    if until <= now:
        raise NotAllowed(f"cannot snooze until {until.isoformat()}: that is over already")
    snoozed = replace(case, status=Status.SNOOZED, snoozed_until=until, keeps_snooze=keep)
    return acted(case, snoozed, EventKind.SNOOZED, now=now, by=agent, data={"until": until.isoformat()})


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
    if case.merged_into is not None:
        raise NotAllowed(f"case {case.id} was merged into case {case.merged_into}; undo the merge instead")
    live = replace(live_again(case), closed_through=case.begins_after)
    settled = settle(live, thread, news=(), calendar=calendar, now=now)
    return acted(case, settled.case, EventKind.REOPENED, now=now, by=agent)


def note(case: Case, agent: str, text: str, *, now: datetime) -> Change:
    """Write something down for colleagues."""
    if not text.strip():
        raise NotAllowed("a note without words helps nobody")
    return acted(case, case, EventKind.NOTED, now=now, by=agent, data={"text": text})


def tag(case: Case, agent: str, *, add: Iterable[str] = (), remove: Iterable[str] = (), now: datetime) -> Change:
    """Put the team's own words on a case, or take them off: without case, of at most `LONGEST_TAG` characters."""
    added = {_tag(word) for word in add} - set(case.tags)
    removed = {_tag(word) for word in remove} & set(case.tags)
    tags = tuple(sorted((set(case.tags) | added) - removed))
    if tags == case.tags:
        return Change(case)
    if len(tags) > MOST_TAGS:
        raise NotAllowed(f"case {case.id} would have {len(tags)} labels; at most {MOST_TAGS} are any help")
    said = {name: ", ".join(sorted(words)) for name, words in (("added", added), ("removed", removed)) if words}
    return acted(case, replace(case, tags=tags), EventKind.TAGGED, now=now, by=agent, data=said)


def relabel(
    case: Case, agent: str, labels: Labels, *, now: datetime, replaces: Mapping[str, Any] | None = None
) -> Change:
    """Let a person's verdict stand over the model's: the case takes the severity and causes that were given.

    `replaces` is what the same person had said before: undo puts it back.
    """
    judged = replace(
        case,
        severity=labels.severity if labels.severity is not None else case.severity,
        causes=labels.causes if labels.causes is not None else case.causes,
        needs_human=False,
    )
    if labels.kind not in (None, Kind.COMPLAINT):
        judged = replace(judged, severity=None, causes=())
    said = {name: value if isinstance(value, str) else ", ".join(value) for name, value in labels.as_dict().items()}
    return acted(
        case, judged, EventKind.LABELLED, now=now, by=agent, data=said, also={REVIEW: [replaces, labels.as_dict()]}
    )


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
        keeps_snooze=False,
        closed_through=now,
        resolved_at=now if resolved else None,
        first_resolved_at=case.first_resolved_at or (now if resolved else None),
    )
    return acted(case, closed, kind, now=now, by=agent, data=dict(data or {}))


def _must_be_live(case: Case) -> None:
    if not case.status.live:
        raise NotAllowed(f"case {case.id} is {case.status.value}; reopen it first")


def _tag(word: str) -> str:
    clean = " ".join(word.split()).casefold()
    if not clean or len(clean) > LONGEST_TAG:
        raise NotAllowed(f"a label has 1 to {LONGEST_TAG} characters; this one has {len(clean)}")
    return clean


def acted(  # noqa: PLR0917 - the first five are who did what, when, to what
    before: Case,
    after: Case,
    kind: EventKind,
    now: datetime,
    by: str,
    data: Mapping[str, str | int | None] | None = None,
    *,
    also: Mapping[str, Any] | None = None,
) -> Change:
    """The change from one case to the other, with the event of it: who did it, and everything that undoing it needs."""
    changes = {**difference(before, after), **(also or {})}
    event = Event(kind, now, f"{kind.value}:{before.version + 1}", by, dict(data or {}), changes)
    return Change(after, (event,))
