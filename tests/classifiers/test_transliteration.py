"""Cyrillic in Latin letters and letters without their marks, as people type them."""

from random import Random

import pytest

from classifiers.transliteration import BULGARIAN, GERMAN, LATVIAN, RUSSIAN, UKRAINIAN, Scheme, respelled

MANY = range(200)
ALPHABETS = {
    "bg": (BULGARIAN, "абвгдежзийклмнопрстуфхцчшщъьюя"),
    "ru": (RUSSIAN, "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    "uk": (UKRAINIAN, "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
    "lv": (LATVIAN, "āčēģīķļņšūž"),
    "de": (GERMAN, "äöüß"),
}


def ways(text: str, scheme: Scheme) -> set[str]:
    return {respelled(text, scheme, Random(seed)) for seed in MANY}


@pytest.mark.parametrize("lang", ALPHABETS)
def test_every_letter_of_the_alphabet_is_typed_in_ascii(lang: str) -> None:
    scheme, alphabet = ALPHABETS[lang]
    assert all(way.isascii() for way in ways(alphabet, scheme))
    assert all(way.isascii() for way in ways(alphabet.upper().replace("SS", ""), scheme))


@pytest.mark.parametrize("lang", ["bg", "ru", "uk"])
def test_every_letter_that_sounds_is_typed(lang: str) -> None:
    scheme, alphabet = ALPHABETS[lang]
    for seed in MANY:
        spelling = scheme.spelling(Random(seed))
        assert {letter for letter in alphabet if not spelling[letter]} <= {"ь", "ъ"}


@pytest.mark.parametrize(
    ("text", "scheme", "expected"),
    [
        ("чакам още", BULGARIAN, {"chakam oshte", "4akam o6te"}),
        ("няма ток", BULGARIAN, {"nyama tok", "nqma tok", "niama tok"}),
        ("жалба", BULGARIAN, {"jalba", "zhalba"}),
        ("където", BULGARIAN, {"kadeto", "kudeto", "kydeto"}),
        ("хочу жалобу", RUSSIAN, {"hochu zhalobu", "khochu zhalobu", "xo4u jalobu"}),
        ("ещё", RUSSIAN, {"esche", "eshchyo"}),
        ("гроші", UKRAINIAN, {"hroshi", "groshi"}),
        ("її", UKRAINIAN, {"yiyi", "jiji"}),
        ("šodien ātri", LATVIAN, {"shodien aatri", "shodien atri"}),
        ("für Größe", GERMAN, {"fuer Groesse"}),
    ],
)
def test_the_usual_spellings_occur(text: str, scheme: Scheme, expected: set[str]) -> None:
    assert expected <= ways(text, scheme)


def test_a_writer_keeps_to_one_habit_within_a_text() -> None:
    for way in ways("чичо чака часове", BULGARIAN):
        assert way.count("4") in (0, 4)


def test_habits_that_go_together_are_chosen_together() -> None:
    assert not any("4" in way and "ch" in way for way in ways("чаша щат", BULGARIAN))


def test_writers_differ() -> None:
    assert len(ways("защо няма връзка вече цял ден", BULGARIAN)) > 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Щом", "Sh"), ("ЩОМ", "SH"), ("Що", "Sh"), ("О Щ", "O Sh")],
    ids=["word", "shout", "two", "one"],
)
def test_a_capital_that_takes_two_letters_is_a_capital_where_it_stands(text: str, expected: str) -> None:
    shown = {way for way in ways(text, BULGARIAN) if "6" not in way}
    assert shown
    assert all(expected in way for way in shown)


def test_letters_of_no_scheme_stay() -> None:
    assert respelled("iPhone 12 語 😡!", RUSSIAN, Random(1)) == "iPhone 12 語 😡!"


def test_ukrainian_letters_are_not_spelled_the_russian_way() -> None:
    assert {UKRAINIAN.spelling(Random(seed))["и"] for seed in MANY} == {"y", "i"}
    assert {UKRAINIAN.spelling(Random(seed))["г"] for seed in MANY} == {"h", "g"}
