"""How many verdicts a change of form turns though the meaning stays: noise by noise, language by language.

    python -m classifiers.robustness [--model SPEC] [--json FILE]

Measured on the test split of our own corpus through `classify`, so the figures are those of what is served.
"""

import argparse
import json
import logging
import sys
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from random import Random

from classifiers.contract import Classifier, Kind, Text
from classifiers.load import load
from classifiers.noise import NOISES

log = logging.getLogger(__name__)

ALL = "all"
"""The noise, or the language, of a figure that sums over them."""


@dataclass(frozen=True, slots=True)
class Flips:
    """Of `n` noisy texts in `lang`, how many have another kind than without `noise`."""

    noise: str
    lang: str
    n: int
    flipped: int

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was measured."""
        return self.flipped / self.n if self.n else 0.0


def flips(classifier: Classifier, texts: Sequence[Text], noise: str, seed: int = 1) -> float:
    """The share of `texts` whose most probable kind changes with `noise`; KeyError for a noise that nobody knows.

    Texts whose language the noise does not fit do not count; 0 where none is left.
    """
    return total(_of_noise(classifier, texts, _kinds(classifier, texts), noise, seed)).share


def measure(classifier: Classifier, texts: Sequence[Text], seed: int = 1) -> list[Flips]:
    """The flips of every noise in every language of `texts`; each text must name its language."""
    plain = _kinds(classifier, texts)
    return [figure for noise in NOISES for figure in _of_noise(classifier, texts, plain, noise, seed)]


def total(figures: Sequence[Flips], noise: str | None = None, lang: str | None = None) -> Flips:
    """The sum of the figures of a noise, of a language, of both, or of all (None)."""
    chosen = [one for one in figures if noise in (None, one.noise) and lang in (None, one.lang)]
    return Flips(noise or ALL, lang or ALL, sum(one.n for one in chosen), sum(one.flipped for one in chosen))


def table(figures: Sequence[Flips]) -> str:
    """Markdown: a row per noise, a column per language, flipped of n with the share, and the sums of both."""
    languages = [*sorted({figure.lang for figure in figures}), None]
    noises = [*dict.fromkeys(figure.noise for figure in figures), None]
    lines = [f"| noise | {' | '.join(lang or ALL for lang in languages)} |", "|---|" + "---:|" * len(languages)]
    for noise in noises:
        cells = [_cell(total(figures, noise, lang)) for lang in languages]
        lines.append(f"| {noise or ALL} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(figure: Flips) -> str:
    return f"{figure.flipped}/{figure.n} {figure.share:.1%}" if figure.n else "-"


def _of_noise(
    classifier: Classifier, texts: Sequence[Text], plain: Sequence[Kind], name: str, seed: int
) -> list[Flips]:
    noise = NOISES[name]
    fitting = [row for row, text in enumerate(texts) if noise.fits(text.lang or "")]
    noisy = [
        Text(noise(texts[row].text, texts[row].lang or "", _generator(seed, name, row)), texts[row].lang)
        for row in fitting
    ]
    counts: dict[str, list[bool]] = defaultdict(list)
    for row, kind in zip(fitting, _kinds(classifier, noisy), strict=True):
        counts[texts[row].lang or ""].append(kind is not plain[row])
    return [Flips(name, lang, len(flipped), sum(flipped)) for lang, flipped in sorted(counts.items())]


def _generator(seed: int, noise: str, row: int) -> Random:
    """A generator of its own for each text and noise, the same in every process, whatever else is measured."""
    return Random(zlib.crc32(f"{seed} {noise} {row}".encode()))


def _kinds(classifier: Classifier, texts: Sequence[Text]) -> list[Kind]:
    return [verdict.kind_label for verdict in classifier.classify(texts)] if texts else []


def corpus_test_texts(folder: Path) -> list[Text]:
    """The texts of the corpus' test split as they were posted, not normalised: noise comes before normalisation."""
    texts = []
    for path in sorted(folder.glob("*.jsonl")):
        rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
        texts += [Text(str(row["text"]), str(row["lang"])) for row in rows if row["split"] == "test"]
    return texts


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the table goes to stdout."""
    parser = argparse.ArgumentParser(
        prog="python -m classifiers.robustness", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--corpus", type=Path, default=Path(str(resources.files("classifiers"))) / "corpus")
    parser.add_argument("--model", default="shipped", help="shipped, a folder, or a hub id")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    texts = corpus_test_texts(given.corpus)
    if not texts:
        parser.error(f"{given.corpus} holds no <lang>.jsonl with rows of the test split: give the corpus' folder")
    log.info("%d texts, %d noises", len(texts), len(NOISES))
    figures = measure(load(given.model), texts, given.seed)
    sys.stdout.write(table(figures))
    if given.json:
        content = [{**asdict(figure), "share": figure.share} for figure in figures]
        given.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
