"""`python -m tests.bench.assess`: how fast posts are judged, and how much of that time is the model's.

Posts of the made-up day go through the real services on SQLite with `synchronous=FULL`: stored in pages, classified by
the shipped model, triaged, turned into cases. The same texts are then classified one by one, for the ratio.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from classifiers.contract import Assessment, Classifier, Text
from classifiers.load import load as load_classifier
from monitor.clock import SystemClock
from monitor.config import load
from monitor.domain.model import Post
from monitor.services.assess import assess_pending
from monitor.sources.replay import ReplayFile
from monitor.store import intake, migrate
from monitor.store.db import Database
from monitor.wiring import handlings
from tests import day

ROOT = Path(__file__).parent.parent.parent
PAGE = 1000


class Stopwatch:
    """A classifier that notes how long the one behind it takes."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self.seconds = 0.0

    @property
    def name(self) -> str:
        return self._classifier.name

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        began = time.perf_counter()
        verdicts = self._classifier.classify(texts)
        self.seconds += time.perf_counter() - began
        return verdicts


def many_posts(count: int) -> list[Post]:
    """`count` posts with the day's texts, each with an id and a conversation of its own."""
    now = SystemClock().now()
    texts = [post for entry in ReplayFile(day.PATH).entries(after=0, ingested_at=now) for post in entry.posts]
    mentions = [post for post in texts if post.role.value == "mention"]
    return [
        replace(
            mentions[n % len(mentions)],
            external_id=str(10**18 + n),
            conversation_id=str(10**18 + n),
            author_id=f"author{n % 5000}",
            in_reply_to=None,
        )
        for n in range(count)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.assess", description=__doc__)
    parser.add_argument("--posts", type=int, default=5000)
    chosen = parser.parse_args()
    posts, classifier = many_posts(chosen.posts), Stopwatch(load_classifier("shipped"))
    classifier.classify([Text("warm up")])
    classifier.seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        migrate.upgrade(url)
        database = Database(url)
        stored = _store(database, posts)
        began = time.perf_counter()
        done = assess_pending(
            database, classifier, handlings=handlings(load(ROOT / "config.yaml", {"HOME": folder})), clock=SystemClock()
        )
        assessed = time.perf_counter() - began
        database.dispose()
    alone = _one_by_one(classifier, posts[: chosen.posts // 10])
    _print(chosen.posts, done.opened, stored, assessed, classifier.seconds, alone * 10)


def _store(database: Database, posts: Sequence[Post]) -> float:
    began = time.perf_counter()
    for start in range(0, len(posts), PAGE):
        with database.write() as session:
            intake.save_page(session, accounts=[], posts=posts[start : start + PAGE])
    return time.perf_counter() - began


def _one_by_one(classifier: Stopwatch, posts: Sequence[Post]) -> float:
    before, began = classifier.seconds, time.perf_counter()
    for post in posts:
        classifier.classify([Text(post.text, lang=post.lang)])
    seconds = time.perf_counter() - began
    classifier.seconds = before
    return seconds


def _print(count: int, opened: int, stored: float, assessed: float, model: float, alone: float) -> None:
    table = Table(title=f"{count:,} posts, {opened:,} cases opened, SQLite, synchronous=FULL", title_justify="left")
    table.add_column("step")
    table.add_column("posts/s", justify="right")
    table.add_column("share of the time", justify="right")
    whole = stored + assessed
    table.add_row("ingest (store)", f"{count / stored:,.0f}", f"{stored / whole:.0%}")
    table.add_row("assess: model and language", f"{count / model:,.0f}", f"{model / whole:.0%}")
    rest = assessed - model
    table.add_row("assess: triage, cases, store", f"{count / rest:,.0f}", f"{rest / whole:.0%}")
    table.add_row("all of it", f"{count / whole:,.0f}", "100%")
    table.add_row("the model, one post at a time", f"{count / alone:,.0f}", f"{alone / model:.1f} x as long")
    Console().print(table)


if __name__ == "__main__":
    main()
