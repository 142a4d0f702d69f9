"""The catalogs of the languages: nothing missing, nothing left in English, every plural and every place right."""

import re
from collections.abc import Iterator

import pytest
from babel.messages import Catalog, Message
from babel.messages.plurals import get_plural

from monitor.web.languages import LANGUAGES, catalog
from tests.web.catalogs import (
    ROOT,
    TEMPLATE,
    TRANSLATED,
    english,
    forms,
    gathered,
    kept,
    merged,
    po_of,
    sentences_of,
    untranslated,
    written,
)

SENTENCES = gathered()
PLACE = re.compile(r"%\(\w+\)s|%%|\{\w+\}|\$")
LATIN = re.compile(r"[A-Za-z]+")
MIXED = re.compile(r"\w*(?:[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z])\w*")
WORD = re.compile(r"[^\W\d_]")

NAMES = {
    *("Ctrl", "Enter", "Shift", "K", "E", "g", "q"),
    *("API", "X", "JSON", "UTF", "MB", "ETag", "If", "Match", "Retry", "After", "Allow", "Authorization", "Bearer"),
    *("cm", "complaint", "monitor", "tokens", "create", "doctor", "web", "trusted", "hosts", "api", "per", "minute"),
    *("read", "act", "admin", "detail", "current", "faster", "place", "length", "errors", "pointer", "parameter"),
    *("lang", "lv", "cause", "outage", "is", "unanswered", "label", "vip", "from", "anna", "brand", "acme", "risk"),
    *("waiting", "h", "due", "m", "EUR", "Europe", "Riga", "ilze"),
}
"""What stays as it is in every language: keys of the keyboard, names, and words that a program or a search reads."""


@pytest.fixture(params=TRANSLATED)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def translated(language: str) -> Catalog:
    return kept(po_of(language), language)


def without_places(text: str) -> str:
    return PLACE.sub(" ", text)


class TestGathering:
    def test_every_sentence_of_the_source_is_in_the_template_of_the_catalogs(self) -> None:
        assert TEMPLATE.read_bytes() == written(SENTENCES), "run: make catalogs"

    def test_every_catalog_has_the_sentences_of_the_source_and_no_others(self, language: str) -> None:
        assert po_of(language).read_bytes() == written(merged(language, SENTENCES)), "run: make catalogs"

    @pytest.mark.parametrize(
        ("sentence", "marked_as"),
        [
            ("Reply to %(who)s", "a template's _"),
            ("just now", "Wording.text"),
            ("slow response", "N_"),
            ("The wait ended", ""),
        ],
    )
    def test_sentences_are_found_however_they_are_marked(self, sentence: str, marked_as: str) -> None:
        assert (sentence in SENTENCES) is bool(marked_as)

    @pytest.mark.parametrize(
        ("one", "many"),
        [
            ("%(n)s earlier case", "%(n)s earlier cases"),  # a template's ngettext
            ("%(n)s case matches.", "%(n)s cases match."),  # Wording.plural
            ("Resolved %(n)s case", "Resolved %(n)s cases"),  # NN_
        ],
    )
    def test_both_numbers_of_a_sentence_are_found_as_one(self, one: str, many: str) -> None:
        found = SENTENCES.get(one)
        assert found is not None
        assert found.id == (one, many)

    def test_what_is_written_does_not_change_with_the_day_or_the_place(self) -> None:
        text = written(SENTENCES).decode()
        assert "Date" not in text
        assert "#: " not in text

    def test_the_catalogs_are_written_in_the_order_of_their_sentences(self) -> None:
        found = re.findall(r'^msgid "(.+)"$', written(SENTENCES).decode(), re.MULTILINE)
        assert found == sorted(found)

    def test_there_is_no_catalog_of_a_language_that_is_not_spoken(self) -> None:
        there = {file.parts[-3] for file in TEMPLATE.parent.rglob("*.po")}
        assert there == set(TRANSLATED)
        assert set(TRANSLATED) == set(LANGUAGES) - {"en"}

    def test_nothing_compiled_is_kept(self) -> None:
        assert list((ROOT / "monitor").rglob("*.mo")) == []


