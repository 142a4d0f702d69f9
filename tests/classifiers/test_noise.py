"""Noises change the form of a text in the way they are named for, and nothing that must stay whole."""

import html
import unicodedata
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.noise import (
    ANY,
    NOISES,
    augmented,
    capitals,
    confusable,
    elongation,
    emoji,
    entities,
    hidden,
    lower,
    mentions_urls,
    mixed_language,
    no_diacritics,
    turkish_capitals,
    turkish_lower,
    typos,
    whitespace,
)
from classifiers.preprocess import LINK, USER, normalise

POSTS = {
    "en": 'Where is my order, @AcmeCare? "Soon" & nothing since!! See https://acme.example/o?id=7&x=1',
    "lv": "Internets nestrādā jau trešo dienu, @Telekoms, neviens neatbild!",
    "bg": "Трети ден чакам да ми се обадите @nordtel, защо няма връзка?",
    "ru": "Верните деньги, @bank! Пишу уже третий раз, ещё жду https://t.co/AbC",
    "uk": "Де моя посилка, @poshta? Чекаю її вже тиждень!",
    "de": "Für die Größe gibt es keinen Ersatz? Schade, @shop!",
    "tr": "İade param hâlâ yatmadı, @banka! Kaç gün oldu?",
    "fr": "Toujours pas de réponse, @sav! Ça fait déjà trois semaines",
}
UNDONE = ("hidden", "entities", "whitespace", "confusable")
MANY = range(60)


def variants(name: str, lang: str) -> list[str]:
    return [NOISES[name](POSTS[lang], lang, Random(seed)) for seed in MANY]


class TestEveryNoise:
    @pytest.mark.parametrize("lang", POSTS)
    @pytest.mark.parametrize("name", NOISES)
    def test_the_same_generator_gives_the_same_noise(self, name: str, lang: str) -> None:
        assert variants(name, lang) == variants(name, lang)

    @pytest.mark.parametrize("lang", POSTS)
    @pytest.mark.parametrize("name", NOISES)
    def test_handles_and_links_are_masked_as_ever(self, name: str, lang: str) -> None:
        plain = normalise(POSTS[lang])
        for noisy in map(normalise, variants(name, lang)):
            assert noisy.count(USER) >= plain.count(USER)
            assert noisy.split().count(LINK) >= plain.split().count(LINK)
            assert "acme" not in noisy.lower()

    @pytest.mark.parametrize("name", NOISES)
    def test_it_changes_the_posts_that_it_fits(self, name: str) -> None:
        fitting = [lang for lang in POSTS if NOISES[name].fits(lang)]
        assert fitting
        assert any(variants(name, lang)[seed] != POSTS[lang] for lang in fitting for seed in MANY)

    @pytest.mark.parametrize("name", ["transliteration", "digraphs"])
    def test_a_language_that_it_does_not_fit_comes_back_as_it_is(self, name: str) -> None:
        assert not NOISES[name].fits("en")
        assert set(variants(name, "en")) == {POSTS["en"]}

    @pytest.mark.parametrize("name", NOISES)
    @pytest.mark.parametrize("text", ["", " ", "@acme", "https://a.example", "😡", "12", "a", "!", "\ud83d", "&amp;"])
    def test_texts_without_words_do_no_harm(self, name: str, text: str) -> None:
        for lang in ("en", "bg", "lv", "xx"):
            assert isinstance(NOISES[name](text, lang, Random(1)), str)

    @given(st.sampled_from(sorted(NOISES)), st.sampled_from([*POSTS, "xx"]), st.text(max_size=80), st.integers(0, 99))
    @settings(max_examples=400, deadline=None)
    def test_any_text_gives_a_text(self, name: str, lang: str, text: str, seed: int) -> None:
        assert isinstance(NOISES[name](text, lang, Random(seed)), str)

    def test_a_noise_of_any_language_fits_one_that_nobody_thought_of(self) -> None:
        assert all(noise.fits("xx") == (ANY in noise.changes) for noise in NOISES.values())


class TestWhatNormalisationUndoes:
    @pytest.mark.parametrize("lang", POSTS)
    @pytest.mark.parametrize("name", UNDONE)
    def test_nothing_of_it_reaches_the_network(self, name: str, lang: str) -> None:
        assert {normalise(noisy) for noisy in variants(name, lang)} == {normalise(POSTS[lang])}

    def test_what_is_undone_is_not_trained_on(self) -> None:
        assert [name for name in UNDONE if NOISES[name].odds] == ["confusable"]


class TestCharacters:
    def test_hidden_characters_are_not_seen(self) -> None:
        noisy = hidden("where is my order", Random(1))
        assert len(noisy) > len("where is my order")
        assert "".join(c for c in noisy if unicodedata.category(c) != "Cf") == "where is my order"

    def test_a_handle_hides_nothing(self) -> None:
        assert all(hidden("@AcmeCare", Random(seed)) == "@AcmeCare" for seed in MANY)

    def test_confusable_letters_come_from_fonts_and_other_scripts(self) -> None:
        names = {unicodedata.name(c) for seed in MANY for c in confusable("refund my money", Random(seed))}
        for kind in ("CYRILLIC", "GREEK", "FULLWIDTH", "MATHEMATICAL"):
            assert any(name.startswith(kind) for name in names), kind

    def test_fonts_leave_letters_alone_that_they_lack(self) -> None:
        assert all(normalise(confusable("ātri 12", Random(seed))) == "ātri 12" for seed in MANY)

    def test_entities_decode_to_the_text(self) -> None:
        text = 'Tom & Jerry\'s <b> "café"'
        noisy = {entities(text, Random(seed)) for seed in MANY}
        assert {html.unescape(html.unescape(one)) for one in noisy} == {text}
        assert any("&amp;amp;" in one for one in noisy), "now and then encoded twice"
        assert any("&#233;" in one for one in noisy), "now and then letters too"

    def test_spaces_change_and_words_do_not(self) -> None:
        for seed in MANY:
            assert whitespace("no answer yet", Random(seed)).split() == ["no", "answer", "yet"]
        assert len({whitespace("no answer yet", Random(seed)) for seed in MANY}) > 20


