"""Compensations: asked for, granted within the authority of whoever asks, decided by a lead above it, and paid.

Every step is an entry of the ledger and an event of the case, in one transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.clock import Clock
from monitor.domain import compensation
from monitor.domain.access import Agent
from monitor.domain.compensation import Authority, Compensation, Kind, Money, State, Suggestion
from monitor.domain.model import Case, Change
from monitor.errors import Conflict, NotFound
from monitor.store import cases
from monitor.store import compensations as ledger
from monitor.store.db import Database

Decision = Callable[[Case, Compensation, Sequence[Compensation], datetime], tuple[Change, Compensation]]


@dataclass(frozen=True, slots=True)
class Account:
    """What a case was given, what waits, and how much the person who looks may still grant.

    `left` is in minor units of `currency`; None is no limit.
    """

    entries: tuple[Compensation, ...]
    suggestions: tuple[Suggestion, ...]
    currency: str
    left: int | None

    @property
    def left_in_words(self) -> str:
        """What is left, as an amount of money; empty where there is no limit."""
        return "" if self.left is None else str(Money(self.left, self.currency))

    @property
    def waiting(self) -> Compensation | None:
        """The request that waits for somebody with the authority."""
        return next((one for one in self.entries if one.state is State.REQUESTED), None)


class Compensations:
    """Raises `NotFound` for an unknown case or entry, `NotAllowed` and `BadAmount` for what cannot be."""

    def __init__(self, database: Database, clock: Clock, authority: Authority) -> None:
        self._database = database
        self._clock = clock
        self.authority = authority

    def account(self, case_id: int, agent: Agent) -> Account:
        """The ledger of one case as the agent may use it."""
        with self._database.read() as session:
            case = cases.case_by_id(session, case_id)
            if case is None:
                raise NotFound(f"There is no case {case_id}.")
            entries = ledger.of_case(session, case_id)
        limit = self.authority.limit_of(agent)
        given = compensation.total_given(entries, self.authority.currency).minor
        left = None if limit is None else max(limit - given, 0)
        return Account(tuple(entries), self.authority.suggestions(case.causes), self.authority.currency, left)

    def ask(
        self, case_id: int, agent: Agent, kind: Kind, amount: Money, reason: str, *, version: int | None = None
    ) -> Compensation:
        """Give something: granted at once within the agent's authority, else the case waits for a lead."""
        now = self._clock.now()
        with self._database.write() as session:
            case = cases.case_by_id(session, case_id)
            if case is None:
                raise NotFound(f"There is no case {case_id}.")
            if version is not None and version != case.version:
                raise Conflict
            change, asked = compensation.ask(
                case, agent, kind, amount, reason,
                ledger=ledger.of_case(session, case_id), authority=self.authority, now=now,
            )  # fmt: skip
            cases.save_change(session, change)
            return ledger.add(session, asked)

    def decide(self, number: int, lead: Agent, *, grant: bool, note: str = "") -> Compensation:
        """Grant or refuse a request, as a lead and never one's own."""

        def decision(
            case: Case, asked: Compensation, entries: Sequence[Compensation], now: datetime
        ) -> tuple[Change, Compensation]:
            return compensation.decide(
                case, asked, lead, grant=grant, ledger=entries, authority=self.authority, now=now, note=note
            )

        return self._move(number, decision)

    def pay(self, number: int, agent: Agent) -> Compensation:
        """Say that the customer has it."""
        return self._move(number, lambda case, one, _, now: compensation.pay(case, one, agent, now=now))

    def listed(self, state: State | None = State.REQUESTED, *, limit: int = 100) -> Sequence[Compensation]:
        """What waits for a decision, or is in another state; the oldest first."""
        with self._database.read() as session:
            return ledger.listed(session, state, limit=limit)

    def awaiting(self, case_ids: Iterable[int]) -> set[int]:
        """Those of the cases that need authority, for a mark in the queue."""
        with self._database.read() as session:
            return ledger.awaiting_authority(session, case_ids)

    def _move(self, number: int, decide: Decision) -> Compensation:
        with self._database.write() as session:
            one = ledger.by_id(session, number)
            case = None if one is None else cases.case_by_id(session, one.case_id)
            if one is None or case is None:
                raise NotFound(f"There is no compensation {number}.")
            change, moved = decide(case, one, ledger.of_case(session, one.case_id), self._clock.now())
            ledger.move(session, moved, was=one.state)
            cases.save_change(session, change)
            return replace(moved, id=one.id)
