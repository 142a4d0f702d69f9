"""Undo across what it touches: the case, the other case of a merge, and the verdict that was kept for training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.domain.actions import REVIEW
from monitor.domain.handling import Handlings
from monitor.domain.merging import joined
from monitor.domain.model import Case, Change, Event, EventKind, Post
from monitor.domain.undo import PAIRED, UNDONE_KEY, check, undo
from monitor.errors import NotAllowed, NotFound
from monitor.store import assessments, cases, intake, merges
from monitor.store.db import Session


@dataclass(frozen=True, slots=True)
class Half:
    """A case and the event of it that is to be taken back."""

    case: Case
    event: Event
    events: Sequence[Event]


def taken_back(
    session: Session, handlings: Handlings, case_id: int, event_key: str, *, by: str, now: datetime
) -> list[Change]:
    """The changes that take the event back, that of the case itself first; a kept verdict is put back at once.

    Raises NotFound for an unknown case or event, NotAllowed as `undo` does.
    """
    half = _half(session, case_id, event_key)
    check(half.case, half.event, half.events)
    partner = _partner(session, half)
    _put_verdict_back(session, half, now)
    if partner is None:
        return [_undone(handlings, half, merges.thread_of(session, half.case), by, now)]
    threads = _threads_apart(session, half, partner)
    return [_undone(handlings, each, threads[_number(each.case)], by, now) for each in (half, partner)]


def _undone(handlings: Handlings, half: Half, thread: Sequence[Post], by: str, now: datetime) -> Change:
    calendar = handlings.calendar_of(half.case)
    return undo(half.case, half.event, half.events, thread=thread, calendar=calendar, by=by, now=now)


def _half(session: Session, case_id: int, event_key: str) -> Half:
    case = cases.case_by_id(session, case_id)
    if case is None:
        raise NotFound(f"There is no case {case_id}.")
    events = cases.events_of(session, case_id)
    event = next((event for event in events if event.key == event_key), None)
    if event is None:
        raise NotFound(f"Nothing like {event_key!r} happened to case {case_id}.")
    return Half(case, event, events)


def _partner(session: Session, half: Half) -> Half | None:
    """The other half of a merge, or of the undo of one."""
    first, *undos = _steps(half)
    if first.kind not in PAIRED:
        return None
    other = first.data.get("into", first.data.get("from"))
    partner = _half(session, int(other or 0), str(first.data["pair"]))
    event = partner.event
    for _ in undos:  # both halves were undone and done again together
        event = next(e for e in reversed(partner.events) if e.data.get(UNDONE_KEY) == event.key)
    return Half(partner.case, event, partner.events)


def _steps(half: Half) -> list[Event]:
    """What was done at first, and how it was undone and done again up to the event."""
    steps, by_key = [half.event], {event.key: event for event in half.events}
    while steps[0].kind is EventKind.UNDONE:
        steps.insert(0, by_key[str(steps[0].data[UNDONE_KEY])])
    return steps


def _threads_apart(session: Session, half: Half, partner: Half) -> Mapping[int, Sequence[Post]]:
    """The threads that both cases will have when the merge is taken back, or done again."""
    source, target = (half, partner) if "into" in _steps(half)[0].data else (partner, half)
    known = merges.merged_into(session, [_number(source.case), _number(target.case)])
    of_source = [source.case, *known.get(_number(source.case), ())]
    if source.case.merged_into is not None:  # then all of these were found below the target
        of_source = [source.case, *merges.merged_into(session, [_number(source.case)]).get(_number(source.case), ())]
    gone = {case.id for case in of_source}
    kept = [case for case in known.get(_number(target.case), ()) if case.id not in gone]
    merging_again = source.case.merged_into is None
    return {
        _number(source.case): _joined(session, source.case, of_source[1:]),
        _number(target.case): _joined(session, target.case, [*kept, *of_source] if merging_again else kept),
    }


def _joined(session: Session, case: Case, merged: Sequence[Case]) -> list[Post]:
    threads = intake.threads(session, {cases.conversation(each) for each in (case, *merged)})
    return joined(threads[cases.conversation(case)], [(each, threads[cases.conversation(each)]) for each in merged])


def _put_verdict_back(session: Session, half: Half, now: datetime) -> None:
    """The verdict that a label replaced is that person's word again."""
    changes: Mapping[str, Any] = half.event.changes or {}
    if REVIEW not in changes:
        return
    before, after = changes[REVIEW]
    said_by = _steps(half)[0].actor or ""
    post = intake.post_by_key(session, half.case.brand, half.case.platform, half.case.first_post_id)
    if post is None or post.id is None:
        raise NotFound(f"The first post of case {half.case.id} is gone; there is no label to take back.")
    if assessments.reviews_of(session, post.id).get(said_by) != after:
        raise NotAllowed(f"{said_by} has said something else about this post since")
    if before is None:
        assessments.drop_review(session, post.id, said_by)
    else:
        assessments.save_review(session, post.id, said_by, before, now)


def _number(case: Case) -> int:
    """The store's key of a case that came from the store."""
    assert case.id is not None
    return case.id
