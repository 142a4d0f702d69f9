"""The torch engine, and the folder format it shares with everybody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

from classifiers.heads import WIDTH
from classifiers.serving import all_logits
from classifiers.transformer import (
    ComplaintNetwork,
    TorchNetwork,
    encode,
    load_encoder,
    load_network,
    load_tokenizer,
    longest_input,
)
from tests.classifiers.posts import CORPUS

TEXTS = [row["text"] for row in CORPUS]


@pytest.fixture(scope="module")
def network(model_folder: Path) -> TorchNetwork:
    return TorchNetwork(model_folder)


class TestFolder:
    def test_the_encoder_loads_through_transformers_alone(self, model_folder: Path) -> None:
        encoder = AutoModel.from_pretrained(str(model_folder))
        assert isinstance(encoder, BertModel)

    def test_the_tokenizer_loads_through_transformers_alone(self, model_folder: Path) -> None:
        assert AutoTokenizer.from_pretrained(str(model_folder))("late")["input_ids"]

    def test_the_encoder_alone_runs(self, model_folder: Path) -> None:
        encoder, tokenizer = load_encoder(str(model_folder)), load_tokenizer(model_folder)
        states = encoder(**tokenizer(["late again"], return_tensors="pt")).last_hidden_state
        assert states.shape[0] == 1
        assert torch.isfinite(states).all()

    def test_no_file_of_the_folder_is_a_pickle(self, model_folder: Path) -> None:
        assert not [path for path in model_folder.iterdir() if path.suffix in {".bin", ".pt", ".pth", ".pkl", ".ckpt"}]

    def test_weights_are_stored_in_half_precision(self, model_folder: Path) -> None:
        with safe_open(model_folder / "model.safetensors", framework="pt") as file:
            assert {str(file.get_tensor(name).dtype) for name in file.keys()} == {"torch.float16"}  # noqa: SIM118

    def test_weights_run_in_single_precision(self, model_folder: Path) -> None:
        assert {parameter.dtype for parameter in load_network(model_folder).parameters()} == {torch.float32}

    def test_a_pickled_checkpoint_is_refused(self, tmp_path: Path) -> None:
        config = BertConfig(
            vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8
        )
        config.save_pretrained(tmp_path)
        torch.save(BertModel(config).state_dict(), tmp_path / "pytorch_model.bin")
        with pytest.raises(OSError, match="safetensors"):
            load_encoder(str(tmp_path))


class TestEngine:
    def test_it_gives_a_row_of_logits_per_text(self, network: TorchNetwork) -> None:
        assert all_logits(network, TEXTS[:7], 48).shape == (7, WIDTH)

    def test_a_text_alone_gets_the_logits_it_gets_in_a_crowd(self, network: TorchNetwork) -> None:
        crowd = all_logits(network, TEXTS, 48)
        alone = np.concatenate([all_logits(network, [text], 48) for text in TEXTS])
        assert np.abs(crowd - alone).max() < 1e-4

    def test_padding_is_not_seen(self, network: TorchNetwork) -> None:
        ids = np.array(network.encode(["late"]))
        padded = np.pad(ids, ((0, 0), (0, 9)), constant_values=network.pad_id)
        mask = np.pad(np.ones_like(ids), ((0, 0), (0, 9)))
        assert np.abs(network.logits(ids, np.ones_like(ids)) - network.logits(padded, mask)).max() < 1e-4

    def test_the_same_text_twice_gets_the_same_logits(self, network: TorchNetwork) -> None:
        assert (all_logits(network, TEXTS[:3], 48) == all_logits(network, TEXTS[:3], 48)).all()

    def test_logits_carry_no_gradient_and_are_plain_numbers(self, network: TorchNetwork) -> None:
        assert all_logits(network, ["late"], 48).dtype == np.float32

    def test_encoding_never_truncates(self, network: TorchNetwork) -> None:
        assert len(network.encode(["late " * 400])[0]) > 48

    def test_encoding_nothing_gives_nothing(self, network: TorchNetwork) -> None:
        assert network.encode([]) == []

    def test_threads_can_be_limited(self, model_folder: Path, restored_threads: None) -> None:
        TorchNetwork(model_folder, threads=1)
        assert torch.get_num_threads() == 1


@pytest.fixture
def restored_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


class TestNetwork:
    @pytest.mark.parametrize(
        "encoder",
        [
            BertModel(
                BertConfig(
                    vocab_size=40, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
                )
            ),
            XLMRobertaModel(
                XLMRobertaConfig(
                    vocab_size=40, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
                )
            ),
        ],
        ids=["bert", "xlm-roberta"],
    )
    def test_any_encoder_takes_the_heads(self, encoder: Any) -> None:
        network = ComplaintNetwork(encoder, 16).eval()
        ids = torch.tensor([[2, 7, 9, 3], [2, 8, 3, 1]])
        logits = network(ids, torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]]))
        assert logits.shape == (2, WIDTH)
        assert torch.isfinite(logits).all()

    def test_a_row_of_nothing_but_padding_gives_numbers(self) -> None:
        config = BertConfig(
            vocab_size=40, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
        )
        network = ComplaintNetwork(BertModel(config), 16).eval()
        logits = network(torch.zeros((1, 3), dtype=torch.int64), torch.zeros((1, 3), dtype=torch.int64))
        assert torch.isfinite(logits).all()


class TestLongestInput:
    def test_the_encoders_positions_limit_it(self, model_folder: Path) -> None:
        tokenizer = load_tokenizer(model_folder)
        assert longest_input(BertConfig(max_position_embeddings=34), tokenizer) == 32

    def test_the_tokenizers_limit_counts_too(self, model_folder: Path) -> None:
        assert longest_input(BertConfig(max_position_embeddings=514), load_tokenizer(model_folder)) == 48

    def test_an_unlimited_tokenizer_is_limited_all_the_same(self, model_folder: Path) -> None:
        tokenizer = load_tokenizer(model_folder)
        tokenizer.model_max_length = int(1e30)
        assert longest_input(BertConfig(max_position_embeddings=4_096), tokenizer) == 256


def test_encode_is_what_the_tokenizer_says(model_folder: Path) -> None:
    tokenizer = load_tokenizer(model_folder)
    assert encode(tokenizer, ["late again"]) == [tokenizer("late again")["input_ids"]]