class TestLoudness:
    def test_a_vowel_is_held(self) -> None:
        noisy = elongation("so bad", Random(1))
        assert len(noisy) > len("so bad")
        assert normalise(noisy) == "so baad"

    def test_the_last_signs_are_repeated(self) -> None:
        assert all(elongation("12!? 34!", Random(seed)).startswith("12!? 34!!!") for seed in MANY)

    def test_words_of_a_letter_or_two_are_not_held(self) -> None:
        assert {elongation("а я и 12", Random(seed)) for seed in MANY} == {"а я и 12"}

    def test_capitals_spare_what_is_masked(self) -> None:
        assert capitals("nav @acme www.a.lv ē &amp;", Random(1)) == "NAV @acme www.a.lv Ē &amp;"

    def test_lower_is_lower(self) -> None:
        assert lower("Nav ATBILDES @Acme", Random(1)) == "nav atbildes @Acme"

    def test_turkish_dots_stay_where_they_belong(self) -> None:
        assert turkish_capitals("iyi ışık", Random(1)) == "İYİ IŞIK"
        assert turkish_lower("İYİ IŞIK", Random(1)) == "iyi ışık"
        assert NOISES["capitals"](POSTS["tr"], "tr", Random(1)).startswith("İADE")


class TestLetters:
    @pytest.mark.parametrize(
        ("text", "bare"),
        [
            ("Kāpēc nestrādā šī ķēde", "Kapec nestrada si kede"),
            ("żółw łąka", "zolw laka"),
            ("größer für", "grosser fur"),
            ("ışık çok", "isik cok"),
            ("cœur déjà", "coeur deja"),
            ("ещё", "еще"),
            ("твой їжак", "твой їжак"),
        ],
    )
    def test_marks_go_as_people_leave_them_out(self, text: str, bare: str) -> None:
        assert no_diacritics(text, Random(1)) == bare

    @pytest.mark.parametrize("lang", ["bg", "ru", "uk"])
    def test_cyrillic_words_become_latin(self, lang: str) -> None:
        for noisy in variants("transliteration", lang):
            assert not any("CYRILLIC" in unicodedata.name(c, "") for c in noisy)

    def test_one_writer_has_one_habit_on_both_sides_of_a_handle(self) -> None:
        for seed in MANY:
            noisy = NOISES["transliteration"]("чакам @acme часове", "bg", Random(seed))
            assert noisy.count("4") in (0, 2)

    def test_latvian_and_german_are_typed_in_digraphs(self) -> None:
        assert any("nestraadaa" in noisy for noisy in variants("digraphs", "lv"))
        assert all("Groesse" in noisy for noisy in variants("digraphs", "de"))

    def test_slips_are_few_and_in_long_words(self) -> None:
        for seed in MANY:
            noisy = typos("my dear order never arrived", Random(seed)).split()
            changed = [
                word
                for word, plain in zip(noisy, ["my", "dear", "order", "never", "arrived"], strict=True)
                if word != plain
            ]
            assert len(changed) <= 2
            assert noisy[:2] == ["my", "dear"]


class TestAdditions:
    def test_a_neutral_emoji_is_added(self) -> None:
        for seed in MANY:
            assert "my order" in emoji("my order", Random(seed)) != "my order"

    def test_a_neutral_emoji_may_go(self) -> None:
        assert "my 📦 order" != "my order" in {" ".join(emoji("my 📦 order", Random(seed)).split()) for seed in MANY}

    def test_an_emoji_that_says_how_the_author_feels_stays(self) -> None:
        assert all("😡" in emoji("😡 my 📦", Random(seed)) for seed in MANY)

    def test_handles_come_first_and_links_last(self) -> None:
        seen = {normalise(mentions_urls("no answer", Random(seed))) for seed in MANY}
        assert seen == {f"{USER} no answer", f"no answer {LINK}", f"{USER} no answer {LINK}"}

    def test_the_filler_is_of_another_language(self) -> None:
        for lang, own in (("en", "by the way"), ("ru", "кстати")):
            noisy = [mixed_language("12", Random(seed), lang=lang) for seed in range(300)]
            assert not any(own in one for one in noisy)
            assert len(set(noisy)) > 20


class TestAugmented:
    @pytest.mark.parametrize("lang", [*POSTS, "xx"])
    def test_it_is_seeded_and_varied(self, lang: str) -> None:
        text = POSTS.get(lang, "no answer at all")
        made = [augmented(text, lang, Random(seed)) for seed in MANY]
        assert made == [augmented(text, lang, Random(seed)) for seed in MANY]
        assert len(set(map(normalise, made))) > 15

    def test_noises_without_odds_are_never_drawn(self) -> None:
        made = "".join(augmented('so & so said "no"', "en", Random(seed)) for seed in range(500))
        assert "&amp;" not in made
        assert "\n" not in made
        assert "\u200b" not in made

    def test_bulgarian_is_often_in_latin_letters(self) -> None:
        made = [augmented("защо няма връзка", "bg", Random(seed)) for seed in range(400)]
        share = sum(one.isascii() for one in made) / len(made)
        assert 0.1 < share < 0.4
