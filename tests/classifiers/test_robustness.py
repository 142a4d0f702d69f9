"""Flips are counted right, and the shipped model keeps its verdict where only the form of a text changes."""

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import pytest

from classifiers.contract import (
    Assessment,
    Cause,
    Churn,
    Classifier,
    Kind,
    Sentiment,
    Severity,
    Stage,
    Text,
    Threat,
)
from classifiers.load import load
from classifiers.noise import NOISES
from classifiers.robustness import ALL, Flips, corpus_test_texts, flips, main, measure, table, total

CORPUS = Path(str(resources.files("classifiers"))) / "corpus"
NEARLY_NONE = 0.01
"""For what normalisation and a tokenizer blind to case and marks undo; a rounding at a tie is no change of mind."""

OWN_LETTERS = frozenset({"de", "pl", "tr"})
"""Languages with letters that are no letter with a mark (ß, ł, ı): typed without them, a word is another word."""

LOOSE = 0.2
TRANSLITERATION = 0.5
OVERALL = 0.09


class Words:
    """A classifier that sees a complaint wherever its rule says so."""

    name = "words-1"

    def __init__(self, complains: str) -> None:
        self.complains = complains
        self.asked = 0

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        self.asked += len(texts)
        return [self._verdict(Kind.COMPLAINT if self.complains in text.text else Kind.OTHER) for text in texts]

    def _verdict(self, kind: Kind) -> Assessment:
        return Assessment(
            model=self.name,
            lang="en",
            kind={one: float(one is kind) for one in Kind},
            sentiment=dict.fromkeys(Sentiment, 1 / 3),
            severity=dict.fromkeys(Severity, 0.25),
            causes=dict.fromkeys(Cause, 0.0),
            stage=dict.fromkeys(Stage, 1 / 6),
            churn=dict.fromkeys(Churn, 0.25),
            threats=dict.fromkeys(Threat, 0.0),
            escalation=0.0,
        )


ENGLISH = [Text("late again", "en"), Text("thank you", "en"), Text("my order is late", "en"), Text("good news", "en")]
BULGARIAN = [Text("пак закъснява", "bg")]


class TestFlips:
    def test_a_word_that_capitals_change_turns_the_verdict(self) -> None:
        assert flips(Words("late"), ENGLISH, "capitals") == 0.5

    def test_a_rule_that_no_noise_touches_never_turns(self) -> None:
        assert flips(Words(""), ENGLISH, "typos") == 0.0

    def test_texts_of_other_languages_do_not_count(self) -> None:
        assert flips(Words("пак"), ENGLISH + BULGARIAN, "transliteration") == 1.0
        assert flips(Words("late"), ENGLISH, "transliteration") == 0.0

    def test_the_same_seed_gives_the_same_share(self) -> None:
        assert flips(Words("again"), ENGLISH, "typos", seed=4) == flips(Words("again"), ENGLISH, "typos", seed=4)

    def test_the_noise_of_a_text_does_not_depend_on_what_else_is_measured(self) -> None:
        one_noise = flips(Words("ag"), ENGLISH, "typos", seed=2)
        assert total(measure(Words("ag"), ENGLISH, seed=2), "typos").share == one_noise

    def test_an_unknown_noise_is_refused(self) -> None:
        with pytest.raises(KeyError, match="thunder"):
            flips(Words(""), ENGLISH, "thunder")


