"""The training loop of one tower: masked multi-task losses, warm-up and cosine decay, token dropout, noise."""

import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from classifiers.heads import COLUMNS, HEADS
from classifiers.serving import Ids, padded
from classifiers.targets import TargetTable

log = logging.getLogger(__name__)

# How much each head's loss counts. Independent labels sum over the labels of a row, hence the smaller numbers.
_IMPORTANCE = {
    "kind": 1.5,
    "sentiment": 1.0,
    "severity": 1.0,
    "causes": 0.5,
    "stage": 0.7,
    "churn": 1.5,
    "threats": 1.0,
}
_OF_DOMAIN = 0.3
_NEVER = -1e4

Respell = Callable[[Sequence[int], Sequence[Ids]], Sequence[Ids]]
"""Row numbers and their ids -> the ids of the same rows, some of them written differently."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the weights move. `rate` is the peak learning rate of the heads and what is new under them, `look_up_rate`
    that of tables that are looked up, `encoder_rate` that of an encoder's layers, which have learnt much already.

    `token_dropout` is the share of hidden tokens. `half` computes the encoder in bfloat16, which is twice as fast on
    processors that have the instructions for it and far slower on others.
    """

    rate: float = 1e-3
    look_up_rate: float = 1e-3
    encoder_rate: float = 1e-3
    warm_up: float = 0.06
    weight_decay: float = 0.01
    token_dropout: float = 0.08
    clip: float = 1.0
    half: bool = False


class Optimiser:
    """AdamW for what is multiplied and lazy Adam for what is looked up, over `steps` steps of one schedule."""

    def __init__(self, tower: nn.Module, schedule: Schedule, steps: int) -> None:
        lazy = [m.weight for m in tower.modules() if isinstance(m, nn.Embedding | nn.EmbeddingBag) and m.sparse]
        groups = list(_groups(tower, schedule, {id(table) for table in lazy}))
        self._dense = [weight for group in groups for weight in group["params"]]
        self._parts: list[torch.optim.Optimizer] = [torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)]
        if lazy:
            # Every step sets the rate; a rate of nothing would be refused here.
            groups = [{"params": lazy, "peak": schedule.look_up_rate}]
            self._parts.append(torch.optim.SparseAdam(groups, betas=(0.9, 0.99)))
        self._schedule, self._steps, self._done = schedule, steps, 0

    def step(self, loss: Tensor) -> None:
        """One step downhill of `loss`."""
        for part in self._parts:
            part.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        nn.utils.clip_grad_norm_(self._dense, self._schedule.clip)
        share = _rate(self._done, self._steps, self._schedule.warm_up)
        for part in self._parts:
            for group in part.param_groups:
                group["lr"] = group["peak"] * share
            part.step()
        self._done += 1


def _groups(tower: nn.Module, schedule: Schedule, lazy: Collection[int]) -> Iterator[dict[str, Any]]:
    """The weights that AdamW moves, by their rate; what is one number wide and what is looked up does not decay."""
    tables = {id(m.weight) for m in tower.modules() if isinstance(m, nn.Embedding)}
    groups: dict[tuple[float, float], list[Tensor]] = defaultdict(list)
    for name, weight in tower.named_parameters():
        if id(weight) in lazy:
            continue
        of_encoder = schedule.encoder_rate if name.startswith("encoder.") else schedule.rate
        rate = schedule.look_up_rate if id(weight) in tables else of_encoder
        decay = schedule.weight_decay if weight.ndim > 1 and id(weight) not in tables else 0.0
        groups[rate, decay].append(weight)
    for (rate, decay), weights in groups.items():
        yield {"params": weights, "peak": rate, "weight_decay": decay}


