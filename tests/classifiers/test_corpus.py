"""Our own corpus keeps what its card promises: how many rows, every label on every row, no row like another."""

import json
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import classifiers
from classifiers.dataset import read_corpus
from classifiers.heads import HEADS

FOLDER = Path(classifiers.__file__).parent / "corpus"
LEAST = {"bg": 600, "lv": 600, "ru": 600, "en": 600, "de": 250, "es": 250, "fr": 250, "pl": 250, "tr": 250, "uk": 250}
KEYS = {"id", "lang", "text", "kind", "sentiment", "severity", "causes", "stage", "churn", "threats", "split"}

Row = dict[str, Any]


def rows_of(language: str) -> list[Row]:
    lines = (FOLDER / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def all_rows() -> list[Row]:
    return [row for language in LEAST for row in rows_of(language)]


def test_there_is_a_file_for_every_promised_language_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == set(LEAST)


@pytest.mark.parametrize("language", LEAST)
class TestEveryLanguage:
    def test_it_has_the_promised_number_of_rows(self, language: str) -> None:
        assert len(rows_of(language)) >= LEAST[language]

    def test_about_half_are_complaints(self, language: str) -> None:
        rows = rows_of(language)
        assert 0.45 <= sum(row["kind"] == "complaint" for row in rows) / len(rows) <= 0.6

    def test_a_fifth_is_the_test_split(self, language: str) -> None:
        rows = rows_of(language)
        assert 0.19 <= sum(row["split"] == "test" for row in rows) / len(rows) <= 0.21

    def test_every_row_has_every_key_and_its_language(self, language: str) -> None:
        rows = rows_of(language)
        assert all(set(row) == KEYS for row in rows)
        assert {row["lang"] for row in rows} == {language}

    def test_every_label_occurs(self, language: str) -> None:
        rows = rows_of(language)
        for head in HEADS:
            said = Counter(one for row in rows for one in (row[head.name] if head.many else [row[head.name]]))
            assert not set(head.names) - set(said), head.name

    def test_severity_and_causes_are_those_of_complaints_alone(self, language: str) -> None:
        for row in rows_of(language):
            complaint = row["kind"] == "complaint"
            assert (row["severity"] is not None) == complaint, row["id"]
            assert bool(row["causes"]) == complaint, row["id"]

    def test_no_two_rows_are_alike(self, language: str) -> None:
        assert alike(rows_of(language)) == []


def test_ids_are_unique() -> None:
    assert [name for name, count in Counter(row["id"] for row in all_rows()).items() if count > 1] == []


def test_it_reads_as_examples() -> None:
    examples = read_corpus(FOLDER)
    assert len(examples) == len(all_rows())
    assert all("kind" in example.targets for example in examples)


def test_no_row_carries_a_template_or_a_way_to_reach_a_person() -> None:
    odd = re.compile(r"\{\w+\}|<\w+>|\blorem\b|[\w.]+@[\w]+\.\w{2,}", re.IGNORECASE)
    assert [row["id"] for row in all_rows() if odd.search(row["text"])] == []


def test_the_card_counts_right() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    for language in LEAST:
        rows = rows_of(language)
        complaints = sum(row["kind"] == "complaint" for row in rows)
        kept = sum(row["split"] == "test" for row in rows)
        assert f"`{language}.jsonl` | {len(rows)} | {complaints} | {kept} |" in card


def alike(rows: list[Row]) -> list[tuple[str, str]]:
    """Pairs of rows that share more than six tenths of their five-letter runs."""
    runs = {row["id"]: _runs(row["text"]) for row in rows}
    holders = defaultdict(list)
    for name, own in runs.items():
        for run in own:
            holders[run].append(name)
    shared: Counter[tuple[str, str]] = Counter()
    for names in holders.values():
        if 2 <= len(names) <= 20:
            shared.update(combinations(sorted(names), 2))
    return [pair for pair, both in shared.items() if both > 0.6 * len(runs[pair[0]] | runs[pair[1]])]


def _runs(text: str) -> set[str]:
    folded = " ".join(re.findall(r"\w+", text.casefold()))
    return {folded[start : start + 5] for start in range(max(1, len(folded) - 4))}


def test_a_copy_with_another_name_is_found() -> None:
    rows = [
        {"id": "a", "text": "@AcmeBank the card was charged twice for one coffee on Monday"},
        {"id": "b", "text": "@OtherBank the card was charged twice for one coffee on Monday"},
        {"id": "c", "text": "Nothing of the kind ever happened to me in that shop"},
    ]
    assert alike(rows) == [("a", "b")]
