"""What we give to make good: how much, who may grant it, and what a policy suggests.

Amounts are whole minor units (cents), never fractions of them. An agent grants up to a limit per case; above it the
case waits for somebody with the authority, the request attached.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from classifiers.contract import Cause
from monitor.domain.access import Agent, Rank
from monitor.domain.actions import acted
from monitor.domain.model import Case, Change, EventKind
from monitor.errors import MonitorError, NotAllowed

_CURRENCIES_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
}


class BadAmount(MonitorError):
    """This is not an amount of money."""


class Kind(StrEnum):
    """What is given."""

    REFUND = "refund"
    """Money back for what failed."""
    CREDIT = "credit"
    """An amount on the customer's account."""
    DISCOUNT = "discount"
    """Less to pay for the product that failed."""
    REPLACEMENT = "replacement"
    """The thing anew; the amount is what it costs us."""
    GOODWILL = "goodwill"
    """A gift beyond the damage."""


class State(StrEnum):
    """Where a compensation stands."""

    REQUESTED = "requested"
    """Somebody with the authority is to decide."""
    GRANTED = "granted"
    REFUSED = "refused"
    PAID = "paid"
    """The customer has it."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of a currency (ISO 4217)."""

    minor: int
    currency: str

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        return f"{Decimal(self.minor).scaleb(-digits):.{digits}f} {self.currency}"


def minor_digits(currency: str) -> int:
    """How many digits of a currency stand behind the point (ISO 4217)."""
    return next((digits for digits, names in _CURRENCIES_BY_DIGITS.items() if currency in names.split()), 2)


def money(amount: str | Decimal | int, currency: str) -> Money:
    """`"12.50"`, `"12,50"` or `12` of a currency. Raises `BadAmount` for anything that is not more than nothing."""
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise BadAmount(f'"{currency}" is not a currency: write its three capital letters, as in EUR')
    typed = str(amount).strip().replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        exact = Decimal(typed) if re.fullmatch(r"\d{1,12}(?:\.\d+)?", typed) else Decimal("NaN")
        minor = exact.scaleb(minor_digits(currency))
        if not exact.is_finite() or minor != minor.to_integral_value() or minor <= 0:
            raise InvalidOperation
    except InvalidOperation:
        raise BadAmount(f'"{amount}" is not an amount in {currency}: write for example 12.50') from None
    return Money(int(minor), currency)


