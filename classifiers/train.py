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
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import torch

from classifiers import blend, heads
from classifiers.calibrate import fitted
from classifiers.card import write_card
from classifiers.dataset import CORPUS, Example, read_corpus, read_labelled, without_leaks
from classifiers.domains import OWN, domain_ids, domain_names
from classifiers.encoder import Size, begin
from classifiers.evaluate import evaluate, measured
from classifiers.learn import Schedule, halves_are_fast, learn
from classifiers.load import load
from classifiers.reviews import read_reviews
from classifiers.rewriting import Rewriting
from classifiers.sampling import draws, training_batches
from classifiers.serving import all_logits, truncated
from classifiers.targets import target_table
from classifiers.transformer import (
    ComplaintNetwork,
    TorchNetwork,
    encode,
    longest_input,
    save_network,
    tower_logits,
)

log = logging.getLogger(__name__)

_ENOUGH_OF_A_LANGUAGE = 500
_ENOUGH_OF_THE_CORPUS = 100
_DEV_PER_SET = 600
# Heads that our own corpus teaches nearly alone.
_TAUGHT_BY_OURS = ("causes", "stage", "churn", "threats")
# What has learnt much already moves gently, and anybody else's encoder more gently still.
_DEEP = Schedule(rate=1e-3, encoder_rate=2e-4, look_up_rate=1e-3)
_OF_A_BASE = Schedule(rate=1e-3, encoder_rate=3e-5, look_up_rate=3e-5)
# Lazy Adam moves a row only when it is met, so the bag wants a higher rate than what moves at every step.
_WIDE = Schedule(rate=3e-3, look_up_rate=5e-3)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what comes out: the same recipe on the same data gives the same weights on one machine.

    `draws` is how many examples the deep tower is shown in all, `wide_draws` the wide one (balanced, see `sampling`),
    our own corpus `corpus_repeats` times (the wide one twice as often). `base` is an encoder's folder or hub id, None
    for an own one of `size`; `vocabulary` the folder of an earlier model whose tokenizer an own encoder takes over,
    None to learn one. `batch_tokens` are the padded tokens of a step. A share of `noise` of the texts is shown misspelt
    or respelt, and a share of `switched` of the English ones with words of a glossary in them.
    """

    draws: int = 400_000
    wide_draws: int = 2_000_000
    seed: int = 1
    base: str | None = None
    vocabulary: str | None = None
    corpus_repeats: int = 18
    size: Size = field(default_factory=Size)
    deep: Schedule | None = None
    wide: Schedule = _WIDE
    batch_tokens: int = 4_096
    noise: float = 0.15
    switched: float = 0.15
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
    domains = domain_names(training)
    tokenizer, network = begin(
        training,
        recipe.size,
        domains,
        base=recipe.base,
        vocabulary=recipe.vocabulary,
        raw=raw,
        seed=recipe.seed,
    )
    length = longest_input(network.encoder.config, tokenizer)
    _fit(network, tokenizer, training, recipe, length=length, domains=domains)
    network.settle(domains.index(OWN), _TAUGHT_BY_OURS)
    dev = development(labelled, recipe.seed)
    if dev:
        network.blend(_shares(network, tokenizer, dev, length))
    out.mkdir(parents=True, exist_ok=True)
    save_network(network, tokenizer, out)
    card = heads.ModelCard(recipe.name, heads.weights_version(out), _languages(training), length, domains=domains)
    card = _calibrated(card, out, dev)
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


def _fit(
    network: ComplaintNetwork,
    tokenizer: Any,
    training: Sequence[Example],
    recipe: Recipe,
    *,
    length: int,
    domains: Sequence[str],
) -> None:
    """Train the wide tower, then the deep one: each alone, so that neither leans on what the other knows by heart."""
    encoded = [truncated(ids, length) for ids in encode(tokenizer, [example.text for example in training])]
    lengths, targets = [len(ids) for ids in encoded], target_table(training)
    deep = recipe.deep or (_OF_A_BASE if _foreign(recipe.base) else _DEEP)
    halves = replace(deep, half=halves_are_fast() and torch.get_num_threads() > 1)
    for name, tower, count, repeats, schedule in (
        ("wide", network.wide, recipe.wide_draws, 2 * recipe.corpus_repeats, recipe.wide),
        ("deep", network.deep, recipe.draws, recipe.corpus_repeats, halves),
    ):
        order = draws(training, count, recipe.seed, corpus_repeats=repeats)
        batches = training_batches(lengths, order, recipe.batch_tokens, recipe.seed)
        log.info("%s: %d draws of %d examples, %d steps", name, len(order), len(training), len(batches))
        learn(
            tower,
            encoded,
            targets,
            domain_ids(training, domains),
            batches,
            schedule=schedule,
            pad_id=tokenizer.pad_token_id or 0,
            mask_id=tokenizer.mask_token_id,
            respell=Rewriting(
                tokenizer, training, length, noise=recipe.noise, switched=recipe.switched, seed=recipe.seed
            ),
        )


def _foreign(base: str | None) -> bool:
    """Whether a base is somebody's encoder, which wants a gentle hand, and not one of ours."""
    return base is not None and not (Path(base) / heads.WEIGHTS_FILE).is_file()


