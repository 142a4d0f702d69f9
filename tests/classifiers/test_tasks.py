"""What a set asks: which classes, which rows, and what it cannot ask."""

from classifiers.contract import Cause, Churn, Sentiment
from classifiers.dataset import Example
from classifiers.sets import NOT_A_COMPLAINT, Target
from classifiers.tasks import COMPLAINT, Task, tasks
from tests.classifiers.verdicts import example, kinds

LEAVING = frozenset({"considering", "decided", "left"})


def only(examples: list[Example]) -> Task:
    (task,) = tasks(examples)
    return task


def polarity(*labels: str, source: str = "typology_binary", weight: float = 1.0) -> list[Example]:
    return [example("x", source=source, sentiment=Target(frozenset({label}), weight=weight)) for label in labels]


class TestClasses:
    def test_a_set_of_two_polarities_tells_two_apart(self) -> None:
        assert only(polarity("positive", "negative")).names == ("negative", "positive")

    def test_our_own_corpus_tells_all_labels_apart_even_those_that_do_not_occur(self) -> None:
        task = only(polarity("positive", "negative", source="corpus_lv"))
        assert task.names == tuple(label.value for label in Sentiment)

    def test_labels_that_are_possible_together_are_one_class(self) -> None:
        rows = [
            example("x", source="swisscom_churn_chatbot", churn=LEAVING),
            example("y", source="swisscom_churn_chatbot", churn="none"),
        ]
        task = only(rows)
        assert task.names == ("none", "considering or decided or left")
        assert not task.whole

    def test_classes_stand_in_the_order_of_the_head(self) -> None:
        assert only(polarity("positive", "neutral", "negative")).names == ("negative", "neutral", "positive")

    def test_classes_that_overlap_ask_nothing(self) -> None:
        rows = [
            example("x", source="swisscom_churn_chatbot", churn=LEAVING),
            example("y", source="swisscom_churn_chatbot", churn="left"),
        ]
        assert tasks(rows) == []

    def test_a_set_with_one_class_only_asks_nothing(self) -> None:
        assert tasks(polarity("positive", "positive")) == []
        assert tasks([example("x", source="sikayetvar_banks_tr", kind="complaint")]) == []

    def test_independent_labels_are_asked_where_a_row_knows_them_all(self) -> None:
        names = frozenset(cause.value for cause in Cause)
        whole = example("x", causes=Target(frozenset({"delivery"}), names - {"delivery"}))
        part = example("x", causes=Target(frozenset({"delivery"}), frozenset({"outage"})))
        assert only([whole]).many
        assert tasks([part]) == []


class TestComplaints:
    def test_a_binary_set_asks_only_whether_it_is_a_complaint(self) -> None:
        rows = [
            example("x", source="rigaut_brand_complaints", kind="complaint"),
            example("y", source="rigaut_brand_complaints", kind=NOT_A_COMPLAINT),
        ]
        assert only(rows).head == COMPLAINT

    def test_our_own_corpus_asks_that_and_for_the_kind(self) -> None:
        assert [task.head for task in tasks(kinds("a:complaint", "b:praise"))] == [COMPLAINT, "kind"]

    def test_a_post_that_may_be_either_is_not_asked(self) -> None:
        either = example("x", source="banking77", kind=frozenset({"complaint", "question"}))
        rows = [
            example("y", source="banking77", kind="complaint"),
            example("z", source="banking77", kind="question"),
            either,
        ]
        (task,) = tasks(rows)
        places, truth = task.asked(rows)
        assert places.tolist() == [0, 1]
        assert truth.tolist() == [[True, False], [False, True]]


class TestTrust:
    def test_labels_that_were_derived_make_a_weak_task(self) -> None:
        assert only(polarity("positive", "negative", weight=0.25)).weak

    def test_an_annotated_set_is_not_weak(self) -> None:
        assert not only(polarity("positive", "negative", weight=0.4)).weak


class TestRows:
    def test_rows_of_other_sets_and_unknown_rows_are_not_asked(self) -> None:
        rows = [*polarity("positive", "negative"), *polarity("positive", source="umsab"), example("x", kind="praise")]
        task = next(one for one in tasks(rows) if one.source == "typology_binary")
        assert task.asked(rows)[0].tolist() == [0, 1]

    def test_no_rows_give_an_empty_table(self) -> None:
        places, truth = Task("none", "churn", tuple(frozenset({label.value}) for label in Churn)).asked([])
        assert places.shape == (0,)
        assert truth.shape == (0, len(Churn))
