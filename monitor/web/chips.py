"""The chip that says how a promise to a customer stands: a sign, words and a colour, in business time.

Never the colour alone: the sign and the words say the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.calendar import BusinessCalendar
from monitor.domain.model import Case, Deadline, Status
from monitor.domain.sla import State, remaining, state
from monitor.web.present import Wording


@dataclass(frozen=True, slots=True)
class Chip:
    """`look` names its style and `icon` its sign; `title` says in full what it counts. `due_at` is None when ended."""

    look: str
    icon: str
    text: str
    title: str
    due_at: datetime | None = None


_ICONS = {
    State.RUNNING: "hourglass",
    State.WARNING: "alert",
    State.BREACHED: "late",
    State.MET: "check",
    State.MISSED: "late",
    State.STOPPED: "stop",
}


def chip(case: Case, calendar: BusinessCalendar | None, say: Wording) -> Chip | None:
    """How the case's most urgent promise stands, or how its last one ended; None when nothing was promised."""
    running = min((d for d in case.deadlines if d.running), key=lambda d: d.due_at, default=None)
    if running is not None and case.status.live:
        return promise(running, calendar, say)
    ended = [d for d in case.deadlines if not d.running]
    return promise(max(ended, key=_ended_at), calendar, say) if ended else None


def promise(deadline: Deadline, calendar: BusinessCalendar | None, say: Wording) -> Chip:
    """One promise as a chip."""
    found = state(deadline, say.now)
    if found in (State.MET, State.MISSED, State.STOPPED):
        return _ended(deadline, found, calendar, say)
    left = remaining(deadline, calendar, say.now) if calendar is not None else deadline.due_at - say.now
    title = _title(deadline, calendar, say)
    if found is State.BREACHED:
        text = say.text("−%(span)s", span=say.span(left))
        late = say.text("late by %(span)s", span=say.span(left))
        return Chip("late", _ICONS[found], text, f"{late}. {title}", deadline.due_at)
    look = "soon" if found is State.WARNING else "running"
    if calendar is not None and not calendar.is_open(say.now):
        opens = say.weekday(calendar.next_opening(say.now))
        paused = say.text("opens %(when)s", when=opens)
        stands = say.text("The clock stands still until then, with %(span)s left.", span=say.span(left))
        return Chip("paused", "pause", paused, f"{paused}. {stands} {title}", deadline.due_at)
    return Chip(look, _ICONS[found], say.span(left), title, deadline.due_at)


def held(case: Case, say: Wording) -> Chip | None:
    """Until when a snoozed case sleeps; None when it does not."""
    if case.status is not Status.SNOOZED or case.snoozed_until is None:
        return None
    until = say.text("until %(when)s", when=say.weekday(case.snoozed_until))
    return Chip("snoozed", "snooze", until, say.exactly(case.snoozed_until), case.snoozed_until)


def _ended(deadline: Deadline, found: State, calendar: BusinessCalendar | None, say: Wording) -> Chip:
    title = _title(deadline, calendar, say)
    match found:
        case State.MET:
            return Chip("met", _ICONS[found], say.text("met"), title)
        case State.MISSED:
            over = -remaining(deadline, calendar, say.now) if calendar is not None else _over(deadline)
            return Chip("late", _ICONS[found], say.text("missed by %(span)s", span=say.span(over)), title)
        case _:
            return Chip("stopped", _ICONS[found], say.text("closed"), title)


def _title(deadline: Deadline, calendar: BusinessCalendar | None, say: Wording) -> str:
    clock = calendar.name if calendar is not None else say.text("all day and night")
    return say.text(
        "Promised: %(target)s by %(due)s. Clock: %(clock)s.",
        target=say.label(deadline.target),
        due=say.exactly(deadline.due_at),
        clock=clock,
    )


def _ended_at(deadline: Deadline) -> datetime:
    return deadline.met_at or deadline.stopped_at or deadline.due_at


def _over(deadline: Deadline) -> timedelta:
    return _ended_at(deadline) - deadline.due_at
