"""What the teacher says, and that it is asked once."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from classifiers.teacher import Teacher, mean_state
from classifiers.transformer import load_encoder, load_tokenizer
from tests.classifiers.random_models import random_checkpoint

LATE, DOWN = "My parcel is two weeks late", "The internet is down for the third day"


@pytest.fixture(scope="module")
def teacher_folder(small_tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_checkpoint("bert", small_tokenizer, tmp_path_factory.mktemp("teacher"), positions=80)


def test_the_mean_is_that_of_the_tokens_that_are_there() -> None:
    states = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [99.0, 99.0]], [[5.0, 6.0], [7.0, 8.0], [9.0, 10.0]]])
    mean = mean_state(states.half(), torch.tensor([[1, 1, 0], [1, 1, 1]]))
    assert mean.tolist() == [[2.0, 3.0], [7.0, 8.0]]
    assert mean.dtype == torch.float32


class TestTeacher:
    def test_it_says_the_mean_of_its_states_at_length_one(self, teacher_folder: Path) -> None:
        encoder, tokenizer = load_encoder(str(teacher_folder)).eval(), load_tokenizer(teacher_folder)
        with torch.inference_mode():
            mean = encoder(**tokenizer([LATE], return_tensors="pt")).last_hidden_state[0].mean(dim=0)
        said = Teacher(str(teacher_folder)).vectors([LATE])
        assert said.dtype == np.float16
        assert said[0] == pytest.approx((mean / mean.norm()).numpy(), abs=0.02)

    def test_texts_come_back_in_the_asked_order_and_as_often(self, teacher_folder: Path) -> None:
        texts = ["late", DOWN, "late", LATE]
        together = Teacher(str(teacher_folder)).vectors(texts)
        alone = np.concatenate([Teacher(str(teacher_folder)).vectors([text]) for text in texts])
        assert together.shape == (4, 16)
        assert np.abs(together.astype(np.float32) - alone.astype(np.float32)).max() < 0.02

    def test_a_long_text_is_cut(self, teacher_folder: Path) -> None:
        assert np.isfinite(Teacher(str(teacher_folder)).vectors(["late again " * 200])).all()

    def test_what_it_said_is_kept_and_not_asked_again(self, teacher_folder: Path, tmp_path: Path) -> None:
        cache = tmp_path / "said"
        first = Teacher(str(teacher_folder), cache).vectors(["late", "Naudu atpakaļ"])
        kept = cache.read_bytes()
        assert (Teacher(str(teacher_folder), cache).vectors(["Naudu atpakaļ", "late"]) == first[::-1]).all()
        assert cache.read_bytes() == kept

    def test_a_kept_answer_needs_no_teacher(self, small_tokenizer: Any, tmp_path: Path) -> None:
        folder = random_checkpoint("bert", small_tokenizer, tmp_path / "teacher", positions=80)
        first = Teacher(str(folder), tmp_path / "said").vectors(["late"])
        (folder / "model.safetensors").unlink()
        again = Teacher(str(folder), tmp_path / "said")
        assert (again.vectors(["late"]) == first).all()
        with pytest.raises(OSError, match=r"model\.safetensors"):
            again.vectors(["another"])

    def test_new_texts_are_added_to_what_is_kept(self, teacher_folder: Path, tmp_path: Path) -> None:
        cache = tmp_path / "said.npz"
        Teacher(str(teacher_folder), cache).vectors(["late"])
        Teacher(str(teacher_folder), cache).vectors(["early"])
        with np.load(cache) as kept:
            assert len(kept["vectors"]) == 2

    def test_what_another_teacher_said_is_refused(self, teacher_folder: Path, tmp_path: Path) -> None:
        cache = tmp_path / "said.npz"
        Teacher(str(teacher_folder), cache).vectors(["late"])
        with pytest.raises(ValueError, match=r"said\.npz: keeps what .* said, not team/other; give another file"):
            Teacher("team/other", cache)
