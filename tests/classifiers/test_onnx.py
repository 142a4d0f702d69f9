"""The ONNX Runtime engine says what the torch engine says, without torch."""

import math
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from classifiers.contract import Classifier, Text
from classifiers.heads import COLUMNS, HEADS, ONNX_FILE, WEIGHTS_FILE, ModelCard
from classifiers.onnx import OnnxNetwork, export, main
from classifiers.serving import all_logits, padded
from classifiers.transformer import TorchNetwork
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
    @given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12), st.randoms())
    @settings(max_examples=25, deadline=None)
    def test_a_verdict_never_depends_on_the_posts_beside_it(
        self, onnx: OnnxNetwork, crowd: list[str], chance: Random
    ) -> None:
        found = dict(zip(crowd, all_logits(onnx, crowd, 48), strict=True))
        for text, logits in zip(others := chance.sample(crowd, len(crowd)), all_logits(onnx, others, 48), strict=True):
            assert np.abs(logits - found[text]).max() < 1e-5
        assert np.abs(all_logits(onnx, crowd[:1], 48)[0] - found[crowd[0]]).max() < 1e-5

    def test_padding_is_not_seen(self, onnx: OnnxNetwork) -> None:
        ids, mask = padded([[2, 9, 7, 3]], onnx.pad_id)
        wider = np.pad(ids, ((0, 0), (0, 30)), constant_values=onnx.pad_id), np.pad(mask, ((0, 0), (0, 30)))
        assert np.abs(onnx.logits(ids, mask) - onnx.logits(*wider)).max() < 1e-5

    def test_several_threads_say_what_one_says(self, exported: Path, onnx: OnnxNetwork) -> None:
        assert (
            np.abs(all_logits(OnnxNetwork(exported, threads=3), TEXTS, 48) - all_logits(onnx, TEXTS, 48)).max() < 1e-5
        )

    def test_threads_may_share_it(self, onnx: OnnxNetwork) -> None:
        alone = all_logits(onnx, TEXTS[:6], 48)
        with ThreadPoolExecutor(4) as pool:
            for shared in pool.map(lambda _: all_logits(onnx, TEXTS[:6], 48), range(8)):
                assert np.abs(shared - alone).max() < 1e-5

    def test_any_batch_and_any_length_run(self, onnx: OnnxNetwork) -> None:
        for rows, width in [(1, 1), (1, 48), (7, 3), (64, 20)]:
            ids = np.full((rows, width), 5, dtype=np.int64)
            assert np.isfinite(onnx.logits(ids, np.ones_like(ids))).all()

    def test_encoding_nothing_gives_nothing(self, onnx: OnnxNetwork) -> None:
        assert onnx.encode([]) == []


class TestExport:
    def test_no_weight_is_stored_twice(self, exported: Path) -> None:
        import onnx

        graph = onnx.load(exported / ONNX_FILE, load_external_data=False).graph
        assert [given.name for given in graph.input] == ["inputs_embeds"]
        outside = [one for one in graph.initializer if one.external_data]
        assert {one.external_data[0].value for one in outside} == {"model.safetensors", WEIGHTS_FILE}
        assert max(math.prod(one.dims) for one in graph.initializer if not one.external_data) < 256
        assert (exported / ONNX_FILE).stat().st_size < 100_000

    def test_all_products_with_weights_are_of_int8(self, exported: Path) -> None:
        import onnx

        graph = onnx.load(exported / ONNX_FILE, load_external_data=False).graph
        inside = {one.name.removesuffix(".half") for one in graph.initializer}
        plain = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in inside]
        whole = [node for node in graph.node if node.op_type == "MatMulIntegerToFloat"]
        assert not plain
        assert len(whole) >= 6 * TINY.layers

    def test_the_network_tells_nothing_of_the_machine_it_was_made_on(self, exported: Path) -> None:
        import onnx

        model = onnx.load(exported / ONNX_FILE, load_external_data=False)
        assert {noted.key for noted in model.metadata_props} == {"token_embeddings", "weights"}
        assert b"site-packages" not in (exported / ONNX_FILE).read_bytes()

    def test_everything_is_in_one_file(self, exported: Path) -> None:
        assert [path.name for path in exported.glob("*.onnx*")] == [ONNX_FILE]

    def test_a_folder_of_links_as_the_hub_keeps_it_is_read(self, exported: Path, tmp_path: Path) -> None:
        kept, seen = tmp_path / "blobs", tmp_path / "snapshots" / "main"
        kept.mkdir()
        seen.mkdir(parents=True)
        for number, file in enumerate(sorted(exported.iterdir())):
            shutil.copy(file, kept / str(number))
            (seen / file.name).symlink_to(Path("..", "..", "blobs", str(number)))
        assert np.isfinite(all_logits(OnnxNetwork(seen), TEXTS[:2], 48)).all()


class TestOtherEncoders:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_any_family_says_what_it_says_in_torch(self, family: str, small_tokenizer: Any, tmp_path: Path) -> None:
        folder = random_model(small_tokenizer, tmp_path, ("corpus", "lv_ltec", "umsab:pt"), family=family)
        export(folder)
        ours, theirs = (all_logits(engine(folder), TEXTS, 38) for engine in (OnnxNetwork, TorchNetwork))
        assert theirs.std(axis=0).max() > 0.05
        assert np.abs(ours - theirs).max() < 0.02


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

        model = onnx.load(folder / ONNX_FILE, load_external_data=False)
        del model.metadata_props[:]
        onnx.save(model, folder / ONNX_FILE)
        with pytest.raises(ValueError, match=r"model\.onnx: exported by an older version; export the model anew"):
            OnnxNetwork(folder)

    def test_an_encoder_without_its_weights_is_refused_by_file(self, folder: Path) -> None:
        save_file({"other": np.zeros(3, dtype=np.float16)}, folder / "model.safetensors")
        with pytest.raises(
            ValueError, match=r"exported from other weights than model\.safetensors .* export the model"
        ):
            OnnxNetwork(folder)

    def test_other_weights_than_it_was_exported_from_are_refused(self, folder: Path) -> None:
        weights = load_file(folder / WEIGHTS_FILE)
        save_file({**weights, "mix": weights["mix"] + np.float16(1)}, folder / WEIGHTS_FILE)
        with pytest.raises(ValueError, match=r"model\.onnx: exported from other weights .* export the model anew"):
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
