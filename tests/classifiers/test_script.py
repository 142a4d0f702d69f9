"""Which writing system a text is in."""

import pytest

from classifiers.script import Script, scripts


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("kāpēc ļoti", Script.LATIN),
        ("tiếng việt", Script.LATIN),
        ("почему", Script.CYRILLIC),
        ("їжак ґанок", Script.CYRILLIC),
        ("γιατί ἀεί", Script.GREEK),
        ("لماذا", Script.ARABIC),
        ("למה", Script.HEBREW),
        ("क्यों नहीं", Script.DEVANAGARI),
        ("为什么", Script.HAN),
        ("𠮷野家", Script.HAN),
        ("どうして", Script.KANA),
        ("왜 안돼요", Script.HANGUL),
        ("ทำไม", Script.THAI),
        ("რატომ", Script.GEORGIAN),
        ("ինչու", Script.ARMENIAN),
        ("ለምን", Script.OTHER),
        ("কেন", Script.OTHER),
        ("", Script.NONE),
        ("  ", Script.NONE),
    ],
)
def test_a_text_is_in_the_script_of_its_letters(text: str, script: Script) -> None:
    assert scripts([text]) == [script]


def test_brand_names_in_latin_letters_do_not_count_for_much() -> None:
    assert scripts(["samsung galaxy не работи изобщо"]) == [Script.CYRILLIC]
    assert scripts(["the quick brown fox wrote в чат"]) == [Script.LATIN]


def test_chinese_characters_among_kana_are_japanese() -> None:
    assert scripts(["二週間待っています", "我等了两个星期"]) == [Script.KANA, Script.HAN]


def test_texts_do_not_mix() -> None:
    assert scripts(["abc", "", "где", "γιατί"]) == [Script.LATIN, Script.NONE, Script.CYRILLIC, Script.GREEK]


def test_no_texts_have_no_scripts() -> None:
    assert scripts([]) == []
