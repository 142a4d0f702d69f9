"""The README.md beside the weights: what it must say about sources, figures and limits."""

from pathlib import Path

import pytest

from classifiers.card import write_card
from classifiers.dataset import Example
from classifiers.figures import Figure, read_training
from classifiers.heads import HEADS, ModelCard

CARD = ModelCard("compact", "abc123", ("bg", "lv"), 128)
ROWS = [Example("a", "lv", "lv_ltec", "train", {}), Example("b", "lv", "lv_ltec", "train", {})] + [
    Example("c", lang, f"corpus_{lang}", "train", {}) for lang in ("bg", "lv")
]


def figure(head: str, group: str, n: int, f1: float) -> Figure:
    return Figure(head, group, n, f1, f1 - 0.05, f1 + 0.05, f1, 0.04, 0.1)


TEST = [figure("kind", "all", 120, 0.8), figure("kind", "lang:lv", 60, 0.7)]
DEV = [figure("sentiment", "set:lv_ltec", 488, 0.61), figure("sentiment", "all", 488, 0.61)]


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    (tmp_path / "tokenizer.json").write_bytes((model_folder / "tokenizer.json").read_bytes())
    write_card(tmp_path, CARD, ROWS, how="Trained in 25 minutes with seed 1.", dev=DEV, test=TEST)
    return tmp_path


@pytest.fixture
def text(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


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


def test_at_a_glance_it_tells_the_figures_over_all_languages(text: str) -> None:
    assert "| kind | all | 120 | 0.800 | 0.750 to 0.850 |" in text
    assert "lang:lv" not in text


def test_it_says_where_the_whole_page_of_figures_is(text: str) -> None:
    assert "docs/model-card.md" in text
    assert "the dev rows of 1 set" in text


def test_the_training_is_kept_for_the_page_of_figures(folder: Path) -> None:
    training = read_training(folder)
    assert training is not None
    assert training.how == "Trained in 25 minutes with seed 1."
    assert [source.name for source in training.sources] == ["corpus", "lv_ltec"]


def test_an_unmeasured_model_says_so(folder: Path) -> None:
    write_card(folder, CARD, ROWS, how="", dev=[], test=[])
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "Not measured." in text
    assert "no dev rows" in text


def test_it_can_be_read_by_the_hub(text: str) -> None:
    header = text.split("---")[1]
    assert "license: apache-2.0" in header
    assert "language: [bg, lv]" in header
