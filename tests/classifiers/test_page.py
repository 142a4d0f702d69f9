"""The page of figures: what stands on it, and that the one in docs/ is true of the shipped model."""

from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from classifiers import figures
from classifiers.dataset import read_corpus
from classifiers.evaluate import of_corpus
from classifiers.figures import Comparison, Figure, Held, OfLabel, Report
from classifiers.load import load, model_card, model_folder
from classifiers.page import figures_table, render, tables
from tests.classifiers.test_figures import REPORT

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "model-card.md"
CORPUS = Path(str(resources.files("classifiers"))) / "corpus"
REMEDY = "measure anew with: make model-card DATA=..."


@pytest.fixture(scope="module")
def text() -> str:
    return render(REPORT)


class TestOrder:
    def test_first_what_it_is_and_is_not_then_figures_then_limits(self, text: str) -> None:
        parts = [
            "`compact-abc123` reads a public post",
            "It is **not**",
            "## Our own corpus",
            "## Public sets",
            "## Held against what is published",
            "## Beside TF-IDF",
            "## Escalation",
            "## Abstention",
            "## Robustness",
            "## Training data and licences",
            "## Limits",
        ]
        places = [text.index(part) for part in parts]
        assert places == sorted(places)


class TestParts:
    def test_figures_carry_n_and_interval(self, text: str) -> None:
        assert "| kind | lang:lv | 60 | 0.800 | 0.700 to 0.900 | 0.050 | 0.10 |" in text

    def test_a_weak_set_is_marked(self, text: str) -> None:
        assert "| sentiment | set:xed_emotion (weak) | 488 | 0.610 |" in text

    def test_labels_carry_precision_recall_and_threshold(self) -> None:
        labels = (OfLabel("delivery", 30, 0.8, 0.75), OfLabel("outage", 2, None, 0.0))
        page = render(replace(REPORT, corpus=(Figure("causes", "all", 60, 0.8, 0.7, 0.9, 0.8, 0.05, 0.1, labels),)))
        assert "| causes | delivery | 30 | 0.80 | 0.75 | 0.20 |" in page
        assert "| causes | outage | 2 | – | 0.00 |  |" in page

    def test_the_threshold_of_a_complaint_is_that_of_the_kind(self) -> None:
        labels = (OfLabel("complaint", 30, 0.8, 0.75), OfLabel("no complaint", 30, 0.8, 0.75))
        page = render(replace(REPORT, corpus=(Figure("complaint", "all", 60, 0.8, 0.7, 0.9, 0.8, 0.05, 0.1, labels),)))
        assert "| complaint | complaint | 30 | 0.80 | 0.75 | 0.45 |" in page
        assert "| complaint | no complaint | 30 | 0.80 | 0.75 |  |" in page

    def test_micro_f1_has_macro_beside(self) -> None:
        table = figures_table([Figure("threats", "all", 60, 0.5, 0.4, 0.6, 0.3, 0.01, 0.0)])
        assert "| 0.500 (macro 0.300) |" in table

    def test_heads_stand_in_their_order_and_complaint_first(self) -> None:
        rows = [Figure(head, "all", 60, 0.5, 0.4, 0.6, 0.5, 0.01, 0.0) for head in ("threats", "kind", "complaint")]
        heads = [line.split(" | ")[0].removeprefix("| ") for line in figures_table(rows).splitlines()[2:]]
        assert heads == ["complaint", "kind", "threats"]

    def test_published_figures_stand_beside_ours_with_source_and_warning(self, text: str) -> None:
        (row,) = [line for line in text.splitlines() if line.startswith("| UMSAB")]
        assert "| 4074 | **62.0** | 53.0 |" in row
        assert "69.4 (XLM-T" in row
        assert "other rows" in row

    def test_without_a_rival_its_column_is_empty(self) -> None:
        page = render(replace(REPORT, held=(Held("UMSAB, eight languages", 4_074, 0.62),)))
        assert "| **62.0** | – |" in page

    def test_the_comparison_begins_with_its_summary(self, text: str) -> None:
        assert "- public sets, at least 100 scored rows: better on 100 % of 1, worst difference +9.0 points" in text
        assert "| lv_ltec | sentiment | 4,475 | 488 | 0.220 | 0.520 | 0.610 | +9.0 |" in text

    def test_weak_sets_are_summed_with_the_others_and_left_out(self) -> None:
        weak = Comparison("xed_emotion", "sentiment", 9_000, 900, 0.2, 0.6, 0.5, weak=True)
        page = render(replace(REPORT, comparisons=(*REPORT.comparisons, weak)))
        assert "- public sets, at least 100 scored rows: better on 50 % of 2" in page
        assert "- public sets, weak ones left out, at least 100 scored rows: better on 100 % of 1" in page

    def test_our_own_corpus_is_summed_apart_from_the_public_sets(self) -> None:
        own = Comparison("corpus_lv", "kind", 700, 126, 0.2, 0.6, 0.5)
        page = render(replace(REPORT, comparisons=(*REPORT.comparisons, own)))
        assert "- public sets, at least 100 scored rows: better on 100 % of 1" in page
        assert "- public sets and our own corpus, at least 100 scored rows: better on 50 % of 2" in page

    def test_escalation_tells_how_many_need_a_person(self, text: str) -> None:
        assert "| all | 60 | 9 | 0.86, 0.70 to 1.00 |" in text

    def test_abstention_tells_where_the_rule_stands(self, text: str) -> None:
        assert "| all | 60 | 0.810 | 0.820 at 93 % |" in text

    def test_noise_sources_licences_hash_and_length_are_told(self, text: str) -> None:
        assert "| capitals | 60 | 1.0 % |" in text
        assert "| lv_ltec | mit | 4,475 | lv |" in text
        assert "Trained with seed 1." in text
        assert "ab" * 32 in text
        assert "128 tokens" in text

    def test_what_was_not_measured_says_so(self) -> None:
        page = render(Report("m-1", "test"))
        assert page.count("Not measured.") == 9
        assert "Not told by this model's folder." in page

    def test_the_terminal_shows_only_what_was_measured(self) -> None:
        assert tables(Report("m-1", "test")) == "m-1\n\n"
        assert "Beside TF-IDF" in tables(REPORT)


