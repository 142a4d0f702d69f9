"""What people do in the queue: one call, one transaction, and a clear refusal when somebody else was faster."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from monitor.clock import Clock
from monitor.domain import actions
from monitor.domain.handling import Handlings
from monitor.domain.labels import Labels
from monitor.domain.model import Case, Change
from monitor.errors import Conflict, NotFound
from monitor.store import assessments, cases, intake
from monitor.store.db import Database, Session

Decision = Callable[[Session, Case, datetime], Change]


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

    def snooze(self, case_id: int, agent: str, *, until: datetime, version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.snooze(case, agent, until=until, now=now))

    def resolve(self, case_id: int, agent: str, *, version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.resolve(case, agent, now=now))

    def dismiss(self, case_id: int, agent: str, *, reason: str = "", version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.dismiss(case, agent, now=now, reason=reason))

    def note(self, case_id: int, agent: str, text: str, *, version: int | None = None) -> Case:
        return self._act(case_id, version, lambda _, case, now: actions.note(case, agent, text, now=now))

    def reopen(self, case_id: int, agent: str, *, version: int | None = None) -> Case:
        return self._act(case_id, version, partial(self._reopen, agent))

    def label(self, case_id: int, agent: str, labels: Labels, *, version: int | None = None) -> Case:
        """Keep a person's verdict on the case's first post as a training label, and let the case follow it."""
        return self._act(case_id, version, partial(_label, agent, labels))

    def _reopen(self, agent: str, session: Session, case: Case, now: datetime) -> Change:
        thread = intake.thread(session, case.brand, case.platform, case.conversation_id)
        calendar = self._handlings.of(case.brand).calendar
        return actions.reopen(case, agent, thread=thread, calendar=calendar, now=now)

    def _act(self, case_id: int, version: int | None, decide: Decision) -> Case:
        with self._database.write() as session:
            case = cases.case_by_id(session, case_id)
            if case is None:
                raise NotFound(f"There is no case {case_id}.")
            if version is not None and version != case.version:
                raise Conflict
            change = decide(session, case, self._clock.now())
            return cases.save_change(session, change) if change != Change(case) else case


def _label(agent: str, labels: Labels, session: Session, case: Case, now: datetime) -> Change:
    post = intake.post_by_key(session, case.brand, case.platform, case.first_post_id)
    if post is None or post.id is None:
        raise NotFound(f"The first post of case {case.id} is gone; there is nothing to label.")
    assessments.save_review(session, post.id, agent, labels.as_dict(), now)
    return actions.relabel(case, agent, labels, now=now)