class TestFigures:
    figures = (Flips("typos", "en", 4, 1), Flips("typos", "lv", 4, 3), Flips("lower", "lv", 2, 0))

    def test_sums_go_by_noise_by_language_and_over_all(self) -> None:
        assert total(self.figures, "typos") == Flips("typos", ALL, 8, 4)
        assert total(self.figures, lang="lv") == Flips(ALL, "lv", 6, 3)
        assert total(self.figures) == Flips(ALL, ALL, 10, 4)

    def test_nothing_measured_is_no_flip(self) -> None:
        assert total(self.figures, "emoji").share == 0.0

    def test_the_table_has_a_row_per_noise_and_a_column_per_language(self) -> None:
        assert table(self.figures) == (
            "| noise | en | lv | all |\n"
            "|---|---:|---:|---:|\n"
            "| typos | 1/4 25.0% | 3/4 75.0% | 4/8 50.0% |\n"
            "| lower | - | 0/2 0.0% | 0/2 0.0% |\n"
            "| all | 1/4 25.0% | 3/6 50.0% | 4/10 40.0% |\n"
        )

    def test_every_noise_is_measured_in_every_language_that_it_fits(self) -> None:
        measured = {(figure.noise, figure.lang) for figure in measure(Words("late"), ENGLISH + BULGARIAN)}
        assert measured == {(name, lang) for name, noise in NOISES.items() for lang in ("en", "bg") if noise.fits(lang)}

    def test_plain_texts_are_judged_once(self) -> None:
        words = Words("late")
        figures = measure(words, ENGLISH)
        assert words.asked == len(ENGLISH) + sum(figure.n for figure in figures)


class TestCorpusTexts:
    def test_the_test_split_is_read_as_it_was_posted(self, tmp_path: Path) -> None:
        rows = [
            {"text": "It&#39;s  late @acme", "lang": "en", "split": "test"},
            {"text": "seen in training", "lang": "en", "split": "train"},
        ]
        (tmp_path / "en.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
        assert corpus_test_texts(tmp_path) == [Text("It&#39;s  late @acme", "en")]


class TestCommand:
    def test_an_empty_corpus_is_an_error_that_names_the_folder(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit):
            main(["--corpus", str(tmp_path)])
        assert f"{tmp_path} holds no <lang>.jsonl" in capsys.readouterr().err

    def test_the_table_and_the_file_hold_the_same_figures(
        self, corpus_folder: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        found = tmp_path / "flips.json"
        assert main(["--corpus", str(corpus_folder), "--model", str(model_folder), "--json", str(found)]) == 0
        figures = json.loads(found.read_text(encoding="utf-8"))
        shown = capsys.readouterr().out
        assert {figure["noise"] for figure in figures} <= set(NOISES)
        assert all(figure["share"] == pytest.approx(figure["flipped"] / figure["n"]) for figure in figures)
        assert f"{sum(figure['flipped'] for figure in figures)}/{sum(figure['n'] for figure in figures)}" in shown


@pytest.fixture(scope="module")
def shipped() -> Classifier:
    return load(threads=1)


@pytest.fixture(scope="module")
def measured(shipped: Classifier) -> list[Flips]:
    """The shipped model on some two hundred posts that it was not trained on, evenly from every language."""
    by_language: dict[str, list[Text]] = {}
    for text in corpus_test_texts(CORPUS):
        by_language.setdefault(text.lang or "", []).append(text)
    each = max(1, 200 // len(by_language))
    return measure(shipped, [text for texts in by_language.values() for text in texts[:each]])


@pytest.mark.slow
class TestShippedModel:
    @pytest.mark.parametrize("noise", ["hidden", "confusable", "entities", "whitespace", "lower"])
    def test_a_form_that_is_undone_turns_no_verdict(self, measured: list[Flips], noise: str) -> None:
        assert total(measured, noise).n >= 150
        assert total(measured, noise).share <= NEARLY_NONE

    @pytest.mark.parametrize("noise", ["capitals", "no_diacritics"])
    def test_marks_and_capitals_turn_no_verdict_where_the_tokenizer_folds_them(
        self, measured: list[Flips], noise: str
    ) -> None:
        folded = [figure for figure in measured if figure.lang not in OWN_LETTERS]
        assert total(folded, noise).n >= 100
        assert total(folded, noise).share <= NEARLY_NONE
        assert total(measured, noise).share <= LOOSE

    @pytest.mark.parametrize("noise", ["elongation", "emoji", "typos", "mixed_language", "mentions_urls", "digraphs"])
    def test_a_form_that_reaches_the_network_turns_few(self, measured: list[Flips], noise: str) -> None:
        assert total(measured, noise).share <= LOOSE

    def test_latin_letters_for_cyrillic_turn_not_more_than_half(self, measured: list[Flips]) -> None:
        assert total(measured, "transliteration").share <= TRANSLITERATION

    def test_few_turn_over_all(self, measured: list[Flips]) -> None:
        assert total(measured).share <= OVERALL
