"""One model folder takes another's place, and back: always a whole model, nothing lost."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers import heads
from classifiers.heads import ModelCard
from classifiers.succession import FILE, previous_of, take_over, undo


def model(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    heads.write(ModelCard("m", version, ("en",), 32), folder)
    (folder / "inner").mkdir()
    (folder / "inner" / "weights").write_text(version)
    return folder


def version(folder: Path) -> str:
    assert (folder / "inner" / "weights").read_text() == heads.read(folder).version
    return heads.read(folder).version


@pytest.fixture
def challenger(tmp_path: Path) -> Path:
    return model(tmp_path / "challenger", "new")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return model(tmp_path / "in use", "old")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestTakeOver:
    def test_the_challenger_is_in_use_and_the_champion_beside_it(
        self, challenger: Path, target: Path, tmp_path: Path
    ) -> None:
        take_over(challenger, target, target, {})

        assert (version(target), version(previous_of(target))) == ("new", "old")
        assert version(challenger) == "new", "it is copied, not moved"
        assert names(tmp_path) == ["challenger", "in use", "in use.previous"]

    def test_the_record_and_the_moment_go_with_the_model(self, challenger: Path, target: Path) -> None:
        take_over(challenger, target, target, {"champion": "m-old", "frozen_hash": "abc"})

        kept = json.loads((target / FILE).read_text())
        assert (kept["champion"], kept["frozen_hash"]) == ("m-old", "abc")
        assert abs(datetime.fromisoformat(kept["when"]) - datetime.now(UTC)) < timedelta(minutes=5)
        assert not (challenger / FILE).exists()

    def test_an_empty_place_gets_both_models(self, challenger: Path, target: Path, tmp_path: Path) -> None:
        place = tmp_path / "new place" / "model"

        take_over(challenger, target, place, {})

        assert (version(place), version(previous_of(place)), version(target)) == ("new", "old", "old")

    def test_the_model_before_the_champion_makes_room(self, challenger: Path, target: Path, tmp_path: Path) -> None:
        model(previous_of(target), "ancient")

        take_over(challenger, target, target, {})

        assert version(previous_of(target)) == "old"
        assert names(tmp_path) == ["challenger", "in use", "in use.previous"]

    def test_another_model_than_the_champion_is_not_replaced(
        self, challenger: Path, target: Path, tmp_path: Path
    ) -> None:
        other = model(tmp_path / "other", "third")

        with pytest.raises(ValueError, match="holds another model than the champion"):
            take_over(challenger, target, other, {})
        assert version(other) == "third"

    def test_a_folder_that_is_no_model_is_not_replaced(self, challenger: Path, target: Path, tmp_path: Path) -> None:
        precious = tmp_path / "precious"
        precious.mkdir()
        (precious / "thesis.txt").write_text("years of work")

        with pytest.raises(ValueError, match="holds another model"):
            take_over(challenger, target, precious, {})
        assert names(precious) == ["thesis.txt"]

    def test_a_copy_that_fails_leaves_everything_as_it_was(self, target: Path, tmp_path: Path) -> None:
        with pytest.raises(OSError, match="nowhere"):
            take_over(tmp_path / "nowhere", target, target, {})

        assert version(target) == "old"
        assert names(tmp_path) == ["in use"]


class TestUndo:
    def test_the_champion_is_in_use_again_and_the_challenger_beside_it(
        self, challenger: Path, target: Path, tmp_path: Path
    ) -> None:
        take_over(challenger, target, target, {})

        assert undo(target).version == "old"

        assert (version(target), version(previous_of(target))) == ("old", "new")
        assert names(tmp_path) == ["challenger", "in use", "in use.previous"]

    def test_done_twice_nothing_has_changed(self, challenger: Path, target: Path) -> None:
        take_over(challenger, target, target, {})
        undo(target)

        assert undo(target).version == "new"
        assert version(target) == "new"

    def test_a_machine_that_stopped_between_the_two_renames_is_mended(self, challenger: Path, target: Path) -> None:
        take_over(challenger, target, target, {})
        target.rename(target.with_name("lost"))

        assert undo(target).version == "old"
        assert version(target) == "old"

    def test_without_a_model_before_there_is_nothing_to_go_back_to(self, target: Path) -> None:
        with pytest.raises(ValueError, match="nothing to go back to"):
            undo(target)
        assert version(target) == "old"