def learn(
    tower: nn.Module,
    encoded: Sequence[Ids],
    targets: TargetTable,
    domains: NDArray[np.int64],
    batches: Sequence[NDArray[np.int64]],
    *,
    schedule: Schedule,
    pad_id: int,
    mask_id: int | None,
    respell: Respell | None = None,
) -> None:
    """Train `tower` in place over `batches` of row numbers, once, in order; progress goes to the log.

    `domains` holds the domain of every row. A tower takes ids and mask and gives logits and domain logits.
    """
    optimiser = Optimiser(tower, schedule, len(batches))
    device = next(tower.parameters()).device
    tower.train()
    progress = Progress(len(batches))
    for rows in batches:
        ids_of_rows = [encoded[row] for row in rows]
        if respell is not None:
            ids_of_rows = list(respell([int(row) for row in rows], ids_of_rows))
        ids, mask = (torch.from_numpy(array).to(device) for array in padded(ids_of_rows, pad_id))
        table = targets.rows(rows)
        with torch.autocast(device.type, torch.bfloat16, enabled=schedule.half):
            logits, resemblance = tower(with_dropout(ids, mask, mask_id, schedule.token_dropout), mask)
        possible, weight = torch.from_numpy(table.possible).to(device), torch.from_numpy(table.weight).to(device)
        loss = multi_task_loss(logits.float(), possible, weight)
        where = torch.from_numpy(domains[rows]).to(device)
        loss = loss + _OF_DOMAIN * nn.functional.cross_entropy(resemblance.float(), where)
        optimiser.step(loss)
        progress.step(float(loss.detach()), int(mask.sum()))


def multi_task_loss(logits: Tensor, possible: Tensor, weight: Tensor) -> Tensor:
    """The mean over rows of the heads' losses; a head that is unknown for a row adds nothing.

    Exclusive labels: minus the log of the probability that the label is one of the possible ones, which is the usual
    cross-entropy where one is possible. Independent labels: binary cross-entropy over the known ones.
    """
    total = logits.new_zeros(())
    for head in HEADS:
        place = COLUMNS[head.name]
        scores, may, trust = logits[:, place], possible[:, place], weight[:, place]
        if head.many:
            each = nn.functional.binary_cross_entropy_with_logits(scores, may.to(scores.dtype), reduction="none")
            loss = (each * trust).sum()
        else:
            known = trust[:, 0] > 0
            allowed = torch.where(may, scores, scores.new_full((), _NEVER))
            missed = torch.logsumexp(scores, dim=1) - torch.logsumexp(allowed, dim=1)
            loss = torch.where(known, missed * trust[:, 0], missed.new_zeros(())).sum()
        total = total + _IMPORTANCE[head.name] * loss
    return total / len(logits)


def with_dropout(ids: Tensor, mask: Tensor, mask_id: int | None, share: float) -> Tensor:
    """Some tokens hidden, so that no single word decides: our own corpus is seen many times."""
    if mask_id is None or share <= 0:
        return ids
    hidden = (torch.rand(ids.shape, device=ids.device) < share) & (mask > 0)
    hidden[:, 0] = False
    return torch.where(hidden, torch.full_like(ids, mask_id), ids)


class Progress:
    """A line in the log every two hundred steps: the running loss and the speed."""

    def __init__(self, steps: int) -> None:
        self._steps, self._done, self._tokens, self._loss = steps, 0, 0, 0.0
        self._started = time.monotonic()

    def step(self, loss: float, tokens: int) -> None:
        self._done += 1
        self._tokens += tokens
        self._loss += (loss - self._loss) / min(self._done, 100)
        if self._done % 200 == 0 or self._done == self._steps:
            rate = self._tokens / (time.monotonic() - self._started)
            log.info("step %d of %d, loss %.3f, %.0f tokens/s", self._done, self._steps, self._loss, rate)


def halves_are_fast(cpu: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this processor multiplies bfloat16 in hardware; elsewhere it is a trap, many times slower."""
    try:
        flags: Iterable[str] = cpu.read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return False
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(flags)


def _rate(step: int, steps: int, warm_up: float) -> float:
    """The share of the peak rate at `step`: up in a line, down along a cosine to nothing."""
    rising = max(1, int(steps * warm_up))
    if step < rising:
        return (step + 1) / rising
    done = (step - rising) / max(1, steps - rising)
    return 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))
