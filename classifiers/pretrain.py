"""Give an own encoder a start before it sees a label: words in context, and what sentences mean.

Two lessons in turns. Hidden tokens are guessed from their neighbours in plain text of every language (masked-language
modelling, Devlin et al. 2019; guessed among the batch's own tokens and a sample of others). And both towers learn to
say what a larger English sentence encoder says of an English sentence, from that sentence and from its translations
(multilingual distillation, Reimers & Gurevych 2020), so that "refund" lies near its Latvian word before any label.

    python -m classifiers.pretrain --data DIR --teacher FOLDER_OR_HUB_ID --out DIR [--cache FILE]

DIR holds `raw/<lang>.txt.xz`, `parallel/<l1>-<l2>.tsv.xz` and `labelled/<set>.jsonl.xz`, whose labels are not looked
at. The folder written is a base for `classifiers.train`.
"""

import argparse
import json
import logging
import lzma
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from classifiers.dataset import read_corpus, read_labelled, without_leaks
from classifiers.encoder import Size, own_encoder, vocabulary_texts
from classifiers.learn import Optimiser, Progress, Schedule, halves_are_fast
from classifiers.preprocess import normalise
from classifiers.sampling import training_batches
from classifiers.serving import padded, truncated
from classifiers.transformer import ComplaintNetwork, encode, load_encoder, load_tokenizer, save_network
from classifiers.vocabulary import FIRST_CLASS, train_tokenizer

log = logging.getLogger(__name__)

_HIDDEN = 0.15
_NEGATIVES = 3_000
_TEACHER_TOKENS = 64
_LENGTHS = (15, 300)


@dataclass(frozen=True, slots=True)
class Lessons:
    """How much is read: translation pairs a file, plain lines a language (three times as many in bg, lv, ru and en)."""

    pairs: int = 45_000
    lines: int = 10_000
    seed: int = 1
    batch_tokens: int = 4_096


@dataclass(frozen=True, slots=True)
class Meanings:
    """Texts in any language, each with the row of `vectors` (sentences, width) of its English original."""

    texts: Sequence[str]
    rows: NDArray[np.int64]
    vectors: NDArray[np.float16]


def pretrain(
    network: ComplaintNetwork, tokenizer: Any, plain: Sequence[str], meanings: Meanings, lessons: Lessons
) -> None:
    """Train both towers of `network` in place, once over `plain` texts and once over `meanings`."""
    length = int(tokenizer.model_max_length)
    school = _School(network, tokenizer, meanings.vectors.shape[1])
    guess = [truncated(ids, length) for ids in encode(tokenizer, plain)]
    mean = [truncated(ids, length) for ids in encode(tokenizer, meanings.texts)]
    steps: list[tuple[bool, NDArray[np.int64]]] = []
    for meant, encoded in ((False, guess), (True, mean)):
        order = np.random.default_rng(lessons.seed).permutation(len(encoded)).astype(np.int64)
        batches = training_batches([len(ids) for ids in encoded], order, lessons.batch_tokens, lessons.seed)
        steps += [(meant, rows) for rows in batches]
    random.Random(lessons.seed).shuffle(steps)
    schedule = Schedule(rate=1e-3, look_up_rate=2e-3, token_dropout=0.0, half=halves_are_fast())
    optimiser = Optimiser(school, schedule, len(steps))
    progress = Progress(len(steps))
    school.train()
    for meant, rows in steps:
        encoded = mean if meant else guess
        ids, mask = (torch.from_numpy(one) for one in padded([encoded[row] for row in rows], tokenizer.pad_token_id))
        with torch.autocast("cpu", torch.bfloat16, enabled=schedule.half):
            if meant:
                vectors = torch.from_numpy(meanings.vectors[meanings.rows[rows]].astype(np.float32))
                loss = school.meaning(ids, mask, vectors)
            else:
                loss = school.guessing(ids, mask)
        optimiser.step(loss)
        progress.step(float(loss.detach()), int(mask.sum()))


