"""Undo, which does not expire: an action is taken back as if it had never happened, unless a later one built on it.

What only follows from the thread is derived from it anew, so a reply or a warning that came in between stays. Undoing
an undo does the action again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.domain.actions import acted
from monitor.domain.calendar import BusinessCalendar
from monitor.domain.changed import overridden, restored, touched, turned_round
from monitor.domain.lifecycle import settle
from monitor.domain.model import Case, Change, Event, EventKind, Post
from monitor.errors import NotAllowed

UNDONE_KEY = "undoes"
"""In the data of an UNDONE event: the key of the event that it took back."""

PAIRED = (EventKind.MERGED_INTO, EventKind.TOOK_IN)
"""Half of what happened; the other half is the event `pair` of the other case."""

_CLOCKS = {"status", "closed_through", "merged_into", "waiting_since", "opened_at", "deadlines"}
"""What an action that stops or starts clocks changes."""

_WORDS = {
    EventKind.MERGED_INTO: "merged it into another case",
    EventKind.TOOK_IN: "merged another case into it",
    EventKind.TAGGED: "changed its labels",
    EventKind.LABELLED: "said what it is",
}


def undo(
    case: Case,
    event: Event,
    events: Sequence[Event],
    *,
    thread: Sequence[Post],
    calendar: BusinessCalendar,
    by: str,
    now: datetime,
) -> Change:
    """Take back what `event` did. `events` are all of the case, in order; `thread` is the thread it will have then.

    Raises NotAllowed for what no person did, what is taken back already, and what a later action has superseded.
    """
    check(case, event, events)
    assert event.changes is not None
    back = restored(case, event.changes)
    if _CLOCKS & set(event.changes) and back.merged_into is None:  # the waits of a merged case are another case's
        back = settle(back, thread, news=(), calendar=calendar, now=now).case
    if case.status.live and not back.status.live and back.merged_into is None and back.waiting_since is not None:
        raise NotAllowed(f"the customer has written since; close case {case.id} anew if that is answered too")
    data: dict[str, str | int | None] = {UNDONE_KEY: event.key, "was": event.kind.value}
    data |= {name: value for name, value in event.data.items() if name in ("into", "from") and isinstance(value, int)}
    change = acted(case, back, EventKind.UNDONE, now=now, by=by, data=data)
    # Turned round rather than compared: doing it again must not undo what came in between.
    undone = replace(change.events[0], changes=turned_round(event.changes))
    return Change(back, (undone,))


def check(case: Case, event: Event, events: Sequence[Event]) -> None:
    """Raises NotAllowed when `event` cannot be taken back, and says why."""
    if event.actor is None or event.changes is None:
        raise NotAllowed("only what a person did can be taken back, and this is no such thing")
    takers = undoers(events)
    if event.key in takers:
        taker = takers[event.key]
        raise NotAllowed(f"{taker.actor} took this back already, on {_moment(taker.at)}")
    fields = touched(event.changes)
    at = next((place for place, each in enumerate(events) if each.key == event.key), len(events))
    for later in reversed(events[at + 1 :]):
        superseding = later.kind is not EventKind.UNDONE and later.key not in takers
        if superseding and (touched(later.changes) - {"tags"}) & fields:
            raise NotAllowed(f"{later.actor} {in_words(later)} on {_moment(later.at)}; take that back first")
    if lost := overridden(case, event.changes):
        raise NotAllowed(f"the case has changed since: its {lost[0].replace('_', ' ')} is another by now")


def undoable(case: Case, event: Event, events: Sequence[Event]) -> bool:
    try:
        check(case, event, events)
    except NotAllowed:
        return False
    return True


def undoers(events: Sequence[Event]) -> dict[str, Event]:
    """By key of each event that is taken back as things stand: the event that took it back."""
    found: dict[str, Event] = {}
    for event in reversed(events):
        # Newest first: an undo that was itself undone takes nothing back.
        if event.kind is EventKind.UNDONE and event.key not in found:
            found.setdefault(str(event.data[UNDONE_KEY]), event)
    return found


def last_standing(events: Sequence[Event]) -> Event | None:
    """The newest action that is not taken back; undos do not count, so that undoing again goes further back."""
    takers = undoers(events)
    actions = (e for e in reversed(events) if e.changes is not None and e.kind is not EventKind.UNDONE)
    return next((event for event in actions if event.key not in takers), None)


def in_words(event: Event) -> str:
    """What somebody did, to follow a name."""
    return _WORDS.get(event.kind, f"{event.kind.value} it")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
