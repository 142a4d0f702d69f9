"""The glossaries keep what their card promises, and read as they are written."""

import re
import unicodedata
from pathlib import Path

import pytest

from classifiers.glossary import FOLDER, LANGUAGES, Glossary, counted, main, read_glossary
from classifiers.preprocess import normalise

LEAST = {"bg": 7_000, "lv": 7_000, "ru": 5_500}
SCRIPTS = {"bg": "CYRILLIC", "lv": "LATIN", "ru": "CYRILLIC"}
NO_MEANING = re.compile(r"\b(?:user|http)\b|[@#<>{}()\[\]]", re.IGNORECASE)

TABLE = """# Words

| language | forms | meanings |
|---|---|---|
| Bulgarian `bg.tsv` | 1 | 1 |
| Latvian `lv.tsv` | 1 | 1 |
| Russian `ru.tsv` | 1 | 1 |
| all | 3 | 3 |

1 word of theirs is | all | there is.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two Bulgarian forms, and one of each of the other languages."""
    (tmp_path / "bg.tsv").write_text("и\tand\nпари\tmoney / cash\n", encoding="utf-8")
    (tmp_path / "lv.tsv").write_text("nestrādā\tdoesn't work / is not working / Is Not Working\n", encoding="utf-8")
    (tmp_path / "ru.tsv").write_text("деньги\tmoney\n", encoding="utf-8")
    (tmp_path / "README.md").write_text(TABLE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("lang", LANGUAGES)
class TestOurs:
    def test_there_are_as_many_forms_as_promised(self, lang: str) -> None:
        assert len(read_glossary(lang).entries) >= LEAST[lang]

    def test_forms_are_words_in_small_letters_of_their_script(self, lang: str) -> None:
        for form in read_glossary(lang).entries:
            assert form.isalpha(), form
            assert form == form.lower() == normalise(form)
            assert {unicodedata.name(letter).split()[0] for letter in form} == {SCRIPTS[lang]}, form

    def test_meanings_are_one_to_three_different_short_english_phrases(self, lang: str) -> None:
        for form, meanings in read_glossary(lang).entries.items():
            assert 1 <= len(set(meanings)) == len(meanings) <= 3, form
            for meaning in meanings:
                assert meaning == normalise(meaning), (form, meaning)
                assert 1 <= len(meaning.split()) <= 5, (form, meaning)
                assert re.fullmatch(r"[A-Za-zéè0-9 ,./'-]+", meaning), (form, meaning)

    def test_nothing_reads_like_a_mask(self, lang: str) -> None:
        for form, meanings in read_glossary(lang).entries.items():
            assert not [meaning for meaning in meanings if NO_MEANING.search(meaning)], form

    def test_the_file_is_sorted_and_has_one_tab_a_line(self, lang: str) -> None:
        lines = (FOLDER / f"{lang}.tsv").read_text(encoding="utf-8").splitlines()
        assert all(line.count("\t") == 1 for line in lines)
        assert [line.split("\t")[0] for line in lines] == sorted(line.split("\t")[0] for line in lines)


def test_there_is_a_file_for_every_language_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {"README.md", *(f"{lang}.tsv" for lang in LANGUAGES)}


def test_the_card_counts_right() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert counted(card) == card


@pytest.mark.parametrize(
    ("lang", "form", "meaning"), [("bg", "пари", "money"), ("lv", "atkal", "again"), ("ru", "деньги", "money")]
)
def test_a_usual_word_has_its_usual_meaning(lang: str, form: str, meaning: str) -> None:
    assert read_glossary(lang).entries[form][0] == meaning


class TestReading:
    def test_the_meanings_of_a_form_come_in_their_order(self, folder: Path) -> None:
        assert read_glossary("bg", folder).entries == {"и": ("and",), "пари": ("money", "cash")}

    def test_a_language_without_a_glossary_is_an_error(self) -> None:
        with pytest.raises(FileNotFoundError, match=r"de\.tsv"):
            read_glossary("de")

    @pytest.mark.parametrize("line", ["", "nauda", "nauda\t", "\tmoney", "nauda\tmoney\tcash", "nauda\ta / b / c / d"])
    def test_a_line_that_is_no_entry_is_named(self, folder: Path, line: str) -> None:
        (folder / "lv.tsv").write_text(f"un\tand\n{line}\n", encoding="utf-8")
        with pytest.raises(ValueError, match=r"lv\.tsv, line 2: expected a form, a tab and 1 to 3 meanings"):
            read_glossary("lv", folder)

    def test_a_form_is_there_once(self, folder: Path) -> None:
        (folder / "lv.tsv").write_text("un\tand\nun\talso\n", encoding="utf-8")
        with pytest.raises(ValueError, match="line 2: 'un' is there already; join the two lines"):
            read_glossary("lv", folder)


class TestBothWays:
    def test_the_usual_meaning_weighs_most(self, folder: Path) -> None:
        assert list(read_glossary("bg", folder).pairs()) == [
            ("and", "и", 1),
            ("money", "пари", 1),
            ("cash", "пари", 0.5),
        ]

    def test_english_finds_its_forms_in_small_letters(self, folder: Path) -> None:
        forms = read_glossary("lv", folder).forms
        assert forms == {"doesn't work": {"nestrādā": 1.0}, "is not working": {"nestrādā": 0.5}}

    def test_several_forms_may_stand_for_a_word(self) -> None:
        forms = Glossary("lv", {"nauda": ("money",), "naudu": ("the money", "money")}).forms
        assert forms["money"] == {"nauda": 1.0, "naudu": 0.5}


class TestCounting:
    def test_the_table_is_counted_anew_and_nothing_else_is_touched(self, folder: Path) -> None:
        assert main(folder) == 0
        card = (folder / "README.md").read_text(encoding="utf-8")
        assert card == (
            TABLE.replace("`bg.tsv` | 1 | 1 |", "`bg.tsv` | 2 | 3 |")
            .replace("`lv.tsv` | 1 | 1 |", "`lv.tsv` | 1 | 3 |")
            .replace("| all | 3 | 3 |", "| all | 4 | 7 |")
        )

    def test_a_card_without_a_table_is_an_error(self, folder: Path) -> None:
        with pytest.raises(ValueError, match="the card needs one table"):
            counted("# Words\n", folder)
