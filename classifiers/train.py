"""Train a complaint model: our own tokenizer and a compact encoder from scratch, or a given encoder with our heads.

    python -m classifiers.train --data DIR --out DIR [--base FOLDER_OR_HUB_ID] [--seed N]

DIR holds `labelled/<set>.jsonl.xz`, and for the tokenizer optionally `raw/<lang>.txt.xz`. Runs on a CPU.
"""

import argparse
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel, BertConfig

from classifiers import heads
from classifiers.calibrate import calibrate
from classifiers.card import write_card
from classifiers.dataset import CORPUS, Example, read_corpus, read_labelled, without_leaks
from classifiers.evaluate import evaluate, measured
from classifiers.learn import Schedule, learn
from classifiers.load import load
from classifiers.sampling import draws, training_batches
from classifiers.serving import all_logits, truncated
from classifiers.targets import target_table
from classifiers.transformer import (
    ComplaintNetwork,
    TorchNetwork,
    encode,
    load_encoder,
    load_network,
    load_tokenizer,
    longest_input,
    save_network,
)
from classifiers.vocabulary import raw_lines, train_tokenizer

log = logging.getLogger(__name__)

_ENOUGH_OF_A_LANGUAGE = 500
_ENOUGH_OF_THE_CORPUS = 100
_DEV_PER_SET = 600
_VOCABULARY_PER_LANGUAGE = 4_000
_BASE_RATE = 3e-5


