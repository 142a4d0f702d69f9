"""Service-level promises: what a policy promises for a severity, when a promise runs out, and what became of it.

A promise is business time on one calendar. Its due time is fixed when its clock starts: policies may change later,
running promises do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from classifiers.contract import Severity
from monitor.domain.calendar import BusinessCalendar
from monitor.domain.model import Deadline, Target, Targets


@dataclass(frozen=True, slots=True)
class Promise:
    """How soon we promise each thing, in business time; None promises nothing. Raises ValueError unless positive."""

    first_response: timedelta | None = None
    next_response: timedelta | None = None
    resolution: timedelta | None = None

    def __post_init__(self) -> None:
        for amount in (self.first_response, self.next_response, self.resolution):
            if amount is not None and amount <= timedelta(0):
                raise ValueError(f"a promise is a positive amount of time, not {amount}")


@dataclass(frozen=True, slots=True)
class Policy:
    """The promises of one policy on the calendar named `calendar`.

    `by_severity` holds what differs for a severity; `default` is for every other case: an unknown severity, a
    question, and what the model could not judge. `warn_before` is how long before a due time (business time too) a
    warning is due; zero means no warnings. Raises ValueError when it is negative.
    """

    name: str
    calendar: str
    default: Promise
    by_severity: Mapping[Severity, Promise] = field(default_factory=dict)
    warn_before: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.warn_before < timedelta(0):
            raise ValueError(f"policy {self.name!r}: warn_before cannot be negative, and it is {self.warn_before}")


def targets_for(policy: Policy, severity: Severity | None) -> Targets:
    """The promises that `policy` makes to a case of that severity (None: unknown), ready to be copied onto the case."""
    promise = policy.default if severity is None else policy.by_severity.get(severity, policy.default)
    return Targets(
        policy=policy.name,
        calendar=policy.calendar,
        first_response=promise.first_response,
        next_response=promise.next_response,
        resolution=promise.resolution,
        warn_before=policy.warn_before,
    )


def start(target: Target, *, targets: Targets, calendar: BusinessCalendar, started_at: datetime) -> Deadline | None:
    """The deadline for `target` whose clock starts at `started_at`; None when nothing is promised.

    There is no warning when `warn_before` is zero or covers the whole promise: it would be due as the clock starts.
    Raises ValueError when `calendar` is not the one that the targets name, or has no working time (`calendar.add`).
    """
    if calendar.name != targets.calendar:
        raise ValueError(f"the targets are promised on calendar {targets.calendar!r}, not {calendar.name!r}")
    amount = targets.amount(target)
    if amount is None:
        return None
    warned_beforehand = timedelta(0) < targets.warn_before < amount
    return Deadline(
        target=target,
        started_at=started_at,
        due_at=calendar.add(started_at, amount),
        warn_at=calendar.add(started_at, amount - targets.warn_before) if warned_beforehand else None,
    )


class State(StrEnum):
    """What has become of a deadline."""

    RUNNING = "running"
    """There is time, and no warning is due."""
    WARNING = "warning"
    """There is time, but less than the warning asks for: at risk."""
    BREACHED = "breached"
    """Time has run out and what was promised has not happened."""
    MET = "met"
    """It happened, at the due moment at the latest."""
    MISSED = "missed"
    """It happened too late, or the case was closed without it after time had run out."""
    STOPPED = "stopped"
    """The case was closed without it while there was time."""


def state(deadline: Deadline, now: datetime) -> State:
    """What has become of `deadline` by `now`, from its timestamps alone: the `warned` and `breached` flags only say
    what was announced, and a reply that we saw late may well have been in time.
    """
    if deadline.met_at is not None:
        return State.MET if deadline.met_at <= deadline.due_at else State.MISSED
    if deadline.stopped_at is not None:
        return State.STOPPED if deadline.stopped_at < deadline.due_at else State.MISSED
    if now >= deadline.due_at:
        return State.BREACHED
    if deadline.warn_at is not None and now >= deadline.warn_at:
        return State.WARNING
    return State.RUNNING


class Advance(NamedTuple):
    """A deadline as it now is, and what is to be announced; at most one of `warned` and `breached` is true."""

    deadline: Deadline
    warned: bool = False
    breached: bool = False


def advance(deadline: Deadline, now: datetime) -> Advance:
    """Record and announce what is due by `now`, each once.

    After an outage that slept through both moments only the breach is announced, and nothing after it. Whenever
    `deadline.next_moment()` is not after `now` something is announced, so a sweep over due moments always ends.
    """
    if not deadline.running or deadline.breached:
        return Advance(deadline)
    match state(deadline, now):
        case State.BREACHED:
            return Advance(replace(deadline, breached=True), breached=True)
        case State.WARNING if not deadline.warned:
            return Advance(replace(deadline, warned=True), warned=True)
        case _:
            return Advance(deadline)


def remaining(deadline: Deadline, calendar: BusinessCalendar, now: datetime) -> timedelta:
    """The business time left at `now`, negative when overdue; of an ended deadline, what was left when it ended."""
    at = deadline.met_at or deadline.stopped_at or now
    if at <= deadline.due_at:
        return calendar.between(at, deadline.due_at)
    return -calendar.between(deadline.due_at, at)
