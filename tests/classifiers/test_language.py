"""Which language a text is said to be in, and when the platform's hint decides instead."""

import pytest

from classifiers.language import DEFAULT_LANGUAGES, UNKNOWN, LanguageIdentifier, language_code

LATVIAN = "Kāpēc mans internets jau trešo dienu nestrādā un neviens neatbild"
BULGARIAN = "Защо интернетът ми не работи вече трети ден и никой не отговаря"
RUSSIAN = "Почему уже третий день не работает интернет и никто не отвечает"
ENGLISH = "Why has my internet been down for three days without any answer"


def one(identifier: LanguageIdentifier, text: str, hint: str | None = None) -> str:
    return identifier.identify([text], [hint])[0]


class TestIdentify:
    @pytest.mark.parametrize(
        ("text", "language"),
        [
            (LATVIAN, "lv"),
            (BULGARIAN, "bg"),
            (RUSSIAN, "ru"),
            (ENGLISH, "en"),
            ("Warum funktioniert mein Internet seit drei Tagen nicht mehr", "de"),
            ("¿Por qué no funciona mi internet desde hace tres días?", "es"),
            ("Pourquoi ma connexion ne marche plus depuis trois jours", "fr"),
            ("Чому вже третій день не працює інтернет і ніхто не відповідає", "uk"),
            ("İnternetim neden üç gündür çalışmıyor, kimse cevap vermiyor", "tr"),
            ("Dlaczego od trzech dni nie działa mi internet i nikt nie odpowiada", "pl"),
        ],
    )
    def test_a_sentence_is_recognised(self, identifier: LanguageIdentifier, text: str, language: str) -> None:
        assert one(identifier, text) == language

    def test_a_long_text_overrules_the_hint(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, LATVIAN, "en") == "lv"

    def test_a_short_text_takes_the_hint(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "ok thanks", "lv") == "lv"

    def test_a_short_text_without_a_hint_is_unknown(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "ok") == UNKNOWN

    def test_an_empty_text_is_unknown(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "") == UNKNOWN

    def test_emoji_are_no_language(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "😡" * 50) == UNKNOWN

    def test_handles_and_links_are_not_letters_of_the_text(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "@user http " * 20 + "jā", "lv") == "lv"

    def test_a_script_outside_the_list_is_unknown(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "ฉันรอมาสองสัปดาห์แล้วแต่ไม่มีใครตอบ") == UNKNOWN

    def test_a_script_outside_the_list_takes_the_hint(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "ฉันรอมาสองสัปดาห์แล้วแต่ไม่มีใครตอบ", "th") == "th"

    def test_texts_come_back_in_order(self, identifier: LanguageIdentifier) -> None:
        texts = [LATVIAN, "ok", BULGARIAN, "", ENGLISH]
        assert identifier.identify(texts, [None] * 5) == ["lv", UNKNOWN, "bg", UNKNOWN, "en"]

    def test_no_texts_give_no_languages(self, identifier: LanguageIdentifier) -> None:
        assert identifier.identify([], []) == []

    def test_the_least_number_of_letters_can_be_set(self) -> None:
        eager = LanguageIdentifier(["en", "lv"], min_letters=3)
        assert one(eager, "paldies jums") == "lv"

    def test_a_margin_nobody_reaches_leaves_it_to_the_hint(self) -> None:
        strict = LanguageIdentifier(["bg", "ru"], min_margin=1.01)
        assert one(strict, BULGARIAN, "bg") == "bg"
        assert one(strict, BULGARIAN) == UNKNOWN

    def test_a_text_that_is_only_rather_sure_yields_to_the_hint(self) -> None:
        doubtful = LanguageIdentifier(["bg", "ru"], sure_margin=1.01)
        assert one(doubtful, BULGARIAN, "mk") == "mk"
        assert one(doubtful, BULGARIAN) == "bg"


class TestLanguages:
    def test_the_default_list_holds_the_four_home_languages(self) -> None:
        assert {"bg", "lv", "ru", "en"} <= set(DEFAULT_LANGUAGES)

    def test_norwegian_goes_by_its_common_code(self) -> None:
        nordic = LanguageIdentifier(["no", "de"])
        assert one(nordic, "Hvorfor har ikke nettet mitt virket på tre dager, ingen svarer meg") == "no"

    def test_a_code_nobody_knows_is_refused_by_name(self) -> None:
        with pytest.raises(ValueError, match="'xx'"):
            LanguageIdentifier(["en", "xx"])

    def test_one_language_alone_is_no_choice(self) -> None:
        with pytest.raises(ValueError, match="at least two"):
            LanguageIdentifier(["en", "en"])


class TestHint:
    @pytest.mark.parametrize(
        ("hint", "code"),
        [
            ("en", "en"),
            ("EN", "en"),
            ("pt-BR", "pt"),
            ("zh_CN", "zh"),
            ("in", "id"),
            ("iw", "he"),
            ("nb", "no"),
            ("sh", "sr"),
            (" lv ", "lv"),
        ],
    )
    def test_platform_codes_become_common_ones(self, hint: str, code: str) -> None:
        assert language_code(hint) == code

    @pytest.mark.parametrize("hint", [None, "", "und", "zxx", "qme", "qht", "x", "english", "12", "-"])
    def test_what_names_no_language_is_no_hint(self, hint: str | None) -> None:
        assert language_code(hint) is None