def _shares(
    network: ComplaintNetwork, tokenizer: Any, dev: Sequence[Example], length: int
) -> dict[str, tuple[float, float]]:
    encoded = [truncated(ids, length) for ids in encode(tokenizer, [example.text for example in dev])]
    pad_id = tokenizer.pad_token_id or 0
    deep, wide = (tower_logits(tower, encoded, pad_id) for tower in (network.deep, network.wide))
    found = dict(blend.shares(deep, wide, target_table(dev)))
    log.info("shares of the deep and the wide tower: %s", found)
    return found


def _calibrated(card: heads.ModelCard, folder: Path, dev: Sequence[Example]) -> heads.ModelCard:
    """The card with a calibration fitted on what was written, not on what was in memory: half precision included."""
    if not dev:
        return card
    logits = all_logits(TorchNetwork(folder), [example.text for example in dev], card.max_length)
    return fitted(card, logits, dev)


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
    """Where the weights began; of a folder its name, because its path means nothing elsewhere."""
    if recipe.base is None:
        return "from scratch" + (" with the vocabulary of an earlier model" if recipe.vocabulary else "")
    folder = Path(recipe.base)
    if (folder / heads.FILE).is_file():
        return f"continued from {heads.read(folder).full_name}"
    if not _foreign(recipe.base):
        return "from a base of `python -m classifiers.pretrain`"
    return f"from {folder.resolve().name if folder.is_dir() else recipe.base}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when a model was written."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.train", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with labelled/ and optionally raw/")
    parser.add_argument("--corpus", type=Path, default=Path(str(resources.files("classifiers"))) / "corpus")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--base", help="encoder to start from: a folder or a hub id")
    parser.add_argument("--sets", help="comma-separated names of the sets to train on; all known ones by default")
    parser.add_argument("--from-reviews", type=Path, help="what `complaint-monitor export-labels` wrote")
    parser.add_argument("--draws", type=int, default=Recipe().draws, help="examples to show the encoder in all")
    parser.add_argument("--wide-draws", type=int, default=Recipe().wide_draws, help="the same for the bag of n-grams")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    parser.add_argument("--vocabulary", help="folder of an earlier model whose tokenizer to take over")
    parser.add_argument("--repeats", type=int, default=Recipe().corpus_repeats, help="times to show our own corpus")
    parser.add_argument("--no-onnx", action="store_true", help="do not export model.onnx (needs the `export` extra)")
    parser.add_argument(
        "--rate", type=float, help="peak learning rate of the encoder: 2e-4 for our own, 3e-5 for anybody else's"
    )
    parser.add_argument("--threads", type=int, help="threads for torch; all cores by default")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    if given.threads:
        torch.set_num_threads(given.threads)
    started = time.monotonic()
    names = given.sets.split(",") if given.sets else None
    corpus = read_corpus(given.corpus)
    reviews = read_reviews(given.from_reviews) if given.from_reviews else []
    examples = without_leaks(read_labelled(given.data / "labelled", names) + corpus + reviews)
    raw = given.data / "raw"
    recipe = Recipe(
        draws=given.draws,
        seed=given.seed,
        base=given.base,
        vocabulary=given.vocabulary,
        corpus_repeats=given.repeats,
        wide_draws=given.wide_draws,
        deep=Schedule(encoder_rate=given.rate, look_up_rate=given.rate) if given.rate else None,
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
        f"`python -m classifiers.train` with seed {recipe.seed}: {recipe.wide_draws:,} draws for the bag of "
        f"n-grams and {recipe.draws:,} for the encoder, balanced over sets and languages, {_origin(recipe)}; "
        f"{seconds / 60:.0f} minutes on {torch.get_num_threads()} CPU threads, reading included."
    )
    training = [example for example in examples if example.split == "train"]
    write_card(folder, card, training, how=how, dev=dev, test=test)


if __name__ == "__main__":
    raise SystemExit(main())