class TestCompleteness:
    def test_everything_is_translated(self, language: str, translated: Catalog) -> None:
        assert untranslated(translated, SENTENCES) == []

    def test_what_is_missing_empty_guessed_or_half_a_plural_is_noticed(self) -> None:
        sentences, translations = Catalog(), Catalog("lv")
        for sentence in ("there", "missing", "empty", "guessed", ("one", "many"), ("half", "halves")):
            sentences.add(sentence)
        translations.add("there", "ir")
        translations.add("empty", "")
        translations.add("guessed", "varbūt", flags=["fuzzy"])
        translations.add(("one", "many"), ("viens", "daudzi", "neviena"))
        translations.add(("half", "halves"), ("puse", "puses", ""))

        assert untranslated(translations, sentences) == ["missing", "empty", "guessed", "halves"]

    def test_a_sentence_that_was_translated_as_a_single_is_missing_as_a_plural(self) -> None:
        sentences, translations = Catalog(), Catalog("ru")
        sentences.add(("%(n)s case", "%(n)s cases"))
        translations.add("%(n)s case", "%(n)s обращение")

        assert untranslated(translations, sentences) == ["%(n)s cases"]

    def test_merging_keeps_what_is_translated_and_drops_what_is_gone(self) -> None:
        sentences = Catalog()
        sentences.add("All")
        sentences.add("A sentence that is new")

        result = merged("lv", sentences)

        assert result["All"].string == "Visas"
        assert untranslated(result, sentences) == ["A sentence that is new"]
        assert [english(message) for message in sentences_of(result)] == ["All", "A sentence that is new"]
        assert "lieta" in result.header_comment  # the list of terms stays at the head


class TestTranslations:
    def test_places_are_those_of_the_source(self, translated: Catalog) -> None:
        for message in sentences_of(translated):
            for form in forms(message):
                assert sorted(PLACE.findall(form)) == sorted(PLACE.findall(english(message))), english(message)

    def test_no_percent_sign_breaks_the_filling_in(self, translated: Catalog) -> None:
        for message in sentences_of(translated):
            if "%(" in english(message) or "%%" in english(message):
                assert [form for form in forms(message) if "%" in without_places(form)] == [], english(message)

    def test_nothing_is_left_as_it_is_in_english(self, translated: Catalog) -> None:
        same = [
            english(message)
            for message in sentences_of(translated)
            if english(message) in forms(message) and WORD.search(without_places(english(message)))
        ]
        assert same == []

    @pytest.mark.parametrize("language", ["bg", "ru"], indirect=True)
    def test_latin_words_in_cyrillic_are_names(self, translated: Catalog) -> None:
        for message, form in every_form(translated):
            found = set(LATIN.findall(without_places(form)))
            assert found <= NAMES & set(LATIN.findall(without_places(english(message)))), english(message)

    @pytest.mark.parametrize("language", ["bg", "ru"], indirect=True)
    def test_no_word_mixes_letters_that_only_look_alike(self, translated: Catalog) -> None:
        for message, form in every_form(translated):
            assert MIXED.findall(without_places(form)) == [], english(message)

    @pytest.mark.parametrize(
        ("language", "foreign"), [("bg", "[ыэёЫЭЁ]"), ("lv", "[А-Яа-яЁё]"), ("ru", "[іїєґ]")], indirect=["language"]
    )
    def test_no_letter_is_of_another_language(self, translated: Catalog, foreign: str) -> None:
        for message, form in every_form(translated):
            assert re.findall(foreign, form) == [], english(message)

    def test_a_sentence_ends_and_is_spaced_as_the_source_is(self, translated: Catalog) -> None:
        """Sentences are put beside each other: one that ended otherwise would run into the next."""
        for message, form in every_form(translated):
            source = english(message)
            assert form == form.strip(), source
            assert "  " not in form, source
            for mark in (".", "…", "?", ":"):
                assert form.endswith(mark) == source.endswith(mark), source

    def test_capitals_are_kept_where_a_label_begins(self, translated: Catalog) -> None:
        for message, form in every_form(translated):
            source = english(message)
            if source[0].isalpha() and form[0].isalpha():
                assert form[0].isupper() == source[0].isupper(), source

    def test_quotes_are_those_of_the_language(self, language: str, translated: Catalog) -> None:
        own = {"bg": "„“", "lv": "„”", "ru": "«»"}[language]
        for message, form in every_form(translated):
            assert set(re.findall("[“”„«»]", form)) <= set(own), english(message)

    def test_a_case_is_called_the_same_everywhere(self, language: str, translated: Catalog) -> None:
        case = {"bg": "случа", "lv": "liet", "ru": "обращени"}[language]
        for message, form in every_form(translated):
            if re.search(r"\bcases?\b", english(message)):
                assert case in form.lower(), english(message)


