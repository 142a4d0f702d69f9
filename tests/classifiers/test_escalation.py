"""Who needs a person at once, and the probability of it in parts."""

import json
from importlib import resources
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import Churn, Kind, Severity, Threat
from classifiers.escalation import (
    BASE,
    BUILT_IN,
    PARTS,
    Doubles,
    escalation,
    escalation_parts,
    evidence,
    fit,
    needs_a_person,
    probability,
    shares,
)
from classifiers.heads import COLUMNS, WIDTH, Escalation
from classifiers.load import model_card

SURE = {Kind.COMPLAINT: 0.9, Kind.QUESTION: 0.05, Kind.PRAISE: 0.03, Kind.OTHER: 0.02}
ASKING = {Kind.COMPLAINT: 0.0, Kind.QUESTION: 1.0, Kind.PRAISE: 0.0, Kind.OTHER: 0.0}
CALM = dict.fromkeys(Severity, 0.0) | {Severity.NO_EXPLICIT_REPROACH: 1.0}
STAYING = dict.fromkeys(Churn, 0.0) | {Churn.NONE: 1.0}
NO_THREATS = dict.fromkeys(Threat, 0.0)
BY_THEMSELVES = [Threat.LEGAL, Threat.REGULATOR, Threat.MEDIA, Threat.SAFETY]
probabilities = st.floats(0.0, 1.0)


def only(label: Severity | Churn) -> dict[object, float]:
    return {one: float(one is label) for one in type(label)}


def needed(
    kind: Kind = Kind.COMPLAINT,
    severity: Severity | None = Severity.DISAPPROVAL,
    churn: Churn = Churn.NONE,
    *threats: Threat,
) -> bool:
    return needs_a_person(kind, severity, churn, threats)


class TestDefinition:
    @pytest.mark.parametrize("kind", list(Kind))
    @pytest.mark.parametrize("threat", BY_THEMSELVES)
    def test_a_lawyer_a_regulator_the_press_and_danger_always_need_a_person(self, kind: Kind, threat: Threat) -> None:
        assert needed(kind, None, Churn.NONE, threat)

    def test_a_public_warning_alone_can_wait(self) -> None:
        assert not needed(Kind.COMPLAINT, Severity.ACCUSATION, Churn.NONE, Threat.PUBLIC_SHAMING)

    def test_blame_alone_can_wait(self) -> None:
        assert not needed(severity=Severity.BLAME)

    def test_blame_with_a_public_warning_needs_a_person(self) -> None:
        assert needed(Kind.COMPLAINT, Severity.BLAME, Churn.NONE, Threat.PUBLIC_SHAMING)

    @pytest.mark.parametrize("churn", [Churn.CONSIDERING, Churn.DECIDED, Churn.LEFT])
    def test_blame_by_somebody_who_speaks_of_leaving_needs_a_person(self, churn: Churn) -> None:
        assert needed(severity=Severity.BLAME, churn=churn)

    @pytest.mark.parametrize(
        ("severity", "expected"),
        [
            (Severity.NO_EXPLICIT_REPROACH, False),
            (Severity.DISAPPROVAL, False),
            (Severity.ACCUSATION, True),
            (Severity.BLAME, True),
        ],
    )
    def test_who_has_decided_to_leave_needs_a_person_when_they_reproach(
        self, severity: Severity, expected: bool
    ) -> None:
        assert needed(severity=severity, churn=Churn.DECIDED) is expected

    def test_an_accusation_by_somebody_who_only_considers_leaving_can_wait(self) -> None:
        assert not needed(severity=Severity.ACCUSATION, churn=Churn.CONSIDERING)

    @pytest.mark.parametrize("kind", [Kind.QUESTION, Kind.PRAISE, Kind.OTHER])
    def test_leaving_somebody_elses_brand_in_anger_is_not_ours(self, kind: Kind) -> None:
        assert not needed(kind, Severity.BLAME, Churn.LEFT, Threat.PUBLIC_SHAMING)

    def test_a_row_of_the_corpus_can_be_asked_as_it_is_written(self) -> None:
        assert needs_a_person("other", None, "none", ["safety"])
        assert needs_a_person("complaint", "blame", "left", [])
        assert not needs_a_person("complaint", "disapproval", "decided", ["public_shaming"])

    def test_in_every_language_of_our_corpus_it_is_what_a_small_team_can_look_at(self) -> None:
        for file in (resources.files("classifiers") / "corpus").iterdir():
            if not file.name.endswith(".jsonl"):
                continue
            rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            found = sum(needs_a_person(r["kind"], r["severity"], r["churn"], r["threats"]) for r in rows)
            assert 0.08 <= found / len(rows) <= 0.20, file.name


