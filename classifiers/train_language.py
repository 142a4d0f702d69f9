"""Train language identification: a linear model over letter n-grams, from plain sentences, in two minutes.

The sentences are made what posts are first: short, in lower case, without diacritics, in Latin letters where people
have no other keyboard, with English words between. One sentence in twenty is kept back to measure.

    python -m classifiers.train_language --data DIR [--out FILE]

DIR holds raw/<language>.txt.xz, one sentence a line, and labelled/*.jsonl.xz for languages that have no raw text.
"""

import argparse
import hashlib
import json
import logging
import lzma
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
import torch

from classifiers import language_table, ngrams
from classifiers.language import LanguageIdentifier
from classifiers.language_table import Table
from classifiers.noise import no_diacritics, typos
from classifiers.preprocess import letters, normalise
from classifiers.script import OWN
from classifiers.transliteration import BULGARIAN, GERMAN, LATVIAN, RUSSIAN, UKRAINIAN, respelled

log = logging.getLogger(__name__)

Lines = Mapping[str, Sequence[str]]
"""Sentences by language."""

_RESPELLED = {
    "bg": (BULGARIAN, 0.3),
    "ru": (RUSSIAN, 0.3),
    "uk": (UKRAINIAN, 0.2),
    "be": (RUSSIAN, 0.1),
    "mk": (BULGARIAN, 0.1),
    "lv": (LATVIAN, 0.1),
    "de": (GERMAN, 0.1),
}
_WITHOUT_DIACRITICS, _WITH_ENGLISH, _WITH_TYPOS = 0.3, 0.2, 0.1
_FEWEST_WORDS, _MOST_WORDS = 2.5, 25
_SHORTEST = 8
_HELD_BACK = 13  # of 256
_MEASURED = 300
_BATCH = 256


class Recipe(NamedTuple):
    """`size`: buckets; `lines`: sentences of a language that has as many, an epoch (one with more gives some more)."""

    size: int = 56_000
    lines: int = 8_000
    epochs: int = 3
    rate: float = 0.02
    seed: int = 7


class Quality(NamedTuple):
    """Of `n` sentences kept back, the share whose language is named right: as written, and without diacritics."""

    n: int
    as_written: float
    bare: float


def read_lines(data: Path, also_labelled: Sequence[str] = ("sq",)) -> dict[str, list[str]]:
    """The sentences under `data`, each once. Raises ValueError where there are none."""
    found = {path.name.split(".")[0]: _unique(_plain(path)) for path in sorted((data / "raw").glob("*.txt.xz"))}
    for language in also_labelled:
        paths = sorted((data / "labelled").glob("twitter15_*.jsonl.xz"))
        texts = _unique(text for path in paths for text in _labelled(path, language))
        if texts and language not in found:
            found[language] = texts
    known = {language: lines for language, lines in found.items() if language not in OWN.values()}
    if len(known) < 2:
        raise ValueError(f"{data} holds no sentences of two languages: put raw/<language>.txt.xz into it")
    return dict(sorted(known.items()))


