"""Temperatures, thresholds, the margin and the weights of escalation, fitted on dev rows."""

from dataclasses import replace

import numpy as np
import pytest

from classifiers.calibrate import Bools, calibrate, fit_escalation, fit_margin, fitted
from classifiers.dataset import Example
from classifiers.escalation import shares
from classifiers.heads import COLUMNS, HEADS, WIDTH, Abstention, Calibration, ModelCard
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


class TestOurOwnRows:
    def both(self, own_rows: int) -> tuple[Floats, TargetTable, Bools]:
        """Rows of our own that are shouted twice as loud, and public ones that are shouted half as loud."""
        ours, public = overconfident(own_rows, factor=2.0), overconfident(1_000, factor=0.5)
        table = TargetTable(
            np.concatenate([ours[1].possible, public[1].possible]), np.concatenate([ours[1].weight, public[1].weight])
        )
        own = np.arange(own_rows + 1_000) < own_rows
        return np.concatenate([ours[0], public[0]]), table, own

    def test_enough_of_them_decide_alone(self) -> None:
        assert calibrate(*self.both(400))["kind"].temperature == pytest.approx(2.0, rel=0.2)

    def test_too_few_of_them_are_helped_by_public_rows(self) -> None:
        assert calibrate(*self.both(40))["kind"].temperature < 1.0


class TestThreshold:
    def test_a_timid_head_gets_a_threshold_it_can_reach(self) -> None:
        logits, table = with_causes(300)
        found = calibrate(logits, table)["causes"]
        likely = 1 / (1 + np.exp(-logits[:, CAUSES] / found.temperature))
        said = likely >= found.threshold
        assert (said == table.possible[:, CAUSES]).all()

    def test_exclusive_labels_need_no_threshold(self) -> None:
        found = calibrate(*angry_table(800))
        assert {found[name].threshold for name in ("severity", "churn", "stage")} == {0.5}

    def test_too_few_positives_keep_the_middle(self) -> None:
        logits, table = with_causes(24)
        assert calibrate(logits, table)["causes"].threshold == 0.5

    def test_a_frequent_label_gets_its_own_and_a_rare_one_stays_near_the_heads(self) -> None:
        logits = np.full((900, WIDTH), -6.0, dtype=np.float32)
        rows = {"delivery": range(400), "outage": range(400, 600), "ignored": range(600, 612)}
        for name, if_so, if_not in (("delivery", 2.0, 0.5), ("outage", -0.3, -2.0), ("ignored", -0.3, -2.0)):
            column = CAUSES.start + HEADS[3].names.index(name)
            logits[:, column] = if_not
            logits[list(rows[name]), column] = if_so
        causes = [next((name for name, own in rows.items() if row in own), None) for row in range(900)]
        found = calibrate(logits, target_table([_caused(cause) for cause in causes]))["causes"]
        assert (
            found.asserted_at("outage")
            < found.asserted_at("ignored")
            < found.threshold
            == found.asserted_at("delivery")
        )
        assert found.asserted_at("outage") < 0.3 < 0.5 < found.asserted_at("ignored")

    def test_a_label_with_hardly_a_positive_has_none_of_its_own(self) -> None:
        logits, table = with_causes(300)
        assert set(calibrate(logits, table)["causes"].thresholds) == {"delivery"}

    def test_a_complaint_keeps_the_middle_where_no_other_place_is_clearly_better(self) -> None:
        assert calibrate(*angry_table(800))["kind"].threshold == 0.5

    def test_a_complaint_that_is_said_too_easily_needs_more(self) -> None:
        """Half of the posts are called complaints at 0.7, and wrongly; true ones are called so at 0.9."""
        rng = np.random.default_rng(0)
        chance = np.where(np.arange(400) < 200, 0.9, 0.65) + rng.normal(scale=0.01, size=400)
        logits = np.zeros((400, WIDTH), dtype=np.float32)
        logits[:, KIND.start] = np.log(chance / (1 - chance) * 3)
        truth = ["complaint" if row < 180 or 200 <= row < 230 else "other" for row in range(400)]
        found = calibrate(logits, target_table([_of_kind(kind) for kind in truth]))["kind"]
        likely = probabilities(HEADS[0], logits[:, KIND], ModelCard("m", "1", (), 8, calibration={"kind": found}))
        assert found.threshold > 0.5
        assert (likely[:200, 0] >= found.threshold).mean() > 0.9 > 0.1 > (likely[200:, 0] >= found.threshold).mean()


class TestEscalation:
    def test_probabilities_of_needing_a_person_become_honest(self) -> None:
        logits, examples = angry(800)
        table = target_table(examples)
        likely = _likely(logits)
        found = fit_escalation(likely, table)
        assert found is not None
        said = 1 / (1 + np.exp(-shares(likely, found).sum(axis=1)))
        needed = np.array(["legal" in example.targets["threats"].yes for example in examples])
        assert calibration_error(said, needed) < 0.05
        assert said[needed].mean() > 1.7 * said[~needed].mean()

    def test_rows_without_threats_or_churn_say_nothing(self) -> None:
        logits, table = overconfident(400)
        assert fit_escalation(_likely(logits), table) is None

    def test_complaints_of_unknown_severity_say_nothing(self) -> None:
        logits, examples = angry(800)
        unknown = [replace(e, targets={k: v for k, v in e.targets.items() if k != "severity"}) for e in examples]
        complaints = [e for e in unknown if "complaint" in e.targets["kind"].yes]
        assert fit_escalation(_likely(logits[: len(complaints)]), target_table(complaints)) is None

    def test_too_few_posts_that_needed_a_person_fit_nothing(self) -> None:
        logits, examples = angry(30)
        assert fit_escalation(_likely(logits), target_table(examples)) is None


