"""Words in letters of two scripts are put right, and nothing else is touched."""

import time

import pytest

from classifiers.confusables import TO_CYRILLIC, TO_GREEK, TO_LATIN, unmixed


class TestTables:
    def test_doubles_are_letters_of_other_scripts(self) -> None:
        assert all(latin.isascii() and not other.isascii() for latin, other in (TO_CYRILLIC | dict(TO_GREEK)).items())

    def test_each_double_leads_back(self) -> None:
        for table in (TO_CYRILLIC, TO_GREEK):
            assert {TO_LATIN[other] for other in table.values()} == set(table)

    def test_case_is_that_of_the_double(self) -> None:
        assert all(latin.isupper() == other.isupper() for other, latin in TO_LATIN.items())

    def test_letters_that_only_resemble_each_other_are_no_doubles(self) -> None:
        assert not set("kmt") & set(TO_CYRILLIC)


class TestUnmixed:
    @pytest.mark.parametrize(
        ("mixed", "put_right"),
        [
            ("rеfund", "refund"),  # Cyrillic е
            ("ѕсаm", "scam"),  # all but one letter Cyrillic
            ("pаrсel", "parcel"),
            ("mοney", "money"),  # Greek ο
            ("Τhe", "The"),
            ("kruaѕāna", "kruasāna"),
        ],
    )
    def test_foreign_doubles_in_a_latin_word(self, mixed: str, put_right: str) -> None:
        assert mixed != put_right
        assert unmixed(mixed) == put_right

    @pytest.mark.parametrize(
        ("mixed", "put_right"),
        [("Cкорей", "Скорей"), ("чeлoвeк", "человек"), ("cлyшалкa", "слушалка"), ("пiдтримка", "підтримка")],
    )
    def test_latin_doubles_in_a_cyrillic_word(self, mixed: str, put_right: str) -> None:
        assert unmixed(mixed) == put_right

    def test_latin_doubles_in_a_greek_word(self) -> None:
        assert unmixed("Tο θέμα") == "Το θέμα"

    @pytest.mark.parametrize("word", ["PINкод", "SMSка", "SIMки", "HDMI-кабел", "wi-fi рутер", "iPhone-ом"])
    def test_a_word_that_needs_both_scripts_stays(self, word: str) -> None:
        assert unmixed(word) == word

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("сoop is closed today", "coop is closed today"), ("магазин сoор закрыт", "магазин соор закрыт")],
    )
    def test_a_word_that_could_be_either_follows_its_text(self, text: str, expected: str) -> None:
        assert unmixed(text) == expected

    @pytest.mark.parametrize(
        "text",
        ["", "no answer", "няма отговор", "купил в OK магазине", "Ο ΟΤΕ and the ОТП", "日本語 mixed пост", "ab 12 вг"],
    )
    def test_whole_words_of_any_script_stay(self, text: str) -> None:
        assert unmixed(text) == text

    def test_a_word_of_three_scripts_stays(self) -> None:
        assert unmixed("aбγ") == "aбγ"

    def test_putting_right_twice_changes_nothing_more(self) -> None:
        once = unmixed("ѕсаm Cкорей mοney сoop")
        assert unmixed(once) == once

    @pytest.mark.parametrize("piece", ["сoop ", "а a", "aο", "aб "])
    def test_a_long_text_takes_no_time(self, piece: str) -> None:
        started = time.process_time()
        unmixed(piece * (100_000 // len(piece)))
        assert time.process_time() - started < 3.0