@dataclass(frozen=True, slots=True)
class Size:
    """The shape of an encoder trained from scratch; `length` is the longest input in tokens."""

    vocabulary: int = 32_000
    hidden: int = 256
    layers: int = 2
    attention_heads: int = 4
    inner: int = 512
    length: int = 128


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out: the same recipe on the same data gives the same weights on one machine.

    `draws` is how many examples are shown in all (balanced, see `sampling`), our own corpus `corpus_repeats`
    times. `base` is an encoder's folder or hub id, None for an own one of `size`; `vocabulary` the folder of an earlier
    model whose tokenizer an own encoder takes over, None to learn one. `batch_tokens` are the padded tokens of a step.
    """

    draws: int = 400_000
    seed: int = 1
    base: str | None = None
    vocabulary: str | None = None
    corpus_repeats: int = 14
    size: Size = field(default_factory=Size)
    schedule: Schedule | None = None
    batch_tokens: int = 4_096
    name: str = "compact"


def train(labelled: Sequence[Example], out: Path, recipe: Recipe, *, raw: Path | None = None) -> heads.ModelCard:
    """Train on the train rows of `labelled`, calibrate on its dev rows, and write a model folder to `out`.

    Test rows are not looked at. ValueError where there is nothing to train on.
    """
    started = time.monotonic()
    training = [example for example in labelled if example.split == "train"]
    if not training:
        raise ValueError("no example of the train split: nothing to learn from")
    torch.manual_seed(recipe.seed)
    tokenizer, network = _from_base(recipe.base) if recipe.base else _from_scratch(training, recipe, raw)
    length = longest_input(network.encoder.config, tokenizer)
    _fit(network, tokenizer, training, recipe, length)
    out.mkdir(parents=True, exist_ok=True)
    save_network(network, tokenizer, out)
    card = heads.ModelCard(recipe.name, heads.weights_version(out), _languages(training), length)
    card = _calibrated(card, out, development(labelled, recipe.seed))
    heads.write(card, out)
    log.info("trained %s in %.0f s", card.full_name, time.monotonic() - started)
    return card


def development(examples: Sequence[Example], seed: int) -> list[Example]:
    """The dev rows, at most 600 a set, so that the largest set does not decide the calibration."""
    by_set: dict[str, list[Example]] = {}
    for example in examples:
        if example.split == "dev":
            by_set.setdefault(example.source, []).append(example)
    picker = random.Random(seed)
    return [row for rows in by_set.values() for row in picker.sample(rows, min(len(rows), _DEV_PER_SET))]


def _from_base(base: str) -> tuple[Any, ComplaintNetwork]:
    """A hub encoder with fresh heads, or a model folder of ours, heads and all."""
    if (Path(base) / heads.WEIGHTS_FILE).is_file():
        return load_tokenizer(base), load_network(Path(base))
    encoder = load_encoder(base)
    return load_tokenizer(base), ComplaintNetwork(encoder, int(encoder.config.hidden_size))


def _from_scratch(training: Sequence[Example], recipe: Recipe, raw: Path | None) -> tuple[Any, ComplaintNetwork]:
    size = recipe.size
    if recipe.vocabulary:
        tokenizer = load_tokenizer(recipe.vocabulary)
    else:
        texts = _vocabulary_texts(training, recipe.seed, raw)
        log.info("learning the vocabulary from %d texts", len(texts))
        tokenizer = train_tokenizer(texts, size=size.vocabulary, max_length=size.length)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.attention_heads,
        intermediate_size=size.inner,
        max_position_embeddings=size.length + 2,
        pad_token_id=tokenizer.pad_token_id,
    )
    encoder: Any = AutoModel.from_config(config)  # type: ignore[no-untyped-call]
    return tokenizer, ComplaintNetwork(encoder, size.hidden)


def _vocabulary_texts(training: Sequence[Example], seed: int, raw: Path | None) -> list[str]:
    by_language: dict[str, list[str]] = {}
    for example in training:
        by_language.setdefault(example.lang, []).append(example.text)
    picker = random.Random(seed)
    texts = []
    for _, known in sorted(by_language.items()):
        texts += picker.sample(known, min(len(known), _VOCABULARY_PER_LANGUAGE))
    return texts + (list(raw_lines(raw, tuple(by_language), seed=seed)) if raw else [])


def _fit(network: ComplaintNetwork, tokenizer: Any, training: Sequence[Example], recipe: Recipe, length: int) -> None:
    order = draws(training, recipe.draws, recipe.seed, corpus_repeats=recipe.corpus_repeats)
    encoded = [truncated(ids, length) for ids in encode(tokenizer, [example.text for example in training])]
    batches = training_batches([len(ids) for ids in encoded], order, recipe.batch_tokens, recipe.seed)
    schedule = recipe.schedule or (Schedule(rate=_BASE_RATE) if recipe.base else Schedule())
    log.info("training on %d draws of %d examples, %d steps", len(order), len(training), len(batches))
    pad_id = tokenizer.pad_token_id or 0
    learn(network, encoded, target_table(training), batches, schedule, pad_id=pad_id, mask_id=tokenizer.mask_token_id)


def _calibrated(card: heads.ModelCard, folder: Path, dev: Sequence[Example]) -> heads.ModelCard:
    """The card with a calibration fitted on what was written, not on what was in memory: half precision included."""
    if not dev:
        return card
    logits = all_logits(TorchNetwork(folder), [example.text for example in dev], card.max_length)
    return heads.ModelCard(
        card.name, card.version, card.languages, card.max_length, calibration=calibrate(logits, target_table(dev))
    )


def _languages(training: Sequence[Example]) -> tuple[str, ...]:
    """Languages with enough rows to be claimed; polarity guessed from emotions is not enough."""
    rows: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for example in training:
        rows[example.lang] += max(target.weight for target in example.targets.values()) > 0.25
        own[example.lang] += example.source.startswith(CORPUS)
    enough = {lang for lang, n in rows.items() if n >= _ENOUGH_OF_A_LANGUAGE}
    return tuple(sorted(enough | {lang for lang, n in own.items() if n >= _ENOUGH_OF_THE_CORPUS}))


def _origin(recipe: Recipe) -> str:
    """Where the weights began; of a model folder its name, because its path means nothing elsewhere."""
    if recipe.base is None:
        return "from scratch" + (" with the vocabulary of an earlier model" if recipe.vocabulary else "")
    ours = (Path(recipe.base) / heads.FILE).is_file()
    return f"continued from {heads.read(Path(recipe.base)).full_name}" if ours else f"from {recipe.base}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when a model was written."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.train", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with labelled/ and optionally raw/")
    parser.add_argument("--corpus", type=Path, default=Path(str(resources.files("classifiers"))) / "corpus")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--base", help="encoder to start from: a folder or a hub id")
    parser.add_argument("--sets", help="comma-separated names of the sets to train on; all known ones by default")
    parser.add_argument("--draws", type=int, default=Recipe().draws, help="examples to show in all")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    parser.add_argument("--vocabulary", help="folder of an earlier model whose tokenizer to take over")
    parser.add_argument("--repeats", type=int, default=Recipe().corpus_repeats, help="times to show our own corpus")
    parser.add_argument("--no-onnx", action="store_true", help="do not export model.onnx (needs the `export` extra)")
    parser.add_argument("--rate", type=float, help="peak learning rate; 1e-3 from scratch and 3e-5 from a base")
    parser.add_argument("--threads", type=int, help="threads for torch; all cores by default")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    if given.threads:
        torch.set_num_threads(given.threads)
    started = time.monotonic()
    names = given.sets.split(",") if given.sets else None
    corpus = read_corpus(given.corpus)
    examples = without_leaks(read_labelled(given.data / "labelled", names) + corpus)
    raw = given.data / "raw"
    recipe = Recipe(
        draws=given.draws,
        seed=given.seed,
        base=given.base,
        vocabulary=given.vocabulary,
        corpus_repeats=given.repeats,
        schedule=Schedule(rate=given.rate) if given.rate else None,
    )
    card = train(examples, given.out, recipe, raw=raw if raw.is_dir() else None)
    spent = time.monotonic() - started
    if not given.no_onnx:
        from classifiers.onnx import export

        export(given.out)
    non_commercial = read_labelled(given.data / "labelled", training=False, only_untrainable=True)
    describe(given.out, card, [*examples, *non_commercial], recipe, spent)
    return 0


def describe(folder: Path, card: heads.ModelCard, examples: Sequence[Example], recipe: Recipe, seconds: float) -> None:
    """Measure the model in `folder` on the dev and test rows of `examples` and write its README.md."""
    classifier = load(str(folder))
    thresholds = dict(card.calibration)
    dev, test = (evaluate(classifier, measured(examples, split), thresholds) for split in ("dev", "test"))
    how = (
        f"`python -m classifiers.train` with seed {recipe.seed}: {recipe.draws:,} draws, balanced over sets and "
        f"languages, {_origin(recipe)}; {seconds / 60:.0f} minutes on "
        f"{torch.get_num_threads()} CPU threads, reading and vocabulary included."
    )
    training = [example for example in examples if example.split == "train"]
    write_card(folder, card, training, how=how, dev=dev, test=test)


if __name__ == "__main__":
    raise SystemExit(main())
