"""Templates with blanks that somebody must fill."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.reply_template import (
    Actions,
    HalfFilled,
    Template,
    TemplateError,
    Then,
    blanks_of,
    fill,
    lookup,
    open_blanks,
    prefilled,
    validated,
)

BODY = "{{customer|Hello}}, {{?what happened}} in case {{case}}. {{?what happened}} again. {{brand}}"
LATE = Template("late-parcel", {"en": "Hi {{customer}}", "lv": "Labdien, {{customer}}"}, "A late delivery")


class TestFill:
    def test_the_case_and_the_person_fill_it_together(self) -> None:
        known = {"customer": "Anna", "case": "7", "brand": "Acme Bank"}

        assert (
            fill(BODY, known, {"what happened": "we lost it"})
            == "Anna, we lost it in case 7. we lost it again. Acme Bank"
        )

    def test_what_the_case_does_not_know_has_a_word_in_its_place(self) -> None:
        assert fill("{{customer|Hello}}!", {"customer": None}, {}) == "Hello!"

    def test_every_open_blank_is_named(self) -> None:
        with pytest.raises(HalfFilled, match="what happened, case") as error:
            fill(BODY, {"customer": "Anna", "brand": "Acme"}, {"what happened": "  "})

        assert error.value.blanks == ("what happened", "case")

    @pytest.mark.parametrize("value", ["{{?later}}", "see {{", "}}"])
    def test_a_blank_is_not_filled_with_another(self, value: str) -> None:
        with pytest.raises(HalfFilled):
            fill("{{?issue}}", {}, {"issue": value})

    def test_a_person_can_correct_what_the_case_knows(self) -> None:
        assert fill("{{customer}}", {"customer": "anna k"}, {"customer": "Anna"}) == "Anna"

    def test_a_name_that_looks_like_a_template_stays_text(self) -> None:
        with pytest.raises(HalfFilled):
            fill("Hi {{customer}}", {"customer": "{{?x}}"}, {})


def test_what_is_left_open_stays_a_blank() -> None:
    text = prefilled(BODY, {"customer": "Anna", "brand": "Acme"})

    assert text == "Anna, {{?what happened}} in case {{case}}. {{?what happened}} again. Acme"
    assert open_blanks(text) == ("what happened", "case")


@pytest.mark.parametrize(("text", "names"), [("done", ()), ("a {{ b", ("{{",)), ("a }} b", ("{{",)), ("{x}", ())])
def test_a_loose_brace_keeps_a_draft_back_too(text: str, names: tuple[str, ...]) -> None:
    assert open_blanks(text) == names


def test_blanks_come_in_order_and_once() -> None:
    assert [(b.name, b.asked, b.default) for b in blanks_of(BODY)] == [
        ("customer", False, "Hello"),
        ("what happened", True, None),
        ("case", False, None),
        ("brand", False, None),
    ]


class TestValidated:
    @pytest.mark.parametrize(
        ("template", "words"),
        [
            (replace(LATE, name="Late Parcel"), "cannot be typed after /"),
            (replace(LATE, name=""), "cannot be typed after /"),
            (replace(LATE, bodies={}), "neither says nor does anything"),
            (replace(LATE, bodies={"english": "Hi"}), "is not a language"),
            (replace(LATE, bodies={"en": " "}), "the text in en is empty"),
            (replace(LATE, bodies={"en": "{{custmer}}"}), "did you mean {{customer}}"),
            (replace(LATE, bodies={"en": "{{weather}}"}), "there are: customer"),
            (replace(LATE, bodies={"en": "{{?}}"}), "has no name"),
            (replace(LATE, bodies={"en": "Hi {{customer"}), "not closed"),
            (replace(LATE, actions=Actions(then=Then.SNOOZE)), "says for how long"),
        ],
    )
    def test_what_cannot_be_kept_says_why(self, template: Template, words: str) -> None:
        with pytest.raises(TemplateError, match=words):
            validated(template)

    def test_a_macro_may_say_nothing(self) -> None:
        macro = Template("done", {}, actions=Actions(then=Then.SNOOZE, snooze_for=timedelta(hours=2)))

        assert validated(macro) is macro


class TestBody:
    @pytest.mark.parametrize(("lang", "found"), [("lv", "lv"), ("ru", "en"), (None, "en")])
    def test_a_language_that_is_missing_falls_back_to_english(self, lang: str | None, found: str) -> None:
        chosen = LATE.body(lang)

        assert chosen is not None
        assert chosen[0] == found

    def test_without_english_any_language_is_better_than_none(self) -> None:
        assert replace(LATE, bodies={"lv": "x", "bg": "y"}).body("ru") == ("bg", "y")
        assert replace(LATE, bodies={}).body("ru") is None


def test_a_template_is_found_by_name_then_by_words() -> None:
    own = Template("late", {"en": "mine"}, owner="ilze")
    outage = Template("outage", {"en": "the network is down"}, "Late at night")

    assert lookup([outage, LATE, own], "/late") == [own, LATE, outage]
    assert lookup([outage, LATE, own], "network") == [outage]
    assert lookup([outage, LATE, own], "labdien", lang="lv") == [LATE]
    assert lookup([outage, LATE, own], "nothing") == []
