"""`compensation:` in the configuration, and who may grant what by it."""

from pathlib import Path

import pytest

from classifiers.contract import Cause
from monitor.config import load
from monitor.domain.access import Agent, Rank
from monitor.domain.compensation import Kind, Money
from monitor.errors import ConfigError
from monitor.wiring.replying import authority, brand_titles

FILE = Path(__file__).parents[1] / "config.yaml"


def loaded(tmp_path: Path, **variables: str):  # type: ignore[no-untyped-def]
    return load(FILE, {"HOME": str(tmp_path), **{f"MONITOR__COMPENSATION__{name}": v for name, v in variables.items()}})


def agent(name: str, rank: Rank) -> Agent:
    return Agent(1, name, name, None, rank)


def test_the_shipped_one_is_in_force(tmp_path: Path) -> None:
    found = authority(loaded(tmp_path))

    assert found.by_rank == {Rank.AGENT: 2000, Rank.LEAD: 20_000, Rank.ADMIN: None}
    (rule,) = found.suggestions([Cause.OUTAGE])
    assert (rule.kind, rule.amount) == (Kind.CREDIT, Money(500, "EUR"))


def test_amounts_are_exact_in_the_currencys_own_units(tmp_path: Path) -> None:
    found = authority(loaded(tmp_path, CURRENCY="EUR", LIMITS="{agent: 0.1, lead: 19.99}", AGENTS="{ilze: unlimited}"))

    assert found.by_rank == {Rank.AGENT: 10, Rank.LEAD: 1999}
    assert found.limit_of(agent("ilze", Rank.AGENT)) is None
    assert found.limit_of(agent("root", Rank.ADMIN)) == 0, "a rank left out grants nothing"


def test_a_currency_without_cents_is_counted_whole(tmp_path: Path) -> None:
    found = authority(loaded(tmp_path, CURRENCY="JPY", LIMITS="{agent: 2000}", POLICIES="{}"))

    assert found.by_rank == {Rank.AGENT: 2000}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LIMITS", "{agent: much}", "this is not an amount"),
        ("LIMITS", "{agent: -1}", "this is not an amount"),
        ("LIMITS", "{agent: }", "it is empty"),
        ("LIMITS", "{agent: true}", "this is not an amount"),
        ("LIMITS", "{boss: 5}", "use viewer, agent, lead or admin"),
        ("CURRENCY", "euro", "three capital letters"),
        ("POLICIES", "{outage: {amount: nothing}}", "this is not an amount"),
        ("POLICIES", "{outage: {kind: cake, amount: 1}}", "use refund, credit"),
        ("POLICIES", "{weather: {amount: 1}}", "slow_response"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(tmp_path: Path, name: str, value: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as error:
        loaded(tmp_path, **{name: value})

    assert error.value.path.startswith("compensation.")


def test_brands_are_called_as_people_write_them(tmp_path: Path) -> None:
    assert brand_titles(loaded(tmp_path)) == {"acme": "Acme Bank", "nordtel": "Nordtel"}
