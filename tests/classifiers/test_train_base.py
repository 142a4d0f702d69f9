"""`--base`: any encoder of the hub, with a tokenizer of its own kind, is fine-tuned for our heads and served."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from classifiers import heads
from classifiers.contract import Kind, Text
from classifiers.load import load
from classifiers.train import main
from tests.classifiers.checkpoints import FAMILIES, POSITIONS, save_encoder
from tests.classifiers.posts import CORPUS, TEST_POSTS, write_corpus, write_set

TEXT = "No answer to my mails for a month. My lawyer will write next."


@pytest.fixture(scope="module", params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def base(family: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_encoder(family, tmp_path_factory.mktemp(family) / "base")


@pytest.fixture(scope="module")
def tuned(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command writes when it is given that base."""
    folder = tmp_path_factory.mktemp("tuned")
    rows = [{"text": f"{row['text']} {n}", "lang": row["lang"], "complaint": int(row["kind"] == "complaint")}
            for n in range(4) for row in CORPUS]  # fmt: skip
    write_set(folder / "data" / "labelled", "isp_messages_id", rows)
    write_corpus(folder / "corpus", [*CORPUS, *TEST_POSTS])
    given = {"--data": folder / "data", "--corpus": folder / "corpus", "--out": folder / "model", "--base": base}
    options = [str(word) for pair in given.items() for word in pair]
    # The rate is that of a small network: at the rate for large ones nothing would have been learnt in so few steps.
    assert main([*options, "--draws", "6000", "--rate", "0.01", "--no-onnx"]) == 0
    return folder / "model"


def test_it_is_served_like_any_model_of_ours(tuned: Path) -> None:
    classifier = load(str(tuned))
    [verdict] = classifier.classify([Text(TEXT, "en")])
    assert verdict.model == classifier.name == heads.read(tuned).full_name
    assert sum(verdict.kind.values()) == pytest.approx(1, abs=1e-5)


def test_it_has_learnt_what_it_was_shown(tuned: Path) -> None:
    classifier = load(str(tuned))

    def complaint(kind: str) -> list[float]:
        """How probable a complaint is, for every post of that kind."""
        verdicts = classifier.classify([Text(row["text"], row["lang"]) for row in CORPUS if row["kind"] == kind])
        return [verdict.kind[Kind.COMPLAINT] for verdict in verdicts]

    pairs = [one > other for one in complaint("complaint") for other in complaint("praise")]
    assert sum(pairs) > 0.8 * len(pairs)


def test_the_folder_is_one_that_the_library_knows(tuned: Path, base: Path, family: str) -> None:
    tokenizer, encoder = AutoTokenizer.from_pretrained(tuned), AutoModel.from_pretrained(tuned)
    assert encoder.config.model_type == family
    assert tokenizer(TEXT)["input_ids"] == AutoTokenizer.from_pretrained(base)(TEXT)["input_ids"]
    states = encoder(**tokenizer(TEXT, return_tensors="pt")).last_hidden_state
    assert bool(torch.isfinite(states).all())


def test_the_encoder_was_trained_too(tuned: Path, base: Path) -> None:
    before, after = (AutoModel.from_pretrained(folder).state_dict() for folder in (base, tuned))
    assert before.keys() == after.keys()
    assert any(not torch.allclose(before[name].float(), after[name].float(), atol=1e-2) for name in before)


def test_a_text_longer_than_the_encoder_can_read_is_cut(tuned: Path) -> None:
    assert heads.read(tuned).max_length <= POSITIONS
    assert load(str(tuned)).classify([Text("word " * 1_000, "en")])[0].model


def test_nothing_pickled_is_written(tuned: Path) -> None:
    assert (tuned / "model.safetensors").is_file()
    assert not [path.name for path in tuned.iterdir() if path.suffix in (".bin", ".pt", ".pkl")]
