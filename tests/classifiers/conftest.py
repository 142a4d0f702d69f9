"""One tiny model, trained once through the real code, for every test that needs weights."""

from pathlib import Path
from typing import Any

import pytest
import torch

from classifiers.contract import Classifier
from classifiers.dataset import Example, read_corpus
from classifiers.encoder import Size
from classifiers.heads import ModelCard
from classifiers.language import LanguageIdentifier
from classifiers.learn import Schedule
from classifiers.load import load
from classifiers.train import Recipe, train
from classifiers.vocabulary import train_tokenizer
from tests.classifiers.posts import CORPUS, TEST_POSTS, write_corpus

TINY = Size(
    vocabulary=700,
    length=48,
    buckets=2_048,
    wide=16,
    deep=24,
    embedding=20,
    teacher_layers=(0, 2),
    hidden=32,
    layers=1,
    attention_heads=2,
    inner=64,
)
TINY_RECIPE = Recipe(
    draws=6_000,
    wide_draws=6_000,
    seed=3,
    size=TINY,
    deep=Schedule(rate=5e-3, encoder_rate=5e-3, look_up_rate=1e-2),
    wide=Schedule(rate=2e-2, look_up_rate=5e-2),
    batch_tokens=256,
    corpus_repeats=60,
    noise=0.05,
    name="tiny",
)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tiny networks are slower on several threads than on one, and far slower on a busy machine."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), [*CORPUS, *TEST_POSTS])


@pytest.fixture(scope="session")
def corpus_examples(corpus_folder: Path) -> list[Example]:
    return read_corpus(corpus_folder)


@pytest.fixture(scope="session")
def small_tokenizer() -> Any:
    """A tokenizer that knows the words of the posts, for networks that are never trained."""
    return train_tokenizer([row["text"] for row in CORPUS] * 3, size=600, max_length=TINY.length)


@pytest.fixture(scope="session")
def trained(corpus_examples: list[Example], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ModelCard]:
    """A folder with a tiny model that has learnt its posts nearly by heart, and what `train` returned."""
    folder = tmp_path_factory.mktemp("model") / "tiny"
    return folder, train(corpus_examples, folder, TINY_RECIPE)


@pytest.fixture(scope="session")
def model_folder(trained: tuple[Path, ModelCard]) -> Path:
    return trained[0]


@pytest.fixture(scope="session")
def exported(model_folder: Path) -> Path:
    """The same folder with the network exported for ONNX Runtime."""
    from classifiers.onnx import export

    export(model_folder)
    return model_folder


@pytest.fixture(scope="session")
def torch_classifier(model_folder: Path) -> Classifier:
    return load(str(model_folder), engine="torch")


@pytest.fixture(scope="session")
def onnx_classifier(exported: Path) -> Classifier:
    return load(str(exported), engine="onnx")


@pytest.fixture(scope="session")
def identifier() -> LanguageIdentifier:
    return LanguageIdentifier()
