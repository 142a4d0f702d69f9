"""Training of language identification, on made-up sentences and a small table."""

import json
import lzma
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest

from classifiers.language import LanguageIdentifier
from classifiers.language_table import read
from classifiers.train_language import Recipe, main, measured, post_like, read_lines, split, train

SENTENCES = {
    "en": "the parcel is still missing and nobody at your office will answer my question about the refund",
    "lv": "paciņa vēl nav atnākusi un neviens jūsu birojā neatbild uz manu jautājumu par naudas atmaksu",
    "bg": "пратката още липсва и никой във вашия офис не отговаря на въпроса ми за връщане на парите",
}
WORDS = {language: sentence.split() for language, sentence in SENTENCES.items()}
SMALL = Recipe(size=3_000, lines=150, epochs=2, rate=0.05)


def sentences(language: str, count: int = 150) -> list[str]:
    rng = Random(language)
    return [" ".join(rng.sample(WORDS[language], 9)) for _ in range(count)]


@pytest.fixture(scope="module")
def lines() -> Mapping[str, Sequence[str]]:
    return {language: sentences(language) for language in WORDS}


def pack(path: Path, rows: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write("".join(row + "\n" for row in rows))


@pytest.fixture
def data(tmp_path: Path, lines: Mapping[str, Sequence[str]]) -> Path:
    for language, rows in lines.items():
        pack(tmp_path / "raw" / f"{language}.txt.xz", rows)
    return tmp_path


class TestTrain:
    def test_the_languages_are_told_apart_as_people_type_them(self, lines: Mapping[str, Sequence[str]]) -> None:
        identifier = LanguageIdentifier(list(lines), table=train(lines, SMALL))
        texts = [
            "parcel still missing, will nobody answer",
            "pacina vel nav atnakusi, neviens neatbild",
            "пратката още липсва, никой не отговаря",
            "pratkata oshte lipsva, nikoy ne otgovarya",
        ]
        assert identifier.identify(texts, [None] * 4) == ["en", "lv", "bg", "bg"]

    def test_the_same_seed_gives_the_same_table(self, lines: Mapping[str, Sequence[str]]) -> None:
        short = SMALL._replace(epochs=1, lines=50)
        one, other = train(lines, short), train(lines, short)
        assert np.array_equal(one.weights, other.weights)
        assert not np.array_equal(one.weights, train(lines, short._replace(seed=8)).weights)

    def test_what_is_measured_is_the_share_named_right(self, lines: Mapping[str, Sequence[str]]) -> None:
        table = train(lines, SMALL)
        swapped = {"en": sentences("lv", 40), "lv": sentences("lv", 40)}
        found = measured(table, swapped)
        assert found["lv"].as_written > 0.9
        assert found["en"].as_written < 0.1
        assert found["lv"].n == 40


class TestPostLike:
    def test_a_post_is_a_short_stretch_in_lower_case(self) -> None:
        text = " ".join(["Word"] * 60)
        posts = [post_like(text, "en", (), Random(seed)) for seed in range(100)]
        lengths = [len(post.split()) for post in posts]
        assert all(post == post.lower() for post in posts)
        assert (min(lengths) <= 4, max(lengths) <= 25, max(lengths) >= 15) == (True, True, True)

    def test_some_cyrillic_is_typed_in_latin_letters(self) -> None:
        posts = [post_like("никой не отговаря", "bg", (), Random(seed)) for seed in range(200)]
        assert 0.2 < sum(post.isascii() for post in posts) / len(posts) < 0.4

    def test_some_latin_letters_lose_their_marks(self) -> None:
        posts = [post_like("ķēķķķ ķēķķķ ķēķķķ", "lv", (), Random(seed)) for seed in range(200)]
        assert 0.2 < sum(post.isascii() for post in posts) / len(posts) < 0.6

    def test_english_words_stand_between(self) -> None:
        posts = [post_like("никой не отговаря", "ru", ["delivery"], Random(seed)) for seed in range(200)]
        assert 0.1 < sum("delivery" in post for post in posts) / len(posts) < 0.3

    def test_english_gets_no_english_words(self) -> None:
        assert not any("delivery" in post_like("nobody answers", "en", ["delivery"], Random(n)) for n in range(50))


class TestLines:
    def test_a_sentence_is_read_once_and_scraps_never(self, tmp_path: Path) -> None:
        pack(tmp_path / "raw" / "en.txt.xz", ["Nobody answers", "nobody ANSWERS", "ok", "", "Somebody answers"])
        pack(tmp_path / "raw" / "de.txt.xz", ["Niemand antwortet"])
        assert read_lines(tmp_path) == {"de": ["Niemand antwortet"], "en": ["nobody ANSWERS", "Somebody answers"]}

    def test_a_language_without_raw_text_is_taken_from_labelled_posts(self, data: Path) -> None:
        rows = [{"lang": "sq", "text": "Askush nuk pergjigjet"}, {"lang": "en", "text": "Not this one"}]
        pack(data / "labelled" / "twitter15_europe.jsonl.xz", [json.dumps(row) for row in rows])
        found = read_lines(data)
        assert found["sq"] == ["Askush nuk pergjigjet"]
        assert "Not this one" not in found["en"]

    def test_a_language_that_its_script_names_needs_no_training(self, data: Path) -> None:
        pack(data / "raw" / "el.txt.xz", ["Κανείς δεν απαντά"])
        assert "el" not in read_lines(data)

    def test_a_folder_without_sentences_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"raw/<language>\.txt\.xz"):
            read_lines(tmp_path)

    def test_a_sentence_is_either_trained_on_or_kept_back(self, lines: Mapping[str, Sequence[str]]) -> None:
        train_on, kept = split(lines)
        for language, texts in lines.items():
            assert sorted([*train_on[language], *kept[language]]) == sorted(texts)
        assert 0 < sum(map(len, kept.values())) < 0.2 * sum(map(len, lines.values()))

    def test_letter_case_does_not_move_a_sentence_across(self, lines: Mapping[str, Sequence[str]]) -> None:
        _, kept = split(lines)
        _, kept_in_capitals = split({code: [text.upper() for text in texts] for code, texts in lines.items()})
        assert kept_in_capitals == {code: [text.upper() for text in texts] for code, texts in kept.items()}


class TestCommand:
    def test_it_writes_a_table_that_can_be_used(self, data: Path, tmp_path: Path) -> None:
        out = tmp_path / "out" / "table.safetensors"
        assert main(["--data", str(data), "--out", str(out), "--lines", "50", "--epochs", "1"]) == 0
        assert read(out).languages == ("bg", "en", "lv")

    def test_a_folder_without_data_is_an_error_in_words(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit):
            main(["--data", str(tmp_path)])
        assert "put raw/" in capsys.readouterr().err