class TestMargin:
    def test_nineteen_of_twenty_posts_are_judged(self) -> None:
        logits, table = overconfident(1_000, factor=1.0)
        margin, given = fit_margin(_likely(logits), table, np.ones(1_000, dtype=np.bool_))
        assert given is not None
        assert given.coverage == pytest.approx(0.95, abs=0.005)
        assert given.rows == 1_000
        assert 0.02 <= margin <= 0.3

    def test_what_is_judged_is_right_more_often_than_the_rest(self) -> None:
        logits, table = overconfident(2_000, factor=1.0)
        _, given = fit_margin(_likely(logits), table, np.ones(2_000, dtype=np.bool_))
        assert given is not None
        assert given.accuracy > given.accuracy_of_rest + 0.1

    def test_a_model_that_is_always_sure_still_abstains_on_no_clear_winner(self) -> None:
        logits = np.zeros((400, WIDTH), dtype=np.float32)
        logits[:, KIND.start] = 12.0
        table = target_table([_of_kind("complaint")] * 400)
        margin, given = fit_margin(_likely(logits), table, np.ones(400, dtype=np.bool_))
        assert margin == 0.3
        assert given == Abstention(1.0, 1.0, 0.0, 400)

    def test_public_rows_do_not_choose_it(self) -> None:
        logits, table = overconfident(1_000)
        assert fit_margin(_likely(logits), table, np.zeros(1_000, dtype=np.bool_)) == (0.0, None)


class TestCard:
    CARD = ModelCard("m", "1", ("en",), 8, min_margin=0.17)

    def test_everything_that_can_be_fitted_is_kept_on_the_card(self) -> None:
        logits, examples = angry(800)
        card = fitted(self.CARD, logits, examples)
        assert set(card.calibration) == {head.name for head in HEADS}
        assert card.escalation is not None
        assert card.abstention is not None
        assert card.min_margin != self.CARD.min_margin
        assert (card.name, card.version, card.languages) == ("m", "1", ("en",))

    def test_without_rows_of_our_own_the_margin_stays(self) -> None:
        logits, examples = angry(800)
        card = fitted(self.CARD, logits, [replace(example, source="umsab") for example in examples])
        assert (card.min_margin, card.abstention) == (0.17, None)

    def test_without_rows_at_all_the_card_is_neutral(self) -> None:
        card = fitted(self.CARD, np.zeros((0, WIDTH), dtype=np.float32), [])
        assert (card.escalation, card.abstention, card.min_margin) == (None, None, 0.17)
        assert card.calibrated("kind") == Calibration()

    def test_the_same_rows_give_the_same_card(self) -> None:
        logits, examples = angry(400)
        assert fitted(self.CARD, logits, examples) == fitted(self.CARD, logits, examples)


def _likely(logits: Floats) -> Floats:
    card = ModelCard("m", "1", (), 8)
    return np.concatenate([probabilities(head, logits[:, COLUMNS[head.name]], card) for head in HEADS], axis=1)


def _of_kind(kind: str) -> Example:
    return Example("t", "en", "corpus_en", "dev", {"kind": Target(frozenset({kind}))})


def _caused(cause: str | None) -> Example:
    yes = frozenset({cause} if cause else ())
    return Example("t", "en", "corpus_en", "dev", {"causes": Target(yes, frozenset(HEADS[3].names) - yes)})


def angry_table(rows: int) -> tuple[Floats, TargetTable]:
    logits, examples = angry(rows)
    return logits, target_table(examples)


def angry(rows: int) -> tuple[Floats, list[Example]]:
    """Posts of our own of which one in five threatens with a lawyer; the logits know it three times in four."""
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=0.5, size=(rows, WIDTH)).astype(np.float32)
    logits[:, COLUMNS["threats"]] -= 3.0
    examples = []
    for row in range(rows):
        threatens, complains = rng.random() < 0.2, rng.random() < 0.5
        logits[row, COLUMNS["threats"].start] += 4.0 if threatens == (rng.random() < 0.75) else 0.0
        logits[row, KIND.start if complains else KIND.start + 3] += 2.0
        threats = frozenset({"legal"} if threatens else ())
        targets = {
            "kind": Target(frozenset({"complaint" if complains else "other"})),
            "churn": Target(frozenset({"none"})),
            "threats": Target(threats, frozenset(HEADS[6].names) - threats),
        }
        if complains:
            targets["severity"] = Target(frozenset({"disapproval"}))
        examples.append(Example(f"post {row}", "en", "corpus_en", "dev", targets))
    return logits, examples
