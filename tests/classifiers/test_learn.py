"""The losses and the loop: masked heads teach nothing, partial labels teach as much as they say."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import BertConfig, BertModel

from classifiers.dataset import Example
from classifiers.heads import COLUMNS, HEADS, WIDTH
from classifiers.learn import Schedule, learn, multi_task_loss
from classifiers.sets import NOT_A_COMPLAINT, Target
from classifiers.targets import target_table
from classifiers.transformer import ComplaintNetwork

KIND, CAUSES = COLUMNS["kind"], COLUMNS["causes"]


def loss(logits: Tensor, *targets: dict[str, Target]) -> Tensor:
    table = target_table([Example("t", "en", "umsab", "train", one) for one in targets])
    return multi_task_loss(logits, torch.from_numpy(table.possible), torch.from_numpy(table.weight))


def even(rows: int = 1) -> Tensor:
    return torch.zeros((rows, WIDTH), requires_grad=True)


def gradient(*targets: dict[str, Target]) -> Tensor:
    logits = even(len(targets))
    loss(logits, *targets).backward()
    assert logits.grad is not None
    return logits.grad


class TestExclusiveLabels:
    def test_an_exact_label_is_cross_entropy(self) -> None:
        exact = {"sentiment": Target(frozenset({"negative"}))}
        assert float(loss(even(), exact).detach()) == pytest.approx(math.log(3), abs=1e-4)

    def test_a_partial_label_costs_only_what_lies_outside_it(self) -> None:
        partial = {"sentiment": Target(frozenset({"negative", "neutral"}))}
        assert float(loss(even(), partial).detach()) == pytest.approx(math.log(3 / 2), abs=1e-4)

    def test_a_label_that_may_be_anything_teaches_nothing(self) -> None:
        anything = {"sentiment": Target(frozenset({"negative", "neutral", "positive"}))}
        assert float(gradient(anything).abs().max()) == pytest.approx(0.0, abs=1e-6)

    def test_a_partial_label_does_not_choose_among_the_possible(self) -> None:
        pull = gradient({"kind": Target(NOT_A_COMPLAINT)})[0, KIND]
        assert pull[0] > 0
        assert pull[1] == pytest.approx(float(pull[2]))
        assert pull[1] < 0

    def test_a_weak_label_pulls_as_weakly_as_it_is_trusted(self) -> None:
        strong = gradient({"kind": Target(frozenset({"complaint"}))})
        weak = gradient({"kind": Target(frozenset({"complaint"}), weight=0.3)})
        assert torch.allclose(weak, strong * 0.3, atol=1e-6)


class TestMasking:
    def test_an_unknown_head_gets_no_gradient(self) -> None:
        pull = gradient({"kind": Target(frozenset({"complaint"}))})
        assert pull[0, KIND].abs().sum() > 0
        assert pull[0, KIND.stop :].abs().sum() == 0

    def test_a_row_without_labels_costs_nothing(self) -> None:
        assert float(loss(even(), {}).detach()) == 0.0

    def test_an_unknown_independent_label_gets_no_gradient(self) -> None:
        pull = gradient({"causes": Target(frozenset({"delivery"}), frozenset({"outage"}))})[0, CAUSES]
        assert torch.count_nonzero(pull) == 2

    def test_a_cause_that_holds_is_pulled_up_and_one_that_does_not_down(self) -> None:
        names = HEADS[3].names
        pull = gradient({"causes": Target(frozenset({"delivery"}), frozenset({"outage"}))})[0, CAUSES]
        assert pull[names.index("delivery")] < 0 < pull[names.index("outage")]

    def test_a_strange_label_never_makes_the_loss_infinite(self) -> None:
        extreme = torch.full((1, WIDTH), -1e3)
        extreme[0, 0] = 1e3
        assert torch.isfinite(loss(extreme, {"kind": Target(frozenset({"praise"}))}))


def tiny_network() -> ComplaintNetwork:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=12,
    )
    return ComplaintNetwork(BertModel(config), 16)


PRAISE, COMPLAINT = {"kind": Target(frozenset({"praise"}))}, {"kind": Target(frozenset({"complaint"}))}
ENCODED = [[1, 10, 2], [1, 11, 2], [1, 10, 12, 2], [1, 11, 12, 13, 2]]
TABLE = target_table([Example("t", "en", "umsab", "train", one) for one in (COMPLAINT, PRAISE, COMPLAINT, PRAISE)])


def fit(network: ComplaintNetwork, steps: int, schedule: Schedule | None = None) -> None:
    batches = [np.arange(4)] * steps
    learn(network, ENCODED, TABLE, batches, schedule or Schedule(rate=5e-3), pad_id=0, mask_id=4)


def said(network: ComplaintNetwork) -> list[int]:
    network.eval()
    with torch.inference_mode():
        rows = [network(torch.tensor([ids]), torch.ones((1, len(ids)), dtype=torch.int64))[0, KIND] for ids in ENCODED]
    return [int(row.argmax()) for row in rows]


class TestLoop:
    def test_a_network_learns_what_it_is_shown(self) -> None:
        network = tiny_network()
        fit(network, 80)
        assert said(network) == [0, 2, 0, 2]

    def test_the_same_seed_gives_the_same_weights(self) -> None:
        one, other = tiny_network(), tiny_network()
        torch.manual_seed(5)
        fit(one, 5)
        torch.manual_seed(5)
        fit(other, 5)
        assert torch.equal(one.heads.weight, other.heads.weight)

    def test_the_rate_falls_to_nothing_at_the_end(self) -> None:
        network = tiny_network()
        fit(network, 1, Schedule(rate=1e-3, warm_up=0.0))
        after_one = network.heads.weight.detach().clone()
        fit(network, 1, Schedule(rate=0.0))
        assert torch.equal(network.heads.weight, after_one)

    def test_no_batches_leave_the_network_as_it_was(self) -> None:
        network = tiny_network()
        before = network.heads.weight.detach().clone()
        fit(network, 0)
        assert torch.equal(network.heads.weight, before)

    def test_a_tokenizer_without_a_mask_token_can_be_trained_with(self) -> None:
        network = tiny_network()
        learn(network, ENCODED, TABLE, [np.arange(4)], Schedule(), pad_id=0, mask_id=None)
        assert torch.isfinite(network.heads.weight).all()
