"""Held against what is published: which set, which measure, and what is said beside."""

import pytest

from classifiers.answers import Answers, answers, judged
from classifiers.dataset import Example
from classifiers.heads import HEADS
from classifiers.metrics import macro_f1, tally
from classifiers.published import MACRO, OVER_LANGUAGES, POLAR, PUBLISHED, Published, held, measured_as
from classifiers.sets import SETS
from classifiers.tasks import COMPLAINT, tasks
from tests.classifiers.verdicts import SaysWhatTheTextSays, example


def polarities(*pairs: str, source: str = "sentirueval2016", lang: str = "ru") -> list[Example]:
    """One example per `said:true`."""
    told = (pair.split(":") for pair in pairs)
    return [example(f"other {said}", lang, source, sentiment=true) for said, true in told]


def answered(examples: list[Example]) -> list[Answers]:
    return answers(judged(SaysWhatTheTextSays(), examples), tasks(examples))


NEUTRAL_MISSED = ["positive:positive"] * 4 + ["negative:negative"] * 4 + ["positive:neutral"] * 4


class TestMeasures:
    def test_over_positive_and_negative_neutral_posts_are_false_alarms_only(self) -> None:
        rows = polarities(*NEUTRAL_MISSED)
        assert measured_as(POLAR, answered(rows)[0], rows) == pytest.approx((2 / 3 + 1) / 2)

    def test_macro_is_over_all_classes(self) -> None:
        rows = polarities(*NEUTRAL_MISSED)
        assert measured_as(MACRO, answered(rows)[0], rows) == pytest.approx((2 / 3 + 1 + 0) / 3)

    def test_the_mean_over_languages_weighs_them_alike(self) -> None:
        right = polarities("positive:positive", "negative:negative", source="umsab", lang="de")
        wrong = polarities(*["positive:negative", "negative:positive"] * 10, source="umsab", lang="fr")
        rows = [*right, *wrong]
        (given,) = answered(rows)
        assert measured_as(OVER_LANGUAGES, given, rows) == pytest.approx(0.5)
        assert float(macro_f1(tally(given.truth, given.said))) < 0.2

    def test_an_unknown_measure_is_refused(self) -> None:
        rows = polarities(*NEUTRAL_MISSED)
        with pytest.raises(ValueError, match="accuracy"):
            measured_as("accuracy", answered(rows)[0], rows)


class TestRows:
    def test_a_measured_set_is_held_against_its_literature(self) -> None:
        rows = polarities(*NEUTRAL_MISSED)
        (found,) = held(rows, answered(rows))
        assert found.name == "SentiRuEval-2016, Russian"
        assert (found.n, found.tfidf) == (12, None)
        assert found.model == pytest.approx((2 / 3 + 1) / 2)

    def test_the_rival_stands_beside_in_the_same_measure(self) -> None:
        rows = polarities(*NEUTRAL_MISSED)
        given = answered(rows)
        (found,) = held(rows, given, given)
        assert found.tfidf == found.model

    def test_a_set_without_literature_has_no_row(self) -> None:
        rows = polarities(*NEUTRAL_MISSED, source="fi_finnsentiment")
        assert held(rows, answered(rows)) == ()


@pytest.mark.parametrize("known", PUBLISHED, ids=lambda known: known.name)
class TestWhatIsKnown:
    def test_it_names_a_set_and_head_that_can_be_measured(self, known: Published) -> None:
        assert known.source in SETS
        assert known.head in {COMPLAINT, *(head.name for head in HEADS)}
        assert known.measure in (MACRO, POLAR, OVER_LANGUAGES)

    def test_every_figure_is_in_percent_and_has_a_source(self, known: Published) -> None:
        for claim in known.claims:
            assert 30 < claim.value < 100
            assert claim.whose

    def test_it_says_what_does_not_compare(self, known: Published) -> None:
        assert known.mind
