"""Sentences of the domain are recognised by their fixed words and said anew."""

import gettext
import time
from datetime import UTC, datetime

import pytest

from monitor.web import refusals
from monitor.web.phrasebook import Phrase, Phrasebook
from monitor.web.present import Wording

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAY = Wording(NOW)


class Shouting(gettext.NullTranslations):
    """A language of its own: what was translated is seen at once."""

    def gettext(self, message: str) -> str:
        return f"¡{message}!"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return f"¡{one if n == 1 else many}!"


LOUD = Wording(NOW, "lv", catalog=Shouting())
BOOK = Phrasebook(
    (
        Phrase("nobody is there"),
        Phrase("case %(number)s is closed"),
        Phrase("case %(number)s is closed; open %(what)s first"),
        Phrase("seen %(n)s time in %(where)s", "seen %(n)s times in %(where)s"),
        Phrase("a risk of %(percent)s"),
        Phrase("%(share)s %% of all"),
    ),
    {"what": lambda written, _say: written.upper()},
)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("nobody is there", "¡nobody is there!"),
        ("case 7 is closed", "¡case 7 is closed!"),
        ("case 7 is closed; open it first", "¡case 7 is closed; open IT first!"),
        ("seen 1 time in Rīga", "¡seen 1 time in Rīga!"),
        ("seen 12,345 times in Rīga", "¡seen 12\xa0345 times in Rīga!"),
        ("a risk of 100%", "¡a risk of 100%!"),
        ("40 % of all", "¡40 % of all!"),
        ("case 7 %s is closed", "¡case 7 %s is closed!"),
    ],
)
def test_a_sentence_that_is_known_is_said_in_the_language(sentence: str, said: str) -> None:
    assert BOOK.said(sentence, LOUD) == said


@pytest.mark.parametrize(
    "sentence", ["", "nobody is there!", "Nobody is there", "case is closed", "seen some times in Rīga", "50%% of all"]
)
def test_a_sentence_that_is_not_known_is_left_as_it_is(sentence: str) -> None:
    assert BOOK.recognise(sentence) is None
    assert BOOK.said(sentence, LOUD) == sentence


def test_without_a_translation_the_sentence_stays_what_it_was() -> None:
    for sentence in ("case 7 is closed; open IT first", "seen 2 times in a < b & %(c)s", "40 % of all"):
        assert BOOK.said(sentence, SAY) == sentence


def test_of_two_phrases_that_fit_the_one_with_more_fixed_words_is_meant() -> None:
    found = BOOK.recognise("case 7 is closed; open it first")
    assert found is not None
    assert found[1] == {"number": "7", "what": "it"}


def test_what_stands_in_a_place_is_never_a_pattern() -> None:
    """Post authors choose their names: they must not be able to fill in other places."""
    assert BOOK.said("seen 2 times in %(n)s%s", LOUD) == "¡seen 2 times in %(n)s%s!"


def test_a_place_may_be_of_several_lines() -> None:
    assert BOOK.said("seen 2 times in Rīga\nand Cēsis", LOUD) == "¡seen 2 times in Rīga\nand Cēsis!"


@pytest.mark.parametrize(
    "sentence",
    ["on " * 20_000 + "; take that back", "case " * 20_000 + "is closed", " is closed; open " * 5_000, "(" * 50_000],
)
def test_a_sentence_made_to_be_slow_is_looked_up_fast(sentence: str) -> None:
    """People type into places, and whoever fills the half of a pattern over and over must not stop the page."""
    began = time.perf_counter()
    assert refusals.refusal(sentence, SAY) == sentence
    assert time.perf_counter() - began < 5
