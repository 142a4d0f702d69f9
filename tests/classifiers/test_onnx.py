"""The ONNX Runtime engine says what the torch engine says, without torch."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from classifiers.contract import Classifier, Text
from classifiers.heads import COLUMNS, HEADS, ONNX_FILE, WEIGHTS_FILE, ModelCard
from classifiers.onnx import OnnxNetwork, export, main
from classifiers.serving import all_logits
from classifiers.transformer import TorchNetwork, load_network
from classifiers.verdict import probabilities
from tests.classifiers.conftest import TINY
from tests.classifiers.posts import CORPUS
from tests.classifiers.random_models import FAMILIES, random_model

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

    def test_no_table_that_is_looked_up_is_in_the_network(self, exported: Path) -> None:
        import onnx

        vocabulary = load_network(exported).encoder.config.vocab_size
        graph = onnx.load(exported / ONNX_FILE).graph
        assert [given.name for given in graph.input] == ["inputs_embeds", "attention_mask"]
        assert not [one.name for one in graph.initializer if vocabulary in one.dims or TINY.buckets in one.dims]

    def test_the_network_tells_nothing_of_the_machine_it_was_made_on(self, exported: Path) -> None:
        import onnx

        model = onnx.load(exported / ONNX_FILE)
        assert {noted.key for noted in model.metadata_props} == {"token_embeddings"}
        assert b"site-packages" not in (exported / ONNX_FILE).read_bytes()

    def test_everything_is_in_one_file(self, exported: Path) -> None:
        assert [path.name for path in exported.glob("*.onnx*")] == [ONNX_FILE]


class TestOtherEncoders:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_any_family_says_what_it_says_in_torch(self, family: str, small_tokenizer: Any, tmp_path: Path) -> None:
        folder = random_model(small_tokenizer, tmp_path, ("corpus", "lv_ltec", "umsab:pt"), family=family)
        export(folder)
        ours, theirs = (all_logits(engine(folder), TEXTS, 38) for engine in (OnnxNetwork, TorchNetwork))
        assert theirs.std(axis=0).max() > 0.05
        assert np.abs(ours - theirs).max() < 2e-3


class TestDamage:
    @pytest.fixture
    def folder(self, exported: Path, tmp_path: Path) -> Path:
        return Path(shutil.copytree(exported, tmp_path / "copy"))

    @pytest.mark.parametrize("name", [ONNX_FILE, "model.safetensors", WEIGHTS_FILE, "tokenizer.json"])
    @pytest.mark.parametrize("how", ["nonsense", "empty", "cut short"])
    def test_a_damaged_file_is_named(self, folder: Path, name: str, how: str) -> None:
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes({"nonsense": b"nonsense" * 99, "empty": b"", "cut short": whole[:-99]}[how])
        with pytest.raises(ValueError, match=rf"{re.escape(name)}: damaged.*(export the model anew|restore the)"):
            OnnxNetwork(folder)

    @pytest.mark.parametrize("name", [ONNX_FILE, "model.safetensors", WEIGHTS_FILE, "tokenizer.json"])
    def test_a_missing_file_is_named(self, folder: Path, name: str) -> None:
        (folder / name).unlink()
        with pytest.raises(ValueError, match=re.escape(name)):
            OnnxNetwork(folder)

    def test_an_export_of_an_older_version_is_refused_with_a_remedy(self, folder: Path) -> None:
        import onnx

        model = onnx.load(folder / ONNX_FILE)
        del model.metadata_props[:]
        onnx.save(model, folder / ONNX_FILE)
        with pytest.raises(ValueError, match=r"model\.onnx: exported by an older version; export the model anew"):
            OnnxNetwork(folder)

    def test_an_encoder_without_the_table_is_refused_by_file(self, folder: Path) -> None:
        save_file({"other": np.zeros(3, dtype=np.float16)}, folder / "model.safetensors")
        with pytest.raises(ValueError, match=r"model\.safetensors"):
            OnnxNetwork(folder)

    def test_heads_of_an_older_version_are_refused_with_a_remedy(self, folder: Path) -> None:
        save_file({"weight": np.zeros(3, dtype=np.float16)}, folder / WEIGHTS_FILE)
        with pytest.raises(ValueError, match=r"heads\.safetensors: written by an older version; train the model anew"):
            OnnxNetwork(folder)


def test_the_command_writes_the_network(model_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(model_folder, folder, ignore=shutil.ignore_patterns("*.onnx"))
    assert main([str(folder)]) == 0
    assert np.isfinite(all_logits(OnnxNetwork(folder), TEXTS, 48)).all()


def test_serving_does_not_import_torch(exported: Path) -> None:
    program = (
        "import sys; from classifiers.load import load; from classifiers.contract import Text; "
        f"load({str(exported)!r}).classify([Text('late again')]); "
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