class TestShippedModel:
    """The page in docs/ is that of the model in the package, measured on the corpus as it is."""

    @pytest.fixture
    def kept(self) -> Report:
        return figures.read(model_folder("shipped") / figures.FILE)

    def test_the_page_is_what_the_figures_say(self, kept: Report) -> None:
        assert PAGE.read_text(encoding="utf-8") == render(kept), REMEDY

    def test_the_figures_are_those_of_the_shipped_weights(self, kept: Report) -> None:
        assert kept.model == model_card().full_name, REMEDY

    def test_the_test_rows_are_the_ones_that_were_measured(self, kept: Report) -> None:
        assert kept.test_hash == figures.rows_hash(CORPUS), REMEDY

    def test_measuring_again_gives_the_same_figures(self, kept: Report) -> None:
        again = of_corpus(load(), model_card(), read_corpus(CORPUS))
        assert again.test_rows == kept.test_rows
        assert [(one.head, one.group, one.n) for one in again.corpus] == [
            (one.head, one.group, one.n) for one in kept.corpus
        ]
        for now, then in zip(again.corpus, kept.corpus, strict=True):
            told = (now.f1, now.macro, now.ece, now.abstained)
            assert told == pytest.approx((then.f1, then.macro, then.ece, then.abstained), abs=0.001), (now, REMEDY)
        assert [one.recall for one in again.escalation] == pytest.approx(
            [one.recall for one in kept.escalation], abs=0.001
        )
        assert [one.accuracy for one in again.abstention] == pytest.approx(
            [one.accuracy for one in kept.abstention], abs=0.001
        )
