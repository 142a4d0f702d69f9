"""Figures of quality: what is counted, for whom, and on which rows."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from classifiers import figures, robustness
from classifiers.contract import Cause
from classifiers.dataset import Example, read_corpus
from classifiers.evaluate import evaluate, main, measured, of_corpus, of_noise, of_sets
from classifiers.figures import Figure
from classifiers.heads import Calibration, ModelCard
from classifiers.page import render
from classifiers.sets import NOT_A_COMPLAINT, Target
from classifiers.tasks import tasks
from tests.classifiers.posts import CORPUS, TEST_POSTS, write_corpus, write_set
from tests.classifiers.verdicts import SaysWhatTheTextSays, example, kinds

CARD = ModelCard("oracle", "1", ("en", "lv"), 64)


def figure(given: Sequence[Figure], head: str, group: str = "all") -> Figure:
    (found,) = [one for one in given if (one.head, one.group) == (head, group)]
    return found


RIGHT = kinds(*(f"{kind}:{kind}" for kind in ("complaint", "question", "praise", "other") for _ in range(5)))


class TestKinds:
    def test_always_right_is_one(self) -> None:
        found = figure(evaluate(SaysWhatTheTextSays(), RIGHT), "kind")
        assert (found.f1, found.low, found.high, found.ece) == (1.0, 1.0, 1.0, 0.0)

    def test_always_wrong_is_nought(self) -> None:
        wrong = kinds(*["complaint:praise"] * 6, *["praise:complaint"] * 6)
        assert figure(evaluate(SaysWhatTheTextSays(), wrong), "kind").f1 == 0.0

    def test_all_four_kinds_count_the_same(self) -> None:
        rows = kinds(*["complaint:complaint"] * 30, *["complaint:praise"] * 3)
        assert figure(evaluate(SaysWhatTheTextSays(), rows), "kind").f1 < 0.5

    def test_being_surer_than_right_is_a_calibration_error(self) -> None:
        rows = kinds(*["complaint:complaint"] * 5, *["complaint:praise"] * 5)
        assert figure(evaluate(SaysWhatTheTextSays(), rows), "kind").ece == pytest.approx(0.5)

    def test_every_label_has_precision_and_recall(self) -> None:
        rows = kinds(*["complaint:complaint"] * 6, *["complaint:praise"] * 2, *["other:complaint"] * 2)
        labels = {one.label: one for one in figure(evaluate(SaysWhatTheTextSays(), rows), "kind").labels}
        assert (labels["complaint"].n, labels["complaint"].precision, labels["complaint"].recall) == (8, 0.75, 0.75)
        assert (labels["praise"].n, labels["praise"].precision, labels["praise"].recall) == (2, None, 0.0)

    def test_a_binary_set_is_measured_as_complaint_or_not(self) -> None:
        rows = [
            *(example("complaint x", source="rigaut_brand_complaints", kind="complaint") for _ in range(6)),
            *(example("praise x", source="rigaut_brand_complaints", kind=NOT_A_COMPLAINT) for _ in range(6)),
        ]
        found = evaluate(SaysWhatTheTextSays(), rows)
        assert figure(found, "complaint").f1 == 1.0
        assert not [one for one in found if one.head == "kind"]

    def test_a_complaint_is_said_at_the_shipped_threshold(self) -> None:
        rows = kinds(*["complaint:complaint"] * 6, *["praise:praise"] * 6)
        timid = SaysWhatTheTextSays(sure=0.4)
        assert figure(evaluate(timid, rows), "complaint").f1 < 0.5
        assert figure(evaluate(timid, rows, {"kind": Calibration(threshold=0.4)}), "complaint").f1 == 1.0


class TestCauses:
    def rows(self) -> list[Example]:
        others = frozenset(cause.value for cause in Cause) - {"delivery"}
        return [example("complaint x", causes=Target(frozenset({"delivery"}), others)) for _ in range(12)]

    def test_a_cause_counts_as_said_at_the_threshold(self) -> None:
        assert figure(evaluate(SaysWhatTheTextSays(delivery=0.4), self.rows()), "causes").f1 == 0.0
        lower = evaluate(SaysWhatTheTextSays(delivery=0.4), self.rows(), {"causes": Calibration(1.0, 0.3)})
        assert figure(lower, "causes").f1 == 1.0

    def test_micro_and_macro_are_both_told(self) -> None:
        names = frozenset(cause.value for cause in Cause)
        missed = [example("complaint", causes=Target(frozenset({"outage"}), names - {"outage"})) for _ in range(3)]
        found = figure(evaluate(SaysWhatTheTextSays(delivery=0.9), [*self.rows(), *missed]), "causes")
        assert found.f1 == pytest.approx(12 / 15)
        assert found.macro == pytest.approx((24 / 27 + 0) / 2)

    def test_rows_with_some_causes_unknown_do_not_measure(self) -> None:
        rows = [example("complaint x", causes=Target(frozenset({"delivery"}))) for _ in range(12)]
        assert evaluate(SaysWhatTheTextSays(), rows) == []


class TestGroups:
    def test_every_language_and_set_has_its_own_figure(self) -> None:
        rows = RIGHT + kinds(*["praise:praise"] * 6, *["praise:complaint"] * 6, lang="lv", source="corpus_lv")
        found = evaluate(SaysWhatTheTextSays(), rows)
        assert figure(found, "kind", "lang:en").f1 == 1.0
        assert figure(found, "kind", "lang:lv").f1 < 0.5
        assert figure(found, "kind", "set:corpus_lv").n == 12
        assert figure(found, "kind").n == 32

    def test_a_group_of_fewer_than_ten_rows_has_no_figure(self) -> None:
        rows = RIGHT + kinds(*["praise:praise"] * 9, lang="lv", source="corpus_lv")
        assert not [one for one in evaluate(SaysWhatTheTextSays(), rows) if one.group == "lang:lv"]

    def test_the_share_of_abstained_verdicts_is_told(self) -> None:
        rows = kinds(*["praise:praise"] * 6, *["complaint:complaint"] * 6)
        odd = [example(f"{row.text} odd", **row.targets) for row in rows[:3]] + rows[3:]
        assert figure(evaluate(SaysWhatTheTextSays(), odd), "kind").abstained == pytest.approx(0.25)

    def test_a_weak_set_counts_in_its_own_figure_alone(self) -> None:
        weak = [
            example(f"other {label}", source="xed_emotion", sentiment=Target(frozenset({label}), weight=0.25))
            for label in ["positive", "negative"] * 6
        ]
        found = evaluate(SaysWhatTheTextSays(), weak)
        assert [(one.group, one.weak) for one in found] == [("set:xed_emotion", True)]

    def test_a_set_of_two_polarities_joins_those_of_three(self) -> None:
        two = [example(f"other {one}", source="typology_binary", sentiment=one) for one in ["positive", "negative"] * 6]
        three = [
            example(f"other {one}", source="umsab", sentiment=one) for one in ["positive", "neutral", "negative"] * 4
        ]
        found = figure(evaluate(SaysWhatTheTextSays(), two + three), "sentiment")
        assert (found.n, found.f1) == (24, 1.0)
        assert {one.label: one.n for one in found.labels} == {"negative": 10, "positive": 10, "neutral": 4}

    def test_classes_of_several_labels_join_no_others(self) -> None:
        rows = [
            example(f"other {said}", source="swisscom_churn_chatbot", churn=true)
            for said, true in [("none", "none"), ("left", frozenset({"left", "decided", "considering"}))] * 6
        ]
        found = evaluate(SaysWhatTheTextSays(), rows)
        assert [(one.head, one.group, one.f1) for one in found] == [("churn", "set:swisscom_churn_chatbot", 1.0)]

    def test_nothing_to_measure_gives_no_figures(self) -> None:
        assert evaluate(SaysWhatTheTextSays(), []) == []

    def test_the_tasks_can_be_those_of_more_rows_than_are_measured(self) -> None:
        negative = [example("other negative", source="umsab", sentiment="negative") for _ in range(12)]
        positive = example("other", source="umsab", sentiment="positive")
        assert evaluate(SaysWhatTheTextSays(), negative) == []
        assert (
            figure(evaluate(SaysWhatTheTextSays(), negative, None, tasks([*negative, positive])), "sentiment").n == 12
        )


class TestMeasuredRows:
    def test_only_rows_of_the_split_are_measured(self) -> None:
        rows = [Example("a", "en", "umsab", split, {}) for split in ("train", "dev", "test")]  # type: ignore[arg-type]
        assert [row.split for row in measured(rows, "dev")] == ["dev"]

    def test_a_large_set_is_sampled_alike_every_time(self) -> None:
        rows = [Example(str(number), "en", "umsab", "dev", {}) for number in range(1_500)]
        assert len(measured(rows, "dev")) == 1_000
        assert len(measured(rows, "dev", most=20)) == 20
        assert measured(rows, "dev") == measured(rows, "dev")


class TestReports:
    def test_of_the_corpus_it_tells_figures_and_both_curves_by_language(self) -> None:
        made = of_corpus(SaysWhatTheTextSays(), CARD, RIGHT)
        assert (made.test_rows, figure(made.corpus, "kind", "lang:en").f1) == (20, 1.0)
        assert {one.group for one in made.abstention} == {"all", "lang:en"}
        assert not [one for one in made.corpus if one.group.startswith("set:")]

    def test_an_empty_split_is_an_empty_report(self) -> None:
        assert of_corpus(SaysWhatTheTextSays(), CARD, RIGHT, "dev").corpus == ()

    def test_for_the_card_our_corpus_meets_the_rival_on_its_test_split_and_is_no_public_set(self) -> None:
        train = [Example(f"good {row.text}", row.lang, row.source, "train", row.targets) for row in RIGHT * 3]
        dev = [Example(f"dev {row.text}", row.lang, row.source, "dev", row.targets) for row in RIGHT]
        made = of_sets(SaysWhatTheTextSays(), CARD, [*RIGHT, *train, *dev], rival=True, most=100)
        assert (made.public, made.dev_rows) == ((), 0)
        assert {(one.head, one.n, one.trained) for one in made.comparisons} == {("complaint", 20, 60), ("kind", 20, 60)}

    def test_on_the_dev_split_our_corpus_is_one_of_the_sets(self) -> None:
        dev = [Example(row.text, row.lang, row.source, "dev", row.targets) for row in RIGHT]
        made = of_sets(SaysWhatTheTextSays(), CARD, [*RIGHT, *dev], rival=False, most=100, split="dev")
        assert (made.dev_rows, figure(made.public, "kind", "set:corpus_en").n) == (20, 20)

    def test_noise_is_summed_over_the_languages(self, tmp_path: Path) -> None:
        corpus = write_corpus(tmp_path, TEST_POSTS)
        turned = of_noise(_AlwaysOther(), corpus)
        assert set(turned) <= set(robustness.NOISES)
        assert max(one.n for one in turned.values()) == len(TEST_POSTS)
        assert {one.flips for one in turned.values()} == {0.0}


class _AlwaysOther(SaysWhatTheTextSays):
    def _judge(self, words: list[str]) -> object:  # type: ignore[override]
        return super()._judge(["other"])


class TestCommand:
    @pytest.fixture
    def corpus(self, tmp_path: Path) -> Path:
        return write_corpus(tmp_path / "corpus", [{**row, "split": "test"} for row in CORPUS])

    def test_it_measures_the_test_split_of_the_corpus(
        self, exported: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out, written = tmp_path / "figures.json", tmp_path / "page.md"
        given = ["--model", str(exported), "--corpus", str(corpus), "--json", str(out), "--write", str(written)]
        assert main([*given, "--split", "test"]) == 0
        assert "| kind | all | 55 |" in capsys.readouterr().out
        made = figures.read(out)
        assert (made.test_rows, made.split, made.test_hash) == (55, "test", figures.rows_hash(corpus))
        assert written.read_text(encoding="utf-8") == render(made)

    def test_it_measures_the_dev_rows_of_public_sets_non_commercial_ones_too(
        self, exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [
            {"text": f"flight {number} was {word}", "lang": "en", "sentiment": label}
            for number in range(15)
            for word, label in (("great", "positive"), ("late", "negative"))
        ]
        write_set(tmp_path / "labelled", "us_airline_sentiment", rows)
        code = main(["--model", str(exported), "--corpus", str(tmp_path / "none"), "--data", str(tmp_path)])
        assert code == 0
        assert "| sentiment | set:us_airline_sentiment | 30 |" in capsys.readouterr().out

    def test_a_model_that_is_not_there_is_told_with_the_remedy(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--model", str(tmp_path / "nowhere")]) == 2
        assert "classifiers.train" in capsys.readouterr().err

    def test_the_model_knows_its_own_posts(self, exported: Path, tmp_path: Path) -> None:
        from classifiers.load import load

        corpus = read_corpus(write_corpus(tmp_path, [*CORPUS, *TEST_POSTS]))
        train_rows = [row for row in corpus if row.split == "train"]
        assert figure(evaluate(load(str(exported)), train_rows), "complaint").f1 > 0.85
