"""Winning a customer back, step by step and in this order: own the fault, apologise in person, make good.

The order and its weights are a study's (SDL 2015: 29 %, 22 % and 21 % of customers name these as what brings them
back). What was done is derived from the events of the case, so it has a date and a name, and can be taken back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.domain.actions import acted
from monitor.domain.model import Case, Change, Event, EventKind
from monitor.domain.reply_check import Findings
from monitor.errors import NotAllowed


class Step(StrEnum):
    """The steps, in their order."""

    OWN_FAULT = "own_fault"
    """Say that the fault is ours, and which."""
    APOLOGISE = "apologise"
    """Apologise to this person for this, in words of one's own."""
    MAKE_GOOD = "make_good"
    """Give something back, on what failed if possible. The least of the three, and no substitute for the others."""


class Mark(StrEnum):
    """What a person says about a step."""

    DONE = "done"
    SKIPPED = "skipped"
    """Not called for here; a reason says why."""
    CLEARED = "cleared"
    """An earlier mark does not hold."""


@dataclass(frozen=True, slots=True)
class StepState:
    """One step: how it is marked (None: open), by whom, when. `proposed`: our words seem to have done it."""

    step: Step
    mark: Mark | None = None
    by: str | None = None
    at: datetime | None = None
    reason: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class WinBack:
    """The checklist of a case.

    `in_order` is false when a step was done while an earlier one was neither done nor skipped: compensation before
    anybody owned the fault reads as a bribe.
    """

    steps: tuple[StepState, ...]
    in_order: bool = True

    @property
    def next_step(self) -> Step | None:
        """The first open step; None when there is none."""
        return next((state.step for state in self.steps if state.mark is None), None)

    @property
    def complete(self) -> bool:
        return self.next_step is None

    @property
    def done(self) -> int:
        return sum(state.mark is Mark.DONE for state in self.steps)


def win_back(events: Iterable[Event], proposals: Sequence[Step] = ()) -> WinBack:
    """The checklist as the events tell it; `proposals` are steps that our words seem to have done.

    Compensation that was granted makes good, whoever ticked what.
    """
    states = {step: StepState(step) for step in Step}
    in_order = True
    for event in events:
        state = _state(event)
        if state is None:
            continue
        if state.mark is Mark.CLEARED:
            states[state.step] = StepState(state.step)
            continue
        if state.mark is Mark.DONE and states[state.step].mark is not Mark.DONE:
            in_order = in_order and all(states[one].mark is not None for one in _before(state.step))
        states[state.step] = state
    open_ones = {step: state for step, state in states.items() if state.mark is None and step in proposals}
    states |= {step: StepState(step, proposed=True) for step in open_ones}
    return WinBack(tuple(states.values()), in_order)


def _before(step: Step) -> tuple[Step, ...]:
    order = tuple(Step)
    return order[: order.index(step)]


def _state(event: Event) -> StepState | None:
    if event.kind is EventKind.WON_BACK:
        step, mark = Step(str(event.data["step"])), Mark(str(event.data["mark"]))
        return StepState(step, mark, event.actor, event.at, str(event.data.get("reason") or ""))
    if event.kind is EventKind.COMPENSATION and event.data.get("state") == "granted":
        return StepState(Step.MAKE_GOOD, Mark.DONE, event.actor, event.at)
    return None


def mark_steps(
    case: Case, agent: str, marks: Sequence[tuple[Step, Mark]], *, now: datetime, reason: str = ""
) -> Change:
    """Mark steps of the checklist; several at once are one reply that did several. A skipped step needs a reason."""
    if any(mark is Mark.SKIPPED for _, mark in marks) and not reason.strip():
        raise NotAllowed("say why the step is not called for: the next reader wonders")
    events: list[Event] = []
    ordered = sorted(marks, key=lambda one: list(Step).index(one[0]))
    for step, mark in ordered:
        data = {"step": step.value, "mark": mark.value, **({"reason": reason.strip()} if reason.strip() else {})}
        (event,) = acted(case, case, EventKind.WON_BACK, now=now, by=agent, data=data).events
        # A fact about the conversation, not a change of the case: another mark takes it back, not undo.
        events.append(Event(event.kind, event.at, f"{event.key}:{step.value}", event.actor, event.data))
    return Change(case, tuple(events))


def proposed_by(found: Findings) -> tuple[Step, ...]:
    """The steps that a reply with these findings seems to do."""
    does = {Step.OWN_FAULT: found.owns, Step.APOLOGISE: found.apologises, Step.MAKE_GOOD: found.makes_good}
    return tuple(step for step in Step if does[step] is not None and not (step is Step.OWN_FAULT and found.denies))
