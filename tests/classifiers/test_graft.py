"""A teacher's layers under a vocabulary of our own."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize
from transformers import AutoModel

from classifiers.alignment import Alignment
from classifiers.graft import graft
from classifiers.serving import padded
from classifiers.teacher import mean_state
from classifiers.transformer import encode, load_encoder, load_tokenizer
from classifiers.vocabulary import train_tokenizer
from tests.classifiers.conftest import TINY
from tests.classifiers.posts import CORPUS
from tests.classifiers.random_models import random_checkpoint, random_teacher

# One less than the teacher's 32, because what enters its layers has a mean of nothing but for the normalisation's own.
WHOLE = replace(TINY, embedding=31, teacher_layers=(0, 1, 2))
TEXTS = [row["text"] for row in CORPUS]


@pytest.fixture(scope="module")
def teacher_folder(small_tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_teacher(small_tokenizer, tmp_path_factory.mktemp("teacher"))


@pytest.fixture(scope="module")
def teacher(teacher_folder: Path) -> Any:
    return load_encoder(str(teacher_folder)).eval()


def onto(ours: Sequence[int], theirs: Sequence[int], shape: tuple[int, int], count: float = 1.0) -> Alignment:
    return Alignment(shape, np.array(ours, dtype=np.int64), np.array(theirs, dtype=np.int64), np.full(len(ours), count))


def itself(tokenizer: Any) -> Alignment:
    """Every piece stands for the piece that it is."""
    return onto(range(len(tokenizer)), range(len(tokenizer)), (len(tokenizer), len(tokenizer)))


def grafted(tokenizer: Any, teacher: Any, alignment: Alignment, size: Any = WHOLE, seed: int = 1) -> Any:
    """`tokenizer` on both sides, its pieces met equally often."""
    usage = np.ones(len(tokenizer))
    return graft(tokenizer, tokenizer, teacher, alignment, usage=usage, size=size, seed=seed).eval()


def sentence_vectors(encoder: Any, tokenizer: Any, texts: Sequence[str] = TEXTS) -> Tensor:
    """Length one."""
    ids, mask = (torch.from_numpy(one) for one in padded(encode(tokenizer, texts), tokenizer.pad_token_id))
    with torch.inference_mode():
        return normalize(mean_state(encoder(input_ids=ids, attention_mask=mask).last_hidden_state, mask), dim=-1)


def nearness(one: Any, other: Any, tokenizer: Any, texts: Sequence[str] = TEXTS) -> float:
    """The mean cosine of what two encoders say of each text, less what they say of all: that is alike for any texts."""
    own = [
        vectors - vectors.mean(dim=0) for vectors in (sentence_vectors(one, tokenizer, texts) for one in (one, other))
    ]
    return float(cosine_similarity(*own).mean())


class TestTheWholeTeacher:
    def test_its_own_vocabulary_gives_its_own_sentence_vectors(self, teacher: Any, small_tokenizer: Any) -> None:
        encoder = grafted(small_tokenizer, teacher, itself(small_tokenizer))
        ours, theirs = (sentence_vectors(one, small_tokenizer) for one in (encoder, teacher))
        assert ((ours * theirs).sum(dim=1) > 0.99).all()
        assert nearness(encoder, teacher, small_tokenizer) > 0.97

    def test_pieces_of_other_words_do_not(self, teacher: Any, small_tokenizer: Any) -> None:
        count = len(small_tokenizer)
        turned = grafted(small_tokenizer, teacher, onto(range(count), [*range(1, count), 0], (count, count)))
        assert nearness(turned, teacher, small_tokenizer) < 0.3

    @pytest.mark.parametrize("layers", [(0, 2), (2, 1), (1,)])
    def test_the_chosen_layers_are_the_teachers_in_that_order(
        self, teacher: Any, small_tokenizer: Any, layers: tuple[int, ...]
    ) -> None:
        encoder = grafted(small_tokenizer, teacher, itself(small_tokenizer), replace(WHOLE, teacher_layers=layers))
        assert encoder.config.num_hidden_layers == len(layers)
        for own, number in zip(encoder.encoder.layer, layers, strict=True):
            theirs = teacher.encoder.layer[number].state_dict()
            assert all(torch.equal(weight, theirs[name]) for name, weight in own.state_dict().items())

    def test_fewer_numbers_a_row_keep_the_most_of_it(self, teacher: Any, small_tokenizer: Any) -> None:
        near = []
        for width in (4, 16, 31):
            encoder = grafted(small_tokenizer, teacher, itself(small_tokenizer), replace(WHOLE, embedding=width))
            near.append(nearness(encoder, teacher, small_tokenizer))
        assert near == sorted(near)
        assert near[0] < 0.8 < 0.97 < near[2]

    def test_what_english_uses_decides_what_is_kept(self, teacher: Any, small_tokenizer: Any) -> None:
        used = list(range(50, 70))
        lost = []
        for usage in (np.isin(np.arange(len(small_tokenizer)), used) * 1e6, np.ones(len(small_tokenizer))):
            encoder = graft(
                small_tokenizer,
                small_tokenizer,
                teacher,
                itself(small_tokenizer),
                usage=usage,
                size=replace(WHOLE, embedding=20),
            )
            lost.append(float((self.widened(encoder) - self.entering(teacher))[used].square().mean()))
        assert lost[0] < 0.1 * lost[1]

    def widened(self, encoder: Any) -> Tensor:
        """What the encoder's rows become before their places are added and they are normalised."""
        with torch.no_grad():
            rows: Tensor = encoder.get_input_embeddings().weight * encoder.embeddings.LayerNorm.weight[0] / 0.05
            wide: Tensor = encoder.embeddings_project(rows)
        return wide

    def entering(self, teacher: Any) -> Tensor:
        parts = teacher.embeddings
        with torch.no_grad():
            usual = parts.position_embeddings.weight[:40].mean(dim=0) + parts.token_type_embeddings.weight[0]
            words: Tensor = parts.LayerNorm(parts.word_embeddings.weight + usual)
        return words


