"""Reading labelled examples and splitting them so that nothing leaks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.dataset import (
    Example,
    NotForTraining,
    hash_split,
    read_corpus,
    read_labelled,
    without_leaks,
)
from classifiers.sets import Target
from tests.classifiers.posts import CORPUS, TEST_POSTS, complaint, post, write_corpus, write_set

MANY = [{"text": f"my order number {number} is late", "lang": "en", "complaint": number % 2} for number in range(400)]
POSITIVE = {"sentiment": Target(frozenset({"positive"}))}


def example(text: str, split: str = "train", source: str = "umsab") -> Example:
    return Example(text, "en", source, split, POSITIVE)  # type: ignore[arg-type]


class TestPublicSets:
    def test_a_set_is_read_with_its_labels(self, tmp_path: Path) -> None:
        write_set(tmp_path, "lv_ltec", [{"text": "Labi!", "lang": "lv", "sentiment": "positive"}])
        (found,) = read_labelled(tmp_path)
        assert (found.text, found.lang, found.source) == ("Labi!", "lv", "lv_ltec")
        assert found.targets == POSITIVE

    def test_a_plain_file_is_read_as_well_as_a_compressed_one(self, tmp_path: Path) -> None:
        write_set(tmp_path, "lv_ltec", [{"text": "Labi!", "lang": "lv", "sentiment": "positive"}], compressed=False)
        assert len(read_labelled(tmp_path)) == 1

    def test_texts_are_normalised_as_they_will_be_when_served(self, tmp_path: Path) -> None:
        write_set(tmp_path, "lv_ltec", [{"text": "@Bank labi!!!!!! &amp;", "lang": "lv", "sentiment": "positive"}])
        assert read_labelled(tmp_path)[0].text == "@user labi!!! &"

    def test_a_row_that_teaches_nothing_is_left_out(self, tmp_path: Path) -> None:
        write_set(tmp_path, "lv_ltec", [{"text": "Hm", "lang": "lv", "sentiment": "mixed"}])
        assert read_labelled(tmp_path) == []

    def test_a_row_whose_text_vanishes_is_left_out(self, tmp_path: Path) -> None:
        write_set(tmp_path, "lv_ltec", [{"text": "\u200b", "lang": "lv", "sentiment": "positive"}])
        assert read_labelled(tmp_path) == []

    def test_a_page_long_complaint_is_cut_at_a_word_so_that_length_does_not_tell(self, tmp_path: Path) -> None:
        write_set(tmp_path, "reclameaqui_pt", [{"text": "palavra " * 100, "lang": "pt", "complaint": 1}])
        text = read_labelled(tmp_path)[0].text
        assert len(text) <= 200
        assert text.endswith("palavra")

    def test_a_file_that_nobody_mapped_is_left_alone(self, tmp_path: Path) -> None:
        write_set(tmp_path, "unknown_set", [{"text": "x y", "lang": "en", "sentiment": "positive"}])
        assert read_labelled(tmp_path) == []

    def test_a_named_set_that_nobody_mapped_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(KeyError, match="unknown_set"):
            read_labelled(tmp_path, ["unknown_set"])

    def test_a_named_set_without_a_file_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="lv_ltec"):
            read_labelled(tmp_path, ["lv_ltec"])

    def test_only_the_named_sets_are_read(self, tmp_path: Path) -> None:
        for name in ("lv_ltec", "lv_viksna"):
            write_set(tmp_path, name, [{"text": "Labi!", "lang": "lv", "sentiment": "positive"}])
        assert {found.source for found in read_labelled(tmp_path, ["lv_viksna"])} == {"lv_viksna"}


FLIGHT = {"text": "great flight", "lang": "en", "sentiment": "positive"}


class TestLicences:
    def test_a_non_commercial_set_is_left_out_of_training(self, tmp_path: Path) -> None:
        write_set(tmp_path, "us_airline_sentiment", [FLIGHT])
        assert read_labelled(tmp_path) == []

    def test_asking_to_train_on_one_is_refused_by_name(self, tmp_path: Path) -> None:
        write_set(tmp_path, "us_airline_sentiment", [FLIGHT])
        with pytest.raises(NotForTraining, match="us_airline_sentiment"):
            read_labelled(tmp_path, ["us_airline_sentiment"])

    def test_it_may_measure(self, tmp_path: Path) -> None:
        write_set(tmp_path, "us_airline_sentiment", [FLIGHT])
        assert len(read_labelled(tmp_path, training=False)) == 1

    def test_a_measuring_row_is_never_a_train_row(self, tmp_path: Path) -> None:
        rows = [{"text": f"flight {number} was great", "lang": "en", "sentiment": "positive"} for number in range(60)]
        write_set(tmp_path, "us_airline_sentiment", rows)
        assert {found.split for found in read_labelled(tmp_path, training=False)} == {"dev"}

    def test_measuring_can_be_limited_to_what_may_not_train(self, tmp_path: Path) -> None:
        write_set(tmp_path, "us_airline_sentiment", [FLIGHT])
        write_set(tmp_path, "lv_ltec", [{"text": "Labi!", "lang": "lv", "sentiment": "positive"}])
        found = read_labelled(tmp_path, training=False, only_untrainable=True)
        assert {one.source for one in found} == {"us_airline_sentiment"}


class TestSplit:
    def test_a_tenth_of_a_set_without_a_split_is_dev(self, tmp_path: Path) -> None:
        write_set(tmp_path, "isp_messages_id", MANY)
        dev = [one for one in read_labelled(tmp_path) if one.split == "dev"]
        assert 20 <= len(dev) <= 65

    @pytest.mark.parametrize("published", ["dev", "test", "val", "validation"])
    def test_a_published_dev_or_test_row_never_trains(self, tmp_path: Path, published: str) -> None:
        write_set(tmp_path, "isp_messages_id", [{**row, "split": published} for row in MANY])
        assert {one.split for one in read_labelled(tmp_path)} == {"dev"}

    def test_a_published_train_row_may_be_our_dev(self, tmp_path: Path) -> None:
        write_set(tmp_path, "isp_messages_id", [{**row, "split": "train"} for row in MANY])
        assert {one.split for one in read_labelled(tmp_path)} == {"train", "dev"}

    def test_reading_twice_splits_alike(self, tmp_path: Path) -> None:
        write_set(tmp_path, "isp_messages_id", MANY)
        assert read_labelled(tmp_path) == read_labelled(tmp_path)

    def test_a_text_is_on_the_same_side_in_every_set(self, tmp_path: Path) -> None:
        write_set(tmp_path, "isp_messages_id", MANY)
        write_set(tmp_path, "rigaut_brand_complaints", MANY)
        sides: dict[str, set[str]] = {}
        for one in read_labelled(tmp_path):
            sides.setdefault(one.text, set()).add(one.split)
        assert all(len(side) == 1 for side in sides.values())

    @given(st.text(max_size=50))
    def test_case_and_spacing_do_not_move_a_text(self, text: str) -> None:
        plain = " ".join(text.casefold().split())
        assert hash_split(plain) == hash_split(f"  {plain} ")

    def test_the_share_is_one_in_ten_whatever_the_language(self) -> None:
        dev = sum(hash_split(f"пост номер {number}") == "dev" for number in range(5_000))
        assert 400 < dev < 600


class TestLeaks:
    def test_a_train_row_that_repeats_a_dev_row_of_another_set_goes(self) -> None:
        rows = [example("Bad bank", "train", "umsab"), example("bad  BANK", "dev", "lv_ltec")]
        assert without_leaks(rows) == rows[1:]

    def test_a_train_row_that_repeats_a_corpus_test_row_goes(self) -> None:
        rows = [example("so bad", "train"), example("so bad", "test", "corpus_en")]
        assert without_leaks(rows) == rows[1:]

    def test_a_repeated_train_row_of_one_set_is_kept_once(self) -> None:
        assert len(without_leaks([example("again"), example("again")])) == 1

    def test_the_same_text_in_two_sets_may_teach_two_things(self) -> None:
        assert len(without_leaks([example("again"), example("again", source="lv_ltec")])) == 2

    def test_dev_rows_all_stay(self) -> None:
        assert len(without_leaks([example("again", "dev"), example("again", "dev")])) == 2


class TestCorpus:
    def test_every_row_is_read_with_every_head(self, tmp_path: Path) -> None:
        write_corpus(tmp_path, [complaint("en", "Late again", causes=["delivery"], threats=["legal"])])
        (found,) = read_corpus(tmp_path)
        assert set(found.targets) == {"kind", "sentiment", "severity", "causes", "stage", "churn", "threats"}
        assert found.source == "corpus_en"

    def test_causes_that_are_not_given_are_known_not_to_hold(self, tmp_path: Path) -> None:
        write_corpus(tmp_path, [complaint("en", "Late again", causes=["delivery"])])
        causes = read_corpus(tmp_path)[0].targets["causes"]
        assert causes.yes == {"delivery"}
        assert len(causes.no) == 15
        assert "outage" in causes.no

    def test_only_complaints_teach_severity(self, tmp_path: Path) -> None:
        write_corpus(tmp_path, [post("en", "Rain today")])
        assert "severity" not in read_corpus(tmp_path)[0].targets

    def test_the_test_split_stays_the_test_split(self, tmp_path: Path) -> None:
        write_corpus(tmp_path, TEST_POSTS)
        assert {one.split for one in read_corpus(tmp_path)} == {"test"}

    def test_other_rows_are_train_or_dev(self, tmp_path: Path) -> None:
        write_corpus(tmp_path, CORPUS)
        assert {one.split for one in read_corpus(tmp_path)} <= {"train", "dev"}

    def test_a_label_that_does_not_exist_is_an_error_that_names_it(self, tmp_path: Path) -> None:
        write_corpus(tmp_path, [complaint("en", "Late again", causes=["weather"])])
        with pytest.raises(ValueError, match="weather"):
            read_corpus(tmp_path)

    def test_no_folder_is_an_empty_corpus(self, tmp_path: Path) -> None:
        assert read_corpus(tmp_path / "none") == []