@dataclass(frozen=True, slots=True)
class Compensation:
    """One entry of the ledger. `note` is the word of whoever decided."""

    case_id: int
    kind: Kind
    amount: Money
    reason: str
    requested_by: str
    requested_at: datetime
    state: State
    decided_by: str | None = None
    decided_at: datetime | None = None
    paid_at: datetime | None = None
    note: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the team decided in advance to give for a cause, without asking: an unconditional rule is kept faster."""

    kind: Kind
    amount: Money
    words: str = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """How much a person may grant in one case, all of its compensations together.

    Minor units of `currency`; None is no limit. A person's own limit goes before that of the rank; a rank without a
    limit here grants nothing. `policies` are suggestions by cause.
    """

    currency: str = "EUR"
    by_rank: Mapping[Rank, int | None] = field(default_factory=dict)
    by_agent: Mapping[str, int | None] = field(default_factory=dict)
    policies: Mapping[Cause, Suggestion] = field(default_factory=dict)

    def limit_of(self, agent: Agent) -> int | None:
        """Minor units that this person may grant in one case; None for no limit, 0 for nothing."""
        if not agent.may(Rank.AGENT):
            return 0
        if agent.name in self.by_agent:
            return self.by_agent[agent.name]
        return self.by_rank.get(agent.rank, 0)

    def covers(self, agent: Agent, total: Money) -> bool:
        """Whether the person may grant so much in a case."""
        limit = self.limit_of(agent)
        return total.currency == self.currency and (limit is None or total.minor <= limit)

    def suggestions(self, causes: Iterable[Cause]) -> tuple[Suggestion, ...]:
        return tuple(self.policies[cause] for cause in causes if cause in self.policies)


def total_given(ledger: Sequence[Compensation], currency: str) -> Money:
    """What a case has been granted so far, in one currency."""
    counted = (one for one in ledger if one.state in (State.GRANTED, State.PAID))
    return Money(sum(one.amount.minor for one in counted if one.amount.currency == currency), currency)


def ask(
    case: Case,
    agent: Agent,
    kind: Kind,
    amount: Money,
    reason: str,
    *,
    ledger: Sequence[Compensation],
    authority: Authority,
    now: datetime,
) -> tuple[Change, Compensation]:
    """Give a compensation: granted at once within the agent's authority, else requested.

    `ledger` is what the case has already: two small gifts are one large one.
    """
    if not agent.may(Rank.AGENT):
        raise NotAllowed(f"{agent.name} reads only; ask an agent to give something")
    if case.id is None or not reason.strip():
        raise NotAllowed("say what the compensation is for")
    if amount.currency != authority.currency:
        raise BadAmount(f"compensations are in {authority.currency} here, and this is in {amount.currency}")
    if any(one.state is State.REQUESTED for one in ledger):
        raise NotAllowed(f"a request for case {case.id} waits for a decision already")
    after = Money(total_given(ledger, amount.currency).minor + amount.minor, amount.currency)
    within = authority.covers(agent, after)
    asked = Compensation(
        case_id=case.id,
        kind=kind,
        amount=amount,
        reason=reason.strip(),
        requested_by=agent.name,
        requested_at=now,
        state=State.GRANTED if within else State.REQUESTED,
        decided_by=agent.name if within else None,
        decided_at=now if within else None,
    )
    return _told(case, asked, agent.name, now), asked


def decide(
    case: Case,
    asked: Compensation,
    lead: Agent,
    *,
    grant: bool,
    ledger: Sequence[Compensation],
    authority: Authority,
    now: datetime,
    note: str = "",
) -> tuple[Change, Compensation]:
    """Grant or refuse a request: a lead, within the lead's own limit, and never one's own request."""
    if asked.state is not State.REQUESTED:
        raise NotAllowed(f"{asked.decided_by} {asked.state.value} this already")
    if not lead.may(Rank.LEAD):
        raise NotAllowed(f"{lead.name} may not decide this; a lead may")
    if asked.requested_by == lead.name:
        raise NotAllowed("nobody decides their own request; ask another lead")
    after = Money(total_given(ledger, asked.amount.currency).minor + asked.amount.minor, asked.amount.currency)
    if grant and not authority.covers(lead, after):
        raise NotAllowed(f"{after} in one case is above the authority of {lead.name}; ask somebody with a higher limit")
    if not grant and not note.strip():
        raise NotAllowed("say why it is refused: the agent has to explain it")
    decided = replace(
        asked,
        state=State.GRANTED if grant else State.REFUSED,
        decided_by=lead.name,
        decided_at=now,
        note=note.strip(),
    )
    return _told(case, decided, lead.name, now), decided


def pay(case: Case, granted: Compensation, agent: Agent, *, now: datetime) -> tuple[Change, Compensation]:
    """Say that the customer has it."""
    if granted.state is not State.GRANTED:
        raise NotAllowed(f"only what is granted can be paid, and this is {granted.state.value}")
    paid = replace(granted, state=State.PAID, paid_at=now)
    return _told(case, paid, agent.name, now), paid


def _told(case: Case, one: Compensation, actor: str, now: datetime) -> Change:
    data = {
        "state": one.state.value,
        "kind": one.kind.value,
        "amount": one.amount.minor,
        "currency": one.amount.currency,
        "reason": one.note or one.reason,
    }
    change = acted(case, case, EventKind.COMPENSATION, now=now, by=actor, data=data)
    # The ledger is append-only, so there is nothing that undo could put back.
    return Change(case, tuple(replace(event, changes=None) for event in change.events))
