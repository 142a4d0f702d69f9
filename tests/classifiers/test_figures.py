"""The file of figures: nothing is lost on the way, damage is told, and changed test rows are noticed."""

import json
from pathlib import Path

import pytest

from classifiers.curves import AtCapacity, AtCoverage
from classifiers.dataset import Example
from classifiers.figures import (
    Comparison,
    Figure,
    Flips,
    Held,
    OfLabel,
    Report,
    Source,
    Training,
    as_kept,
    read,
    read_training,
    rows_hash,
    sources,
    write,
    write_training,
)
from tests.classifiers.posts import TEST_POSTS, post, write_corpus

LABELS = (OfLabel("complaint", 30, 0.8, 0.75), OfLabel("praise", 2, None, 0.0))
TRAINING = Training("Trained with seed 1.", (Source("lv_ltec", "mit", 4_475, ("lv",)),))
REPORT = Report(
    model="compact-abc123",
    split="card",
    languages=("bg", "lv"),
    max_length=128,
    thresholds={"kind": 0.45, "causes.delivery": 0.2},
    test_rows=60,
    test_hash="ab" * 32,
    dev_rows=488,
    corpus=(Figure("kind", "lang:lv", 60, 0.8, 0.7, 0.9, 0.8, 0.05, 0.1, LABELS),),
    public=(Figure("sentiment", "set:xed_emotion", 488, 0.61, 0.57, 0.65, 0.61, 0.04, 0.1, weak=True),),
    escalation=(AtCapacity("all", 60, 9, 0.2, 0.86, 0.7, 1.0, 1.0),),
    abstention=(AtCoverage("all", 60, 0.9, 0.81), AtCoverage("all", 60, 0.93, 0.82, rule=True)),
    held=(Held("UMSAB, eight languages", 4_074, 0.62, 0.53),),
    comparisons=(Comparison("lv_ltec", "sentiment", 4_475, 488, 0.22, 0.52, 0.61),),
    robustness={"capitals": Flips(60, 0.01)},
    training=TRAINING,
)


class TestFile:
    def test_what_is_written_is_read(self, tmp_path: Path) -> None:
        write(REPORT, tmp_path / "figures.json")
        assert read(tmp_path / "figures.json") == REPORT

    def test_an_empty_report_is_one_too(self, tmp_path: Path) -> None:
        write(Report("m-1", "test"), tmp_path / "figures.json")
        assert read(tmp_path / "figures.json") == Report("m-1", "test")

    def test_a_report_can_be_had_as_its_file_will_give_it_back(self, tmp_path: Path) -> None:
        one = Report("m-1", "test", corpus=(Figure("kind", "all", 60, 2 / 3, 0.60005, 0.7, 2 / 3, 1 / 19, 0.1),))
        write(one, tmp_path / "figures.json")
        assert as_kept(one) == read(tmp_path / "figures.json") != one

    def test_four_places_are_kept_and_each_figure_has_a_line(self, tmp_path: Path) -> None:
        one = Figure("kind", "all", 60, 2 / 3, 0.6, 0.7, 2 / 3, 0.05, 0.1)
        write(Report("m-1", "test", corpus=(one, one)), tmp_path / "figures.json")
        text = (tmp_path / "figures.json").read_text(encoding="utf-8")
        assert sum('"head": "kind"' in line and "0.6667" in line for line in text.splitlines()) == 2

    @pytest.mark.parametrize("content", ["[]", '{"format": 1}', '{"format": 1, "corpus": [{"head": 1}]}', "nonsense"])
    def test_a_file_that_is_none_says_how_to_make_one(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "figures.json"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match=r"figures\.json: .*classifiers\.evaluate"):
            read(path)

    def test_another_format_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "figures.json"
        path.write_text('{"format": 99}', encoding="utf-8")
        with pytest.raises(ValueError, match="format"):
            read(path)


class TestTraining:
    def test_what_is_written_is_read(self, tmp_path: Path) -> None:
        write_training(TRAINING, tmp_path)
        assert read_training(tmp_path) == TRAINING

    def test_a_folder_need_not_tell(self, tmp_path: Path) -> None:
        assert read_training(tmp_path) is None

    def test_a_damaged_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "training.json").write_text('{"how": 1}', encoding="utf-8")
        with pytest.raises(ValueError, match=r"training\.json"):
            read_training(tmp_path)

    def test_sources_have_their_licences_and_our_corpus_is_one(self) -> None:
        rows = [Example("a", "lv", "lv_ltec", "train", {}), Example("b", "lv", "lv_ltec", "train", {})]
        rows += [Example("c", lang, f"corpus_{lang}", "train", {}) for lang in ("lv", "bg")]
        rows.append(Example("d", "en", "reviews", "train", {}))
        assert sources(rows) == (
            Source("corpus", "cc0", 2, ("bg", "lv")),
            Source("lv_ltec", "mit", 2, ("lv",)),
            Source("reviews", "own", 1, ("en",)),
        )


class TestFrozenRows:
    def of(self, folder: Path, *rows: dict[str, object]) -> str:
        return rows_hash(write_corpus(folder, rows))

    def test_the_order_of_rows_does_not_matter(self, tmp_path: Path) -> None:
        assert self.of(tmp_path / "a", *TEST_POSTS) == self.of(tmp_path / "b", *reversed(TEST_POSTS))

    def test_a_training_row_does_not_matter(self, tmp_path: Path) -> None:
        assert self.of(tmp_path / "a", *TEST_POSTS) == self.of(tmp_path / "b", *TEST_POSTS, post("lv", "vēl viens"))

    @pytest.mark.parametrize(
        "change", [{"text": "Still no parcel"}, {"kind": "other"}, {"causes": ["outage"]}, {"id": "x"}]
    )
    def test_a_changed_test_row_is_noticed(self, tmp_path: Path, change: dict[str, object]) -> None:
        first, *rest = TEST_POSTS
        assert self.of(tmp_path / "a", *TEST_POSTS) != self.of(tmp_path / "b", first | change, *rest)

    def test_a_new_test_row_is_noticed(self, tmp_path: Path) -> None:
        more = post("lv", "vēl viens", split="test")
        assert self.of(tmp_path / "a", *TEST_POSTS) != self.of(tmp_path / "b", *TEST_POSTS, more)

    @pytest.mark.parametrize("line", ["nonsense", "[]", json.dumps({"id": 1})])
    def test_a_line_that_is_no_row_is_named(self, tmp_path: Path, line: str) -> None:
        write_corpus(tmp_path, [post("lv", "viens")])
        with (tmp_path / "lv.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        with pytest.raises(ValueError, match=r"lv\.jsonl, line 2"):
            rows_hash(tmp_path)
