"""From verdicts to answers: which class was said, how sure, and for which rows."""

import numpy as np
import pytest

from classifiers.answers import Answers, answers, chosen, judged
from classifiers.contract import Cause
from classifiers.dataset import Example
from classifiers.heads import COLUMNS, WIDTH, Calibration
from classifiers.sets import Target
from classifiers.tasks import COMPLAINT, tasks
from tests.classifiers.verdicts import SaysWhatTheTextSays, example, kinds

LEAVING = frozenset({"considering", "decided", "left"})


def given(
    examples: list[Example],
    head: str,
    classifier: SaysWhatTheTextSays,
    calibration: dict[str, Calibration] | None = None,
) -> Answers:
    found = answers(judged(classifier, examples), tasks(examples), calibration)
    (answer,) = [one for one in found if one.task.head == head]
    return answer


class TestJudged:
    def test_every_label_has_its_column(self) -> None:
        verdicts = judged(SaysWhatTheTextSays(), [example("praise x positive ! ! odd")])
        assert verdicts.likely.shape == (1, WIDTH)
        assert verdicts.likely[0, COLUMNS["kind"]].tolist() == [0.0, 0.0, 1.0, 0.0]
        assert verdicts.escalation.tolist() == [0.2]
        assert verdicts.abstained.tolist() == [True]

    def test_some_rows_can_be_taken(self) -> None:
        verdicts = judged(SaysWhatTheTextSays(), kinds("complaint:other", "praise:other"))
        part = verdicts.rows(np.array([1]))
        assert part.examples == [verdicts.examples[1]]
        assert part.likely[0, COLUMNS["kind"]].argmax() == 2

    def test_nothing_judged_is_an_empty_table(self) -> None:
        assert judged(SaysWhatTheTextSays(), []).likely.shape == (0, WIDTH)


class TestWhatWasSaid:
    def test_a_complaint_is_said_from_the_threshold_on(self) -> None:
        rows = kinds("complaint:complaint", "praise:praise")
        timid = SaysWhatTheTextSays(sure=0.4)
        assert given(rows, COMPLAINT, timid).said[0].tolist() == [False, True]
        lower = given(rows, COMPLAINT, timid, {"kind": Calibration(threshold=0.4)})
        assert lower.said[0].tolist() == [True, False]

    def test_the_likeliest_of_the_sets_own_classes_is_said(self) -> None:
        source = "typology_binary"
        rows = [
            example("other neutral", source=source, sentiment="negative"),
            example("other positive", source=source, sentiment="positive"),
        ]
        answer = given(rows, "sentiment", SaysWhatTheTextSays(sure=0.8))
        assert answer.said[1].tolist() == [False, True]
        assert answer.chances[1].tolist() == pytest.approx([1 / 9, 8 / 9])

    def test_a_class_of_several_labels_has_their_probability_together(self) -> None:
        source = "swisscom_churn_chatbot"
        rows = [
            example("other none", source=source, churn="none"),
            example("other left", source=source, churn=LEAVING),
        ]
        answer = given(rows, "churn", SaysWhatTheTextSays(sure=0.4))
        assert answer.chances.tolist() == [pytest.approx([0.4, 0.6]), pytest.approx([0.2, 0.8])]

    def test_each_independent_label_has_its_own_threshold(self) -> None:
        names = frozenset(cause.value for cause in Cause)
        rows = [example("complaint", causes=Target(frozenset({"delivery"}), names - {"delivery"}))]
        sees = SaysWhatTheTextSays(delivery=0.3)
        place = list(Cause).index(Cause.DELIVERY)
        assert not given(rows, "causes", sees).said.any()
        own = {"causes": Calibration(threshold=0.9, thresholds={"delivery": 0.3})}
        assert given(rows, "causes", sees, own).said[0].nonzero()[0].tolist() == [place]

    def test_a_task_without_rows_has_no_answers(self) -> None:
        asked = tasks(kinds("complaint:complaint", "praise:praise"))
        assert answers(judged(SaysWhatTheTextSays(), [example("praise")]), asked) == []

    def test_of_equals_the_first_is_chosen(self) -> None:
        assert chosen(np.array([[0.5, 0.5]])).tolist() == [[True, False]]


class TestAmongRows:
    def test_a_mask_over_the_examples_takes_their_answers(self) -> None:
        rows = [example("no kind"), *kinds("complaint:complaint", "praise:complaint", "praise:praise")]
        answer = given(rows, "kind", SaysWhatTheTextSays())
        part = answer.among(np.array([True, False, True, True]))
        assert part.rows.tolist() == [2, 3]
        assert (part.truth & part.said).any(axis=1).tolist() == [False, True]


class TestConfidence:
    def test_of_exclusive_labels_it_is_that_of_the_label_said(self) -> None:
        rows = kinds("complaint:complaint", "praise:complaint", "praise:praise")
        sure, right = given(rows, "kind", SaysWhatTheTextSays(sure=0.7)).confidence()
        assert sure.tolist() == pytest.approx([0.7] * 3)
        assert right.tolist() == [True, False, True]

    def test_of_complaint_or_not_it_is_the_probability_of_a_complaint(self) -> None:
        rows = kinds("complaint:complaint", "praise:praise")
        sure, right = given(rows, COMPLAINT, SaysWhatTheTextSays(sure=0.7)).confidence()
        assert sure.tolist() == pytest.approx([0.7, 0.1])
        assert right.tolist() == [True, False]

    def test_of_independent_labels_every_label_counts(self) -> None:
        names = frozenset(cause.value for cause in Cause)
        rows = [example("complaint", causes=Target(frozenset({"delivery"}), names - {"delivery"}))]
        sure, right = given(rows, "causes", SaysWhatTheTextSays(delivery=0.3)).confidence()
        assert len(sure) == len(Cause)
        assert sure.sum() == pytest.approx(0.3)
        assert right.sum() == 1