class TestParts:
    def test_they_sum_to_the_log_odds(self) -> None:
        parts = escalation_parts(SURE, only(Severity.BLAME), only(Churn.LEFT), NO_THREATS | {Threat.LEGAL: 0.4})
        risk = escalation(SURE, only(Severity.BLAME), only(Churn.LEFT), NO_THREATS | {Threat.LEGAL: 0.4})
        assert sum(part.share for part in parts) == pytest.approx(log(risk / (1 - risk)))

    def test_they_are_the_base_and_the_documented_names_in_order(self) -> None:
        parts = escalation_parts(SURE, CALM, STAYING, NO_THREATS)
        assert [part.name for part in parts] == [BASE, *PARTS]
        assert parts[0].share == BUILT_IN.bias

    def test_a_threat_that_is_not_there_has_no_share(self) -> None:
        parts = dict(escalation_parts(SURE, CALM, STAYING, NO_THREATS | {Threat.MEDIA: 1.0}))
        assert parts["media"] == BUILT_IN.weights["media"]
        assert parts["legal"] == parts["safety"] == 0.0

    def test_a_harder_reproach_has_the_shares_of_the_milder_ones_too(self) -> None:
        parts = dict(escalation_parts(SURE, only(Severity.BLAME), STAYING, NO_THREATS))
        assert min(parts["disapproval"], parts["accusation"], parts["blame"]) > 0

    def test_what_makes_a_complaint_worse_has_no_share_in_a_question(self) -> None:
        parts = dict(escalation_parts(ASKING, only(Severity.BLAME), only(Churn.LEFT), NO_THREATS))
        assert {name: share for name, share in parts.items() if share} == {BASE: BUILT_IN.bias}

    def test_weights_for_a_part_that_nobody_knows_are_refused_with_the_remedy(self) -> None:
        with pytest.raises(ValueError, match=r"weather.*calibrate the model anew"):
            shares(np.zeros((1, WIDTH)), Escalation(-1.0, {"weather": 2.0}))

    def test_the_built_in_weights_cover_every_part(self) -> None:
        assert set(BUILT_IN.weights) == set(PARTS)

    def test_the_shipped_model_weighs_parts_that_this_program_knows(self) -> None:
        weights = model_card().escalation or BUILT_IN
        assert shares(np.ones((1, WIDTH)), weights).sum() > weights.bias

    def test_no_posts_have_no_shares(self) -> None:
        assert shares(np.zeros((0, WIDTH)), BUILT_IN).shape == (0, 1 + len(PARTS))


class TestProbability:
    def test_a_mild_complaint_without_threats_is_calm(self) -> None:
        assert escalation(SURE, CALM, STAYING, NO_THREATS) < 0.05

    @pytest.mark.parametrize("threat", BY_THEMSELVES)
    def test_a_certain_threat_in_a_complaint_is_likelier_than_not_to_need_a_person(self, threat: Threat) -> None:
        assert escalation(SURE, only(Severity.DISAPPROVAL), STAYING, NO_THREATS | {threat: 1.0}) > 0.5

    def test_a_threat_counts_even_if_the_post_is_no_complaint(self) -> None:
        calm = escalation(ASKING, CALM, STAYING, NO_THREATS)
        assert escalation(ASKING, CALM, STAYING, NO_THREATS | {Threat.SAFETY: 1.0}) > 20 * calm

    def test_leaving_in_anger_is_likelier_than_not_to_need_a_person(self) -> None:
        assert escalation(SURE, only(Severity.BLAME), only(Churn.DECIDED), NO_THREATS) > 0.5

    def test_log_odds_of_any_size_give_a_probability(self) -> None:
        assert (probability(-1e9), probability(0.0), probability(1e9)) == (pytest.approx(0.0), 0.5, 1.0)

    @given(st.sampled_from(list(Threat)), probabilities, probabilities, probabilities)
    def test_more_threat_is_never_less_risk(self, threat: Threat, blame: float, one: float, other: float) -> None:
        low, high = sorted((one, other))
        severity = CALM | {Severity.BLAME: blame, Severity.NO_EXPLICIT_REPROACH: 1 - blame}
        calm = escalation(SURE, severity, STAYING, NO_THREATS | {threat: low})
        assert escalation(SURE, severity, STAYING, NO_THREATS | {threat: high}) >= calm

    @given(st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4), st.integers(0, 2), probabilities, probabilities)
    def test_a_harder_reproach_is_never_less_risk(
        self, given: list[float], level: int, moved: float, decided: float
    ) -> None:
        milder = [p / sum(given) for p in given]
        harder = list(milder)
        harder[level] -= moved * milder[level]
        harder[level + 1] += moved * milder[level]
        churn = STAYING | {Churn.DECIDED: decided, Churn.NONE: 1 - decided}
        threats = NO_THREATS | {Threat.PUBLIC_SHAMING: 0.5}
        calm = escalation(SURE, dict(zip(Severity, milder, strict=True)), churn, threats)
        assert escalation(SURE, dict(zip(Severity, harder, strict=True)), churn, threats) >= calm - 1e-12

    @given(st.sampled_from([Churn.CONSIDERING, Churn.DECIDED, Churn.LEFT]), probabilities, probabilities)
    def test_speaking_of_leaving_is_never_less_risk_than_staying(self, step: Churn, one: float, other: float) -> None:
        low, high = sorted((one, other))
        severity = CALM | {Severity.ACCUSATION: 0.5, Severity.BLAME: 0.5, Severity.NO_EXPLICIT_REPROACH: 0.0}
        calm = escalation(SURE, severity, STAYING | {step: low, Churn.NONE: 1 - low}, NO_THREATS)
        assert escalation(SURE, severity, STAYING | {step: high, Churn.NONE: 1 - high}, NO_THREATS) >= calm


