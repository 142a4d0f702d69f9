"""A verdict on the terminal: the telling words are marked, and nothing in a post can steer the terminal."""

import io
from dataclasses import replace

import pytest
from rich.console import Console
from rich.text import Text as Styled

from classifiers.contract import Assessment, Cause, Kind, Text, Threat
from classifiers.explain import Carried, Explanation, Word
from monitor.cli.marking import marked, parts_in_words, show, telling, verdict_lines
from tests.fakes import FakeClassifier

TEXT = "My lawyer will write to you tomorrow"
LAWYER, WRITE, MY = Word(3, 9, 1.26), Word(15, 20, -0.84), Word(0, 2, 0.2)


def complaint() -> Assessment:
    return FakeClassifier().classify([Text("complaint about delivery", "lv")])[0]


def carried(*words: Word) -> Carried:
    return Carried(Threat.LEGAL, 0.9, words)


def plain(text: str, *words: Word) -> str:
    return marked(text, carried(*words), styled=False).plain


class TestMarks:
    def test_plain_marks_say_what_a_word_weighs(self) -> None:
        assert plain(TEXT, LAWYER, WRITE) == "My [lawyer +1.3] will [write -0.8] to you tomorrow"

    def test_on_a_terminal_words_for_and_against_have_their_styles(self) -> None:
        told = marked(TEXT, carried(LAWYER, WRITE), styled=True)
        assert told.plain == TEXT
        assert [(TEXT[span.start : span.end], span.style) for span in told.spans] == [
            ("lawyer", "bold red"),
            ("write", "blue"),
        ]

    def test_words_that_weigh_little_beside_the_strongest_are_not_marked(self) -> None:
        assert plain(TEXT, LAWYER, MY) == "My [lawyer +1.3] will write to you tomorrow"
        assert plain(TEXT, MY) == "[My +0.2] lawyer will write to you tomorrow"

    def test_where_no_word_weighs_anything_none_is_marked(self) -> None:
        assert plain(TEXT, Word(0, 2, 0.01)) == TEXT
        assert plain("") == ""

    def test_the_strongest_of_many_are_marked(self) -> None:
        words = [Word(i, i + 1, 1 + i / 100) for i in range(50)]
        assert {word.start for word in telling(words)} == set(range(42, 50))

    def test_long_stretches_without_a_mark_are_left_out(self) -> None:
        text = "a" * 500 + " late " + "b" * 500 + " never " + "c" * 500
        told = plain(text, Word(501, 505, 1.0), Word(1007, 1012, 1.0))
        assert told.startswith("… a")
        assert "a [late +1.0] b" in told
        assert "b … b" in told
        assert told.endswith("c …")
        assert len(told) < 400

    def test_a_word_at_the_very_beginning_or_end_is_marked(self) -> None:
        assert plain("late never", Word(0, 4, 1.0), Word(5, 10, 1.0)) == "[late +1.0] [never +1.0]"

    @pytest.mark.parametrize("text", ["\x1b[31mred", "bell\x07", "\u202ereversed", "\ud800 half", "a\u0000b"])
    def test_nothing_in_a_post_steers_the_terminal(self, text: str) -> None:
        told = plain(text)
        assert told.isprintable()
        assert told.encode()

    def test_several_lines_become_one_and_emoji_stay_whole(self) -> None:
        assert plain("one\ntwo\t❤️ 👩\u200d👧") == "one two ❤️ 👩\u200d👧"


class TestVerdict:
    def test_it_says_every_label_with_its_probability(self) -> None:
        first, causes, last = verdict_lines(complaint())
        expected = (
            "complaint 90% · severity disapproval 90% · sentiment negative 90% · stage support 90% · churn none 90%"
        )
        assert first == expected
        assert causes == "causes: delivery 90%"
        assert last == "escalation 20% · language lv · model fake-1"

    def test_threats_are_named_and_praise_has_no_severity(self) -> None:
        [praise] = FakeClassifier().classify([Text("thanks")])
        threatening = replace(praise, threats={**praise.threats, Threat.MEDIA: 0.75})
        lines = list(verdict_lines(threatening))
        assert "severity" not in lines[0]
        assert lines[1] == "threats: media 75%"

    def test_a_model_that_does_not_know_says_why(self) -> None:
        [verdict] = FakeClassifier().classify([Text("gibberish")])
        assert list(verdict_lines(verdict))[-1] == "abstained: no language recognised"


class TestParts:
    def test_the_base_comes_first_and_then_the_largest(self) -> None:
        parts = {"legal": 0.7, "base": -3.2, "leaving_in_anger": 2.15}
        assert parts_in_words(parts) == "base -3.2, leaving in anger +2.1, legal +0.7 (log-odds)"

    def test_small_ones_are_put_together_so_that_the_sum_stays(self) -> None:
        parts = {"base": -1.0, "legal": 0.06, "media": 0.05, "blame": 0.5}
        assert parts_in_words(parts) == "base -1.0, blame +0.5, the rest +0.1 (log-odds)"


class TestShow:
    def shown(self, explanation: Explanation | None, assessment: Assessment, **console: object) -> str:
        out = io.StringIO()
        show(Console(file=out, width=40, **console), assessment, explanation)  # type: ignore[arg-type]
        return out.getvalue()

    def test_a_verdict_alone_has_no_marks(self) -> None:
        assert self.shown(None, complaint()).count("\n") == 3

    def test_every_label_has_its_text_and_lines_are_not_broken(self) -> None:
        told = Explanation(TEXT, complaint(), (carried(LAWYER), Carried(Cause.DELIVERY, 0.9, (WRITE,))))
        out = self.shown(told, told.assessment)
        assert "\nthreats legal: My [lawyer +1.3] will write to you tomorrow\n" in out
        assert "\ncauses delivery: My lawyer will [write -0.8] to you tomorrow\n" in out
        assert "escalation:" not in out

    def test_the_parts_are_shown_where_the_model_tells_them(self) -> None:
        verdict = replace(complaint(), escalation_parts={"base": -2.0, "legal": 1.5})
        told = Explanation(TEXT, verdict, (Carried(Kind.COMPLAINT, 0.9, ()),))
        assert "\nescalation: base -2.0, legal +1.5 (log-odds)\n" in self.shown(told, verdict)

    def test_without_colours_marks_are_plain_even_on_a_terminal(self) -> None:
        told = Explanation(TEXT, complaint(), (carried(LAWYER),))
        assert "[lawyer +1.3]" in self.shown(told, told.assessment, force_terminal=True, no_color=True)
        assert "[lawyer" not in self.shown(told, told.assessment, force_terminal=True, color_system="standard")


def test_text_that_looks_like_markup_is_shown_as_it_is() -> None:
    assert isinstance(marked("[red]x[/red]", carried(), styled=True), Styled)
    assert plain("[red]x[/red]") == "[red]x[/red]"
