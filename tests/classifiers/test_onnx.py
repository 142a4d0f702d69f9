"""The ONNX Runtime engine says what the torch engine says, without torch."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from classifiers.contract import Classifier, Text
from classifiers.heads import COLUMNS, HEADS, ONNX_FILE, ModelCard
from classifiers.onnx import OnnxNetwork
from classifiers.serving import all_logits
from classifiers.transformer import TorchNetwork, load_network
from classifiers.verdict import probabilities
from tests.classifiers.posts import CORPUS

TEXTS = [row["text"] for row in CORPUS] + ["", "😡", "a", "late " * 300, "ไม่มี"]
NEUTRAL = ModelCard("m", "1", (), 48)


@pytest.fixture(scope="module")
def torch_logits(exported: Path) -> np.ndarray:
    return all_logits(TorchNetwork(exported), TEXTS, 48)


@pytest.fixture(scope="module")
def onnx(exported: Path) -> OnnxNetwork:
    return OnnxNetwork(exported, threads=1)


class TestSameVerdicts:
    def test_token_ids_are_the_same(self, exported: Path, onnx: OnnxNetwork) -> None:
        assert onnx.encode(TEXTS) == TorchNetwork(exported).encode(TEXTS)

    @pytest.mark.parametrize("head", HEADS, ids=lambda head: head.name)
    def test_probabilities_agree_within_two_hundredths(
        self, onnx: OnnxNetwork, torch_logits: np.ndarray, head: object
    ) -> None:
        place = COLUMNS[head.name]  # type: ignore[attr-defined]
        ours = probabilities(head, all_logits(onnx, TEXTS, 48)[:, place], NEUTRAL)  # type: ignore[arg-type]
        theirs = probabilities(head, torch_logits[:, place], NEUTRAL)  # type: ignore[arg-type]
        assert np.abs(ours - theirs).max() < 0.02

    def test_kinds_agree_wherever_torch_is_not_torn(self, onnx: OnnxNetwork, torch_logits: np.ndarray) -> None:
        theirs = torch_logits[:, COLUMNS["kind"]]
        best = np.sort(theirs, axis=1)
        clear = best[:, -1] - best[:, -2] > 0.1
        ours = all_logits(onnx, TEXTS, 48)[:, COLUMNS["kind"]]
        assert (ours.argmax(axis=1) == theirs.argmax(axis=1))[clear].all()
        assert clear.mean() > 0.8

    def test_the_classifiers_agree_end_to_end(self, onnx_classifier: Classifier, torch_classifier: Classifier) -> None:
        texts = [Text(text, lang="en") for text in TEXTS]
        for ours, theirs in zip(onnx_classifier.classify(texts), torch_classifier.classify(texts), strict=True):
            assert ours.lang == theirs.lang
            assert ours.model == theirs.model
            assert abs(ours.escalation - theirs.escalation) < 0.03


class TestEngine:
    def test_a_text_alone_gets_the_logits_it_gets_in_a_crowd(self, onnx: OnnxNetwork) -> None:
        crowd = all_logits(onnx, TEXTS, 48)
        alone = np.concatenate([all_logits(onnx, [text], 48) for text in TEXTS])
        assert np.abs(crowd - alone).max() < 1e-4

    def test_any_batch_and_any_length_run(self, onnx: OnnxNetwork) -> None:
        for rows, width in [(1, 1), (1, 48), (7, 3), (64, 20)]:
            ids = np.full((rows, width), 5, dtype=np.int64)
            assert np.isfinite(onnx.logits(ids, np.ones_like(ids))).all()

    def test_encoding_nothing_gives_nothing(self, onnx: OnnxNetwork) -> None:
        assert onnx.encode([]) == []

    def test_the_embedding_table_is_kept_in_eight_bits(self, exported: Path) -> None:
        import onnx

        encoder = load_network(exported).encoder.config
        tables = [
            one for one in onnx.load(exported / ONNX_FILE).graph.initializer if one.data_type == onnx.TensorProto.INT8
        ]
        assert [list(table.dims) for table in tables] == [[encoder.vocab_size, encoder.hidden_size]]

    def test_everything_is_in_one_file(self, exported: Path) -> None:
        assert [path.name for path in exported.glob("*.onnx*")] == [ONNX_FILE]


def test_serving_does_not_import_torch(exported: Path) -> None:
    program = (
        "import sys; from classifiers.load import load; from classifiers.contract import Text; "
        f"load({str(exported)!r}).classify([Text('late again')]); "
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
