"""The speed bench runs from end to end, on a few posts and a tiny network. What it measures is no matter here."""

import json
import os
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from tests.bench.classify import Bench, Times, every, main, many_posts, parts, speed, start_and_memory, write
from tests.bench.peer import CHARACTERS_A_PIECE, build, read_posts
from tests.bench.steps import seconds_by_step


@pytest.fixture(autouse=True)
def cores_as_before() -> Iterator[None]:
    before = os.sched_getaffinity(0)
    yield
    os.sched_setaffinity(0, before)


def shown(table: Table) -> str:
    console = Console(width=110)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


class TestPosts:
    def test_there_are_as_many_as_asked_for_and_no_two_alike(self) -> None:
        posts = many_posts(12_000)
        assert len({post["id"] for post in posts}) == len(posts) == 12_000
        repeated = len(posts) - len({post["text"] for post in posts})
        assert repeated < 0.02 * len(posts)

    def test_few_are_taken_from_all_languages(self) -> None:
        assert {"bg", "en", "lv", "ru"} <= {post["lang"] for post in many_posts(60)}

    def test_the_pipelines_share_is_spread_over_them(self) -> None:
        posts = many_posts(100)
        assert [post["id"] for post in every(posts, 10)] == list(range(0, 100, 10))
        assert every(posts, 1_000) == posts

    def test_they_are_read_back_as_written(self, tmp_path: Path) -> None:
        posts = many_posts(20)
        assert list(read_posts(write(tmp_path / "posts.jsonl", posts))) == posts


class TestTables:
    times = Times(ours=[11.0, 21.0], one_post=[1.0, 1.0], peer=[20.0, 40.0], peer_inside=[10.0, 20.0])

    def test_a_ratio_compares_posts_a_second(self) -> None:
        table = shown(speed(1_001, 100, self.times))
        start_to_end = statistics.median([(1_001 / 11) / (100 / 20), (1_001 / 21) / (100 / 40)])
        assert f"{start_to_end:,.1f} x" in table
        assert "10.0 x" in table  # (1,000 / 10) / (100 / 10), and (1,000 / 20) / (100 / 20)

    def test_start_and_memory_stand_beside_their_aims(self) -> None:
        table = shown(start_and_memory(self.times, 199.6, 251.0))
        assert all(words in table for words in ("1.00 s", "200 MB", "251 MB", "400 MB"))

    def test_the_slowest_step_comes_first(self) -> None:
        table = shown(parts({"fast": 1.0, "slow": 3.0}, 100))
        assert table.index("slow") < table.index("fast")
        assert "75%" in table


@pytest.mark.slow
def test_the_pipelines_pieces_are_as_long_as_they_should_be(tmp_path: Path) -> None:
    small = {"vocab_size": 32_000, "hidden_size": 12, "num_hidden_layers": 1, "num_attention_heads": 1}
    shape = {**small, "intermediate_size": 12, "max_position_embeddings": 514}
    length = build(tmp_path, [post["text"] for post in many_posts(600)], shape)
    assert CHARACTERS_A_PIECE <= length < CHARACTERS_A_PIECE + 1
    assert json.loads((tmp_path / "config.json").read_text())["model_type"] == "xlm-roberta"


@pytest.mark.slow
def test_every_step_takes_some_time() -> None:
    seconds = seconds_by_step(many_posts(70), threads=1)
    assert set(seconds) == {
        "cut into pieces", "network", "normalise", "name the language", "judge", "read and write JSON",
    }  # fmt: skip
    assert all(took > 0 for took in seconds.values())


@pytest.mark.slow
def test_the_whole_bench_runs(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--posts", "30", "--peer-posts", "10", "--rounds", "1", "--starts", "1", "--tiny"])
    printed = capsys.readouterr().out
    assert all(words in printed for words in ("pipeline, 10 of them", "peak memory", "Where the time goes", "network"))


@pytest.mark.slow
def test_a_failing_process_stops_the_bench_with_its_words(tmp_path: Path) -> None:
    bench = Bench(tmp_path, many_posts(3), 1, tiny=True)
    (tmp_path / "posts.jsonl").unlink()
    with pytest.raises(SystemExit, match=r"posts\.jsonl"):
        bench.build_peer()
