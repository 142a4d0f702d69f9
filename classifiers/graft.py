"""An encoder of our own whose layers are those of an English sentence encoder, under a vocabulary of many languages.

The layers of a trained encoder know what words do to each other; its table knows English words alone. So the layers are
taken over, which is known to work (Artetxe et al. 2020, "On the Cross-lingual Transferability of Monolingual
Representations"), and each of our pieces begins as the mean of the English pieces that it stands for
(`classifiers.alignment`).

The table is factorised as in ALBERT (Lan et al. 2020), which is transformers' `ElectraModel`: narrow rows that a linear
layer widens. What entered the teacher's first layer is a normalised sum of word, position and type. It is taken apart
here: principal components of the normalised words give the narrow rows, and the projection back gives the linear layer.
"""

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor
from transformers import ElectraConfig, ElectraModel

from classifiers.alignment import Alignment, Floats
from classifiers.encoder import Size

_USUAL_LENGTH = 40
"""The positions whose mean stands for any: posts are rarely longer."""
_KNOWN = 0.5
"""A piece that was counted less often begins at random."""
_SPREAD = 0.05
"""Standard deviation of the narrow rows: that of a trained table, so that usual learning rates fit."""
_ROLES = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")


def graft(
    ours: Any, theirs: Any, teacher: Any, alignment: Alignment, *, usage: Floats, size: Size, seed: int = 1
) -> Any:
    """An `ElectraModel` for our tokenizer with `size.teacher_layers` of `teacher`, an encoder of the family of BERT.

    `theirs` is the teacher's tokenizer; `usage` (their pieces,) says how often each is met in English, and decides
    which directions the `size.embedding` numbers of a row keep. Special tokens take the vector of their like.
    ValueError where the teacher has no such layers or not so many positions, or is not wider than our rows.
    """
    _refuse(teacher.config, size)
    narrow = _Narrow(teacher, usage, size, seed)
    rows = alignment.vectors(narrow.words)
    unknown = alignment.met() <= _KNOWN
    rng = np.random.default_rng(seed + 1)
    rows[unknown] = (rng.normal(size=rows.shape) * narrow.norm * 0.5)[unknown]
    for role in _ROLES:
        rows[getattr(ours, f"{role}_id")] = narrow.words[getattr(theirs, f"{role}_id")]
    encoder: Any = ElectraModel(_config(teacher.config, ours, size))
    narrow.pour(encoder, rows)
    for own, number in zip(encoder.encoder.layer, size.teacher_layers, strict=True):
        own.load_state_dict(teacher.encoder.layer[number].state_dict())
    return encoder


class _Narrow:
    """What enters a teacher's first layer, in `size.embedding` numbers instead of its own width.

    `words` (their pieces, embedding) are the normalised words, `positions` (length + 2, embedding) what a position
    changes; `mean` and `back` lead to the teacher's width again. `norm` is the usual standard deviation of a row.
    """

    def __init__(self, teacher: Any, usage: Floats, size: Size, seed: int) -> None:
        words, positions = _entering(teacher, size.length)
        often = np.sqrt(usage + 0.1)
        often /= often.sum()
        self.mean: Floats = often @ words
        words -= self.mean
        _, directions = np.linalg.eigh((words * often[:, None]).T @ words)
        # Mixed by a random rotation: a row's numbers are then of one size, as the normalisation after them supposes.
        rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(size.embedding, size.embedding)))[0]
        self.back: Floats = directions[:, ::-1][:, : size.embedding] @ rotation
        self.words: Floats = words @ self.back
        self.positions: Floats = positions @ self.back
        self.norm = float(often @ self.words.std(axis=1))

    def pour(self, encoder: Any, rows: Floats) -> None:
        """Set the embeddings of `encoder`: our `rows`, the positions, and the way to the teacher's width."""
        embeddings, scale = encoder.embeddings, _SPREAD / self.norm
        with torch.no_grad():
            embeddings.word_embeddings.weight.copy_(_tensor(rows * scale))
            embeddings.position_embeddings.weight.copy_(_tensor(self.positions * scale))
            embeddings.token_type_embeddings.weight.zero_()
            embeddings.LayerNorm.weight.fill_(self.norm)
            embeddings.LayerNorm.bias.zero_()
            encoder.embeddings_project.weight.copy_(_tensor(self.back))
            encoder.embeddings_project.bias.copy_(_tensor(self.mean))


def _entering(teacher: Any, length: int) -> tuple[Floats, Floats]:
    """The teacher's words as its first layer meets them at a usual place, and what other places add to that."""
    parts = teacher.embeddings
    with torch.no_grad():
        places = cast(Tensor, parts.position_embeddings.weight)
        usual = places[:_USUAL_LENGTH].mean(dim=0)
        sums = parts.word_embeddings.weight + usual + parts.token_type_embeddings.weight[0]
        words = parts.LayerNorm(sums)
        spread = sums.std(dim=1, unbiased=False).mean()
        positions = (places[: length + 2] - usual) * parts.LayerNorm.weight / spread
    return words.numpy().astype(np.float64), positions.numpy().astype(np.float64)


def _config(told: Any, ours: Any, size: Size) -> ElectraConfig:
    return ElectraConfig(
        vocab_size=len(ours),
        embedding_size=size.embedding,
        hidden_size=told.hidden_size,
        num_hidden_layers=len(size.teacher_layers),
        num_attention_heads=told.num_attention_heads,
        intermediate_size=told.intermediate_size,
        hidden_act=told.hidden_act,
        layer_norm_eps=told.layer_norm_eps,
        max_position_embeddings=size.length + 2,
        pad_token_id=ours.pad_token_id,
    )


def _refuse(told: Any, size: Size) -> None:
    """ValueError where a teacher with this config cannot give an encoder of this size."""
    if told.model_type != "bert":
        raise ValueError(f"the teacher is of the family {told.model_type!r}; give an encoder of the family 'bert'")
    layers, most = list(size.teacher_layers), told.max_position_embeddings - 2
    if not all(0 <= number < told.num_hidden_layers for number in layers):
        raise ValueError(f"the teacher has {told.num_hidden_layers} layers, not those asked for ({layers})")
    if size.length > most:
        raise ValueError(f"the teacher reads {most} tokens, not {size.length}; ask for a shorter input")
    if size.embedding >= told.hidden_size:
        raise ValueError(
            f"the teacher is {told.hidden_size} wide; ask for rows narrower than that, not {size.embedding}"
        )


def _tensor(array: Floats) -> Tensor:
    return torch.from_numpy(array.astype(np.float32))
