"""Cases: read whole, saved whole. A `Change` is saved if nobody else changed the case since it was read.

No locks: a conditional UPDATE and its row count decide who won, and the partial unique index keeps one live case per
conversation.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError

from classifiers.contract import Severity
from monitor.domain.model import Case, Change, Deadline, Event, Targets
from monitor.errors import Conflict
from monitor.store.db import Session
from monitor.store.desk_tables import case_tags
from monitor.store.statements import Key, among, batches, matching, upsert
from monitor.store.tables import case_events, cases, deadlines, live

NO_DUE = datetime.max.replace(tzinfo=UTC)
"""Stands for "nothing is promised" in the queue's order: last."""

_FIELDS = tuple(field.name for field in fields(Case))
_ELSEWHERE = ("deadlines", "tags")
_KEPT = tuple(name for name in _FIELDS if name not in _ELSEWHERE)
_TARGETS, _DEADLINES, _TAGS = _KEPT.index("targets"), _FIELDS.index("deadlines"), _FIELDS.index("tags")
ALL_CASES = select(*(cases.c[name] for name in _KEPT))
"""Every case, as `whole` reads it."""

_DEADLINE_FIELDS = tuple(field.name for field in fields(Deadline))
_ALL_DEADLINES = select(deadlines.c.case_id, *(deadlines.c[name] for name in _DEADLINE_FIELDS)).order_by(
    deadlines.c.case_id, deadlines.c.started_at, deadlines.c.target
)
_EVENT_FIELDS = tuple(field.name for field in fields(Event))
_EVENT_COLUMNS = tuple(case_events.c[name] for name in _EVENT_FIELDS)
_AMOUNTS = ("first_response", "next_response", "resolution", "warn_before")

_RANK = {Severity.BLAME: 0, Severity.ACCUSATION: 1, Severity.DISAPPROVAL: 2, Severity.NO_EXPLICIT_REPROACH: 3}
_UNKNOWN_RANK, _HARMLESS_RANK = 2, 4
_RISK_STEPS = 10


def priority(case: Case) -> int:
    """Where the case stands in the queue, 0 first: by severity, then by risk in tenths; the due time breaks ties.

    A case that a person must judge waits in the middle, because it may be anything.
    """
    unrated = _UNKNOWN_RANK if case.needs_human else _HARMLESS_RANK
    rank = unrated if case.severity is None else _RANK[case.severity]
    risk = min(max(int(case.risk * _RISK_STEPS), 0), _RISK_STEPS - 1)
    return rank * _RISK_STEPS + _RISK_STEPS - 1 - risk


def priorities_of(severity: Severity) -> range:
    """The priorities that a case of this severity can have."""
    return range(_RANK[severity] * _RISK_STEPS, (_RANK[severity] + 1) * _RISK_STEPS)


def live_case(session: Session, brand: str, platform: str, conversation_id: str) -> Case | None:
    """The case of this conversation that is not closed; there is at most one."""
    key = (brand, platform, conversation_id)
    return live_cases(session, [key]).get(key)


def live_cases(session: Session, conversations: Iterable[Key]) -> dict[Key, Case]:
    """The live cases of many conversations at once."""
    rows = list(matching(session, ALL_CASES.where(live), cases.c.conversation_id, conversations))
    return {conversation(case): case for case in whole(session, rows)}


def latest_case(session: Session, brand: str, platform: str, conversation_id: str) -> Case | None:
    """The live case of this conversation, or the one that was opened last."""
    key = (brand, platform, conversation_id)
    return latest_cases(session, [key]).get(key)


def latest_cases(session: Session, conversations: Iterable[Key]) -> dict[Key, Case]:
    """The live or last opened cases of many conversations at once; one that was merged is the case it goes on in."""
    statement = ALL_CASES.order_by(live, cases.c.opened_at, cases.c.id)
    rows = {
        (row.brand, row.platform, row.conversation_id): row
        for row in matching(session, statement, cases.c.conversation_id, conversations)
    }
    found = {conversation(case): case for case in whole(session, list(rows.values()))}
    while ids := {case.merged_into for case in found.values() if case.merged_into is not None}:
        homes = cases_by_id(session, ids)
        found = {key: case if case.merged_into is None else homes[case.merged_into] for key, case in found.items()}
    return found


