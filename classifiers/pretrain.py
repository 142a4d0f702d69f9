"""Give our network a start before it sees a label: an English sentence encoder's layers, then what that encoder says.

First our vocabulary is laid over the encoder's: our pieces begin as the English pieces that they stand for, counted on
English text, on translations and on our glossaries (`classifiers.alignment`, `classifiers.graft`). Then both towers
learn to say what the encoder says of an English sentence: from that sentence, from its translations (multilingual
distillation, Reimers & Gurevych 2020) and from the sentence with glossary words in it (`classifiers.code_switch`).

    python -m classifiers.pretrain --data DIR --teacher FOLDER_OR_HUB_ID --out DIR [--cache FILE] [--vocabulary FOLDER]

DIR holds `raw/<lang>.txt.xz`, `parallel/<l1>-<l2>.tsv.xz` and `labelled/<set>.jsonl.xz`, whose labels are not looked
at. The folder written is a base for `classifiers.train`.
"""

import argparse
import logging
import lzma
import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from classifiers.alignment import by_overlap, by_translation
from classifiers.code_switch import code_switched
from classifiers.dataset import CORPUS, Example, read_corpus, read_labelled, without_leaks
from classifiers.encoder import Size, under_towers, vocabulary_texts
from classifiers.glossary import LANGUAGES as GLOSSARIES
from classifiers.glossary import Glossary, read_glossary
from classifiers.graft import graft
from classifiers.learn import Optimiser, Progress, Schedule, halves_are_fast
from classifiers.preprocess import normalise
from classifiers.sampling import training_batches
from classifiers.serving import padded, truncated
from classifiers.teacher import Teacher, mean_state
from classifiers.transformer import ComplaintNetwork, encode, load_tokenizer, longest_input, save_network
from classifiers.vocabulary import train_tokenizer

log = logging.getLogger(__name__)

Pairs = list[tuple[str, str]]
"""English sentences, each with what says the same in another language."""