class _School(nn.Module):
    """The network with what is needed to examine it and thrown away afterwards."""

    def __init__(self, network: ComplaintNetwork, tokenizer: Any, width: int) -> None:
        super().__init__()
        self.network = network
        self.deep_says = nn.Linear(network.deep.narrow.out_features, width)
        self.wide_says = nn.Linear(network.wide.bag.embedding_dim, width)
        hidden = int(network.encoder.config.hidden_size)
        self.restore = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.LayerNorm(hidden))
        self._mask_id = int(tokenizer.mask_token_id)
        self._special = torch.tensor(tokenizer.all_special_ids)

    def meaning(self, ids: Tensor, mask: Tensor, vectors: Tensor) -> Tensor:
        """One minus the cosine between what the teacher says and what each tower says, added."""
        deep = self.deep_says(self.network.deep.features(mask, input_ids=ids)).float()
        wide = self.wide_says(self.network.wide.features(ids, mask)).float()
        losses = [1 - nn.functional.cosine_similarity(said, vectors).mean() for said in (deep, wide)]
        return losses[0] + losses[1]

    def guessing(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Cross-entropy of the hidden tokens among those hidden in the batch and a sample of the vocabulary."""
        free = (mask > 0) & ~torch.isin(ids, self._special)
        hidden = (torch.rand(ids.shape) < _HIDDEN) & free
        if not hidden.any():
            hidden = free
        states = self.network.encoder(
            input_ids=torch.where(hidden, torch.full_like(ids, self._mask_id), ids), attention_mask=mask
        ).last_hidden_state
        table = self.network.encoder.get_input_embeddings().weight
        sample = torch.randint(len(table), (_NEGATIVES,))
        candidates, places = torch.unique(torch.cat([ids[hidden], sample]), return_inverse=True)
        rows = nn.functional.embedding(candidates, table, sparse=True)
        scores = self.restore(states[hidden].float()) @ rows.T
        # Divided here: of a batch without a token to hide the mean would be no number, and spoil all weights.
        missed = nn.functional.cross_entropy(scores.float(), places[: len(scores)], reduction="sum")
        return missed / max(1, len(scores))


class Teacher:
    """A sentence encoder by folder or hub id: mean of its last states, length one. `cache` keeps what it said."""

    def __init__(self, spec: str, cache: Path | None = None) -> None:
        self._spec, self._cache = spec, cache
        self._known: dict[str, NDArray[np.float16]] = {}
        if cache is not None and cache.is_file():
            with np.load(cache, allow_pickle=False) as kept:
                said_by = str(kept["teacher"]) if "teacher" in kept else spec
                if said_by != spec:
                    raise ValueError(f"{cache}: keeps what {said_by} said, not {spec}; give another file")
                self._known = dict(zip(json.loads(kept["texts"].tobytes()), kept["vectors"], strict=True))

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float16]:
        """(texts, width) vectors of `texts`."""
        new = sorted({text for text in texts if text not in self._known}, key=len, reverse=True)
        if new:
            self._known.update(zip(new, self._ask(new), strict=True))
            self._keep()
        return np.stack([self._known[text] for text in texts])

    def _keep(self) -> None:
        if self._cache is not None:
            # By an open file: to a bare name NumPy would add an ending, and the next run would not find it.
            with self._cache.open("wb") as file:
                texts = np.frombuffer(json.dumps(list(self._known)).encode(), dtype=np.uint8)
                np.savez(file, teacher=self._spec, texts=texts, vectors=np.stack(list(self._known.values())))

    def _ask(self, texts: Sequence[str]) -> Iterator[NDArray[np.float16]]:
        encoder, tokenizer = load_encoder(self._spec).eval(), load_tokenizer(self._spec)
        log.info("asking %s about %d sentences", self._spec, len(texts))
        for start in range(0, len(texts), 128):
            inputs = tokenizer(
                list(texts[start : start + 128]),
                truncation=True,
                max_length=_TEACHER_TOKENS,
                padding=True,
                return_tensors="pt",
            )
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=halves_are_fast()):
                states = encoder(**inputs).last_hidden_state.float()
            mask = inputs["attention_mask"].unsqueeze(-1)
            said = nn.functional.normalize((states * mask).sum(dim=1) / mask.sum(dim=1), dim=-1)
            yield from said.half().numpy()


def translations(folder: Path, lessons: Lessons) -> list[tuple[str, str]]:
    """(English sentence, its translation) pairs of the `en-xx` and `xx-en` files, at most `lessons.pairs` a file."""
    picker = random.Random(lessons.seed)
    pairs: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*.tsv.xz")):
        languages = path.name.split(".")[0].split("-")
        if "en" not in languages:
            continue
        english = languages.index("en")
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines]
        whole = [
            (row[english], row[1 - english]) for row in rows if len(row) >= 2 and row[0].strip() and row[1].strip()
        ]
        picker.shuffle(whole)
        pairs += [pair for pair in whole if all(map(_fits, pair))][: lessons.pairs]
    return pairs


def plain_texts(folder: Path, lessons: Lessons) -> Iterator[str]:
    """Lines of every `<lang>.txt.xz`."""
    for path in sorted(folder.glob("*.txt.xz")):
        count = lessons.lines * (3 if path.name.split(".")[0] in FIRST_CLASS else 1)
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            fitting = [line for line in lines if _fits(line.strip())]
        yield from map(normalise, random.Random(lessons.seed).sample(fitting, min(len(fitting), count)))


def meanings(pairs: Iterable[tuple[str, str]], english: Iterable[str], teacher: Teacher) -> Meanings:
    """What the teacher says of the English sides and of more `english` texts, for them and for the translations."""
    pairs = list(pairs)
    originals = list(dict.fromkeys([one for one, _ in pairs] + list(english)))
    if not originals:
        raise ValueError("no English sentence to ask the teacher about: give translations or English examples")
    row = {text: place for place, text in enumerate(originals)}
    texts = [normalise(text) for text in originals] + [normalise(other) for _, other in pairs]
    rows = [*range(len(originals)), *(row[one] for one, _ in pairs)]
    return Meanings(texts, np.array(rows, dtype=np.int64), teacher.vectors(originals))


def _fits(text: str) -> bool:
    return _LENGTHS[0] <= len(text) <= _LENGTHS[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when a base was written."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.pretrain", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with labelled/, raw/ and parallel/")
    parser.add_argument("--corpus", type=Path, default=Path(str(resources.files("classifiers"))) / "corpus")
    parser.add_argument("--teacher", required=True, help="an English sentence encoder: a folder or a hub id")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the base to")
    parser.add_argument("--cache", type=Path, help="file (.npz) that keeps what the teacher said for another run")
    parser.add_argument("--vocabulary", help="folder of an earlier model whose tokenizer to take over")
    parser.add_argument("--pairs", type=int, default=Lessons().pairs, help="translation pairs a language pair")
    parser.add_argument("--lines", type=int, default=Lessons().lines, help="plain lines a language")
    parser.add_argument("--seed", type=int, default=Lessons().seed)
    parser.add_argument("--threads", type=int, help="threads for torch; all cores by default")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    if given.threads:
        torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    lessons = Lessons(pairs=given.pairs, lines=given.lines, seed=given.seed)
    examples = without_leaks(read_labelled(given.data / "labelled") + read_corpus(given.corpus))
    training = [example for example in examples if example.split == "train"]
    size = Size()
    if given.vocabulary:
        tokenizer = load_tokenizer(given.vocabulary)
    else:
        texts = vocabulary_texts(training, given.seed, given.data / "raw")
        tokenizer = train_tokenizer(texts, size=size.vocabulary, max_length=size.length)
    network = own_encoder(tokenizer, size, domains=1)
    posts = random.Random(given.seed).sample(training, min(len(training), 20 * lessons.lines))
    english = [example.text for example in training if example.lang == "en" and example.source != "xed_emotion"]
    english = random.Random(given.seed).sample(english, min(len(english), 2 * lessons.pairs))
    teacher = Teacher(given.teacher, given.cache)
    taught = meanings(translations(given.data / "parallel", lessons), english, teacher)
    plain = [*plain_texts(given.data / "raw", lessons), *(example.text for example in posts)]
    log.info("%d plain texts, %d texts with a meaning", len(plain), len(taught.texts))
    pretrain(network, tokenizer, plain, taught, lessons)
    given.out.mkdir(parents=True, exist_ok=True)
    save_network(network, tokenizer, given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