class TestRows:
    def rows(self, encoder: Any) -> Tensor:
        rows: Tensor = encoder.get_input_embeddings().weight.detach()
        return rows

    def test_a_piece_that_stands_for_two_lies_between_them(self, teacher: Any, small_tokenizer: Any) -> None:
        shape = (len(small_tokenizer), len(small_tokenizer))
        rows = self.rows(grafted(small_tokenizer, teacher, onto([50, 60, 70, 70, 70], [50, 60, 50, 50, 60], shape)))
        assert torch.allclose(rows[70], (2 * rows[50] + rows[60]) / 3, atol=1e-6)

    def test_special_tokens_are_their_like_whatever_was_counted(self, teacher: Any, tmp_path: Path) -> None:
        ours = train_tokenizer(TEXTS, size=150, max_length=48)
        theirs = load_tokenizer(
            random_checkpoint("bert", train_tokenizer(TEXTS * 2, size=200, max_length=48), tmp_path)
        )
        shape = (len(ours), teacher.config.vocab_size)
        usage = np.ones(teacher.config.vocab_size)
        known = onto([ours.unk_token_id, 40], [90, theirs.unk_token_id], shape)
        rows = self.rows(graft(ours, theirs, teacher, known, usage=usage, size=WHOLE))
        assert torch.allclose(rows[ours.unk_token_id], rows[40], atol=1e-6)
        assert not torch.allclose(rows[ours.cls_token_id], rows[ours.sep_token_id], atol=1e-3)

    def test_rows_are_as_large_as_those_of_a_trained_table(self, teacher: Any, small_tokenizer: Any) -> None:
        rows = self.rows(grafted(small_tokenizer, teacher, itself(small_tokenizer)))
        assert float(rows.std(dim=1).mean()) == pytest.approx(0.05, rel=0.1)

    def test_a_piece_that_was_hardly_ever_counted_begins_at_random(self, teacher: Any, small_tokenizer: Any) -> None:
        shape = (len(small_tokenizer), len(small_tokenizer))
        rows = self.rows(grafted(small_tokenizer, teacher, onto([50, 60], [50, 50], shape, count=0.5)))
        assert not torch.allclose(rows[50], rows[60], atol=1e-3)
        assert float(rows[100:].std()) == pytest.approx(0.025, rel=0.2)


class TestEncoder:
    def test_it_has_the_asked_shape(self, teacher: Any, small_tokenizer: Any) -> None:
        config = grafted(small_tokenizer, teacher, itself(small_tokenizer), TINY).config
        assert config.model_type == "electra"
        assert (config.embedding_size, config.hidden_size) == (TINY.embedding, 32)
        assert config.num_hidden_layers == len(TINY.teacher_layers)
        assert config.max_position_embeddings == TINY.length + 2
        assert config.vocab_size == len(small_tokenizer)
        assert config.intermediate_size == 64

    def test_the_same_seed_grafts_the_same(self, teacher: Any, small_tokenizer: Any) -> None:
        none = onto([], [], (len(small_tokenizer), len(small_tokenizer)))
        one, again, other = (grafted(small_tokenizer, teacher, none, TINY, seed).state_dict() for seed in (1, 1, 2))
        assert all(torch.equal(weight, again[name]) for name, weight in one.items())
        assert not torch.equal(one["embeddings.word_embeddings.weight"], other["embeddings.word_embeddings.weight"])

    def test_another_rotation_makes_much_the_same_encoder(self, teacher: Any, small_tokenizer: Any) -> None:
        one, other = (grafted(small_tokenizer, teacher, itself(small_tokenizer), WHOLE, seed) for seed in (1, 2))
        assert nearness(one, other, small_tokenizer) > 0.95

    def test_it_reloads_as_any_encoder_does(self, teacher: Any, small_tokenizer: Any, tmp_path: Path) -> None:
        encoder = grafted(small_tokenizer, teacher, itself(small_tokenizer), TINY)
        encoder.save_pretrained(tmp_path)
        again = AutoModel.from_pretrained(tmp_path).eval()
        said, heard = (sentence_vectors(one, small_tokenizer, TEXTS[:5]) for one in (encoder, again))
        assert torch.allclose(said, heard, atol=1e-6)


class TestWhatATeacherCannotGive:
    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            ({"teacher_layers": (0, 3)}, r"the teacher has 3 layers, not those asked for \(\[0, 3\]\)"),
            ({"teacher_layers": (-1,)}, "the teacher has 3 layers"),
            ({"length": 59}, "the teacher reads 58 tokens, not 59; ask for a shorter input"),
            ({"embedding": 32}, "the teacher is 32 wide; ask for rows narrower than that, not 32"),
        ],
    )
    def test_is_refused(self, teacher: Any, small_tokenizer: Any, asked: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            grafted(small_tokenizer, teacher, itself(small_tokenizer), replace(WHOLE, **asked))

    def test_another_family_is_refused(self, small_tokenizer: Any, tmp_path: Path) -> None:
        teacher = load_encoder(str(random_checkpoint("xlm-roberta", small_tokenizer, tmp_path)))
        with pytest.raises(ValueError, match="of the family 'xlm-roberta'; give an encoder of the family 'bert'"):
            grafted(small_tokenizer, teacher, itself(small_tokenizer))