def conversation(case: Case) -> Key:
    return (case.brand, case.platform, case.conversation_id)


def case_by_id(session: Session, case_id: int) -> Case | None:
    return cases_by_id(session, [case_id]).get(case_id)


def cases_by_id(session: Session, case_ids: Iterable[int]) -> dict[int, Case]:
    """The known ones of these cases."""
    found: dict[int, Case] = {}
    for batch in batches(case_ids):
        rows = _read(session, ALL_CASES.where(among(session, cases.c.id, batch)))
        found |= {case.id: case for case in rows if case.id is not None}
    return found


def exists(session: Session, case_id: int) -> bool:
    return session.execute(select(cases.c.id).where(cases.c.id == case_id)).first() is not None


def due_for_sweep(session: Session, now: datetime, limit: int) -> list[Case]:
    """Live cases with a promise that wants attention by now, the longest overdue first."""
    statement = ALL_CASES.where(cases.c.next_deadline_at <= now)
    return _read(session, statement.order_by(cases.c.next_deadline_at).limit(limit))


def events_of(session: Session, case_id: int) -> list[Event]:
    """What happened to the case, in order."""
    statement = select(*_EVENT_COLUMNS).where(case_events.c.case_id == case_id)
    return [Event(*row) for row in session.execute(statement.order_by(case_events.c.at, case_events.c.id))]


def save_change(session: Session, change: Change) -> Case:
    """Save one decision; see `save_changes`."""
    return save_changes(session, [change])[0]


def save_changes(session: Session, changes: Sequence[Change]) -> list[Case]:
    """Save decisions about different cases; the saved cases come back in order, with their ids and new versions.

    `Conflict` when a case was changed since it was read, or its conversation has a live case already: the transaction
    must then be given up.
    """
    saved = [replace(change.case, version=change.case.version + 1) for change in changes]
    new = [at for at, case in enumerate(saved) if case.id is None]
    # Updates first: a case that was closed makes room for the next one of its conversation.
    _update(session, [case for case in saved if case.id is not None])
    for at, case_id in zip(new, _insert(session, [saved[at] for at in new]), strict=True):
        saved[at] = replace(saved[at], id=case_id)
    _save_deadlines(session, saved)
    _save_tags(session, [c for c, change in zip(saved, changes, strict=True) if _retagged(change)])
    _save_events(session, ((c.id, event) for c, change in zip(saved, changes, strict=True) for event in change.events))
    return saved


def _insert(session: Session, new: Sequence[Case]) -> Sequence[int]:
    if not new:
        return ()
    statement = cases.insert().returning(cases.c.id, sort_by_parameter_order=True)
    try:
        return session.execute(statement, [_row(case) for case in new]).scalars().all()
    except IntegrityError:
        raise Conflict from None


def _update(session: Session, known: Sequence[Case]) -> None:
    if not known:
        return
    rows = [{**_row(case), "row_id": case.id, "read_version": case.version - 1} for case in known]
    unchanged = (cases.c.id == bindparam("row_id")) & (cases.c.version == bindparam("read_version"))
    statement = cases.update().where(unchanged).values({name: bindparam(name) for name in _row(known[0])})
    try:
        result = session.execute(statement, rows)
    except IntegrityError:  # reopened beside another live case
        raise Conflict from None
    if result.rowcount != len(rows):
        raise Conflict


def _save_deadlines(session: Session, saved: Sequence[Case]) -> None:
    rows = (
        {"case_id": case.id, **{name: getattr(deadline, name) for name in _DEADLINE_FIELDS}}
        for case in saved
        for deadline in case.deadlines
    )
    key = ("case_id", "target", "started_at")
    _drop_deadlines(session, {case.id: {(d.target, d.started_at) for d in case.deadlines} for case in saved})
    upsert(session, deadlines, rows, key=key, update=[name for name in _DEADLINE_FIELDS if name not in key])


