"""From logits to a verdict: calibration, abstaining, and what is asserted."""

import numpy as np
import pytest

from classifiers.contract import AbstainCode, Assessment, Cause, Churn, Kind, Severity, Threat
from classifiers.escalation import BASE, PARTS
from classifiers.heads import COLUMNS, HEADS, WIDTH, Calibration, Escalation, ModelCard
from classifiers.language import UNKNOWN
from classifiers.verdict import Floats, abstains, asserted_at, assessments, probabilities

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


class TestEscalation:
    def test_the_parts_sum_to_the_log_odds_of_the_escalation(self) -> None:
        verdict = judge(kind=[3, 0, 0, 0], severity=[0, 0, 1, 2], threats=[2, -3, -3, 0, -4])
        log_odds = np.log(verdict.escalation / (1 - verdict.escalation))
        assert sum(verdict.escalation_parts.values()) == pytest.approx(log_odds, abs=1e-9)

    def test_every_part_is_named_and_only_the_base_is_negative(self) -> None:
        parts = judge(kind=[3, 0, 0, 0]).escalation_parts
        assert list(parts) == [BASE, *PARTS]
        assert [name for name, share in parts.items() if share < 0] == [BASE]

    def test_the_card_of_the_weights_decides_what_a_part_weighs(self) -> None:
        card = ModelCard("m", "1", ("en",), 8, escalation=Escalation(-1.0, {"legal": 9.0}))
        parts = judge(card=card, threats=[20, -20, -20, -20, -20]).escalation_parts
        assert parts["legal"] == pytest.approx(9.0, abs=1e-4)
        assert sum(parts.values()) == pytest.approx(8.0, abs=1e-4)

    def test_each_text_has_the_parts_of_its_own_row(self) -> None:
        rows = np.concatenate([logits(threats=[9, -9, -9, -9, -9]), logits(threats=[-9, -9, 9, -9, -9])])
        first, second = assessments(["court", "paper"], ["en", "en"], rows, CARD)
        assert first.escalation_parts["legal"] > 4 > first.escalation_parts["media"]
        assert second.escalation_parts["media"] > 4 > second.escalation_parts["legal"]

    @pytest.mark.parametrize("column", range(WIDTH))
    def test_no_logit_takes_it_out_of_a_probabilitys_range(self, column: int) -> None:
        rows = np.zeros((2, WIDTH), dtype=np.float32)
        rows[0, column], rows[1, column] = 1e4, -1e4
        for verdict in assessments(["a text", "a text"], ["en", "en"], rows, CARD):
            assert 0.0 <= verdict.escalation <= 1.0


class TestThresholds:
    CARD = ModelCard(
        "m",
        "1",
        ("en",),
        8,
        calibration={"kind": Calibration(1.0, 0.6), "causes": Calibration(1.0, 0.3, {"delivery": 0.2})},
    )

    def test_the_verdict_carries_where_the_weights_assert_a_label(self) -> None:
        thresholds = asserted_at(self.CARD)
        assert thresholds["kind"] == 0.6
        assert thresholds["causes.delivery"] == 0.2
        assert thresholds["causes.outage"] == 0.3
        assert thresholds["threats.legal"] == 0.5

    def test_labels_of_two_heads_that_share_a_name_do_not_meet(self) -> None:
        assert set(asserted_at(self.CARD)) == {"kind"} | {f"causes.{c}" for c in Cause} | {
            f"threats.{t}" for t in Threat
        }

    def test_a_cause_is_asserted_at_its_own_threshold(self) -> None:
        causes = [-20.0] * len(Cause)
        causes[list(Cause).index(Cause.DELIVERY)] = -1.1  # a probability of a quarter
        causes[list(Cause).index(Cause.OUTAGE)] = -1.1
        assert judge(card=self.CARD, causes=causes).likely_causes() == (Cause.DELIVERY,)


def code(text: str, language: str) -> AbstainCode | None:
    silent = abstains(text, language, SURE, CARD)
    return silent.code if silent else None


class TestAbstaining:
    def test_a_verdict_that_is_sure_has_neither_code_nor_reason(self) -> None:
        verdict = judge(kind=[5, 0, 0, 0])
        assert (verdict.abstained, verdict.abstain_code, verdict.abstain_reason) == (False, None, None)

    def test_a_clear_post_in_a_known_language_is_judged(self) -> None:
        assert abstains("My parcel never came", "en", SURE, CARD) is None

    def test_an_empty_post_abstains(self) -> None:
        assert abstains("", UNKNOWN, SURE, CARD) == (AbstainCode.SHORT, "too little text")

    def test_an_emoji_only_post_abstains(self) -> None:
        assert code("😡😡😡", UNKNOWN) is AbstainCode.SHORT

    def test_a_post_of_handles_and_links_abstains(self) -> None:
        assert code("@user http", "en") is AbstainCode.SHORT

    def test_a_language_outside_the_list_abstains_and_says_which(self) -> None:
        silent = abstains("Mitt paket har inte kommit", "sv", SURE, CARD)
        assert silent is not None
        assert silent.code is AbstainCode.LANGUAGE_UNTRAINED
        assert "language sv" in silent.reason

    def test_a_long_post_of_no_known_language_abstains(self) -> None:
        silent = abstains("lorem ipsum dolor " * 5, UNKNOWN, SURE, CARD)
        assert silent == (AbstainCode.LANGUAGE_UNKNOWN, "language not recognised")

    def test_a_short_post_of_unknown_language_is_judged_all_the_same(self) -> None:
        assert abstains("refund now", UNKNOWN, SURE, CARD) is None

    def test_two_kinds_almost_as_likely_abstain(self) -> None:
        assert abstains("So when is it coming then", "en", TORN, CARD) == (AbstainCode.MARGIN, "too close to call")

    def test_the_margin_is_the_models_own(self) -> None:
        daring = ModelCard("m", "1", ("en",), 8, min_margin=0.01)
        assert abstains("So when is it coming then", "en", TORN, daring) is None

    def test_an_abstained_verdict_still_carries_its_probabilities(self) -> None:
        verdict = judge(text="😡", kind=[5, 0, 0, 0])
        assert verdict.abstained
        assert verdict.abstain_reason == "too little text"
        assert verdict.abstain_code is AbstainCode.SHORT
        assert verdict.kind[Kind.COMPLAINT] > 0.9