def every_form(translated: Catalog) -> Iterator[tuple[Message, str]]:
    return ((message, form) for message in sentences_of(translated) for form in forms(message))


SAMPLE = ("Resolved %(n)s case", "Resolved %(n)s cases")


class TestPlurals:
    @pytest.mark.parametrize(
        ("language", "said"),
        [
            (
                "bg",
                {0: "Решени 0 случая", 1: "Решен 1 случай", 2: "Решени 2 случая", 5: "Решени 5 случая"}
                | {11: "Решени 11 случая", 21: "Решени 21 случая", 100: "Решени 100 случая"},
            ),
            (
                "lv",
                {0: "Atrisināts 0 lietu", 1: "Atrisināta 1 lieta", 2: "Atrisinātas 2 lietas", 5: "Atrisinātas 5 lietas"}
                | {11: "Atrisinātas 11 lietas", 21: "Atrisināta 21 lieta", 100: "Atrisinātas 100 lietas"},
            ),
            (
                "ru",
                {0: "Решено 0 обращений", 1: "Решено 1 обращение", 2: "Решено 2 обращения", 5: "Решено 5 обращений"}
                | {11: "Решено 11 обращений", 21: "Решено 21 обращение", 100: "Решено 100 обращений"},
            ),
        ],
    )
    def test_every_number_has_its_form(self, language: str, said: dict[int, str]) -> None:
        spoken = catalog(language)
        assert {n: spoken.ngettext(*SAMPLE, n) % {"n": n} for n in said} == said

    def test_the_rule_is_that_of_the_language(self, language: str, translated: Catalog) -> None:
        rule = get_plural(language)
        assert translated.num_plurals == rule.num_plurals
        assert translated.plural_expr == rule.plural_expr
        assert f"nplurals={rule.num_plurals}; plural={rule.plural_expr}" in po_of(language).read_text(encoding="utf-8")

    def test_every_plural_has_all_its_forms(self, language: str, translated: Catalog) -> None:
        plurals = [message for message in sentences_of(translated) if message.pluralizable]
        assert len(plurals) > 20
        for message in plurals:
            assert len(forms(message)) == get_plural(language).num_plurals, english(message)

    @pytest.mark.parametrize("number", [0, 1, 2, 5, 11, 21, 100])
    def test_every_plural_can_be_said_of_every_number(self, language: str, translated: Catalog, number: int) -> None:
        spoken = catalog(language)
        for message in sentences_of(translated):
            if message.pluralizable:
                names = re.findall(r"%\((\w+)\)s", english(message))
                assert "%(" not in spoken.ngettext(*message.id, number) % dict.fromkeys(names, str(number))

    def test_the_languages_know_their_headers(self, language: str, translated: Catalog) -> None:
        assert translated.locale_identifier == language
        assert translated.charset == "utf-8"
        assert translated.fuzzy is False
