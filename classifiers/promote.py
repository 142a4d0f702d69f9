"""Champion and challenger: a new model takes over only when no language and no head loses by it, beyond chance.

    python -m classifiers.promote --champion SPEC --challenger FOLDER [--frozen corpus|DIR] [--from-reviews FILE]
                                  [--apply TARGET]
    python -m classifiers.promote --undo TARGET

Both classify the same frozen rows: the test split of the corpus, or of a folder of files like it, and of a file of
reviews the rows that training leaves out. Whether the challenger saw frozen rows in training cannot be told from here.
Exit code 0: promoted; 1: the champion stays; 2: input that cannot be used.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from classifiers import figures
from classifiers.contract import Text
from classifiers.dataset import Example, read_corpus
from classifiers.load import ModelMissing, load, model_folder
from classifiers.reviews import read_reviews
from classifiers.rivals import ALL, Comparison, Outcome, compare
from classifiers.succession import previous_of, take_over, undo

CORPUS = "corpus"
PROMOTED, KEPT, BAD_INPUT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Frozen:
    """The rows that a decision rests on, and the SHA-256 of those of the corpus and of those of reviews."""

    rows: tuple[Example, ...]
    corpus_hash: str
    reviews_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome: the full names of both models, the rows they were held to, and every comparison."""

    champion: str
    challenger: str
    frozen: Frozen
    comparisons: tuple[Comparison, ...]

    @property
    def losses(self) -> tuple[Comparison, ...]:
        return tuple(one for one in self.comparisons if one.outcome is Outcome.LOSS)

    @property
    def promoted(self) -> bool:
        return not self.losses

    def record(self) -> dict[str, Any]:
        """The decision as `promotion.json` keeps it."""
        shown = ({**asdict(one), "outcome": one.outcome.value} for one in self.comparisons)
        return {
            "champion": self.champion,
            "challenger": self.challenger,
            "frozen_rows": len(self.frozen.rows),
            "frozen_hash": self.frozen.corpus_hash,
            "reviews_hash": self.frozen.reviews_hash,
            "figures": [{key: round(v, 4) if isinstance(v, float) else v for key, v in one.items()} for one in shown],
        }


def frozen_rows(corpus: Path, reviews: Path | None = None) -> Frozen:
    """The test rows of a folder of corpus files and the dev rows of a file of reviews. ValueError where there are none.

    A text of the reviews that the corpus has too counts once.
    """
    digest = figures.rows_hash(corpus)
    try:
        own = [example for example in read_corpus(corpus) if example.split == "test"]
    except KeyError as error:
        raise ValueError(f"{corpus}: a row lacks {error}; every row of frozen files needs every head") from error
    if not own:
        raise ValueError(f"{corpus} holds no test rows: give 'corpus', or a folder of files like those of the corpus")
    texts = {example.text for example in own}
    said = [row for row in read_reviews(reviews) if row.split == "dev" and row.text not in texts] if reviews else []
    return Frozen((*own, *said), digest, _digest(said) if reviews else None)


def decide(champion: str, challenger: str, frozen: Frozen) -> Decision:
    """Hold both models (specifications) to the frozen rows.

    ModelMissing where there is no such model, ValueError where both are the same.
    """
    first, second = load(champion), load(challenger)
    if first.name == second.name:
        raise ValueError(f"champion and challenger are the same model, {first.name}: train another, then compare")
    texts = [Text(example.text, example.lang) for example in frozen.rows]
    found = compare(frozen.rows, first.classify(texts), second.classify(texts))
    return Decision(first.name, second.name, frozen, tuple(found))


def table(decision: Decision) -> str:
    """Every comparison, and below it what follows and why."""
    head = (
        f"champion {decision.champion}, challenger {decision.challenger}\n"
        f"{len(decision.frozen.rows):,} frozen rows, sha256 {decision.frozen.corpus_hash}\n"
        + (f"with reviews, sha256 {decision.frozen.reviews_hash}\n" if decision.frozen.reviews_hash else "")
        + "\n| language | head | n | champion | challenger | difference | interval | |\n"
        + "|---|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(_line(one) for one in decision.comparisons) + "\n" + _reasons(decision) + "\n"


def _line(one: Comparison) -> str:
    outcome = "" if one.outcome is Outcome.EVEN else one.outcome.value
    return (
        f"| {one.lang} | {one.head} | {one.n} | {100 * one.champion:.1f} | {100 * one.challenger:.1f} "
        f"| {100 * one.difference:+.1f} | {_interval(one)} | {outcome} |\n"
    )


def _reasons(decision: Decision) -> str:
    if decision.promoted:
        gains = [_place(one) for one in decision.comparisons if one.outcome is Outcome.GAIN]
        return f"promoted: nothing is lost beyond chance; gained: {', '.join(gains) or 'nothing beyond chance'}"
    lost = (f"{_place(one)} {100 * one.difference:+.1f} ({_interval(one)})" for one in decision.losses)
    return f"the champion stays; lost beyond chance: {'; '.join(lost)}"


def _place(one: Comparison) -> str:
    if one.head == ALL:
        return "everything together" if one.lang == ALL else f"language {one.lang}"
    return one.head if one.lang == ALL else f"{one.head} in {one.lang}"


def _interval(one: Comparison) -> str:
    return f"{100 * one.low:+.1f} to {100 * one.high:+.1f}"


def _digest(rows: Sequence[Example]) -> str:
    lines = sorted(
        json.dumps(
            [row.text, row.lang, {head: sorted(target.yes) for head, target in sorted(row.targets.items())}],
            ensure_ascii=False,
        )
        for row in rows
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module for the exit codes."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.promote", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--champion", default="shipped", help="the model in use: shipped, a folder, or a hub id")
    parser.add_argument("--challenger", metavar="FOLDER", help="the folder of the model that would take over")
    parser.add_argument("--frozen", default=CORPUS, help="corpus, or a folder with files like those of the corpus")
    parser.add_argument("--from-reviews", type=Path, metavar="FILE", help="also the dev rows of what people labelled")
    parser.add_argument("--apply", type=Path, metavar="TARGET", help="where promoted, copy the challenger to here")
    parser.add_argument(
        "--undo", type=Path, metavar="TARGET", help="put the model before back at TARGET; no comparison"
    )
    given = parser.parse_args(arguments)
    if (given.undo is None) == (given.challenger is None):
        parser.error("give --challenger to compare, or --undo to go back")
    try:
        return _go_back(given.undo) if given.undo else _compare(given)
    except (ModelMissing, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT


def _go_back(target: Path) -> int:
    card = undo(target)
    sys.stdout.write(f"{target} is {card.full_name} again; what was there is kept at {previous_of(target)}\n")
    return PROMOTED


def _compare(given: argparse.Namespace) -> int:
    corpus = Path(str(resources.files("classifiers"))) / "corpus" if given.frozen == CORPUS else Path(given.frozen)
    decision = decide(given.champion, given.challenger, frozen_rows(corpus, given.from_reviews))
    sys.stdout.write(table(decision))
    if not decision.promoted:
        return KEPT
    if given.apply:
        folders = model_folder(given.challenger), model_folder(given.champion)
        take_over(*folders, given.apply, decision.record())
        sys.stdout.write(f"{given.apply} is {decision.challenger} now\n")
    return PROMOTED


if __name__ == "__main__":
    raise SystemExit(main())
