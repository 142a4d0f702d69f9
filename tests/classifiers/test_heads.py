"""The label groups and the card that lies beside the weights."""

import json
from pathlib import Path

import pytest

from classifiers import heads
from classifiers.contract import Cause, Kind, Threat
from classifiers.heads import COLUMNS, HEADS, WIDTH, Abstention, Calibration, Escalation, ModelCard

CARD = ModelCard(
    name="compact",
    version="0123456789",
    languages=("bg", "lv"),
    max_length=128,
    min_margin=0.2,
    min_letters=3,
    calibration={"kind": Calibration(1.3), "causes": Calibration(0.9, 0.35, {"delivery": 0.2})},
    domains=("banking77", "corpus", "umsab:pt"),
    escalation=Escalation(-4.5, {"legal": 5.0, "blame": 0.0}),
    abstention=Abstention(0.95, 0.9, 0.5, 200),
)


class TestGroups:
    def test_every_group_of_the_contract_has_a_head(self) -> None:
        assert [head.name for head in HEADS] == ["kind", "sentiment", "severity", "causes", "stage", "churn", "threats"]

    def test_causes_and_threats_are_independent_labels(self) -> None:
        assert {head.name for head in HEADS if head.many} == {"causes", "threats"}

    def test_a_head_lists_its_labels_in_the_order_of_the_contract(self) -> None:
        assert HEADS[0].names == tuple(kind.value for kind in Kind)

    def test_columns_lie_side_by_side_without_a_gap(self) -> None:
        end = 0
        for head in HEADS:
            assert COLUMNS[head.name].start == end
            end = COLUMNS[head.name].stop
            assert end - COLUMNS[head.name].start == len(head.labels)
        assert end == WIDTH

    def test_the_width_counts_every_label(self) -> None:
        assert 4 + 3 + 4 + len(Cause) + 6 + 4 + len(Threat) == WIDTH


class TestCard:
    def test_a_card_comes_back_as_it_was_written(self, tmp_path: Path) -> None:
        heads.write(CARD, tmp_path)
        assert heads.read(tmp_path) == CARD

    def test_the_full_name_says_which_weights(self) -> None:
        assert CARD.full_name == "compact-0123456789"

    def test_a_head_without_calibration_is_neutral(self) -> None:
        assert CARD.calibrated("stage") == Calibration(1.0, 0.5)

    def test_a_calibrated_head_keeps_its_own(self) -> None:
        assert CARD.calibrated("causes") == Calibration(0.9, 0.35, {"delivery": 0.2})

    def test_a_label_without_a_threshold_of_its_own_has_that_of_its_head(self) -> None:
        causes = CARD.calibrated("causes")
        assert (causes.asserted_at("delivery"), causes.asserted_at("outage")) == (0.2, 0.35)

    def test_a_card_from_before_escalation_was_fitted_is_read(self, tmp_path: Path) -> None:
        heads.write(CARD, tmp_path)
        content = json.loads((tmp_path / heads.FILE).read_text(encoding="utf-8"))
        del content["escalation"], content["abstention"], content["calibration"]["causes"]["thresholds"]
        (tmp_path / heads.FILE).write_text(json.dumps(content), encoding="utf-8")

        card = heads.read(tmp_path)

        assert (card.escalation, card.abstention) == (None, None)
        assert card.calibrated("causes").asserted_at("delivery") == 0.35

    def test_a_card_from_before_there_were_domains_has_none(self, tmp_path: Path) -> None:
        heads.write(CARD, tmp_path)
        content = json.loads((tmp_path / heads.FILE).read_text(encoding="utf-8"))
        del content["domains"]
        (tmp_path / heads.FILE).write_text(json.dumps(content), encoding="utf-8")

        assert heads.read(tmp_path).domains == ()

    @pytest.mark.parametrize("weight", [-0.1, float("nan")])
    def test_a_weight_that_would_make_an_alarm_calming_is_refused_by_name(self, weight: float) -> None:
        with pytest.raises(ValueError, match=r"legal.*calibrate the model anew"):
            Escalation(-4.0, {"blame": 1.0, "legal": weight})

    def test_the_file_names_the_labels_for_other_programs(self, tmp_path: Path) -> None:
        heads.write(CARD, tmp_path)
        content = json.loads((tmp_path / heads.FILE).read_text(encoding="utf-8"))
        assert content["labels"]["kind"] == ["complaint", "question", "praise", "other"]

    def test_a_card_of_other_labels_is_refused_by_head(self, tmp_path: Path) -> None:
        heads.write(CARD, tmp_path)
        content = json.loads((tmp_path / heads.FILE).read_text(encoding="utf-8"))
        content["labels"]["churn"] = ["none", "gone"]
        (tmp_path / heads.FILE).write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(ValueError, match="churn"):
            heads.read(tmp_path)

    def test_a_card_whose_labels_are_in_another_order_is_refused(self, tmp_path: Path) -> None:
        heads.write(CARD, tmp_path)
        content = json.loads((tmp_path / heads.FILE).read_text(encoding="utf-8"))
        content["labels"]["kind"].reverse()
        (tmp_path / heads.FILE).write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(ValueError, match="kind"):
            heads.read(tmp_path)

    def test_a_card_of_another_format_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / heads.FILE).write_text('{"format": 99}', encoding="utf-8")
        with pytest.raises(ValueError, match="format"):
            heads.read(tmp_path)


class TestVersion:
    def test_equal_weights_have_equal_versions(self, tmp_path: Path) -> None:
        assert heads.weights_version(_weights(tmp_path / "a", b"x")) == heads.weights_version(
            _weights(tmp_path / "b", b"x")
        )

    def test_one_changed_byte_changes_the_version(self, tmp_path: Path) -> None:
        assert heads.weights_version(_weights(tmp_path / "a", b"x")) != heads.weights_version(
            _weights(tmp_path / "b", b"y")
        )

    def test_the_heads_count_as_well_as_the_encoder(self, tmp_path: Path) -> None:
        folder = _weights(tmp_path, b"x")
        before = heads.weights_version(folder)
        (folder / heads.WEIGHTS_FILE).write_bytes(b"other heads")
        assert heads.weights_version(folder) != before

    def test_the_version_is_short_enough_for_a_log_line(self, tmp_path: Path) -> None:
        assert len(heads.weights_version(_weights(tmp_path, b"x"))) == 10


def _weights(folder: Path, encoder: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "model.safetensors").write_bytes(encoder)
    (folder / heads.WEIGHTS_FILE).write_bytes(b"heads")
    return folder
