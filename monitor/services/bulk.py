"""One deed to many cases, told case by case; and undo of one's own last doing, be it one case or hundreds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from monitor.clock import Clock
from monitor.domain.deeds import Deed
from monitor.domain.handling import Handlings
from monitor.domain.model import Case, Change, Event, EventKind
from monitor.domain.search import Search
from monitor.domain.undo import undoers
from monitor.errors import Conflict, MonitorError, NotAllowed, NotFound
from monitor.services.undoing import taken_back
from monitor.store import cases, happenings, intake, queue
from monitor.store.db import Database, Session
from monitor.store.finding import Asker
from monitor.store.statements import batches

CHUNK = 100
"""Cases per transaction: nobody else waits long, and a refusal costs little."""

_LOOKED_BACK = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """A case that was left as it is, and why."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of many cases. `bulk` is what undoes it all; `untouched` were as wanted already."""

    bulk: str
    done: tuple[int, ...] = ()
    untouched: tuple[int, ...] = ()
    refused: tuple[Refusal, ...] = ()

    def __add__(self, other: "Done") -> "Done":
        return Done(
            self.bulk, self.done + other.done, self.untouched + other.untouched, self.refused + other.refused
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LastAction:
    """The newest thing an agent did that still stands; of a bulk, one of its events, and how many cases it was."""

    case_id: int
    event: Event
    cases: int = 1


class Bulk:
    """Deeds to many cases: each case is versioned and decided by itself, and all of them are undone together."""

    def __init__(self, database: Database, clock: Clock, handlings: Handlings) -> None:
        self._database = database
        self._clock = clock
        self._handlings = handlings

    def do(self, deed: Deed, case_ids: Iterable[int], agent: str, *, versions: Mapping[int, int] | None = None) -> Done:
        """Do it to these cases. A case that changed since the version that the agent saw is refused."""
        bulk = uuid4().hex
        total = Done(bulk)
        for chunk in batches(dict.fromkeys(case_ids), CHUNK):
            total += self._do(deed, chunk, agent, versions or {}, bulk)
        return total

    def do_all(self, deed: Deed, search: Search, agent: str, *, expected: int | None = None) -> Done:
        """Do it to everything that the search finds. `expected` was shown: Conflict when there are more."""
        with self._database.read() as session:
            found = queue.found_ids(session, search, Asker(agent, self._clock.now()))
        if expected is not None and len(found) > expected:
            raise Conflict(f"There were {expected:,} cases and now there are {len(found):,}; look again.")
        return self.do(deed, found, agent)

    def undo(self, bulk: str, agent: str) -> Done:
        """Take back all that was done together, as far as no later action has superseded it."""
        with self._database.read() as session:
            done = happenings.of_bulk(session, bulk)
        if not done:
            raise NotFound(f"Nothing was done under the name {bulk!r}.")
        total = Done(uuid4().hex)
        for chunk in batches(done, CHUNK):
            with self._database.write() as session:
                total += self._undo(session, chunk, agent, total.bulk)
        return total

    def last_action_of(self, agent: str) -> LastAction | None:
        """What `undo_last` would take back."""
        with self._database.read() as session:
            return _last_standing(session, agent)

    def undo_last(self, agent: str) -> Done | None:
        """Take back the newest thing that the agent did and that still stands; None where there is nothing.

        Called again it goes further back. Raises NotAllowed when somebody has built on a single action since.
        """
        last = self.last_action_of(agent)
        if last is None:
            return None
        if last.event.bulk is not None:
            return self.undo(last.event.bulk, agent)
        with self._database.write() as session:
            intake.one_at_a_time(session)
            changes = taken_back(
                session, self._handlings, last.case_id, last.event.key, by=agent, now=self._clock.now()
            )
            cases.save_changes(session, changes)
        return Done("", done=(last.case_id,))

    def _do(self, deed: Deed, case_ids: Sequence[int], agent: str, versions: Mapping[int, int], bulk: str) -> Done:
        try:
            with self._database.write() as session:
                decided = _Decided(bulk)
                known = cases.cases_by_id(session, case_ids)
                for case_id in case_ids:
                    seen, now = versions.get(case_id), self._clock.now()
                    decided.decide(case_id, known.get(case_id), deed, agent=agent, now=now, version=seen)
                cases.save_changes(session, decided.changes)
                return decided.told()
        except Conflict as conflict:
            if len(case_ids) == 1:
                return Done(bulk, refused=(Refusal(case_ids[0], str(conflict)),))
            each = [self._do(deed, [case_id], agent, versions, bulk) for case_id in case_ids]
            return sum(each, Done(bulk))

    def _undo(self, session: Session, chunk: Sequence[happenings.Happening], agent: str, bulk: str) -> Done:
        intake.one_at_a_time(session)
        changes: list[Change] = []
        refused: list[Refusal] = []
        now = self._clock.now()
        for one in chunk:
            try:
                changes += taken_back(session, self._handlings, one.case_id, one.event.key, by=agent, now=now)
            except (NotAllowed, NotFound) as reason:
                refused.append(Refusal(one.case_id, str(reason)))
        saved = cases.save_changes(session, [_named(change, bulk) for change in changes])
        return Done(bulk, done=tuple(case.id for case in saved if case.id is not None), refused=tuple(refused))


class _Decided:
    """The decisions of one chunk."""

    def __init__(self, bulk: str) -> None:
        self.changes: list[Change] = []
        self._bulk = bulk
        self._untouched: list[int] = []
        self._refused: list[Refusal] = []

    def decide(
        self, case_id: int, case: Case | None, deed: Deed, *, agent: str, now: datetime, version: int | None
    ) -> None:
        try:
            if case is None:
                raise NotFound(f"There is no case {case_id}.")
            if version is not None and version != case.version:
                raise Conflict
            change = deed.done_to(case, agent, now)
        except MonitorError as reason:
            self._refused.append(Refusal(case_id, str(reason)))
            return
        if change.events:
            self.changes.append(_named(change, self._bulk))
        else:
            self._untouched.append(case_id)

    def told(self) -> Done:
        done = tuple(change.case.id for change in self.changes if change.case.id is not None)
        return Done(self._bulk, done, tuple(self._untouched), tuple(self._refused))


def _named(change: Change, bulk: str) -> Change:
    return replace(change, events=tuple(replace(event, bulk=bulk) for event in change.events))


def _last_standing(session: Session, agent: str) -> LastAction | None:
    recent = happenings.actions_of(session, agent, _LOOKED_BACK)
    events = happenings.events_of_cases(session, list({one.case_id for one in recent}))
    gone = {case_id: undoers(each) for case_id, each in events.items()}
    for one in recent:
        action = one.event.changes is not None and one.event.kind is not EventKind.UNDONE
        if action and one.event.key not in gone[one.case_id]:
            many = len(happenings.of_bulk(session, one.event.bulk)) if one.event.bulk is not None else 1
            return LastAction(one.case_id, one.event, many)
    return None
