"""Which language a text is said to be in, and when the platform's hint decides instead."""

import json
from importlib import resources

import pytest

from classifiers.language import DEFAULT_LANGUAGES, UNKNOWN, LanguageIdentifier, language_code
from classifiers.language_table import read
from classifiers.preprocess import letters, normalise
from classifiers.script import OWN

LATVIAN = "Kāpēc mans internets jau trešo dienu nestrādā un neviens neatbild"
BULGARIAN = "Защо интернетът ми не работи вече трети ден и никой не отговаря"
RUSSIAN = "Почему уже третий день не работает интернет и никто не отвечает"
THAI = "ฉันรอมาสองสัปดาห์แล้วแต่ไม่มีใครตอบ"
ENGLISH = "Why has my internet been down for three days without any answer"


def one(identifier: LanguageIdentifier, text: str, hint: str | None = None) -> str:
    return identifier.identify([text], [hint])[0]


def corpus(language: str) -> list[str]:
    lines = (resources.files("classifiers") / "corpus" / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [normalise(json.loads(line)["text"]) for line in lines]


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

    def test_a_script_outside_the_list_is_unknown(self) -> None:
        assert one(LanguageIdentifier(["bg", "en"]), THAI) == UNKNOWN

    def test_a_script_outside_the_list_takes_the_hint(self) -> None:
        assert one(LanguageIdentifier(["bg", "en"]), THAI, "th") == "th"

    def test_a_script_that_nobody_lists_is_unknown(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "ለሁለት ሳምንታት ጠብቄያለሁ ግን ማንም አልመለሰም") == UNKNOWN

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            (THAI, "th"),
            ("Περιμένω δύο εβδομάδες και κανείς δεν απαντά", "el"),
            ("二週間待っていますが、誰も返事をくれません", "ja"),
            ("我已经等了两个星期了没有人回复我的问题", "zh"),
            ("2주째 기다리고 있는데 아무도 답이 없네요", "ko"),
            ("אני מחכה שבועיים ואף אחד לא עונה", "he"),
        ],
    )
    def test_a_script_of_its_own_names_the_language(
        self, identifier: LanguageIdentifier, text: str, language: str
    ) -> None:
        assert one(identifier, text) == language

    def test_a_name_in_latin_letters_does_not_turn_a_text(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "Περιμένω το Samsung Galaxy Ultra δύο εβδομάδες") == "el"
        assert one(identifier, "Чакам моя Samsung Galaxy Ultra вече две седмици") == "bg"

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("kapec mans internets jau treso dienu nestrada un neviens neatbild", "lv"),
            ("kaapeec interneta nav jau tresho dienu un neviens neatbild", "lv"),
            ("zashto internetat ne raboti veche treti den i nikoi ne otgovarq", "bg"),
            ("za6to internetyt ne raboti ve4e treti den i nikoi ne otgovarya", "bg"),
            ("pochemu uzhe tretiy den ne rabotaet internet i nikto ne otvechaet", "ru"),
            ("chomu vzhe tretiy den ne pratsyuye internet i nikhto ne vidpovidaye", "uk"),
            ("dlaczego od trzech dni nie dziala moj internet i nikt nie odpowiada", "pl"),
        ],
    )
    def test_who_lacks_the_keyboard_still_writes_the_language(
        self, identifier: LanguageIdentifier, text: str, language: str
    ) -> None:
        assert one(identifier, text) == language

    def test_a_choice_between_names_of_one_language_is_no_doubt(self) -> None:
        text = "Čekam već dvije sedmice i niko mi ne odgovara na poruke"
        assert one(LanguageIdentifier(), text) in {"bs", "hr", "sr"}

    def test_a_foreign_text_is_not_pressed_into_a_language_of_ours(self, identifier: LanguageIdentifier) -> None:
        assert one(identifier, "Varför har inte mitt internet fungerat på tre dagar") == "sv"

    def test_what_a_text_is_called_does_not_depend_on_its_neighbours(self, identifier: LanguageIdentifier) -> None:
        texts = [LATVIAN, "", BULGARIAN, ENGLISH * 30, "ok", RUSSIAN] * 40
        together = identifier.identify(texts, [None] * len(texts))
        assert together == [one(identifier, text) for text in texts]

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


class TestCorpus:
    """The project's own posts: short, typed in a hurry, full of names, now and then in other letters."""

    @pytest.mark.parametrize(("language", "least"), [("bg", 0.98), ("lv", 0.98), ("ru", 0.98), ("en", 0.97)])
    def test_the_home_languages_are_named_without_a_hint(
        self, identifier: LanguageIdentifier, language: str, least: float
    ) -> None:
        texts = [text for text in corpus(language) if letters(text) >= 20]
        named = identifier.identify(texts, [None] * len(texts))
        assert len(texts) > 400
        assert named.count(language) / len(texts) >= least

    @pytest.mark.parametrize("language", ["bg", "ru"])
    def test_so_are_posts_in_latin_letters(self, identifier: LanguageIdentifier, language: str) -> None:
        texts = [text for text in corpus(language) if text.isascii() and letters(text) >= 20]
        named = identifier.identify(texts, [None] * len(texts))
        assert len(texts) > 10
        assert named.count(language) / len(texts) >= 0.95

    @pytest.mark.parametrize("language", ["bg", "lv", "ru", "en"])
    def test_the_platforms_word_is_hardly_ever_overruled_where_it_is_right(
        self, identifier: LanguageIdentifier, language: str
    ) -> None:
        texts = corpus(language)
        named = identifier.identify(texts, [language] * len(texts))
        assert named.count(language) / len(texts) >= 0.98


class TestLanguages:
    def test_every_default_language_can_be_chosen_alone_with_another(self) -> None:
        for language in DEFAULT_LANGUAGES:
            other = "en" if language != "en" else "de"
            assert LanguageIdentifier([language, other]).languages == (language, other)

    def test_the_default_list_is_all_that_is_known(self) -> None:
        assert set(DEFAULT_LANGUAGES) == {*read().languages, *OWN.values()}

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
