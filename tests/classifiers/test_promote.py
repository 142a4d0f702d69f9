"""Champion and challenger through the command line: who takes over, why not, and how to go back."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from classifiers import figures, heads
from classifiers.promote import BAD_INPUT, KEPT, PROMOTED, frozen_rows, main
from classifiers.succession import previous_of
from tests.classifiers.posts import CORPUS, write_corpus


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows that the tiny model has learnt nearly by heart, as frozen test rows: it is right on them."""
    return write_corpus(tmp_path_factory.mktemp("frozen"), [{**row, "split": "test"} for row in CORPUS])


@pytest.fixture(scope="module")
def broken(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same network with heads that say the same of every text: the first label, and no cause or threat."""
    folder = tmp_path_factory.mktemp("broken") / "model"
    shutil.copytree(model_folder, folder, ignore=shutil.ignore_patterns("*.onnx"))
    weights = load_file(folder / heads.WEIGHTS_FILE)
    mute = {name: np.full_like(table, -20 if name.endswith("bias") else 0) for name, table in weights.items()}
    save_file(mute, folder / heads.WEIGHTS_FILE)
    card = json.loads((folder / heads.FILE).read_text())
    (folder / heads.FILE).write_text(json.dumps({**card, "version": heads.weights_version(folder)}))
    return folder


def reviews(folder: Path, texts: list[str]) -> Path:
    path = folder / "labels.jsonl"
    rows = (json.dumps({"text": text, "lang": "en", "kind": "other"}) for text in texts)
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def promote(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


class TestDecision:
    def test_a_better_challenger_is_promoted_with_its_gains(
        self, model_folder: Path, broken: Path, frozen: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code = promote("--champion", broken, "--challenger", model_folder, "--frozen", frozen)

        told = capsys.readouterr().out
        assert code == PROMOTED
        assert "promoted: nothing is lost beyond chance; gained: everything together" in told
        assert f"sha256 {figures.rows_hash(frozen)}" in told
        assert "| all | kind |" in told

    def test_a_worse_challenger_is_not_and_the_losses_are_named(
        self, model_folder: Path, broken: Path, frozen: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code = promote("--champion", model_folder, "--challenger", broken, "--frozen", frozen)

        told = capsys.readouterr().out
        assert code == KEPT
        assert "the champion stays; lost beyond chance: everything together -" in told
        assert "| loss |" in told


class TestApply:
    def test_the_promoted_model_is_copied_with_its_record_and_can_be_taken_back(
        self, model_folder: Path, broken: Path, frozen: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        target = tmp_path / "model"
        shutil.copytree(broken, target)
        versions = heads.read(model_folder).full_name, heads.read(broken).full_name

        code = promote(
            "--champion", target, "--challenger", model_folder, "--frozen", frozen, "--apply", target
        )  # fmt: skip

        assert code == PROMOTED
        assert (heads.read(target).full_name, heads.read(previous_of(target)).full_name) == versions
        record = json.loads((target / "promotion.json").read_text())
        assert (record["challenger"], record["champion"]) == versions
        assert record["frozen_hash"] == figures.rows_hash(frozen)
        assert record["frozen_rows"] == len(CORPUS)
        assert {one["outcome"] for one in record["figures"]} <= {"gain", "even"}
        assert record["when"]

        assert promote("--undo", target) == PROMOTED
        assert heads.read(target).full_name == versions[1]
        assert f"is {versions[1]} again" in capsys.readouterr().out

    def test_a_challenger_that_loses_is_never_applied(
        self, model_folder: Path, broken: Path, frozen: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "model"

        code = promote(
            "--champion", model_folder, "--challenger", broken, "--frozen", frozen, "--apply", target
        )  # fmt: skip

        assert code == KEPT
        assert not target.exists()


class TestFrozenRows:
    def test_the_word_corpus_means_our_own_test_split(
        self, model_folder: Path, broken: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert promote("--champion", broken, "--challenger", model_folder) in (PROMOTED, KEPT)
        assert "4" in capsys.readouterr().out.split(" frozen rows")[0]

    def test_only_the_test_split_is_frozen(self, corpus_folder: Path) -> None:
        found = frozen_rows(corpus_folder)

        assert found.rows
        assert {row.split for row in found.rows} == {"test"}
        assert found.reviews_hash is None

    def test_of_reviews_the_rows_that_training_leaves_out_take_part_once(
        self, corpus_folder: Path, tmp_path: Path
    ) -> None:
        alone = frozen_rows(corpus_folder)
        texts = [f"order {n} is late" for n in range(100)] + [row.text for row in alone.rows]

        found = frozen_rows(corpus_folder, reviews(tmp_path, texts))

        added = [row for row in found.rows if row.source == "reviews"]
        assert 0 < len(added) < 100
        assert {row.split for row in added} == {"dev"}
        assert not {row.text for row in added} & {row.text for row in alone.rows}
        assert found.corpus_hash == alone.corpus_hash

    def test_other_labels_give_another_hash(self, corpus_folder: Path, tmp_path: Path) -> None:
        texts = [f"order {n} is late" for n in range(100)]
        path = reviews(tmp_path, texts)
        first = frozen_rows(corpus_folder, path).reviews_hash
        assert frozen_rows(corpus_folder, path).reviews_hash == first

        path.write_text(path.read_text().replace("other", "praise"))

        assert frozen_rows(corpus_folder, path).reviews_hash != first


class TestBadInput:
    def test_a_model_that_is_not_there(
        self, model_folder: Path, tmp_path: Path, frozen: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code = promote("--champion", model_folder, "--challenger", tmp_path / "none", "--frozen", frozen)

        assert code == BAD_INPUT
        assert "no complaint model at" in capsys.readouterr().err

    def test_the_same_model_twice(self, model_folder: Path, frozen: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert promote("--champion", model_folder, "--challenger", model_folder, "--frozen", frozen) == BAD_INPUT
        assert "are the same model" in capsys.readouterr().err

    def test_a_folder_without_test_rows(
        self, model_folder: Path, broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert promote("--champion", broken, "--challenger", model_folder, "--frozen", tmp_path) == BAD_INPUT
        assert "holds no test rows" in capsys.readouterr().err

    def test_a_frozen_row_that_lacks_a_head(
        self, model_folder: Path, broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        row = {"id": "1", "text": "late", "lang": "en", "split": "test", "kind": "complaint"}
        (tmp_path / "en.jsonl").write_text(json.dumps(row))

        assert promote("--champion", broken, "--challenger", model_folder, "--frozen", tmp_path) == BAD_INPUT
        assert "a row lacks 'sentiment'" in capsys.readouterr().err

    def test_a_bad_line_of_reviews(
        self, model_folder: Path, broken: Path, frozen: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "labels.jsonl"
        path.write_text("{")

        code = promote(
            "--champion", broken, "--challenger", model_folder, "--frozen", frozen, "--from-reviews", path
        )  # fmt: skip

        assert code == BAD_INPUT
        assert "line 1: not JSON" in capsys.readouterr().err

    def test_nothing_to_undo(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert promote("--undo", tmp_path / "model") == BAD_INPUT
        assert "nothing to go back to" in capsys.readouterr().err

    @pytest.mark.parametrize("arguments", [(), ("--challenger", "a", "--undo", "b")])
    def test_neither_or_both_of_comparing_and_going_back(self, arguments: tuple[str, ...]) -> None:
        with pytest.raises(SystemExit) as ended:
            promote(*arguments)
        assert ended.value.code == BAD_INPUT
