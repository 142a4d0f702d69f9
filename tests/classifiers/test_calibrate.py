"""Temperatures and thresholds fitted on dev rows."""

import numpy as np
import pytest

from classifiers.calibrate import calibrate
from classifiers.dataset import Example
from classifiers.heads import COLUMNS, HEADS, WIDTH, Calibration, ModelCard
from classifiers.metrics import calibration_error
from classifiers.sets import NOT_A_COMPLAINT, Target
from classifiers.targets import TargetTable, target_table
from classifiers.verdict import Floats, probabilities

KIND, CAUSES = COLUMNS["kind"], COLUMNS["causes"]
NAMES = HEADS[0].names
DELIVERY = HEADS[3].names.index("delivery")


def overconfident(rows: int = 2_000, factor: float = 3.0) -> tuple[Floats, TargetTable]:
    """Logits whose kinds are drawn from their own probabilities, and which are then shouted `factor` times as loud."""
    rng = np.random.default_rng(0)
    logits = np.zeros((rows, WIDTH), dtype=np.float32)
    logits[:, KIND] = rng.normal(size=(rows, 4)) * 1.5
    chances = np.exp(logits[:, KIND]) / np.exp(logits[:, KIND]).sum(axis=1, keepdims=True)
    labels = [rng.choice(4, p=row / row.sum()) for row in chances]
    examples = [Example("t", "en", "umsab", "dev", {"kind": Target(frozenset({NAMES[label]}))}) for label in labels]
    logits[:, KIND] *= factor
    return logits, target_table(examples)


def with_causes(rows: int, weight: float = 1.0) -> tuple[Floats, TargetTable]:
    """Every third row is caused by delivery, and its logit says so, but timidly."""
    logits = np.full((rows, WIDTH), -3.0, dtype=np.float32)
    examples = []
    others = frozenset(HEADS[3].names) - {"delivery"}
    for row in range(rows):
        caused = row % 3 == 0
        logits[row, CAUSES.start + DELIVERY] = -0.6 if caused else -2.5
        yes = frozenset({"delivery"}) if caused else frozenset[str]()
        target = Target(yes, frozenset(HEADS[3].names) - yes if not caused else others, weight)
        examples.append(Example("t", "en", "corpus_en", "dev", {"causes": target}))
    return logits, target_table(examples)


class TestTemperature:
    def test_an_overconfident_head_is_cooled_by_what_it_overdid(self) -> None:
        assert calibrate(*overconfident(factor=3.0))["kind"].temperature == pytest.approx(3.0, rel=0.15)

    def test_a_timid_head_is_warmed(self) -> None:
        assert calibrate(*overconfident(factor=0.5))["kind"].temperature == pytest.approx(0.5, rel=0.15)

    def test_calibrated_probabilities_are_honest(self) -> None:
        logits, table = overconfident()
        card = ModelCard("m", "1", (), 8, calibration=calibrate(logits, table))
        truth = table.possible[:, KIND].argmax(axis=1)

        def error(card: ModelCard) -> float:
            likely = probabilities(HEADS[0], logits[:, KIND], card).astype(np.float64)
            return calibration_error(likely.max(axis=1), likely.argmax(axis=1) == truth)

        assert error(card) < 0.05
        assert error(card) < error(ModelCard("m", "1", (), 8)) / 2

    def test_partial_labels_count_as_far_as_they_say(self) -> None:
        logits, _ = overconfident(200)
        examples = [Example("t", "en", "umsab", "dev", {"kind": Target(NOT_A_COMPLAINT)})] * 200
        assert np.isfinite(calibrate(logits, target_table(examples))["kind"].temperature)

    def test_weak_labels_do_not_count(self) -> None:
        logits, table = overconfident(200)
        weak = TargetTable(table.possible, table.weight * 0.3)
        assert calibrate(logits, weak)["kind"] == Calibration()

    def test_too_few_rows_leave_the_head_neutral(self) -> None:
        logits, table = overconfident(19)
        assert calibrate(logits, table)["kind"] == Calibration()

    def test_every_head_gets_a_calibration(self) -> None:
        assert set(calibrate(*overconfident(50))) == {head.name for head in HEADS}


class TestThreshold:
    def test_a_timid_head_gets_a_threshold_it_can_reach(self) -> None:
        logits, table = with_causes(300)
        found = calibrate(logits, table)["causes"]
        likely = 1 / (1 + np.exp(-logits[:, CAUSES] / found.temperature))
        said = likely >= found.threshold
        assert (said == table.possible[:, CAUSES]).all()

    def test_exclusive_labels_need_no_threshold(self) -> None:
        assert calibrate(*overconfident())["kind"].threshold == 0.5

    def test_too_few_positives_keep_the_middle(self) -> None:
        logits, table = with_causes(24)
        assert calibrate(logits, table)["causes"].threshold == 0.5
