"""Reviews as rows to train on: what was said is known, the rest is not, and a bad line is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from classifiers.dataset import hash_split, read_corpus
from classifiers.reviews import SOURCE, read_reviews
from classifiers.sets import Target
from classifiers.targets import target_table
from tests.classifiers.posts import CORPUS, write_corpus

ROW = {"id": "acme/x/1", "lang": "lv", "brand": "acme", "text": "Kur ir mana paka?", "agents": ["anna"]}


def write(folder: Path, *rows: Any) -> Path:
    path = folder / "labels.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_what_was_said_is_known_and_the_rest_is_not(tmp_path: Path) -> None:
    (found,) = read_reviews(write(tmp_path, {**ROW, "kind": "complaint", "threats": ["legal"]}))

    assert (found.text, found.lang, found.source) == ("Kur ir mana paka?", "lv", SOURCE)
    assert found.targets == {
        "kind": Target(frozenset({"complaint"})),
        "threats": Target(frozenset({"legal"}), frozenset({"regulator", "media", "public_shaming", "safety"})),
    }


def test_no_cause_at_all_is_something_that_was_said(tmp_path: Path) -> None:
    (found,) = read_reviews(write(tmp_path, {**ROW, "causes": []}))

    assert found.targets["causes"].yes == frozenset()
    assert len(found.targets["causes"].no) == 16


def test_a_row_on_which_people_agree_by_half_weighs_half(tmp_path: Path) -> None:
    (found,) = read_reviews(write(tmp_path, {**ROW, "kind": "praise", "agreement": 0.5}))

    assert found.targets["kind"].weight == 0.5


def test_texts_are_normalised_and_split_as_all_others(tmp_path: Path) -> None:
    rows = [{**ROW, "text": f"@shop order {n} is late!!!!!!", "kind": "complaint"} for n in range(200)]

    found = read_reviews(write(tmp_path, *rows))

    assert found[0].text == "@user order 0 is late!!!"
    assert all(example.split == hash_split(example.text) for example in found)
    assert {example.split for example in found} == {"train", "dev"}


def test_rows_of_our_own_corpus_are_read_the_same(tmp_path: Path) -> None:
    corpus = {example.text: example.targets for example in read_corpus(write_corpus(tmp_path / "corpus", CORPUS))}

    found = read_reviews(write(tmp_path, *CORPUS))

    assert {example.text: example.targets for example in found} == corpus


def test_the_rows_can_stand_in_a_table_of_targets(tmp_path: Path) -> None:
    table = target_table(read_reviews(write(tmp_path, {**ROW, "kind": "praise"}, {**ROW, "churn": "left"})))

    assert (table.weight > 0).sum(axis=1).tolist() == [4, 4]


def test_blank_lines_and_an_empty_file_are_no_rows(tmp_path: Path) -> None:
    assert read_reviews(write(tmp_path, "", "  ")) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ({**ROW}, "no label: at least one of kind"),
        ({**ROW, "kind": None}, "no label"),
        ({**ROW, "kind": "rant"}, "kind 'rant' is none of complaint, question"),
        ({**ROW, "kind": ["complaint"]}, r"kind \['complaint'\] is none of"),
        ({**ROW, "causes": "delivery"}, "causes 'delivery' is not a list"),
        ({**ROW, "causes": ["weather"]}, "causes 'weather' is none of"),
        ({"lang": "en", "kind": "praise"}, "'text' is missing"),
        ({"text": "x", "kind": "praise"}, "'lang' is missing"),
        ({**ROW, "text": "\u200b", "kind": "praise"}, "the text is empty"),
        ({**ROW, "kind": "praise", "agreement": 0}, "agreement 0 is not above 0"),
        ({**ROW, "kind": "praise", "agreement": True}, "agreement True"),
        ({**ROW, "kind": "praise", "agreement": "much"}, "agreement 'much'"),
    ],
)
def test_a_bad_line_is_named_with_its_place_and_the_remedy(tmp_path: Path, line: Any, said: str) -> None:
    path = write(tmp_path, {**ROW, "kind": "praise"}, line)

    with pytest.raises(ValueError, match=rf"labels.jsonl, line 2: {said}.*correct or remove the line"):
        read_reviews(path)
