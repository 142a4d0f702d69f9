"""Figures of quality: what is counted, for whom, and on which rows."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from classifiers.contract import Assessment, Cause, Churn, Kind, Sentiment, Severity, Stage, Text, Threat
from classifiers.dataset import Example, read_corpus
from classifiers.evaluate import Figure, evaluate, main, measured, table
from classifiers.heads import Calibration
from classifiers.sets import NOT_A_COMPLAINT, Target
from tests.classifiers.posts import CORPUS, TEST_POSTS, write_corpus, write_set


class SaysWhatTheTextSays:
    """A classifier that reads the kind from the first word of a text, and is sure of it."""

    name = "oracle"

    def __init__(self, *, sure: float = 1.0, delivery: float = 0.0) -> None:
        self.sure = sure
        self.delivery = delivery

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        return [self._judge(text.text) for text in texts]

    def _judge(self, text: str) -> Assessment:
        kind = Kind(text.split(maxsplit=1)[0])
        rest = (1 - self.sure) / 3
        return Assessment(
            model=self.name,
            lang="en",
            kind={one: self.sure if one is kind else rest for one in Kind},
            sentiment=dict.fromkeys(Sentiment, 1 / 3),
            severity=dict.fromkeys(Severity, 0.25),
            causes={cause: self.delivery if cause is Cause.DELIVERY else 0.0 for cause in Cause},
            stage=dict.fromkeys(Stage, 1 / 6),
            churn=dict.fromkeys(Churn, 0.25),
            threats=dict.fromkeys(Threat, 0.0),
            escalation=0.0,
            abstained="odd" in text,
        )


def example(text: str, lang: str = "en", source: str = "corpus_en", **targets: Target) -> Example:
    return Example(text, lang, source, "test", targets)


def kinds(*labels: str, lang: str = "en", source: str = "corpus_en") -> list[Example]:
    """One example per label `said:true`."""
    return [
        example(f"{said} {number}", lang, source, kind=Target(frozenset({true})))
        for number, (said, true) in enumerate(label.split(":") for label in labels)
    ]


def figure(figures: Sequence[Figure], head: str, group: str = "all") -> Figure:
    (found,) = [one for one in figures if (one.head, one.group) == (head, group)]
    return found


RIGHT = kinds(*(f"{kind}:{kind}" for kind in ("complaint", "question", "praise", "other") for _ in range(5)))


class TestKinds:
    def test_always_right_is_one(self) -> None:
        assert figure(evaluate(SaysWhatTheTextSays(), RIGHT), "kind").f1 == 1.0

    def test_always_wrong_is_nought(self) -> None:
        wrong = kinds(*["complaint:praise"] * 6, *["praise:complaint"] * 6)
        assert figure(evaluate(SaysWhatTheTextSays(), wrong), "kind").f1 == 0.0

    def test_all_four_kinds_count_the_same(self) -> None:
        rows = kinds(*["complaint:complaint"] * 30, *["complaint:praise"] * 3)
        assert figure(evaluate(SaysWhatTheTextSays(), rows), "kind").f1 < 0.5

    def test_being_surer_than_right_is_a_calibration_error(self) -> None:
        rows = kinds(*["complaint:complaint"] * 5, *["complaint:praise"] * 5)
        assert figure(evaluate(SaysWhatTheTextSays(), rows), "kind").ece == pytest.approx(0.5)

    def test_a_binary_set_is_measured_as_complaint_or_not(self) -> None:
        rows = kinds(*["complaint:complaint"] * 6) + [
            example("praise x", kind=Target(NOT_A_COMPLAINT)) for _ in range(6)
        ]
        figures = evaluate(SaysWhatTheTextSays(), rows)
        assert figure(figures, "complaint").f1 == 1.0
        assert not [one for one in figures if one.head == "kind"]

    def test_a_label_that_may_be_a_complaint_or_not_measures_nothing(self) -> None:
        rows = [example("question x", kind=Target(frozenset({"question", "complaint"}))) for _ in range(12)]
        assert evaluate(SaysWhatTheTextSays(), rows) == []

    def test_a_complaint_needs_more_than_half_the_probability(self) -> None:
        rows = kinds(*["complaint:complaint"] * 6, *["praise:praise"] * 6)
        timid = figure(evaluate(SaysWhatTheTextSays(sure=0.4), rows), "complaint")
        assert timid.f1 < 0.5


class TestCauses:
    def rows(self) -> list[Example]:
        others = frozenset(cause.value for cause in Cause) - {"delivery"}
        return [example("complaint x", causes=Target(frozenset({"delivery"}), others)) for _ in range(12)]

    def test_a_cause_counts_as_said_at_the_threshold(self) -> None:
        figures = evaluate(SaysWhatTheTextSays(delivery=0.4), self.rows())
        assert figure(figures, "causes").f1 == 0.0
        lower = evaluate(SaysWhatTheTextSays(delivery=0.4), self.rows(), {"causes": Calibration(1.0, 0.3)})
        assert figure(lower, "causes").f1 == 1.0

    def test_rows_with_some_causes_unknown_do_not_measure(self) -> None:
        rows = [example("complaint x", causes=Target(frozenset({"delivery"}))) for _ in range(12)]
        assert evaluate(SaysWhatTheTextSays(), rows) == []


class TestGroups:
    def test_every_language_and_set_has_its_own_figure(self) -> None:
        rows = RIGHT + kinds(*["praise:praise"] * 6, *["praise:complaint"] * 6, lang="lv", source="corpus_lv")
        figures = evaluate(SaysWhatTheTextSays(), rows)
        assert figure(figures, "kind", "lang:en").f1 == 1.0
        assert figure(figures, "kind", "lang:lv").f1 < 0.5
        assert figure(figures, "kind", "set:corpus_lv").n == 12
        assert figure(figures, "kind").n == 32

    def test_a_group_of_fewer_than_ten_rows_has_no_figure(self) -> None:
        rows = RIGHT + kinds(*["praise:praise"] * 9, lang="lv", source="corpus_lv")
        assert not [one for one in evaluate(SaysWhatTheTextSays(), rows) if one.group == "lang:lv"]

    def test_the_share_of_abstained_verdicts_is_told(self) -> None:
        rows = kinds(*["praise:praise"] * 6, *["complaint:complaint"] * 6)
        odd = [example(f"{row.text} odd", **row.targets) for row in rows[:3]] + rows[3:]
        assert figure(evaluate(SaysWhatTheTextSays(), odd), "kind").abstained == pytest.approx(0.25)

    def test_nothing_to_measure_gives_no_figures(self) -> None:
        assert evaluate(SaysWhatTheTextSays(), []) == []


class TestMeasuredRows:
    def test_only_rows_of_the_split_are_measured(self) -> None:
        rows = [Example("a", "en", "umsab", split, {}) for split in ("train", "dev", "test")]  # type: ignore[arg-type]
        assert [row.split for row in measured(rows, "dev")] == ["dev"]

    def test_a_large_set_is_sampled_alike_every_time(self) -> None:
        rows = [Example(str(number), "en", "umsab", "dev", {}) for number in range(1_500)]
        assert len(measured(rows, "dev")) == 1_000
        assert measured(rows, "dev") == measured(rows, "dev")


class TestTable:
    def test_it_is_markdown_with_a_row_per_figure(self) -> None:
        lines = table([Figure("kind", "lang:lv", 120, 0.81249, 0.04, 0.1)]).splitlines()
        assert len(lines) == 3
        assert lines[2] == "| kind | lang:lv | 120 | 0.812 | 0.040 | 0.10 |"


class TestCommand:
    def test_it_measures_the_test_split_of_the_corpus(
        self, exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [{**row, "split": "test"} for row in CORPUS]
        corpus = write_corpus(tmp_path / "corpus", rows)
        out = tmp_path / "figures.json"
        code = main(["--model", str(exported), "--corpus", str(corpus), "--split", "test", "--json", str(out)])
        assert code == 0
        assert "| kind | all | 55 |" in capsys.readouterr().out
        figures = json.loads(out.read_text(encoding="utf-8"))
        assert {"head", "group", "n", "f1", "ece", "abstained"} == set(figures[0])

    def test_it_measures_the_dev_rows_of_public_sets_non_commercial_ones_too(
        self, exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [{"text": f"flight {number} was great", "lang": "en", "sentiment": "positive"} for number in range(30)]
        write_set(tmp_path / "labelled", "us_airline_sentiment", rows)
        code = main(["--model", str(exported), "--corpus", str(tmp_path / "none"), "--data", str(tmp_path)])
        assert code == 0
        assert "| sentiment | set:us_airline_sentiment | 30 |" in capsys.readouterr().out

    def test_the_model_knows_its_own_posts(self, exported: Path, tmp_path: Path) -> None:
        from classifiers.load import load

        corpus = read_corpus(write_corpus(tmp_path, [*CORPUS, *TEST_POSTS]))
        train_rows = [row for row in corpus if row.split == "train"]
        assert figure(evaluate(load(str(exported)), train_rows), "complaint").f1 > 0.85