_MOST_PAIRS = {"bg": 21_000, "lv": 30_000, "ru": 20_000, "uk": 6_000, "lt": 6_000, "et": 6_000}
_RAW_LINE = 400


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is read to align the vocabularies and then to learn meanings, and how fast.

    `aligned_texts` are English texts and `aligned_pairs` translations a language, of `aligned_lengths` characters;
    a glossary's usual meaning counts like `glossary_weight` translations. Of meanings: at most `pairs` translations a
    language (`other_pairs` where it is not named) of `lengths` characters, `english` texts of the public sets, and
    `switched` of these for each glossary, with `switched_share` of the words that it knows replaced. The rates are
    those of the encoder's layers, of the token embeddings, of the bag and of the layer that examines the bag.
    """

    aligned_texts: int = 150_000
    aligned_pairs: int = 30_000
    aligned_lengths: tuple[int, int] = (2, 119)
    glossary_weight: float = 12.0
    pairs: Mapping[str, int] = field(default_factory=lambda: dict(_MOST_PAIRS))
    other_pairs: int = 8_000
    lengths: tuple[int, int] = (8, 200)
    english: int = 50_000
    switched: int = 16_000
    switched_share: float = 0.9
    batch_tokens: int = 4_096
    rate: float = 1.5e-4
    embeddings_rate: float = 1e-3
    bag_rate: float = 2e-3
    examiner_rate: float = 1e-3
    warm_up: float = 0.04
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Meanings:
    """Texts in any language, each with the row of `vectors` (sentences, width) of its English original."""

    texts: Sequence[str]
    rows: NDArray[np.int64]
    vectors: NDArray[np.float16]


def distil(network: ComplaintNetwork, tokenizer: Any, meanings: Meanings, lessons: Lessons) -> None:
    """Train both towers of `network` in place, once over `meanings`; heads and narrow layer stay as they are.

    The mean of the encoder's states, which must be as wide as the teacher's, and a linear layer over the bag, thrown
    away afterwards, come to point where the vectors point.
    """
    length = longest_input(network.encoder.config, tokenizer)
    encoded = [truncated(ids, length) for ids in encode(tokenizer, meanings.texts)]
    order = np.random.default_rng(lessons.seed).permutation(len(encoded)).astype(np.int64)
    batches = training_batches([len(ids) for ids in encoded], order, lessons.batch_tokens, lessons.seed)
    examiner = nn.Linear(network.wide.bag.embedding_dim, meanings.vectors.shape[1])
    deep, wide = _optimisers(network, examiner, lessons, len(batches))
    progress = Progress(len(batches))
    network.eval()  # no dropout: every text is read once, there is nothing to learn by heart
    for rows in batches:
        ids, mask = (torch.from_numpy(one) for one in padded([encoded[row] for row in rows], tokenizer.pad_token_id))
        meant = torch.from_numpy(meanings.vectors[meanings.rows[rows]].astype(np.float32))
        with torch.autocast("cpu", torch.bfloat16, enabled=halves_are_fast()):
            states = network.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        of_deep = _missed(mean_state(states, mask), meant)
        deep.step(of_deep)
        of_wide = _missed(examiner(network.wide.features(ids, mask)), meant)
        wide.step(of_wide)
        progress.step(float(of_deep.detach() + of_wide.detach()), int(mask.sum()))
    network.train()


def _optimisers(
    network: ComplaintNetwork, examiner: nn.Module, lessons: Lessons, steps: int
) -> tuple[Optimiser, Optimiser]:
    deep = Schedule(
        encoder_rate=lessons.rate, look_up_rate=lessons.embeddings_rate, warm_up=lessons.warm_up, weight_decay=0.0
    )
    wide = Schedule(
        rate=lessons.examiner_rate, look_up_rate=lessons.bag_rate, warm_up=lessons.warm_up, weight_decay=0.0
    )
    bag = nn.ModuleList([network.wide.bag, examiner])
    return Optimiser(network.deep, deep, steps), Optimiser(bag, wide, steps)


def _missed(said: Tensor, meant: Tensor) -> Tensor:
    return 1.0 - nn.functional.cosine_similarity(said.float(), meant).mean()


def translations(folder: Path, most: Callable[[str], int], lengths: tuple[int, int], seed: int) -> Pairs:
    """Pairs of the `en-xx` and `xx-en` files, at most `most(xx)` of each, both sides so many characters long."""
    pairs: Pairs = []
    for path in sorted(folder.glob("*.tsv.xz")):
        languages = path.name.split(".")[0].split("-")
        if "en" not in languages:
            continue
        english = languages.index("en")
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t")[:2] for line in lines]
        random.Random(seed).shuffle(rows)
        fitting = [
            row for row in rows if len(row) == 2 and all(lengths[0] <= len(s.strip()) <= lengths[1] for s in row)
        ]
        pairs += [(row[english], row[1 - english]) for row in fitting[: most(languages[1 - english])]]
    return pairs


def switched(english: Sequence[str], glossaries: Iterable[Glossary], lessons: Lessons) -> Pairs:
    """Some of the `english` texts for each glossary, with its words in them."""
    pairs: Pairs = []
    for glossary in glossaries:
        rng = random.Random(f"{lessons.seed} {glossary.lang}")
        for text in rng.sample(english, min(len(english), lessons.switched)):
            pairs.append((text, code_switched(text, glossary, rng, lessons.switched_share)))
    return pairs


def english_texts(training: Iterable[Example], lessons: Lessons) -> list[str]:
    """The English posts of our corpus, and a sample of the public sets without XED, which is subtitles and no posts."""
    posts = [example for example in training if example.lang == "en" and example.source != "xed_emotion"]
    own = [example.text for example in posts if example.source.startswith(CORPUS)]
    public = [example.text for example in posts if not example.source.startswith(CORPUS)]
    return own + random.Random(lessons.seed).sample(public, min(len(public), lessons.english))


def meanings(pairs: Iterable[tuple[str, str]], english: Iterable[str], teacher: Teacher) -> Meanings:
    """What the teacher says of the English sides and of more `english` texts, for them and for the other sides."""
    pairs = list(pairs)
    originals = list(dict.fromkeys([one for one, _ in pairs] + list(english)))
    if not originals:
        raise ValueError("no English sentence to ask the teacher about: give translations or English examples")
    row = {text: place for place, text in enumerate(originals)}
    texts = [normalise(text) for text in originals] + [normalise(other) for _, other in pairs]
    rows = [*range(len(originals)), *(row[one] for one, _ in pairs)]
    return Meanings(texts, np.array(rows, dtype=np.int64), teacher.vectors(originals))


def grafted(
    tokenizer: Any,
    teacher: Teacher,
    english: Sequence[str],
    pairs: Pairs,
    *,
    glossaries: Iterable[Glossary],
    size: Size,
    lessons: Lessons,
) -> ComplaintNetwork:
    """A network whose encoder has the teacher's layers, its table laid over the teacher's by all that is given."""
    entries = [entry for glossary in glossaries for entry in glossary.pairs()]
    known = by_overlap(tokenizer, teacher.tokenizer, english)
    learnt = by_translation(
        tokenizer,
        teacher.tokenizer,
        [(one, normalise(other)) for one, other in pairs] + [(meaning, form) for meaning, form, _ in entries],
        [1.0] * len(pairs) + [lessons.glossary_weight * weight for _, _, weight in entries],
    )
    both = known + learnt
    log.info("%d of %d pieces aligned", int((both.met() > 0).sum()), len(tokenizer))
    encoder = graft(
        tokenizer, teacher.tokenizer, teacher.encoder, both, usage=known.usage(), size=size, seed=lessons.seed
    )
    return under_towers(encoder, size, domains=1)


def alignment_texts(training: Iterable[Example], raw: Path, lessons: Lessons) -> list[str]:
    """English texts of all sets and lines of `raw`/en.txt.xz, mixed."""
    texts = [example.text for example in training if example.lang == "en"]
    path = raw / "en.txt.xz"
    if path.is_file():
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            texts += [line for line in lines if len(line) < _RAW_LINE]
    random.Random(lessons.seed).shuffle(texts)
    return [normalise(text) for text in texts[: lessons.aligned_texts]]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when a base was written."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.pretrain", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with labelled/, raw/ and parallel/")
    parser.add_argument("--corpus", type=Path, default=Path(str(resources.files("classifiers"))) / "corpus")
    parser.add_argument("--teacher", required=True, help="an English sentence encoder like BERT: a folder or a hub id")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the base to")
    parser.add_argument("--cache", type=Path, help="file (.npz) that keeps what the teacher said for another run")
    parser.add_argument("--vocabulary", help="folder of an earlier model whose tokenizer to take over")
    parser.add_argument("--seed", type=int, default=Lessons().seed)
    parser.add_argument("--threads", type=int, help="threads for torch; all cores by default")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    if given.threads:
        torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    lessons, size = Lessons(seed=given.seed), Size()
    examples = without_leaks(read_labelled(given.data / "labelled") + read_corpus(given.corpus))
    training = [example for example in examples if example.split == "train"]
    if given.vocabulary:
        tokenizer = load_tokenizer(given.vocabulary)
    else:
        texts = vocabulary_texts(training, given.seed, given.data / "raw")
        tokenizer = train_tokenizer(texts, size=size.vocabulary, max_length=size.length)
    teacher = Teacher(given.teacher, given.cache)
    glossaries = [read_glossary(lang) for lang in GLOSSARIES]
    parallel = given.data / "parallel"
    short = translations(parallel, lambda _: lessons.aligned_pairs, lessons.aligned_lengths, lessons.seed)
    to_align = alignment_texts(training, given.data / "raw", lessons)
    network = grafted(tokenizer, teacher, to_align, short, glossaries=glossaries, size=size, lessons=lessons)
    pairs = translations(
        parallel, lambda lang: lessons.pairs.get(lang, lessons.other_pairs), lessons.lengths, lessons.seed
    )
    english = english_texts(training, lessons)
    taught = meanings([*pairs, *switched(english, glossaries, lessons)], english, teacher)
    log.info("%d texts with a meaning", len(taught.texts))
    distil(network, tokenizer, taught, lessons)
    given.out.mkdir(parents=True, exist_ok=True)
    save_network(network, tokenizer, given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
