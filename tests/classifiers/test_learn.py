"""The losses and the loop: masked heads teach nothing, partial labels teach as much as they say."""

import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from classifiers.bag import hashed
from classifiers.dataset import Example
from classifiers.heads import COLUMNS, HEADS, WIDTH
from classifiers.learn import Optimiser, Respell, Schedule, halves_are_fast, learn, multi_task_loss, with_dropout
from classifiers.serving import Ids, padded
from classifiers.sets import NOT_A_COMPLAINT, Target
from classifiers.targets import target_table
from classifiers.transformer import ComplaintNetwork, tower_logits

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


def tiny_network(domains: int = 1) -> ComplaintNetwork:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=12,
    )
    return ComplaintNetwork(BertModel(config), 16, domains=domains, deep=12, buckets=64, wide=8)


PRAISE, COMPLAINT = {"kind": Target(frozenset({"praise"}))}, {"kind": Target(frozenset({"complaint"}))}
ENCODED = [[1, 10, 2], [1, 11, 2], [1, 10, 12, 2], [1, 11, 12, 13, 2]]
TABLE = target_table([Example("t", "en", "umsab", "train", one) for one in (COMPLAINT, PRAISE, COMPLAINT, PRAISE)])
ALL = np.arange(4)
FAST = Schedule(rate=2e-2, encoder_rate=2e-2, look_up_rate=5e-2)
STILL = Schedule(rate=0.0, encoder_rate=0.0, look_up_rate=0.0)


def fit(
    tower: nn.Module,
    steps: int,
    schedule: Schedule = FAST,
    *,
    domains: Sequence[int] = (0, 0, 0, 0),
    mask_id: int | None = 4,
    respell: Respell | None = None,
) -> None:
    where = np.array(domains, dtype=np.int64)
    learn(tower, ENCODED, TABLE, where, [ALL] * steps, schedule=schedule, pad_id=0, mask_id=mask_id, respell=respell)


def said(tower: nn.Module) -> list[int]:
    return [int(row.argmax()) for row in tower_logits(tower, ENCODED, 0)[:, KIND]]


def weights(module: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in module.parameters()]


def same(one: list[Tensor], other: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.fixture(params=["deep", "wide"])
def tower(request: pytest.FixtureRequest) -> nn.Module:
    found: nn.Module = getattr(tiny_network(), request.param)
    return found


class TestLoop:
    def test_a_tower_learns_what_it_is_shown(self, tower: nn.Module) -> None:
        fit(tower, 40)
        assert said(tower) == [0, 2, 0, 2]

    def test_one_tower_learns_and_the_other_stays_as_it_was(self) -> None:
        network = tiny_network()
        deep, wide = weights(network.deep), weights(network.wide)
        fit(network.wide, 3)
        assert same(weights(network.deep), deep)
        assert not same(weights(network.wide), wide)

    def test_the_same_seed_gives_the_same_weights(self) -> None:
        one, other = tiny_network(), tiny_network()
        for network in (one, other):
            torch.manual_seed(5)
            fit(network.deep, 5)
            fit(network.wide, 5)
        assert same(weights(one), weights(other))

    def test_a_rate_of_nothing_moves_nothing(self, tower: nn.Module) -> None:
        before = weights(tower)
        fit(tower, 2, STILL)
        assert same(weights(tower), before)

    def test_the_rate_falls_to_nothing_at_the_end(self) -> None:
        network = tiny_network()
        optimiser = Optimiser(network.deep, Schedule(warm_up=0.0), steps=30)
        moved = []
        for _ in range(30):
            before = network.deep.heads.common.bias.detach().clone()
            optimiser.step(network(torch.tensor([[1, 10, 2]]), torch.ones((1, 3), dtype=torch.int64)).sum())
            moved.append(float((network.deep.heads.common.bias.detach() - before).abs().max()))
        assert moved[-1] < 0.01 * moved[0]

    def test_the_rate_rises_while_it_warms_up(self) -> None:
        network = tiny_network()
        optimiser = Optimiser(network.deep, Schedule(warm_up=0.5, weight_decay=0.0), steps=20)
        moved = []
        for _ in range(10):
            before = network.deep.heads.common.bias.detach().clone()
            optimiser.step(network(torch.tensor([[1, 10, 2]]), torch.ones((1, 3), dtype=torch.int64)).sum())
            moved.append(float((network.deep.heads.common.bias.detach() - before).abs().max()))
        assert moved == sorted(moved)
        assert moved[-1] == pytest.approx(10 * moved[0], rel=0.05)

    def test_no_batches_leave_the_tower_as_it_was(self, tower: nn.Module) -> None:
        before = weights(tower)
        fit(tower, 0)
        assert same(weights(tower), before)

    def test_a_tokenizer_without_a_mask_token_can_be_trained_with(self, tower: nn.Module) -> None:
        fit(tower, 1, mask_id=None)
        assert all(torch.isfinite(weight).all() for weight in weights(tower))

    def test_half_precision_learns_the_same(self) -> None:
        network = tiny_network()
        fit(network.deep, 40, replace(FAST, half=True))
        assert said(network.deep) == [0, 2, 0, 2]
        assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}

    def test_the_log_says_how_it_went(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, logger="classifiers.learn"):
            fit(tiny_network().wide, 3)
        assert "step 3 of 3, loss" in caplog.text


