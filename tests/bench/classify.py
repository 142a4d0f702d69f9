"""`python -m tests.bench.classify`: how fast a file of posts is judged, beside a plain transformers pipeline.

Both ways go from JSON lines to JSON lines, each run in a process of its own, on two cores, in turns. Ours is the
command `complaint-monitor classify` with the shipped model; the other is `pipeline("text-classification",
batch_size=32)` with a network of XLM-RoBERTa-base size. The pipeline judges every n-th of the same posts, or a round
would take ten minutes. Then: the start on one post, the peak of memory, and where the time goes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests import day
from tests.bench.steps import seconds_by_step

ROOT = Path(__file__).parents[2]
CORES = 2
FLOOR, GOAL = 25, 60
AIM_START_S, AIM_MEMORY_MB = 2.0, 400

Post = dict[str, Any]


@dataclass
class Times:
    """Seconds per round. Of the other way `inside` is the time after start-up."""

    ours: list[float] = field(default_factory=list)
    one_post: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)
    peer_inside: list[float] = field(default_factory=list)


def texts() -> Iterator[tuple[str, str | None]]:
    """Text and platform's language of the corpus and of the made-up day."""
    for path in sorted((ROOT / "classifiers" / "corpus").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            post = json.loads(line)
            yield post["text"], post["lang"]
    for line in day.PATH.read_text(encoding="utf-8").splitlines():
        post = json.loads(line)
        if post.get("text"):
            yield post["text"], post.get("lang")


def many_posts(count: int) -> list[Post]:
    """`count` posts evenly from all texts; repeated ones end in a number, so that no two are alike."""
    known = list(texts())
    spread = [known[i * len(known) // count] for i in range(count)] if count < len(known) else known
    return [
        {"id": n, "text": text if n < len(spread) else f"{text} {n}", "lang": lang}
        for n, (text, lang) in enumerate(islice(cycle(spread), count))
    ]


def every(posts: Sequence[Post], count: int) -> list[Post]:
    """About `count` of the posts, evenly from among them."""
    return list(posts[:: max(1, len(posts) // count)])


def write(path: Path, posts: Sequence[Post]) -> Path:
    path.write_text("".join(json.dumps(post, ensure_ascii=False) + "\n" for post in posts), encoding="utf-8")
    return path


class Bench:
    """The files of one run in a folder, and the processes over them."""

    def __init__(self, folder: Path, posts: Sequence[Post], peer_posts: int, *, tiny: bool = False) -> None:
        self.folder, self.posts, self._tiny = folder, posts, tiny
        self._chosen = every(posts, peer_posts)
        self._many, self._one = write(folder / "posts.jsonl", posts), write(folder / "one.jsonl", posts[:1])
        self._few = write(folder / "few.jsonl", self._chosen)
        self._config = folder / "config.yaml"
        self._config.write_text(_with_threads((ROOT / "config.yaml").read_text(encoding="utf-8")), encoding="utf-8")
        self.peer_count = len(self._chosen)

    def build_peer(self) -> float:
        """Characters a piece of the other way's tokenizer."""
        return float(self._python("tests.bench.peer", "build", self.folder / "peer", self._many, *self._size()))

    def round(self, times: Times) -> None:
        """Each way once."""
        times.ours.append(self._classify(self._many))
        times.one_post.append(self._classify(self._one))
        began = time.perf_counter()
        out = self.folder / "peer.jsonl"
        inside = self._python("tests.bench.peer", "run", self.folder / "peer", self._few, out, *self._size())
        times.peer.append(time.perf_counter() - began)
        times.peer_inside.append(float(inside))
        _check(out, self.peer_count)

    def one_post(self) -> float:
        return self._classify(self._one)

    def peak_mb(self) -> tuple[float, float]:
        """Peak memory of the engine alone, and of the whole command."""
        engine = self._python("tests.bench.memory", "engine", self._many)
        whole = self._python("tests.bench.memory", "command", *self._arguments(self._many))
        return int(engine) / 1024, int(whole) / 1024

    def _classify(self, source: Path) -> float:
        began = time.perf_counter()
        self._python("monitor.cli", *self._arguments(source))
        seconds = time.perf_counter() - began
        _check(self.folder / "verdicts.jsonl", len(source.read_text(encoding="utf-8").splitlines()))
        return seconds

    def _arguments(self, source: Path) -> list[str | Path]:
        target = self.folder / "verdicts.jsonl"
        return ["--quiet", "--config", self._config, "classify", "--input", source, "--output", target]

    def _size(self) -> list[str]:
        return ["--tiny"] if self._tiny else []

    def _python(self, module: str, *arguments: str | Path) -> str:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{module} failed:\n{done.stderr[-2000:]}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}


def _with_threads(config: str) -> str:
    """The shipped configuration on as many threads as there are cores here: an engine counts the machine's."""
    commented = "# threads: 2"
    if commented not in config:
        raise SystemExit(f"config.yaml has no line {commented!r} any more: mend tests/bench/classify.py")
    return config.replace(commented, f"threads: {CORES}", 1)


def _check(written: Path, count: int) -> None:
    verdicts = written.read_text(encoding="utf-8").splitlines()
    if len(verdicts) != count or any("error" in json.loads(line) for line in verdicts):
        raise SystemExit(f"{written.name} has {len(verdicts)} verdicts for {count} posts, or errors among them")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.classify", description=__doc__)
    parser.add_argument("--posts", type=int, default=5_000)
    parser.add_argument("--peer-posts", type=int, default=320, help="how many of them the pipeline judges, a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--starts", type=int, default=5, help="how often the start on one post is measured at least")
    parser.add_argument("--tiny", action="store_true", help="a tiny network in the pipeline, to try this out")
    given = parser.parse_args(arguments)
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    os.sched_setaffinity(0, cores)
    console = Console(width=110)
    console.print(f"{len(cores)} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), many_posts(given.posts), given.peer_posts, tiny=given.tiny)
        characters = bench.build_peer()
        times = Times()
        for _ in range(given.rounds):
            bench.round(times)
        while len(times.one_post) < given.starts:
            times.one_post.append(bench.one_post())
        console.print(speed(len(bench.posts), bench.peer_count, times))
        console.print(f"The pipeline's tokenizer: {characters:.1f} characters a piece.\n", style="dim")
        console.print(start_and_memory(times, *bench.peak_mb()))
        console.print(parts(seconds_by_step(bench.posts, CORES), len(bench.posts)))


def speed(count: int, peer_count: int, times: Times) -> Table:
    """Posts/s of both ways, and how many times as fast ours is."""
    start = statistics.median(times.one_post)
    rows = (
        ("from start to end", [count / s for s in times.ours], [peer_count / s for s in times.peer]),
        (
            "without start-up",
            [(count - 1) / max(s - start, 1e-3) for s in times.ours],
            [peer_count / s for s in times.peer_inside],
        ),
    )
    table = Table(
        title=f"Posts/s, median of {len(times.ours)} rounds; floor {FLOOR} x, goal {GOAL} x",
        title_justify="left",
    )
    for column in ("", f"classify, {count:,} posts", f"pipeline, {peer_count:,} of them", "ratio"):
        table.add_column(column, justify="right" if column else "left")
    for name, ours, peer in rows:
        ratio = statistics.median(one / other for one, other in zip(ours, peer, strict=True))
        table.add_row(name, f"{statistics.median(ours):,.0f}", f"{statistics.median(peer):,.1f}", f"{ratio:,.1f} x")
    return table


def start_and_memory(times: Times, engine_mb: float, whole_mb: float) -> Table:
    table = Table(title="Start and memory of classify", title_justify="left")
    for column in ("", "measured", "aim"):
        table.add_column(column, justify="right" if column else "left")
    start = statistics.median(times.one_post)
    table.add_row(f"one post, median of {len(times.one_post)}", f"{start:.2f} s", f"{AIM_START_S:.0f} s")
    table.add_row("peak memory, engine alone", f"{engine_mb:,.0f} MB", f"{AIM_MEMORY_MB} MB")
    table.add_row("peak memory, whole command", f"{whole_mb:,.0f} MB", "")
    return table


def parts(seconds: dict[str, float], count: int) -> Table:
    table = Table(title="Where the time goes", title_justify="left")
    for column in ("step", "share", "posts/s"):
        table.add_column(column, justify="left" if column == "step" else "right")
    whole = sum(seconds.values())
    for step, took in sorted(seconds.items(), key=lambda item: -item[1]):
        table.add_row(step, f"{took / whole:.0%}", f"{count / max(took, 1e-6):,.0f}")
    table.add_row("all of it", "100%", f"{count / max(whole, 1e-6):,.0f}")
    return table


if __name__ == "__main__":
    main()
