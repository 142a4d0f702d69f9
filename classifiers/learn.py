"""The training loop: masked multi-task losses, warm-up and cosine decay, token dropout."""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from classifiers.heads import COLUMNS, HEADS
from classifiers.serving import Ids, padded
from classifiers.targets import TargetTable
from classifiers.transformer import ComplaintNetwork

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
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the weights move. `rate` is the peak learning rate; `token_dropout` the share of hidden tokens."""

    rate: float = 1e-3
    warm_up: float = 0.06
    weight_decay: float = 0.01
    token_dropout: float = 0.08
    clip: float = 1.0


def learn(
    network: ComplaintNetwork,
    encoded: Sequence[Ids],
    targets: TargetTable,
    batches: Sequence[NDArray[np.int64]],
    schedule: Schedule,
    *,
    pad_id: int,
    mask_id: int | None,
) -> None:
    """Train `network` in place over `batches` of row numbers, once, in order; progress goes to the log."""
    optimiser = _optimiser(network, schedule)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, len(batches), schedule.warm_up))
    device = next(network.parameters()).device
    network.train()
    started, tokens, running = time.monotonic(), 0, 0.0
    for step, rows in enumerate(batches, 1):
        ids, mask = (torch.from_numpy(array).to(device) for array in padded([encoded[row] for row in rows], pad_id))
        table = targets.rows(rows)
        logits = network(_with_dropout(ids, mask, mask_id, schedule.token_dropout), mask)
        possible, weight = torch.from_numpy(table.possible).to(device), torch.from_numpy(table.weight).to(device)
        loss = multi_task_loss(logits, possible, weight)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(network.parameters(), schedule.clip)
        optimiser.step()
        scheduler.step()
        tokens += int(mask.sum())
        running += (float(loss.detach()) - running) / min(step, 100)
        if step % 100 == 0 or step == len(batches):
            rate = tokens / (time.monotonic() - started)
            log.info("step %d of %d, loss %.3f, %.0f tokens/s", step, len(batches), running, rate)


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
            each = torch.nn.functional.binary_cross_entropy_with_logits(scores, may.to(scores.dtype), reduction="none")
            loss = (each * trust).sum()
        else:
            known = trust[:, 0] > 0
            allowed = torch.where(may, scores, scores.new_full((), _NEVER))
            missed = torch.logsumexp(scores, dim=1) - torch.logsumexp(allowed, dim=1)
            loss = torch.where(known, missed * trust[:, 0], missed.new_zeros(())).sum()
        total = total + _IMPORTANCE[head.name] * loss
    return total / len(logits)


def _with_dropout(ids: Tensor, mask: Tensor, mask_id: int | None, share: float) -> Tensor:
    """Some tokens hidden, so that no single word decides: our own corpus is seen many times."""
    if mask_id is None or share <= 0:
        return ids
    hidden = (torch.rand(ids.shape, device=ids.device) < share) & (mask > 0)
    hidden[:, 0] = False
    return torch.where(hidden, torch.full_like(ids, mask_id), ids)


def _optimiser(network: ComplaintNetwork, schedule: Schedule) -> torch.optim.Optimizer:
    decayed = [p for p in network.parameters() if p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": schedule.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=schedule.rate, betas=(0.9, 0.98), fused=True)


def _rate(step: int, steps: int, warm_up: float) -> float:
    """The share of the peak rate at `step`: up in a line, down along a cosine to nothing."""
    rising = max(1, int(steps * warm_up))
    if step < rising:
        return (step + 1) / rising
    done = (step - rising) / max(1, steps - rising)
    return 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))