class TestLookedUpRows:
    def test_a_row_that_no_text_looks_up_stays_as_it_was(self) -> None:
        network = tiny_network()
        table = network.encoder.get_input_embeddings().weight
        before = table.detach().clone()
        fit(network.deep, 3, Schedule(weight_decay=0.5, token_dropout=0.0), mask_id=None)
        moved = {int(row) for row in (table != before).any(dim=1).nonzero()}
        assert moved == {1, 2, 10, 11, 12, 13}

    def test_a_bucket_that_no_text_looks_up_stays_as_it_was(self) -> None:
        network = tiny_network()
        before = network.wide.bag.weight.detach().clone()
        fit(network.wide, 3, mask_id=None)
        ids, mask = padded(ENCODED, 0)
        moved = {int(row) for row in (network.wide.bag.weight != before).any(dim=1).nonzero()}
        assert moved == set(hashed(ids, mask, 64).buckets.tolist())

    def test_it_has_a_rate_of_its_own(self) -> None:
        network = tiny_network()
        before, common = network.wide.bag.weight.detach().clone(), network.wide.heads.common.weight.detach().clone()
        fit(network.wide, 3, Schedule(rate=0.0, look_up_rate=1e-2))
        assert not torch.equal(network.wide.bag.weight, before)
        assert torch.equal(network.wide.heads.common.weight, common)


class TestDomains:
    def test_the_gate_learns_where_texts_come_from(self) -> None:
        network = tiny_network(domains=3)
        fit(network.wide, 40, domains=[0, 1, 2, 1])
        network.wide.eval()
        ids, mask = (torch.from_numpy(one) for one in padded(ENCODED, 0))
        assert network.wide(ids, mask)[1].argmax(dim=1).tolist() == [0, 1, 2, 1]

    def test_the_domains_learn_corrections_of_their_own(self) -> None:
        network = tiny_network(domains=2)
        fit(network.deep, 40, domains=[0, 1, 0, 1])
        first, second = network.deep.heads.experts.detach()
        assert not torch.allclose(first, second, atol=1e-3)


class TestRespelling:
    def test_what_is_respelt_is_what_is_learnt(self) -> None:
        def exchanged(rows: Sequence[int], ids: Sequence[Ids]) -> list[Ids]:
            return [[one if one not in (10, 11) else 21 - one for one in row] for row in ids]

        network = tiny_network()
        fit(network.wide, 40, respell=exchanged)
        assert said(network.wide)[:2] == [2, 0]

    def test_it_is_told_the_rows_of_the_batch(self) -> None:
        told = []

        def noting(rows: Sequence[int], ids: Sequence[Ids]) -> Sequence[Ids]:
            told.append((list(rows), [list(one) for one in ids]))
            return ids

        fit(tiny_network().wide, 1, respell=noting)
        assert told == [([0, 1, 2, 3], ENCODED)]


class TestTokenDropout:
    IDS = torch.arange(5, 2_005).reshape(20, 100)
    MASK = torch.cat([torch.ones((20, 60), dtype=torch.int64), torch.zeros((20, 40), dtype=torch.int64)], dim=1)

    def hidden(self, share: float = 0.3) -> Tensor:
        torch.manual_seed(1)
        return with_dropout(self.IDS, self.MASK, 4, share) == 4

    def test_about_the_asked_share_is_hidden(self) -> None:
        assert float(self.hidden()[:, 1:60].float().mean()) == pytest.approx(0.3, abs=0.05)

    def test_the_first_token_and_the_padding_are_never_hidden(self) -> None:
        hidden = self.hidden(1.0)
        assert hidden[:, 1:60].all()
        assert not hidden[:, 0].any()
        assert not hidden[:, 60:].any()

    def test_without_a_mask_token_nothing_is_hidden(self) -> None:
        assert torch.equal(with_dropout(self.IDS, self.MASK, None, 0.3), self.IDS)


class TestProcessor:
    def flags(self, folder: Path, flags: str) -> Path:
        path = folder / "cpuinfo"
        path.write_text(f"processor : 0\nflags : fpu {flags} sse2\n", encoding="ascii")
        return path

    @pytest.mark.parametrize("flag", ["avx512_bf16", "amx_bf16"])
    def test_a_processor_with_the_instructions_is_fast(self, tmp_path: Path, flag: str) -> None:
        assert halves_are_fast(self.flags(tmp_path, flag))

    def test_one_without_them_is_not(self, tmp_path: Path) -> None:
        assert not halves_are_fast(self.flags(tmp_path, "avx512f"))

    def test_one_that_says_nothing_is_not(self, tmp_path: Path) -> None:
        assert not halves_are_fast(tmp_path / "nowhere")
