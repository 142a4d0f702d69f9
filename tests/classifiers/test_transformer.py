"""The torch engine, and the folder format it shares with everybody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

from classifiers.heads import COLUMNS, WEIGHTS_FILE, WIDTH, weights_version
from classifiers.serving import all_logits
from classifiers.transformer import (
    ComplaintNetwork,
    MixtureHeads,
    TorchNetwork,
    encode,
    load_encoder,
    load_network,
    load_tokenizer,
    longest_input,
    save_network,
    tower_logits,
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


SHAPE = {"vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
IDS = torch.tensor([[2, 7, 9, 3], [2, 8, 3, 1]])
MASK = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])


def small_network(encoder: Any = None, **shape: Any) -> ComplaintNetwork:
    torch.manual_seed(0)
    encoder = encoder or BertModel(BertConfig(**SHAPE))
    return ComplaintNetwork(encoder, 16, **({"deep": 12, "buckets": 64, "wide": 8} | shape)).eval()


class TestNetwork:
    @pytest.mark.parametrize("family", ["bert", "xlm-roberta"])
    def test_any_encoder_takes_the_towers(self, family: str) -> None:
        encoder = BertModel(BertConfig(**SHAPE)) if family == "bert" else XLMRobertaModel(XLMRobertaConfig(**SHAPE))
        logits = small_network(encoder)(IDS, MASK)
        assert logits.shape == (2, WIDTH)
        assert torch.isfinite(logits).all()

    def test_a_row_of_nothing_but_padding_gives_numbers(self) -> None:
        logits = small_network()(torch.zeros((1, 3), dtype=torch.int64), torch.zeros((1, 3), dtype=torch.int64))
        assert torch.isfinite(logits).all()

    def test_both_towers_count_half_until_they_are_blended(self) -> None:
        network = small_network()
        deep, wide = (tower(IDS, MASK)[0] for tower in (network.deep, network.wide))
        assert torch.allclose(network(IDS, MASK), 0.5 * deep + 0.5 * wide, atol=1e-6)

    def test_towers_are_blended_head_by_head(self) -> None:
        network = small_network()
        deep, wide = (tower(IDS, MASK)[0] for tower in (network.deep, network.wide))
        network.blend({"kind": (1.0, 0.0), "threats": (0.25, 1.5)})
        logits, kind, threats, stage = network(IDS, MASK), COLUMNS["kind"], COLUMNS["threats"], COLUMNS["stage"]
        assert torch.allclose(logits[:, kind], deep[:, kind], atol=1e-6)
        assert torch.allclose(logits[:, threats], 0.25 * deep[:, threats] + 1.5 * wide[:, threats], atol=1e-6)
        assert torch.allclose(logits[:, stage], 0.5 * deep[:, stage] + 0.5 * wide[:, stage], atol=1e-6)

    def test_labels_are_forgotten_and_what_texts_mean_is_kept(self) -> None:
        network = small_network(domains=3)
        network.blend({"kind": (1.0, 0.0)})
        deep = network.deep.features(MASK, input_ids=IDS)
        wide = network.wide.features(IDS, MASK)
        labels = network.deep.heads.common.weight.detach().clone()
        network.forget_labels(5)
        assert torch.equal(network.deep.features(MASK, input_ids=IDS), deep)
        assert torch.equal(network.wide.features(IDS, MASK), wide)
        assert not torch.equal(network.deep.heads.common.weight, labels)
        assert network.wide(IDS, MASK)[1].shape == (2, 5)
        assert (network.get_buffer("mix") == 0.5).all()

    def test_ids_and_their_embeddings_have_the_same_features(self) -> None:
        network = small_network()
        embedded = network.encoder.get_input_embeddings()(IDS)
        one, other = network.deep.features(MASK, input_ids=IDS), network.deep.features(MASK, inputs_embeds=embedded)
        assert torch.allclose(one, other, atol=1e-6)

    def test_the_logits_of_one_tower_come_in_the_order_of_the_texts(self) -> None:
        network = small_network()
        encoded = [[2, 3], [2, 7, 9, 8, 3], [2, 7, 3]]
        together = tower_logits(network.wide, encoded, pad_id=1)
        alone = np.concatenate([tower_logits(network.wide, [ids], pad_id=1) for ids in encoded])
        assert together.shape == (3, WIDTH)
        assert np.abs(together - alone).max() < 1e-5


class TestMixture:
    def heads(self) -> MixtureHeads:
        torch.manual_seed(0)
        made = MixtureHeads(6, domains=2)
        nn.init.normal_(made.experts)
        return made

    def test_fresh_heads_are_the_common_ones_alone(self) -> None:
        made, features = MixtureHeads(6, domains=2), torch.randn(3, 6)
        assert torch.allclose(made(features)[0], made.common(features), atol=1e-6)

    @pytest.mark.parametrize("domain", [0, 1])
    def test_a_text_that_is_surely_of_a_domain_gets_its_correction(self, domain: int) -> None:
        made, features = self.heads(), torch.randn(3, 6)
        with torch.no_grad():
            made.gate.weight.zero_()
            made.gate.bias.copy_(torch.where(torch.arange(2) == domain, 50.0, -50.0))
        own = made.experts[domain].view(WIDTH, 7)
        expected = made.common(features) + features @ own[:, :6].T + own[:, 6]
        assert torch.allclose(made(features)[0], expected, atol=1e-4)

    def test_a_text_between_two_domains_gets_half_of_each(self) -> None:
        made, features = self.heads(), torch.randn(3, 6)
        with torch.no_grad():
            made.gate.weight.zero_()
            made.gate.bias.zero_()
        own = made.experts.mean(dim=0).view(WIDTH, 7)
        expected = made.common(features) + features @ own[:, :6].T + own[:, 6]
        assert torch.allclose(made(features)[0], expected, atol=1e-4)

    def test_it_says_which_domain_a_text_resembles(self) -> None:
        made, features = self.heads(), torch.randn(3, 6)
        assert torch.equal(made(features)[1], made.gate(features))


class TestSaving:
    @pytest.fixture
    def saved(self, model_folder: Path, tmp_path: Path) -> tuple[ComplaintNetwork, Path]:
        tokenizer = load_tokenizer(model_folder)
        network = small_network(BertModel(BertConfig(**SHAPE | {"vocab_size": len(tokenizer)})), domains=2)
        nn.init.normal_(network.deep.heads.experts, std=0.1)
        nn.init.normal_(network.wide.heads.experts, std=0.1)
        network.blend({"kind": (0.75, 1.25)})
        save_network(network, tokenizer, tmp_path)
        return network, tmp_path

    def test_what_is_loaded_says_nearly_what_was_saved(self, saved: tuple[ComplaintNetwork, Path]) -> None:
        network, folder = saved
        again = load_network(folder).eval()
        assert torch.allclose(again(IDS, MASK), network(IDS, MASK), atol=5e-3)

    def test_saving_what_was_loaded_writes_the_same_weights(
        self, saved: tuple[ComplaintNetwork, Path], tmp_path: Path
    ) -> None:
        again = tmp_path / "again"
        save_network(load_network(saved[1]), load_tokenizer(saved[1]), again)
        assert weights_version(again) == weights_version(saved[1])

    def test_the_network_goes_on_in_single_precision(self, saved: tuple[ComplaintNetwork, Path]) -> None:
        assert {parameter.dtype for parameter in saved[0].parameters()} == {torch.float32}

    def test_the_bag_is_kept_in_eight_bits_with_a_scale_a_row(self, saved: tuple[ComplaintNetwork, Path]) -> None:
        kept = load_file(saved[1] / WEIGHTS_FILE)
        rows, scales = kept["wide.bag.rows"], kept["wide.bag.scales"].float()
        table = saved[0].wide.bag.weight.detach()
        assert rows.dtype == torch.int8
        assert (rows.float() * scales.unsqueeze(1) - table).abs().max() <= scales.max()

    def test_the_encoder_is_kept_once(self, saved: tuple[ComplaintNetwork, Path]) -> None:
        assert not [name for name in load_file(saved[1] / WEIGHTS_FILE) if "encoder" in name]

    def test_heads_of_an_older_version_are_refused_with_a_remedy(self, saved: tuple[ComplaintNetwork, Path]) -> None:
        save_file({"weight": torch.zeros(2)}, saved[1] / WEIGHTS_FILE)
        with pytest.raises(ValueError, match=r"heads\.safetensors: written by an older version; train the model anew"):
            load_network(saved[1])

    @pytest.mark.parametrize("change", ["missing", "unexpected"])
    def test_heads_of_another_network_are_refused_by_name(
        self, saved: tuple[ComplaintNetwork, Path], change: str
    ) -> None:
        kept = load_file(saved[1] / WEIGHTS_FILE)
        if change == "missing":
            del kept["wide.heads.common.bias"]
        else:
            kept["wide.heads.common.bias2"] = torch.zeros(2)
        save_file(kept, saved[1] / WEIGHTS_FILE)
        with pytest.raises(ValueError, match=r"heads\.safetensors: not the weights.*wide\.heads\.common\.bias"):
            load_network(saved[1])

    @pytest.mark.parametrize("name", ["model.safetensors", WEIGHTS_FILE])
    def test_a_damaged_file_is_refused_with_a_remedy(self, saved: tuple[ComplaintNetwork, Path], name: str) -> None:
        (saved[1] / name).write_bytes(b"nonsense" * 20)
        with pytest.raises(ValueError, match=r"damaged weights.*restore the model folder"):
            load_network(saved[1])


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


class TestSettling:
    @pytest.fixture
    def heads(self) -> MixtureHeads:
        torch.manual_seed(5)
        made = MixtureHeads(6, 3)
        torch.nn.init.normal_(made.experts)
        return made.eval()

    def test_a_settled_head_says_what_its_domain_would_say_of_every_text(self, heads: MixtureHeads) -> None:
        features = torch.randn(4, 6)
        place = COLUMNS["churn"]
        own = heads.experts.view(3, WIDTH, 7)[1, place]
        expected = heads.common(features)[:, place] + features @ own[:, :-1].T + own[:, -1]
        with torch.no_grad():
            heads.settle(1, [place])
            assert torch.allclose(heads(features)[0][:, place], expected, atol=1e-5)

    def test_the_other_heads_stay_as_they_are(self, heads: MixtureHeads) -> None:
        features = torch.randn(4, 6)
        with torch.no_grad():
            before = heads(features)[0]
            heads.settle(1, [COLUMNS["churn"]])
            after = heads(features)[0]
        assert torch.equal(before[:, COLUMNS["sentiment"]], after[:, COLUMNS["sentiment"]])
        assert not torch.allclose(before[:, COLUMNS["churn"]], after[:, COLUMNS["churn"]])
