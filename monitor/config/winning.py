"""What the team may give to make good, and how much each person may grant."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from classifiers.contract import Cause
from monitor.config.values import Frozen, Section, like
from monitor.domain.access import Rank
from monitor.domain.compensation import Kind

UNLIMITED = "unlimited"
_MOST = 1_000_000


def _amount(value: object) -> Decimal:
    """A number as typed: 0.1 in YAML is a binary fraction, its digits are not."""
    try:
        if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
            raise InvalidOperation
        amount = Decimal(str(value))
        if not amount.is_finite() or not 0 <= amount <= _MOST or amount != round(amount, 3):
            raise InvalidOperation
    except InvalidOperation:
        raise ValueError(f"this is not an amount: write a number such as 20 or 12.50, at most {_MOST:,}") from None
    return amount


def _ceiling(value: object) -> Decimal | None:
    if value == UNLIMITED:
        return None
    try:
        return _amount(value)
    except ValueError as error:
        raise ValueError(f"{error}, or {UNLIMITED}") from None


def _as_number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)


def _as_ceiling(value: Decimal | None) -> float | int | str:
    return UNLIMITED if value is None else _as_number(value)


Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    PlainSerializer(_as_number, return_type=float | int),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": _MOST, "examples": [12.5]}),
]
"""Money in the currency of the section."""

Ceiling = Annotated[
    Decimal | None,
    BeforeValidator(_ceiling),
    PlainSerializer(_as_ceiling, return_type=float | int | str),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": _MOST}, {"const": UNLIMITED}]}),
]
"""An amount, or `unlimited` (None)."""


class Suggestion(Section):
    """What to give for one cause, decided in advance."""

    kind: Kind = Kind.GOODWILL
    """refund, credit, discount, replacement or goodwill."""
    amount: Amount
    """How much, in the currency of this section."""
    words: str = ""
    """What the agent is told about it."""


def _limits() -> Any:
    return {Rank.AGENT: Decimal(20), Rank.LEAD: Decimal(200), Rank.ADMIN: UNLIMITED}


class Compensation(Section):
    """What may be given to make good. Above a person's limit a case waits for somebody with the authority."""

    currency: Annotated[str, AfterValidator(like(r"[A-Z]{3}", "write its three capital letters, as in EUR"))] = "EUR"
    """ISO 4217 code of every amount below."""
    limits: Frozen[Rank, Ceiling] = Field(default_factory=_limits)
    """How much one person may grant in one case, by rank: an amount, or unlimited. A rank left out grants nothing."""
    agents: Frozen[str, Ceiling] = Field(default_factory=dict)
    """Limits of single people, by login name; they go before the rank's."""
    policies: Frozen[Cause, Suggestion] = Field(default_factory=dict)
    """What is suggested to the agent, by cause."""
