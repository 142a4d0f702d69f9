"""The tokenizer that training makes: what it keeps together, what it folds, and that it reloads."""

from pathlib import Path
from typing import Any

import pytest
from transformers import AutoTokenizer

from classifiers.preprocess import LINK, USER
from classifiers.vocabulary import SPECIAL, raw_lines, train_tokenizer
from tests.classifiers.posts import CORPUS


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return train_tokenizer([row["text"] for row in CORPUS] * 3, size=600, max_length=48)


def ids(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text)["input_ids"])


class TestFolding:
    def test_shouting_is_the_same_sentence(self, tokenizer: Any) -> None:
        assert ids(tokenizer, "INTERNETS NESTRĀDĀ") == ids(tokenizer, "internets nestrādā")

    def test_latvian_without_diacritics_is_the_same_sentence(self, tokenizer: Any) -> None:
        assert ids(tokenizer, "sutijums nav atnacis") == ids(tokenizer, "sūtījums nav atnācis")

    def test_cyrillic_is_folded_too(self, tokenizer: Any) -> None:
        assert ids(tokenizer, "ВСЁ ещё") == ids(tokenizer, "все еще")

    def test_marks_that_are_letters_stay(self, tokenizer: Any) -> None:
        backend = tokenizer.backend_tokenizer.normalizer
        assert backend.normalize_str("सेवा") == "सेवा"


class TestPieces:
    def test_a_text_is_framed_by_the_special_tokens(self, tokenizer: Any) -> None:
        pieces = tokenizer.convert_ids_to_tokens(ids(tokenizer, "late"))
        assert pieces[0] == "[CLS]"
        assert pieces[-1] == "[SEP]"

    def test_masks_are_one_token_each(self, tokenizer: Any) -> None:
        pieces = tokenizer.convert_ids_to_tokens(ids(tokenizer, f"{USER} late {LINK}"))
        assert USER in pieces
        assert LINK in pieces

    def test_a_word_that_begins_like_a_mask_is_no_mask(self, tokenizer: Any) -> None:
        assert LINK not in tokenizer.convert_ids_to_tokens(ids(tokenizer, "httpd"))

    def test_signs_stand_alone(self, tokenizer: Any) -> None:
        bare, loud = (tokenizer.convert_ids_to_tokens(ids(tokenizer, text)) for text in ("late", "late!"))
        assert loud[: len(bare) - 1] == bare[:-1]

    def test_an_unknown_sign_is_the_unknown_token(self, tokenizer: Any) -> None:
        assert tokenizer.unk_token_id in ids(tokenizer, "ฉ")

    def test_an_empty_text_is_the_frame(self, tokenizer: Any) -> None:
        assert len(ids(tokenizer, "")) == 2

    def test_the_special_tokens_come_first(self, tokenizer: Any) -> None:
        assert tokenizer.convert_ids_to_tokens(list(range(len(SPECIAL)))) == list(SPECIAL)

    def test_the_same_texts_give_the_same_ids(self, tokenizer: Any) -> None:
        again = train_tokenizer([row["text"] for row in CORPUS] * 3, size=600, max_length=48)
        assert again.get_vocab() == tokenizer.get_vocab()

    def test_the_vocabulary_is_about_as_large_as_asked(self, tokenizer: Any) -> None:
        assert 300 < len(tokenizer) <= 602


class TestFiles:
    def test_it_reloads_through_transformers(self, tokenizer: Any, tmp_path: Path) -> None:
        tokenizer.save_pretrained(tmp_path)
        again = AutoTokenizer.from_pretrained(str(tmp_path))
        for row in CORPUS[:10]:
            assert ids(again, row["text"]) == ids(tokenizer, row["text"])

    def test_it_remembers_its_longest_input(self, tokenizer: Any, tmp_path: Path) -> None:
        tokenizer.save_pretrained(tmp_path)
        assert AutoTokenizer.from_pretrained(str(tmp_path)).model_max_length == 48


class TestRawText:
    def write(self, folder: Path, lang: str, lines: list[str]) -> None:
        import lzma

        with lzma.open(folder / f"{lang}.txt.xz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def test_lines_are_normalised(self, tmp_path: Path) -> None:
        self.write(tmp_path, "lv", ["Labdien @Banka  !!!!!!"])
        assert list(raw_lines(tmp_path, ["lv"], seed=1)) == ["Labdien @user !!!"]

    def test_only_the_asked_languages_are_read(self, tmp_path: Path) -> None:
        self.write(tmp_path, "lv", ["labdien"])
        self.write(tmp_path, "bg", ["здравейте"])
        assert list(raw_lines(tmp_path, ["bg", "en"], seed=1)) == ["здравейте"]

    def test_a_large_file_is_sampled_from_all_of_it(self, tmp_path: Path) -> None:
        self.write(tmp_path, "lv", [f"rinda {number}" for number in range(12_000)])
        lines = list(raw_lines(tmp_path, ["lv"], seed=1))
        numbers = [int(line.split()[1]) for line in lines]
        assert len(lines) == 4_000
        assert len(set(numbers)) == 4_000
        assert sum(number > 9_000 for number in numbers) > 800

    def test_the_same_seed_samples_the_same(self, tmp_path: Path) -> None:
        self.write(tmp_path, "lv", [f"rinda {number}" for number in range(5_000)])
        assert list(raw_lines(tmp_path, ["lv"], seed=2)) == list(raw_lines(tmp_path, ["lv"], seed=2))
