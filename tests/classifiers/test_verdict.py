"""From logits to a verdict: calibration, abstaining, and the risk of escalation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import Assessment, Cause, Churn, Kind, Severity, Threat
from classifiers.heads import COLUMNS, HEADS, WIDTH, Calibration, ModelCard
from classifiers.language import UNKNOWN
from classifiers.verdict import Floats, abstain_reason, assessments, escalation, probabilities

CARD = ModelCard("compact", "1", ("en", "lv"), 128, min_margin=0.1, min_letters=2)
SURE = {Kind.COMPLAINT: 0.9, Kind.QUESTION: 0.05, Kind.PRAISE: 0.03, Kind.OTHER: 0.02}
TORN = {Kind.COMPLAINT: 0.46, Kind.QUESTION: 0.42, Kind.PRAISE: 0.06, Kind.OTHER: 0.06}
KIND, CAUSES = HEADS[0], HEADS[3]


def logits(**columns: list[float]) -> Floats:
    """One row of logits, nought but for the heads named."""
    row = np.zeros((1, WIDTH), dtype=np.float32)
    for name, values in columns.items():
        row[0, COLUMNS[name]] = values
    return row


def judge(
    text: str = "My parcel never came", language: str = "en", card: ModelCard = CARD, **columns: list[float]
) -> Assessment:
    return assessments([text], [language], logits(**columns), card)[0]


class TestProbabilities:
    def test_exclusive_labels_sum_to_one(self) -> None:
        rows = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32) * 5
        assert probabilities(KIND, rows, CARD).sum(axis=1) == pytest.approx(np.ones(20), abs=1e-5)

    def test_independent_labels_need_not(self) -> None:
        rows = np.full((1, len(Cause)), 4.0, dtype=np.float32)
        assert probabilities(CAUSES, rows, CARD).min() > 0.9

    def test_a_high_temperature_makes_the_model_less_sure(self) -> None:
        rows = np.array([[3.0, 0.0, 0.0, 0.0]], dtype=np.float32)
        cooled = ModelCard("m", "1", (), 8, calibration={"kind": Calibration(2.0)})
        assert probabilities(KIND, rows, cooled)[0, 0] < probabilities(KIND, rows, CARD)[0, 0]

    def test_a_temperature_never_changes_the_winner(self) -> None:
        rows = np.random.default_rng(1).normal(size=(50, 4)).astype(np.float32)
        warm = ModelCard("m", "1", (), 8, calibration={"kind": Calibration(3.7)})
        assert (probabilities(KIND, rows, warm).argmax(1) == rows.argmax(1)).all()

    def test_extreme_logits_stay_numbers(self) -> None:
        rows = np.array([[1e6, -1e6, 0, 0]], dtype=np.float32)
        assert np.isfinite(probabilities(KIND, rows, CARD)).all()
        assert np.isfinite(probabilities(CAUSES, np.full((1, len(Cause)), -1e6, dtype=np.float32), CARD)).all()


class TestAssessment:
    def test_the_verdict_says_what_the_logits_say(self) -> None:
        verdict = judge(kind=[4, 0, 0, 0], sentiment=[3, 0, 0], severity=[0, 0, 0, 3], churn=[0, 0, 0, 5])
        assert verdict.kind_label is Kind.COMPLAINT
        assert verdict.severity_label is Severity.BLAME
        assert verdict.churn_label is Churn.LEFT

    def test_every_label_of_every_head_has_a_probability(self) -> None:
        verdict = judge()
        for head in HEADS:
            given = getattr(verdict, head.name)
            assert list(given) == list(head.labels)
            assert all(0.0 <= p <= 1.0 for p in given.values())

    def test_the_verdict_names_the_weights_and_the_language(self) -> None:
        verdict = judge(language="lv")
        assert verdict.model == "compact-1"
        assert verdict.lang == "lv"

    def test_no_texts_give_no_verdicts(self) -> None:
        assert assessments([], [], np.zeros((0, WIDTH), dtype=np.float32), CARD) == []

    def test_each_text_gets_its_own_row(self) -> None:
        rows = np.concatenate([logits(kind=[5, 0, 0, 0]), logits(kind=[0, 0, 5, 0])])
        first, second = assessments(["bad", "good"], ["en", "en"], rows, CARD)
        assert first.kind_label is Kind.COMPLAINT
        assert second.kind_label is Kind.PRAISE


class TestAbstaining:
    def test_a_clear_post_in_a_known_language_is_judged(self) -> None:
        assert abstain_reason("My parcel never came", "en", SURE, CARD) is None

    def test_an_empty_post_abstains(self) -> None:
        assert abstain_reason("", UNKNOWN, SURE, CARD) == "too little text"

    def test_an_emoji_only_post_abstains(self) -> None:
        assert abstain_reason("😡😡😡", UNKNOWN, SURE, CARD) == "too little text"

    def test_a_post_of_handles_and_links_abstains(self) -> None:
        assert abstain_reason("@user http", "en", SURE, CARD) == "too little text"

    def test_a_language_outside_the_list_abstains_and_says_which(self) -> None:
        reason = abstain_reason("Mitt paket har inte kommit", "sv", SURE, CARD)
        assert reason is not None
        assert "language sv" in reason

    def test_a_long_post_of_no_known_language_abstains(self) -> None:
        assert abstain_reason("lorem ipsum dolor " * 5, UNKNOWN, SURE, CARD) == "language not recognised"

    def test_a_short_post_of_unknown_language_is_judged_all_the_same(self) -> None:
        assert abstain_reason("refund now", UNKNOWN, SURE, CARD) is None

    def test_two_kinds_almost_as_likely_abstain(self) -> None:
        assert abstain_reason("So when is it coming then", "en", TORN, CARD) == "too close to call"

    def test_the_margin_is_the_models_own(self) -> None:
        daring = ModelCard("m", "1", ("en",), 8, min_margin=0.01)
        assert abstain_reason("So when is it coming then", "en", TORN, daring) is None

    def test_an_abstained_verdict_still_carries_its_probabilities(self) -> None:
        verdict = judge(text="😡", kind=[5, 0, 0, 0])
        assert verdict.abstained
        assert verdict.abstain_reason == "too little text"
        assert verdict.kind[Kind.COMPLAINT] > 0.9


CALM_SEVERITY = dict.fromkeys(Severity, 0.0) | {Severity.NO_EXPLICIT_REPROACH: 1.0}
CALM_CHURN = dict.fromkeys(Churn, 0.0) | {Churn.NONE: 1.0}
NO_THREATS = dict.fromkeys(Threat, 0.0)
shares = st.floats(0.0, 1.0)


class TestEscalation:
    def test_a_mild_complaint_without_threats_does_not_escalate(self) -> None:
        assert escalation(SURE, CALM_SEVERITY, CALM_CHURN, NO_THREATS) == 0.0

    @pytest.mark.parametrize("threat", list(Threat))
    def test_any_threat_raises_the_risk(self, threat: Threat) -> None:
        assert escalation(SURE, CALM_SEVERITY, CALM_CHURN, NO_THREATS | {threat: 0.9}) >= 0.4

    def test_a_safety_threat_is_as_certain_as_itself(self) -> None:
        assert escalation(SURE, CALM_SEVERITY, CALM_CHURN, NO_THREATS | {Threat.SAFETY: 1.0}) == 1.0

    def test_a_threat_counts_even_if_the_post_is_no_complaint(self) -> None:
        praise = {Kind.COMPLAINT: 0.0, Kind.QUESTION: 1.0, Kind.PRAISE: 0.0, Kind.OTHER: 0.0}
        assert escalation(praise, CALM_SEVERITY, CALM_CHURN, NO_THREATS | {Threat.MEDIA: 0.9}) > 0.8

    def test_blame_counts_for_a_complaint_only(self) -> None:
        blame = dict.fromkeys(Severity, 0.0) | {Severity.BLAME: 1.0}
        praise = {Kind.COMPLAINT: 0.0, Kind.QUESTION: 0.0, Kind.PRAISE: 1.0, Kind.OTHER: 0.0}
        assert escalation(SURE, blame, CALM_CHURN, NO_THREATS) == pytest.approx(0.45)
        assert escalation(praise, blame, CALM_CHURN, NO_THREATS) == 0.0

    def test_severity_rises_step_by_step(self) -> None:
        risks = [
            escalation(SURE, {one: float(one is level) for one in Severity}, CALM_CHURN, NO_THREATS)
            for level in Severity
        ]
        assert risks == sorted(risks)
        assert len(set(risks)) == len(risks)

    def test_a_customer_who_has_decided_weighs_most_because_there_is_still_time(self) -> None:
        risks = {
            step: escalation(SURE, CALM_SEVERITY, {one: float(one is step) for one in Churn}, NO_THREATS)
            for step in Churn
        }
        assert max(risks, key=lambda step: risks[step]) is Churn.DECIDED
        assert risks[Churn.NONE] == 0.0

    def test_several_weak_reasons_add_up(self) -> None:
        weak = NO_THREATS | {Threat.LEGAL: 0.3}
        both = weak | {Threat.MEDIA: 0.3}
        assert escalation(SURE, CALM_SEVERITY, CALM_CHURN, both) > escalation(SURE, CALM_SEVERITY, CALM_CHURN, weak)

    @given(st.lists(shares, min_size=5, max_size=5), shares, shares, shares)
    def test_it_is_always_a_probability(
        self, threats: list[float], complaint: float, blame: float, left: float
    ) -> None:
        risk = escalation(
            {Kind.COMPLAINT: complaint, Kind.QUESTION: 0.0, Kind.PRAISE: 0.0, Kind.OTHER: 1 - complaint},
            CALM_SEVERITY | {Severity.BLAME: blame},
            CALM_CHURN | {Churn.LEFT: left},
            dict(zip(Threat, threats, strict=True)),
        )
        assert 0.0 <= risk <= 1.0

    @given(st.sampled_from(list(Threat)), shares, shares)
    def test_more_threat_is_never_less_risk(self, threat: Threat, one: float, other: float) -> None:
        low, high = sorted((one, other))
        calm = escalation(SURE, CALM_SEVERITY, CALM_CHURN, NO_THREATS | {threat: low})
        assert escalation(SURE, CALM_SEVERITY, CALM_CHURN, NO_THREATS | {threat: high}) >= calm
