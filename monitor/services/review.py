"""What people do in the queue: one call, one transaction, and a clear refusal when somebody else was faster."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from monitor.clock import Clock
from monitor.domain import actions, merging
from monitor.domain.deeds import Deed
from monitor.domain.handling import Handlings
from monitor.domain.labels import Labels
from monitor.domain.model import Case, Change
from monitor.domain.search import Search, parse_search
from monitor.errors import Conflict, NotAllowed, NotFound
from monitor.services.undoing import taken_back
from monitor.store import assessments, cases, holds, intake, merges, queue
from monitor.store.db import Database, Session
from monitor.store.finding import Asker

Decision = Callable[[Session, Case, datetime], Change]

WAITING_FOR_ANYBODY = parse_search("status:open is:unassigned")


class Review:
    """The actions on cases. `version`, where given, is the one that the person saw: a newer case raises `Conflict`.

    Raises `NotFound` for an unknown case and `NotAllowed` for what makes no sense in its present state.
    """

    def __init__(self, database: Database, clock: Clock, handlings: Handlings) -> None:
        self._database = database
        self._clock = clock
        self._handlings = handlings

    def claim(self, case_id: int, agent: str, *, version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.claim(case, agent, now=now))

    def assign(self, case_id: int, to: str, *, by: str, version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.assign(case, to, by=by, now=now))

    def release(self, case_id: int, agent: str, *, version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.release(case, agent, now=now))

    def snooze(
        self, case_id: int, agent: str, *, until: datetime, keep: bool = False, version: int | None = None
    ) -> Case:
        """`keep`: the case sleeps on even when the customer writes again."""
        decide: Decision = lambda _, case, now: actions.snooze(case, agent, until=until, now=now, keep=keep)  # noqa: E731
        return self._act(case_id, version, decide)

    def resolve(self, case_id: int, agent: str, *, version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.resolve(case, agent, now=now))

    def dismiss(self, case_id: int, agent: str, *, reason: str = "", version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.dismiss(case, agent, now=now, reason=reason))

    def note(self, case_id: int, agent: str, text: str, *, version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.note(case, agent, text, now=now))

    def tag(
        self,
        case_id: int,
        agent: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        version: int | None = None,
    ) -> Case:
        """Put the team's own labels on a case, and take others off."""
        added, removed = tuple(add), tuple(remove)
        return self._act(
            case_id, version, lambda _, case, now: actions.tag(case, agent, add=added, remove=removed, now=now)
        )

    def do(self, deed: Deed, case_id: int, agent: str, *, version: int | None = None) -> Case:
        """Any of the deeds that can also be done to many cases (`services.bulk`)."""
        return self._act(case_id, version, lambda _, case, now: deed.done_to(case, agent, now))

    def reopen(self, case_id: int, agent: str, *, version: int | None = None) -> Case:
        return self._act(case_id, version, partial(self._reopen, agent))

    def label(self, case_id: int, agent: str, labels: Labels, *, version: int | None = None) -> Case:
        """Keep a person's verdict on the case's first post as a training label, and let the case follow it."""
        return self._act(case_id, version, lambda session, case, now: _label(agent, labels, session, case, now))

    def accept(self, case_id: int, agent: str, *, version: int | None = None) -> Case:
        """Say that the model is right about the case's first post. Raises NotAllowed where it does not know."""
        return self._act(case_id, version, partial(_accept, agent))

    def merge(
        self, source_id: int, into: int, agent: str, *, version: int | None = None, into_version: int | None = None
    ) -> Case:
        """Close one case of a customer into another one; the case that goes on comes back."""
        with self._database.write() as session:
            intake.one_at_a_time(session)
            source, target = _known(session, source_id, version), _known(session, into, into_version)
            both = merges.threads_of(session, [source, target])
            thread = merging.joined(both[cases.conversation(target)], [(source, both[cases.conversation(source)])])
            calendar = self._handlings.calendar_of(target)
            now = self._clock.now()
            changes = merging.merge(source, target, thread=thread, calendar=calendar, by=agent, now=now)
            return cases.save_changes(session, changes)[1]

    def undo(self, case_id: int, event_key: str, agent: str, *, version: int | None = None) -> Case:
        """Take back what a person did, however long ago; undoing an undo does it again.

        Raises NotAllowed, with the reason, when a later action has superseded it.
        """
        with self._database.write() as session:
            intake.one_at_a_time(session)
            _known(session, case_id, version)
            changes = taken_back(session, self._handlings, case_id, event_key, by=agent, now=self._clock.now())
            return cases.save_changes(session, changes)[0]

    def next_for(self, agent: str, *, skip: Sequence[int] = (), search: Search = WAITING_FOR_ANYBODY) -> Case | None:
        """The most urgent case that nobody has and nobody was given, given to the agent to look at for a while.

        `skip` are cases that the agent has seen and passed over. What the agent was given before is let go. None where
        nothing is left. Two who ask at once never get the same case.
        """
        with self._database.write() as session:
            now = self._clock.now()
            holds.let_go(session, agent)
            while True:
                found = queue.next_free(session, search, Asker(agent, now), skip)
                if found is None or holds.hold(session, found, agent, now):
                    return None if found is None else cases.case_by_id(session, found)

    def _reopen(self, agent: str, session: Session, case: Case, now: datetime) -> Change:
        intake.one_at_a_time(session)
        thread, calendar = merges.thread_of(session, case), self._handlings.calendar_of(case)
        return actions.reopen(case, agent, thread=thread, calendar=calendar, now=now)

    def _act(self, case_id: int, version: int | None, decide: Decision) -> Case:
        with self._database.write() as session:
            case = _known(session, case_id, version)
            change = decide(session, case, self._clock.now())
            return cases.save_change(session, change) if change != Change(case) else case


def _known(session: Session, case_id: int, version: int | None) -> Case:
    case = cases.case_by_id(session, case_id)
    if case is None:
        raise NotFound(f"There is no case {case_id}.")
    if version is not None and version != case.version:
        raise Conflict
    return case


def _accept(agent: str, session: Session, case: Case, now: datetime) -> Change:
    said = assessments.assessment_of(session, _first_post(session, case))
    if said is None or said.abstained:
        raise NotAllowed(f"the model does not know what case {case.id} is; say it yourself")
    labels = Labels(
        kind=said.kind_label,
        sentiment=said.sentiment_label,
        severity=said.severity_label,
        causes=said.likely_causes() if said.severity_label is not None else None,
    )
    return _label(agent, labels, session, case, now)


def _label(agent: str, labels: Labels, session: Session, case: Case, now: datetime) -> Change:
    post_id = _first_post(session, case)
    before = assessments.reviews_of(session, post_id).get(agent)
    assessments.save_review(session, post_id, agent, labels.as_dict(), now)
    return actions.relabel(case, agent, labels, now=now, replaces=before)


def _first_post(session: Session, case: Case) -> int:
    post = intake.post_by_key(session, case.brand, case.platform, case.first_post_id)
    if post is None or post.id is None:
        raise NotFound(f"The first post of case {case.id} is gone; there is nothing to label.")
    return post.id
