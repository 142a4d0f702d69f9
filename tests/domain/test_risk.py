"""The risk in parts: what surrounds a post adds named amounts to the log-odds and takes nothing away."""

from dataclasses import fields, replace
from datetime import timedelta
from math import log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.risk import Circumstances, Share, named, ordinal, pressure, raised, sentence

CALM = Circumstances(
    earlier=0,
    followers=100,
    wide_reach=10_000,
    reposts=0,
    many_reposts=20,
    waited=timedelta(minutes=1),
    long_wait=timedelta(hours=4),
)
circumstances = st.builds(
    Circumstances,
    earlier=st.integers(0, 30),
    followers=st.one_of(st.none(), st.integers(0, 10**9)),
    wide_reach=st.integers(1, 10**6),
    reposts=st.integers(0, 10**7),
    many_reposts=st.integers(1, 10**4),
    waited=st.timedeltas(timedelta(0), timedelta(days=4000)),
    long_wait=st.timedeltas(timedelta(seconds=1), timedelta(days=30)),
)


def amounts(**changes: Any) -> dict[str, float]:
    return {share.name: round(share.log_odds, 4) for share in pressure(replace(CALM, **changes))}


class TestPressure:
    def test_an_ordinary_post_is_under_none(self) -> None:
        assert amounts() == {}

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"earlier": 1}, {"2nd contact": 0.5}),
            ({"earlier": 2}, {"3rd contact": 1.0}),
            ({"earlier": 9}, {"10th contact": 1.5}),
            ({"followers": 9_999}, {}),
            ({"followers": 10_000}, {"wide reach": 0.5}),
            ({"followers": 100_000}, {"wide reach": 1.0}),
            ({"followers": 10**9}, {"wide reach": 1.5}),
            ({"followers": None}, {}),
            ({"reposts": 19}, {}),
            ({"reposts": 20}, {"reposts": 0.5}),
            ({"reposts": 200}, {"reposts": 1.0}),
            ({"waited": timedelta(hours=4)}, {"long wait": 0.2}),
            ({"waited": timedelta(hours=8)}, {"long wait": 0.4}),
            ({"waited": timedelta(days=30)}, {"long wait": 0.6}),
        ],
    )
    def test_every_circumstance_adds_its_documented_amount(
        self, changes: dict[str, Any], expected: dict[str, float]
    ) -> None:
        assert amounts(**changes) == expected

    def test_circumstances_add_up(self) -> None:
        assert amounts(earlier=2, followers=20_000, reposts=20, waited=timedelta(hours=5)).keys() == {
            "3rd contact",
            "wide reach",
            "reposts",
            "long wait",
        }

    def test_a_post_from_the_future_waits_for_nothing(self) -> None:
        assert amounts(waited=timedelta(hours=-3)) == {}


class TestRaised:
    def test_the_amounts_are_added_to_the_log_odds(self) -> None:
        risk = raised(0.2, [Share("a", 1.0), Share("b", 0.5)])
        assert log(risk / (1 - risk)) == pytest.approx(log(0.2 / 0.8) + 1.5)

    def test_without_shares_the_risk_is_what_the_model_said(self) -> None:
        assert raised(0.37, []) == pytest.approx(0.37)

    @pytest.mark.parametrize("certain", [0.0, 1.0])
    def test_certainty_stays_what_it_is(self, certain: float) -> None:
        assert raised(certain, [Share("a", 3.0)]) == certain

    @given(st.floats(0, 1), circumstances)
    def test_it_is_a_probability_and_never_below_what_the_model_said(
        self, probability: float, given: Circumstances
    ) -> None:
        assert probability - 1e-12 <= raised(probability, pressure(given)) <= 1

    @given(st.floats(0, 1), st.floats(0, 1), circumstances)
    def test_it_grows_with_what_the_model_said(self, one: float, other: float, given: Circumstances) -> None:
        low, high = sorted((one, other))
        assert raised(low, pressure(given)) <= raised(high, pressure(given)) + 1e-12

    @given(
        st.floats(0, 1), circumstances, circumstances, st.sampled_from(["earlier", "followers", "reposts", "waited"])
    )
    def test_more_of_any_circumstance_is_never_less_risk(
        self, probability: float, given: Circumstances, other: Circumstances, name: str
    ) -> None:
        assert name in {field.name for field in fields(Circumstances)}
        values = [value for value in (getattr(given, name), getattr(other, name)) if value is not None]
        less, more = (replace(given, **{name: chosen(values, default=None)}) for chosen in (min, max))
        assert raised(probability, pressure(less)) <= raised(probability, pressure(more)) + 1e-12


class TestWords:
    def test_the_strongest_parts_are_said_first(self) -> None:
        said = sentence(0.62, [Share("3rd contact", 1.0), Share("threat of a regulator", 2.1)])
        assert said == "risk 62%: threat of a regulator +2.1, 3rd contact +1.0"

    def test_no_more_than_four_are_said(self) -> None:
        said = sentence(0.5, [Share(f"part {n}", 1.0 + n) for n in range(6)])
        assert said == "risk 50%: part 5 +6.0, part 4 +5.0, part 3 +4.0, part 2 +3.0"

    def test_parts_too_small_to_matter_are_not_said(self) -> None:
        assert sentence(0.1, [Share("crumb", 0.29)]) is None
        assert sentence(0.1, []) is None

    def test_the_parts_of_a_model_are_said_in_words(self) -> None:
        shares = named({"base": -5.0, "regulator": 2.0, "leaving_in_anger": 1.0})
        assert shares == (Share("threat of a regulator", 2.0), Share("leaving in anger", 1.0))

    @pytest.mark.parametrize(
        ("number", "word"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (22, "22nd")]
    )
    def test_ordinals_read_like_english(self, number: int, word: str) -> None:
        assert ordinal(number) == word
