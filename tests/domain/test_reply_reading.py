"""A reply as the checks read it: folded, tokenised, in the language that it is written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.reply_reading import read
from monitor.domain.reply_words import LEXICONS
from monitor.domain.reply_words.folding import bulgarian, english, latvian, russian
from monitor.domain.reply_words.lexicon import Phrases


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("didn't", "did not"), ("DIDNT", "did not"), ("can't", "can not"), ("We're", "we are"), ("it’s", "it is")],
)
def test_english_contractions_are_whole_words(typed: str, folded: str) -> None:
    assert english(typed) == folded


@pytest.mark.parametrize("typed", ["atvainojamies", "Atvainojamies", "ATVAINOJAMIES"])
def test_latvian_capitals_do_not_matter(typed: str) -> None:
    assert latvian(typed) == "atvainojamies"


@pytest.mark.parametrize(
    ("one", "other"), [("kļūda", "kluda"), ("mūsu", "muusu"), ("šodien", "shodien"), ("žēl", "zeel")]
)
def test_latvian_is_read_without_its_diacritics(one: str, other: str) -> None:
    assert latvian(one) == latvian(other)


@pytest.mark.parametrize(
    ("native", "typed"),
    [
        ("извиняваме", "izvinyavame"),
        ("извиняваме", "izvinqvame"),
        ("извиняваме", "izviniavame"),
        ("човек", "4ovek"),
        ("шофьор", "6ofor"),
        ("цена", "cena"),
        ("хората", "xorata"),
    ],
)
def test_bulgarian_is_read_in_latin_letters(native: str, typed: str) -> None:
    assert bulgarian(native) == bulgarian(typed)


@pytest.mark.parametrize(
    ("native", "typed"),
    [
        ("извините", "izvinite"),
        ("ещё", "eshche"),
        ("наша", "nasha"),
        ("хорошо", "khorosho"),
        ("вы", "vy"),
        ("деньги", "den'gi"),
    ],
)
def test_russian_is_read_in_latin_letters(native: str, typed: str) -> None:
    assert russian(native) == russian(typed)


@pytest.mark.parametrize("lang", ["en", "bg", "lv", "ru"])
@given(data=st.data())
def test_a_stem_that_begins_a_word_begins_it_folded_too(lang: str, data: st.DataObject) -> None:
    letters = {
        "en": "abcdefghijklmnopqrstuvwxyz",
        "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
        "lv": "abcdefghijklmnoprstuvzāčēģīķļņšūž",
        "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    }[lang]
    word = data.draw(st.text(letters, min_size=2, max_size=10))
    # Doubled letters and digraphs are single letters on a plain keyboard: a stem does not end inside one.
    cut = data.draw(st.integers(1, len(word)))
    seams = {"lv": ("aa", "ee", "ii", "uu", "sh", "ch", "zh")}.get(lang, ())
    fold = LEXICONS[lang].fold
    if lang == "en" or any(word[cut - 1 : cut + 1] == seam for seam in seams):
        return

    plain = word.translate(str.maketrans("āčēģīķļņšūž", "acegiklnsuz")) if lang == "lv" else word
    if any(plain[cut - 1 : cut + 1] == seam for seam in seams):
        return
    assert fold(word).startswith(fold(word[:cut]))


class TestPhrases:
    def found(self, pattern: str, text: str) -> str | None:
        match = Phrases(english, pattern, "not never").find(f" {text} ")
        return match[0].strip() if match else None

    @pytest.mark.parametrize(
        ("pattern", "text", "found"),
        [
            ("refund*", "we refunded it", "refunded"),
            ("*ed", "we waited", "waited"),
            ("our fault|mistake", "it is our mistake", "our mistake"),
            ("our own? fault", "our own fault", "our own fault"),
            ("our own? fault", "our fault", "our fault"),
            ("we .. sorry", "we are so very sorry", "we are so very sorry"),
            ("we .. sorry", "we are so very truly sorry", None),
            ("we ... sorry", "we are so very truly sorry", "we are so very truly sorry"),
            ("we .. sorry", "we are not sorry", None),
            ("we .. sorry", "we left , sorry", None),
            ("at+fault|guilty", "i am at fault", "at fault"),
            ("by #", "by 18:00 today", "by 18:00"),
            ("will _", "will see", "will see"),
            ("will _", "will not", None),
            ("sorry , if", "sorry , if you", "sorry , if"),
        ],
    )
    def test_the_notation_means_what_it_says(self, pattern: str, text: str, found: str | None) -> None:
        assert self.found(pattern, text) == found

    def test_any_line_may_match(self) -> None:
        assert self.found("our fault\n\n  my fault  ", "it is my fault") == "my fault"


class TestRead:
    def test_a_place_is_where_the_words_were_typed(self) -> None:
        text = "Oh —  we  DIDN'T\nanswer you. It is our, well, our   own fault!"
        reading = read(text, "en")
        assert reading is not None

        place = reading.asserted(reading.lexicon.owns)

        assert place is not None
        assert text[slice(*place)] == "our   own fault"

    @pytest.mark.parametrize(
        ("lang", "text", "owns"),
        [
            ("en", "This is not our fault.", False),
            ("en", "We do not think, honestly, that is our fault", True),
            ("lv", "Tā nav mūsu vaina", False),
            ("lv", "Tā ir mūsu vaina", True),
            ("ru", "Это не наша вина", False),
            ("ru", "Не спорим. Это наша вина", True),
            ("bg", "Това не е наша грешка", False),
            ("bg", "Грешката е наша", True),
            ("bg", "Девет дни без отговор са изцяло наша вина", True),
        ],
    )
    def test_a_negator_in_the_same_clause_turns_the_words_round(self, lang: str, text: str, owns: bool) -> None:
        reading = read(text, lang)
        assert reading is not None

        assert (reading.asserted(reading.lexicon.owns) is not None) is owns

    @pytest.mark.parametrize(
        ("text", "told", "read_as"),
        [
            ("We are sorry, this is our fault and we will fix it today.", "lv", "en"),
            ("Извините, это наша ошибка, мы вернем деньги.", "lv", "ru"),
            ("Atvainojamies, tā ir mūsu kļūda, un mēs to labosim.", "ru", "lv"),
            ("Sorry!", "lv", "lv"),
            ("Izvinite, eto nasha oshibka", "ru", "ru"),
        ],
    )
    def test_a_reply_in_another_language_is_read_in_that_one(self, text: str, told: str, read_as: str) -> None:
        reading = read(text, told)

        assert reading is not None
        assert reading.lexicon is LEXICONS[read_as]

    def test_a_language_that_we_do_not_know_is_not_read(self) -> None:
        assert read("Wir bitten um Entschuldigung", "de") is None

    @given(st.text(max_size=80))
    def test_every_place_is_in_the_text(self, text: str) -> None:
        for lang in ("en", "bg", "lv", "ru"):
            reading = read(text, lang)
            for token in reading.tokens if reading else ():
                assert 0 <= token.start < token.end <= len(text)