def _drop_deadlines(session: Session, kept: Mapping[int | None, set[tuple[Any, datetime]]]) -> None:
    """Forget promises that a case no longer has: its start moved, or what was merged into it went its own way again."""
    for batch in batches(kept):
        named = select(deadlines.c.case_id, deadlines.c.target, deadlines.c.started_at)
        for case_id, target, started_at in session.execute(named.where(among(session, deadlines.c.case_id, batch))):
            if (target, started_at) not in kept[case_id]:
                gone = (deadlines.c.case_id == case_id, deadlines.c.target == target)
                session.execute(delete(deadlines).where(*gone, deadlines.c.started_at == started_at))


def _retagged(change: Change) -> bool:
    born_with = change.case.version == 0 and bool(change.case.tags)
    return born_with or any("tags" in (event.changes or ()) for event in change.events)


def _save_tags(session: Session, retagged: Sequence[Case]) -> None:
    for batch in batches(retagged):
        session.execute(delete(case_tags).where(among(session, case_tags.c.case_id, [case.id for case in batch])))
        rows = ({"case_id": case.id, "tag": tag} for case in batch for tag in case.tags)
        upsert(session, case_tags, rows, key=("case_id", "tag"))


_NUMBERING = 0x65766E74  # any number that nobody else locks


def _save_events(session: Session, happened: Iterable[tuple[int | None, Event]]) -> None:
    rows = [
        {"case_id": case_id, **{name: getattr(event, name) for name in _EVENT_FIELDS}} for case_id, event in happened
    ]
    if rows and session.dialect.name == "postgresql":
        # Ids are given in the order of the commits: who has read up to one has missed none below it.
        session.execute(select(func.pg_advisory_xact_lock(_NUMBERING)))
    upsert(session, case_events, rows, key=("case_id", "key"))


def _row(case: Case) -> dict[str, Any]:
    derived = {
        "targets": _targets_to_json(case.targets),
        "live": case.status.live,
        "breached": any(deadline.running and deadline.breached for deadline in case.deadlines),
        "priority": priority(case),
        "due_at": case.due_at or NO_DUE,
        "next_deadline_at": case.next_deadline_at,
    }
    return {name: getattr(case, name) for name in _KEPT if name != "id"} | derived


def _targets_to_json(targets: Targets) -> dict[str, str | float | None]:
    given = {name: getattr(targets, name) for name in _AMOUNTS}
    amounts = {name: amount.total_seconds() for name, amount in given.items() if amount is not None}
    return {"policy": targets.policy, "calendar": targets.calendar, **amounts}


def _targets_from_json(kept: Mapping[str, Any]) -> Targets:
    amounts = {name: timedelta(seconds=kept[name]) for name in _AMOUNTS if name in kept}
    return Targets(policy=kept["policy"], calendar=kept["calendar"], **amounts)


def _read(session: Session, statement: Select[Any]) -> list[Case]:
    return whole(session, session.execute(statement).all())


def whole(session: Session, rows: Sequence[Row[Any]]) -> list[Case]:
    """The cases of rows of `ALL_CASES`, in order, with their deadlines and labels."""
    ids = [row.id for row in rows]
    promises, tags = _deadlines_of(session, ids), _tags_of(session, ids)
    return [_case(row, promises[row.id], tuple(tags[row.id])) for row in rows]


def _case(row: Row[Any], promises: tuple[Deadline, ...], tags: tuple[str, ...]) -> Case:
    values = list(row[: len(_KEPT)])
    values[_TARGETS] = _targets_from_json(values[_TARGETS])
    values.insert(_DEADLINES, promises)
    values.insert(_TAGS, tags)
    return Case(*values)


def _tags_of(session: Session, case_ids: Iterable[int]) -> Mapping[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for batch in batches(case_ids):
        for case_id, tag in session.execute(select(case_tags).where(among(session, case_tags.c.case_id, batch))):
            found[case_id].append(tag)
    for tags in found.values():
        tags.sort()
    return found


def _deadlines_of(session: Session, case_ids: Iterable[int]) -> Mapping[int, tuple[Deadline, ...]]:
    found: defaultdict[int, tuple[Deadline, ...]] = defaultdict(tuple)
    for batch in batches(case_ids):
        for case_id, *deadline in session.execute(
            _ALL_DEADLINES.where(among(session, deadlines.c.case_id, batch))
        ).all():
            found[case_id] += (Deadline(*deadline),)
    return found