def posts(rows: int, seed: int = 0) -> Doubles:
    """(rows, PARTS) evidence of posts whose labels are told with little doubt."""
    rng = np.random.default_rng(seed)
    probabilities = np.zeros((rows, WIDTH))
    for head, labels in (("kind", 4), ("severity", 4), ("churn", 4)):
        probabilities[:, COLUMNS[head]] = rng.dirichlet([0.3] * labels, rows)
    probabilities[:, COLUMNS["threats"]] = rng.beta(0.15, 0.8, (rows, len(Threat)))
    return evidence(probabilities)


class TestFitting:
    TRUE = Escalation(-3.0, dict.fromkeys(PARTS, 0.0) | {"legal": 6.0, "accusation": 3.0})

    def answers(self, seen: Doubles) -> np.ndarray:
        log_odds = self.TRUE.bias + seen @ np.array([self.TRUE.weights[name] for name in PARTS])
        return np.random.default_rng(1).random(len(seen)) < 1 / (1 + np.exp(-log_odds))

    def test_it_finds_the_coefficients_behind_many_answers(self) -> None:
        seen = posts(20_000)
        found = fit(seen, self.answers(seen))
        assert found.bias == pytest.approx(self.TRUE.bias, abs=0.3)
        assert found.weights["legal"] == pytest.approx(6.0, abs=0.6)
        assert found.weights["media"] < 0.3

    def test_the_fitted_probabilities_are_as_many_as_the_posts_that_needed_a_person(self) -> None:
        seen = posts(4_000)
        answers = self.answers(seen)
        found = fit(seen, answers)
        log_odds = found.bias + seen @ np.array([found.weights[name] for name in PARTS])
        assert (1 / (1 + np.exp(-log_odds))).mean() == pytest.approx(answers.mean(), abs=0.002)

    def test_no_weight_is_negative_even_if_a_threat_seemed_to_calm(self) -> None:
        seen = posts(2_000)
        misleading = seen[:, PARTS.index("regulator")] < 0.3
        assert fit(seen, misleading).weights["regulator"] == 0.0

    def test_a_part_that_never_occurs_keeps_the_weight_it_had(self) -> None:
        seen = posts(300)
        seen[:, PARTS.index("safety")] = 0.0
        assert fit(seen, self.answers(seen)).weights["safety"] == pytest.approx(BUILT_IN.weights["safety"], abs=1e-3)

    def test_few_rows_move_little(self) -> None:
        seen = posts(12)
        found = fit(seen, self.answers(seen))
        assert all(abs(found.weights[name] - BUILT_IN.weights[name]) < 1.5 for name in PARTS)

    def test_the_same_rows_give_the_same_coefficients(self) -> None:
        seen = posts(500)
        assert fit(seen, self.answers(seen)) == fit(seen, self.answers(seen))
