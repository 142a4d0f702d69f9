"""What may be given, by whom, and what a lead decides."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import Cause
from monitor.domain.access import Agent, Rank
from monitor.domain.compensation import (
    Authority,
    BadAmount,
    Compensation,
    Kind,
    Money,
    State,
    Suggestion,
    ask,
    decide,
    money,
    pay,
    total_given,
)
from monitor.domain.model import EventKind
from monitor.errors import NotAllowed
from tests.make import NOW, make_case

CASE = make_case(id=7, version=3)
AUTHORITY = Authority("EUR", {Rank.AGENT: 2000, Rank.LEAD: 20_000, Rank.ADMIN: None}, {"ilze": 5000, "zane": None})


def agent(name: str = "petar", rank: Rank = Rank.AGENT) -> Agent:
    return Agent(1, name, name.title(), None, rank)


LEAD = agent("dita", Rank.LEAD)


def asked(
    amount: str = "10", who: Agent | None = None, ledger: tuple[Compensation, ...] = (), reason: str = "late"
) -> Compensation:
    person = who or agent()
    _, one = ask(CASE, person, Kind.CREDIT, money(amount, "EUR"), reason, ledger=ledger, authority=AUTHORITY, now=NOW)
    return one


class TestMoney:
    @pytest.mark.parametrize(
        ("typed", "currency", "minor"),
        [
            ("12.50", "EUR", 1250),
            ("12,5", "EUR", 1250),
            (" 7 ", "BGN", 700),
            ("1 000", "RUB", 100_000),
            (3, "JPY", 3),
            (Decimal("0.1"), "EUR", 10),
            ("1.234", "KWD", 1234),
        ],
    )
    def test_an_amount_is_kept_in_whole_minor_units(
        self, typed: str | int | Decimal, currency: str, minor: int
    ) -> None:
        assert money(typed, currency) == Money(minor, currency)

    @pytest.mark.parametrize("typed", ["", "0", "-5", "1.234", "ten", "1e3", "NaN", "Infinity", "12.50 EUR", "9" * 13])
    def test_what_is_no_amount_says_what_to_write(self, typed: str) -> None:
        with pytest.raises(BadAmount, match="write for example"):
            money(typed, "EUR")

    @pytest.mark.parametrize("currency", ["eur", "EURO", "€", ""])
    def test_a_currency_has_three_capitals(self, currency: str) -> None:
        with pytest.raises(BadAmount, match="three capital letters"):
            money("1", currency)

    @given(st.integers(1, 10**9), st.sampled_from(["EUR", "JPY", "KWD"]))
    def test_what_is_written_is_read_back(self, minor: int, currency: str) -> None:
        amount = Money(minor, currency)

        assert money(str(amount).split()[0], currency) == amount


class TestAuthority:
    @pytest.mark.parametrize(
        ("who", "limit"),
        [
            (agent(), 2000),
            (agent("ilze"), 5000),
            (agent("zane"), None),
            (LEAD, 20_000),
            (agent("root", Rank.ADMIN), None),
            (agent("guest", Rank.VIEWER), 0),
            (replace(agent("ilze"), disabled_at=NOW), 0),
        ],
    )
    def test_a_persons_own_limit_goes_before_the_ranks(self, who: Agent, limit: int | None) -> None:
        assert AUTHORITY.limit_of(who) == limit

    def test_a_rank_without_a_limit_grants_nothing(self) -> None:
        assert not Authority("EUR").covers(agent(), Money(1, "EUR"))

    def test_a_policy_suggests_by_cause(self) -> None:
        rule = Suggestion(Kind.CREDIT, Money(500, "EUR"), "a day")
        authority = replace(AUTHORITY, policies={Cause.OUTAGE: rule})

        assert authority.suggestions([Cause.DELIVERY, Cause.OUTAGE]) == (rule,)


class TestAsk:
    def test_within_the_limit_it_is_granted_at_once(self) -> None:
        one = asked("20")

        assert (one.state, one.decided_by, one.decided_at) == (State.GRANTED, "petar", NOW)

    def test_above_the_limit_it_waits_for_a_lead(self) -> None:
        one = asked("20.01")

        assert (one.state, one.decided_by) == (State.REQUESTED, None)

    def test_two_small_gifts_are_one_large_one(self) -> None:
        assert asked("15", ledger=(asked("15"),)).state is State.REQUESTED

    def test_what_was_refused_does_not_count(self) -> None:
        assert asked("15", ledger=(replace(asked("15"), state=State.REFUSED),)).state is State.GRANTED

    def test_the_event_says_how_much_and_what_for(self) -> None:
        change, _ = ask(
            CASE, agent(), Kind.REFUND, Money(999, "EUR"), " broken ", ledger=(), authority=AUTHORITY, now=NOW
        )
        (event,) = change.events

        assert (event.kind, event.actor, event.changes) == (EventKind.COMPENSATION, "petar", None)
        assert event.data == {
            "state": "granted",
            "kind": "refund",
            "amount": 999,
            "currency": "EUR",
            "reason": "broken",
        }

    def test_one_request_waits_at_a_time(self) -> None:
        with pytest.raises(NotAllowed, match="waits for a decision already"):
            asked("1", ledger=(asked("500"),))

    def test_it_says_what_it_is_for(self) -> None:
        with pytest.raises(NotAllowed, match="what the compensation is for"):
            asked(reason="  ")

    def test_another_currency_is_refused(self) -> None:
        with pytest.raises(BadAmount, match="in EUR here"):
            ask(CASE, agent(), Kind.CREDIT, Money(1, "USD"), "x", ledger=(), authority=AUTHORITY, now=NOW)

    def test_a_viewer_gives_nothing(self) -> None:
        with pytest.raises(NotAllowed, match="reads only"):
            asked("1", agent("guest", Rank.VIEWER))


class TestDecide:
    def decided(self, one: Compensation, lead: Agent = LEAD, *, grant: bool = True, note: str = "") -> Compensation:
        _, done = decide(CASE, one, lead, grant=grant, ledger=(one,), authority=AUTHORITY, now=NOW, note=note)
        return done

    def test_a_lead_grants_it(self) -> None:
        done = self.decided(asked("50"))

        assert (done.state, done.decided_by, done.requested_by) == (State.GRANTED, "dita", "petar")

    def test_a_refusal_says_why(self) -> None:
        assert self.decided(asked("50"), grant=False, note="not ours").note == "not ours"
        with pytest.raises(NotAllowed, match="say why"):
            self.decided(asked("50"), grant=False)

    def test_nobody_decides_their_own_request(self) -> None:
        with pytest.raises(NotAllowed, match="own request"):
            self.decided(asked("500", LEAD))

    def test_an_agent_decides_nothing(self) -> None:
        with pytest.raises(NotAllowed, match="a lead may"):
            self.decided(asked("50"), agent("ilze"))

    def test_a_lead_has_a_limit_too(self) -> None:
        with pytest.raises(NotAllowed, match="above the authority of dita"):
            self.decided(asked("200.01"))
        assert self.decided(asked("200.01"), agent("root", Rank.ADMIN)).state is State.GRANTED

    def test_it_is_decided_once(self) -> None:
        with pytest.raises(NotAllowed, match="dita granted this already"):
            self.decided(self.decided(asked("50")))


class TestPay:
    def test_what_was_granted_is_paid(self) -> None:
        _, paid = pay(CASE, asked("5"), agent(), now=NOW)

        assert (paid.state, paid.paid_at) == (State.PAID, NOW)

    def test_what_waits_is_not(self) -> None:
        with pytest.raises(NotAllowed, match="only what is granted"):
            pay(CASE, asked("500"), agent(), now=NOW)


@given(st.lists(st.tuples(st.integers(1, 10_000), st.sampled_from(State), st.sampled_from(["EUR", "USD"])), max_size=8))
def test_only_what_was_given_counts(rows: list[tuple[int, State, str]]) -> None:
    ledger = [replace(asked("1"), amount=Money(minor, currency), state=state) for minor, state, currency in rows]

    expected = sum(m for m, state, currency in rows if state in (State.GRANTED, State.PAID) and currency == "EUR")
    assert total_given(ledger, "EUR") == Money(expected, "EUR")