def _plain(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _labelled(path: Path, language: str) -> Iterator[str]:
    for line in _plain(path):
        item = json.loads(line)
        if item.get("lang") == language:
            yield item["text"]


def _unique(lines: Iterator[str]) -> list[str]:
    return list({text.casefold(): text for line in lines if len(text := line.strip()) >= _SHORTEST}.values())


def split(lines: Lines) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Sentences to train on and sentences kept back, by a hash of each, so that more data moves none across."""
    kept = {code: [text for text in texts if _kept_back(text)] for code, texts in lines.items()}
    return {code: [text for text in texts if not _kept_back(text)] for code, texts in lines.items()}, kept


def _kept_back(text: str) -> bool:
    return hashlib.sha256(text.casefold().encode("utf-8", "replace")).digest()[0] < _HELD_BACK


def post_like(text: str, language: str, english: Sequence[str], rng: Random) -> str:
    """A stretch of a sentence as somebody might have typed it."""
    typed = _stretch(text, rng).lower()
    scheme, odds = _RESPELLED.get(language, (None, 0.0))
    drawn = rng.random()
    if scheme and drawn < odds:
        typed = respelled(typed, scheme, rng)
    elif drawn < odds + _WITHOUT_DIACRITICS:
        typed = no_diacritics(typed, rng)
    if english and language != "en" and rng.random() < _WITH_ENGLISH:
        inserted = _stretch(rng.choice(english), rng, most=2).lower()
        typed = f"{inserted} {typed}" if rng.random() < 0.5 else f"{typed} {inserted}"
    return typos(typed, rng) if rng.random() < _WITH_TYPOS else typed


def _stretch(text: str, rng: Random, most: float = _MOST_WORDS) -> str:
    parts = text.split()
    drawn = math.exp(rng.uniform(math.log(min(_FEWEST_WORDS, most)), math.log(most)))
    length = min(len(parts), max(1, round(drawn)))
    begin = rng.randrange(len(parts) - length + 1)
    return " ".join(parts[begin : begin + length])


def train(lines: Lines, recipe: Recipe = Recipe()) -> Table:  # noqa: B008 (immutable)
    """The table that `lines` and `recipe` give, the same one every time on one thread."""
    torch.manual_seed(recipe.seed)
    rng = Random(recipe.seed)
    codes = list(lines)
    bag = torch.nn.EmbeddingBag(recipe.size, len(codes), mode="sum", sparse=True)
    torch.nn.init.zeros_(bag.weight)
    bias = torch.zeros(len(codes), requires_grad=True)
    weights_step = torch.optim.SparseAdam(list(bag.parameters()), lr=recipe.rate)
    bias_step = torch.optim.Adam([bias], lr=recipe.rate / 2)
    for epoch in range(recipe.epochs):
        drawn = _drawn(lines, recipe.lines, rng)
        for start in range(0, len(drawn), _BATCH):
            done = (epoch + start / len(drawn)) / recipe.epochs
            weights_step.param_groups[0]["lr"] = recipe.rate * (1 - done)
            rows = drawn[start : start + _BATCH]
            texts = [post_like(text, code, lines.get("en", ()), rng) for code, text in rows]
            loss = _loss(bag, bias, texts, torch.tensor([codes.index(code) for code, _ in rows]))
            weights_step.zero_grad()
            bias_step.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            weights_step.step()  # type: ignore[no-untyped-call]
            bias_step.step()
        log.info("epoch %d of %d: %s sentences, loss %.3f", epoch + 1, recipe.epochs, f"{len(drawn):,}", loss.item())
    return language_table.quantised(codes, bag.weight.detach().numpy(), bias.detach().numpy())


def _drawn(lines: Lines, usual: int, rng: Random) -> list[tuple[str, str]]:
    """An epoch in random order: small languages repeat, large ones (which are posted more, too) count for more."""
    rows = []
    for code, texts in lines.items():
        wanted = round(usual * max(1.0, len(texts) / usual) ** 0.3)
        rows += [(code, text) for text in (rng.sample(texts, wanted) if wanted <= len(texts) else texts)]
        rows += [(code, text) for text in rng.choices(texts, k=max(0, wanted - len(texts)))]
    rng.shuffle(rows)
    return rows


def _loss(bag: torch.nn.EmbeddingBag, bias: torch.Tensor, texts: Sequence[str], wanted: torch.Tensor) -> torch.Tensor:
    buckets, counts = ngrams.grams([ngrams.words(text) for text in texts], bag.num_embeddings)
    begins = torch.from_numpy(np.cumsum(counts) - counts)
    root = torch.from_numpy(np.sqrt(np.maximum(counts, 1))).float()
    logits = bag(torch.from_numpy(buckets), begins) / root[:, None] + bias
    return torch.nn.functional.cross_entropy(logits, wanted)


def measured(table: Table, kept: Lines) -> dict[str, Quality]:
    """How well sentences of twenty letters and more are named, at most 300 of each language, with no hint."""
    identifier = LanguageIdentifier(table.languages, table=table)
    found = {}
    for code, lines in kept.items():
        texts = [text for text in map(normalise, lines) if letters(text) >= 20]
        texts = Random(0).sample(texts, min(_MEASURED, len(texts)))
        bare = [no_diacritics(text, Random(0)) for text in texts]
        right = [sum(named == code for named in identifier.identify(t, [None] * len(t))) for t in (texts, bare)]
        n = max(1, len(texts))
        found[code] = Quality(len(texts), right[0] / n, right[1] / n)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the table was written."""
    parser = argparse.ArgumentParser(
        prog="python -m classifiers.train_language", description=(__doc__ or "").split("\n", 1)[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder with raw/ and labelled/")
    parser.add_argument("--out", type=Path, default=language_table.SHIPPED, help="the file to write")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    parser.add_argument("--lines", type=int, default=Recipe().lines, help="sentences of a language in an epoch")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    torch.set_num_threads(1)
    try:
        lines, kept = split(read_lines(given.data))
    except ValueError as error:
        parser.error(str(error))
    table = train(lines, Recipe(lines=given.lines, epochs=given.epochs, seed=given.seed))
    table.save(given.out)
    for code, quality in measured(table, kept).items():
        log.info("%s: n %d, as written %.1f %%, bare %.1f %%", code, quality.n, *(100 * q for q in quality[1:]))
    log.info("wrote %s (%s bytes)", given.out, f"{given.out.stat().st_size:,}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
