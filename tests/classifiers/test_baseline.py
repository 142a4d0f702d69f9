"""The plain rival: what it learns, what it is compared on, and what is said where it cannot be run."""

import sys

import pytest

from classifiers.answers import Answers, answers, judged
from classifiers.baseline import LibraryMissing, compared, require_library, summary, tfidf
from classifiers.contract import Cause
from classifiers.dataset import Example
from classifiers.figures import Comparison
from classifiers.metrics import macro_f1, micro_f1, tally
from classifiers.sets import Target
from classifiers.tasks import tasks
from tests.classifiers.verdicts import SaysWhatTheTextSays, example

GOOD = ("lovely bread", "fine soup", "lovely evening", "fine people", "lovely soup", "fine bread")
BAD = ("awful bread", "nasty soup", "awful evening", "nasty people", "awful soup", "nasty bread")


def reviews(split: str, repeats: int, source: str = "bg_cinexio") -> list[Example]:
    """Posts whose polarity a bag of words can learn; the scripted classifier sees nothing in them."""
    told = [(text, "positive") for text in GOOD] + [(text, "negative") for text in BAD]
    return [
        example(f"{text} {number}", "bg", source, split, sentiment=label)  # type: ignore[arg-type]
        for number in range(repeats)
        for text, label in told
    ]


def causes(split: str, repeats: int) -> list[Example]:
    """Posts with any number of causes, told by their words."""
    names = frozenset(cause.value for cause in Cause)
    posts = {"parcel lost": ["delivery"], "charged twice": ["billing_refund"], "parcel charged": [], "hello there": []}
    posts["parcel charged"] = ["delivery", "billing_refund"]
    return [
        example(f"{text} {number}", "en", "corpus_en", split, causes=Target(frozenset(held), names - frozenset(held)))  # type: ignore[arg-type]
        for number in range(repeats)
        for text, held in posts.items()
    ]


def given(measured: list[Example], training: list[Example]) -> list[Answers]:
    return answers(judged(SaysWhatTheTextSays(), measured), tasks([*measured, *training]))


class TestWhatItLearns:
    def test_it_tells_classes_apart_by_their_words(self) -> None:
        measured, training = reviews("dev", 2), reviews("train", 5)
        (answer,) = tfidf(given(measured, training), measured, training)
        assert float(macro_f1(tally(answer.truth, answer.said))) == 1.0
        assert answer.chances.sum(axis=1) == pytest.approx([1.0] * len(measured))

    def test_it_tells_independent_labels(self) -> None:
        measured, training = causes("test", 3), causes("train", 12)
        (answer,) = tfidf(given(measured, training), measured, training)
        assert float(micro_f1(tally(answer.truth, answer.said))) == 1.0

    def test_it_is_never_shown_another_set(self) -> None:
        measured = reviews("dev", 2)
        training = [*reviews("train", 5, source="lv_ltec"), *reviews("train", 2)]
        assert tfidf(given(measured, training), measured, training) == []

    def test_a_set_whose_training_rows_are_of_one_class_has_no_rival(self) -> None:
        measured = reviews("dev", 2)
        training = [row for row in reviews("train", 12) if "positive" in row.targets["sentiment"].yes]
        assert tfidf(given(measured, training), measured, training) == []

    def test_it_answers_on_the_same_rows(self) -> None:
        measured, training = [example("no label"), *reviews("dev", 2)], reviews("train", 5)
        ours = given(measured, training)
        (answer,) = tfidf(ours, measured, training)
        assert answer.rows.tolist() == ours[0].rows.tolist() == list(range(1, len(measured)))


class TestComparison:
    def test_majority_rival_and_model_stand_side_by_side(self) -> None:
        measured, training = reviews("dev", 2), reviews("train", 5)
        ours = given(measured, training)
        (row,) = compared(ours, tfidf(ours, measured, training), training)
        assert (row.source, row.head, row.trained, row.n) == ("bg_cinexio", "sentiment", 60, 24)
        assert row.majority == pytest.approx(1 / 3)
        assert row.tfidf == 1.0
        assert row.model == pytest.approx(1 / 3)
        assert row.gain == pytest.approx(-2 / 3)

    def test_of_independent_labels_the_majority_says_what_more_than_half_have(self) -> None:
        measured, training = causes("test", 3), causes("train", 12)
        ours = given(measured, training)
        (row,) = compared(ours, tfidf(ours, measured, training), training)
        assert (row.majority, row.tfidf) == (0.0, 1.0)

    def test_a_task_that_had_no_rival_is_not_compared(self) -> None:
        measured, training = reviews("dev", 2), reviews("train", 1)
        assert compared(given(measured, training), [], training) == ()


class TestSummary:
    def row(self, gain: float, n: int = 100) -> Comparison:
        return Comparison("bg_cinexio", "sentiment", 1_000, n, 0.2, 0.5, 0.5 + gain)

    def test_it_tells_share_worst_and_mean(self) -> None:
        made = summary([self.row(0.06), self.row(0.04), self.row(-0.01), self.row(0.03)])
        assert made is not None
        assert (made.count, made.better) == (4, 0.75)
        assert made.worst == pytest.approx(-0.01)
        assert made.mean == pytest.approx(0.03)

    def test_sets_with_few_scored_rows_do_not_count(self) -> None:
        made = summary([self.row(0.05), self.row(-0.3, n=99)])
        assert made is not None
        assert (made.count, made.better) == (1, 1.0)

    def test_equal_is_not_better(self) -> None:
        made = summary([self.row(0.0)])
        assert made is not None
        assert made.better == 0.0

    def test_nothing_compared_has_no_summary(self) -> None:
        assert summary([]) is None


def test_without_scikit_learn_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(LibraryMissing, match=r"pip install '\.\[evaluate\]'"):
        require_library()
