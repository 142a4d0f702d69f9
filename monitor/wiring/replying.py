"""From the configuration to who may grant what, and to the names that templates put in."""

from decimal import Decimal

from monitor.config import Config
from monitor.domain.compensation import Authority, Suggestion, minor_digits, money


def authority(config: Config) -> Authority:
    """Who may grant how much, and what is suggested."""
    told = config.compensation
    minor = 10 ** minor_digits(told.currency)

    def limit(amount: Decimal | None) -> int | None:
        return None if amount is None else int(amount * minor)

    return Authority(
        currency=told.currency,
        by_rank={rank: limit(amount) for rank, amount in told.limits.items()},
        by_agent={name: limit(amount) for name, amount in told.agents.items()},
        policies={
            cause: Suggestion(suggested.kind, money(suggested.amount, told.currency), suggested.words)
            for cause, suggested in told.policies.items()
        },
    )


def brand_titles(config: Config) -> dict[str, str]:
    """Each brand's name as people write it."""
    return {brand.name: brand.title for brand in config.brands}
