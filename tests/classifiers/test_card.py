"""The model card: what it must say about sources, figures and limits."""

from pathlib import Path

import pytest

from classifiers.card import write_card
from classifiers.dataset import Example
from classifiers.evaluate import Figure
from classifiers.heads import HEADS, ModelCard

CARD = ModelCard("compact", "abc123", ("bg", "lv"), 128)
ROWS = [Example("a", "lv", "lv_ltec", "train", {}), Example("b", "lv", "lv_ltec", "train", {})] + [
    Example("c", lang, f"corpus_{lang}", "train", {}) for lang in ("bg", "lv")
]
TEST = [Figure("kind", "lang:lv", 60, 0.8, 0.05, 0.1), Figure("kind", "set:corpus_lv", 60, 0.8, 0.05, 0.1)]
DEV = [Figure("sentiment", "set:lv_ltec", 488, 0.61, 0.04, 0.1)]


@pytest.fixture
def text(model_folder: Path, tmp_path: Path) -> str:
    (tmp_path / "tokenizer.json").write_bytes((model_folder / "tokenizer.json").read_bytes())
    write_card(tmp_path, CARD, ROWS, how="Trained in 25 minutes with seed 1.", dev=DEV, test=TEST)
    return (tmp_path / "README.md").read_text(encoding="utf-8")


def test_it_is_named_after_the_weights(text: str) -> None:
    assert "# compact-abc123" in text


def test_it_names_every_source_with_licence_rows_and_languages(text: str) -> None:
    assert "| lv_ltec | mit | 2 | lv |" in text


def test_our_own_corpus_is_one_source(text: str) -> None:
    assert "| corpus | cc0 | 2 | bg lv |" in text


def test_it_says_how_it_was_made(text: str) -> None:
    assert "Trained in 25 minutes with seed 1." in text


def test_it_lists_every_label(text: str) -> None:
    assert all(name in text for head in HEADS for name in head.names)


def test_figures_carry_their_n(text: str) -> None:
    assert "| kind | lang:lv | 60 | 0.800 |" in text
    assert "| sentiment | set:lv_ltec | 488 | 0.610 |" in text


def test_the_corpus_is_not_shown_twice(text: str) -> None:
    assert "set:corpus_lv" not in text


def test_it_tells_the_limits(text: str) -> None:
    assert "## Limits" in text
    assert "128 tokens" in text


def test_an_unmeasured_model_says_so(model_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes((model_folder / "tokenizer.json").read_bytes())
    write_card(tmp_path, CARD, ROWS, how="", dev=[], test=[])
    assert (tmp_path / "README.md").read_text(encoding="utf-8").count("Not measured.") == 2


def test_it_can_be_read_by_the_hub(text: str) -> None:
    header = text.split("---")[1]
    assert "license: apache-2.0" in header
    assert "language: [bg, lv]" in header
