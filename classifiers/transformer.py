"""The network in torch: an encoder and a bag of n-grams side by side, and the engine that serves it.

Two towers read the same tokens. The deep one is any transformers encoder, pooled and narrowed; the wide one is a bag of
hashed token n-grams. Each has label heads of its own and their logits are added, head by head, in proportions that are
fitted on dev rows: an ensemble of two that shares one tokenizer and one pass.

The encoder and its tokenizer lie in a folder in transformers' own format (safetensors only: a pickled checkpoint can
run code), everything else beside them. Importing this module imports torch.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging as transformers_logging

from classifiers.bag import hashed
from classifiers.heads import COLUMNS, HEADS, WEIGHTS_FILE, WIDTH
from classifiers.serving import BATCH_TOKENS, Ids, batches, padded
from classifiers.verdict import Floats

_LONGEST = 256

# Its bars are drawn for every load, and stderr of a service is a log.
transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


class MixtureHeads(nn.Module):
    """The label heads of one tower, mixed over the domains that a text may come from.

    Annotators of different sets draw the same line in different places. A linear layer tells from the text which
    domain it resembles; its logits are those of the common heads plus the domains' own corrections, weighed by that
    resemblance (a mixture of linear experts, Jacobs et al. 1991, whose gate is taught the domains).

    `forward` takes (rows, width) and gives logits (rows, heads.WIDTH) and domain logits (rows, domains).
    """

    def __init__(self, width: int, domains: int) -> None:
        super().__init__()
        self.common = nn.Linear(width, WIDTH)
        self.gate = nn.Linear(width, domains)
        self.experts = nn.Parameter(torch.zeros(domains, WIDTH * (width + 1)))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        resemblance = self.gate(features)
        own = (resemblance.softmax(dim=-1) @ self.experts).view(-1, WIDTH, features.shape[1] + 1)
        corrections = (own[:, :, :-1] * features.unsqueeze(1)).sum(dim=-1) + own[:, :, -1]
        return self.common(features) + corrections, resemblance

    def settle(self, domain: int, places: Iterable[slice]) -> None:
        """Move one domain's corrections of the labels at `places` into the common weights, and drop all others."""
        with torch.no_grad():
            experts = self.experts.view(len(self.experts), WIDTH, -1)
            for place in places:
                self.common.weight[place] += experts[domain, place, :-1]
                self.common.bias[place] += experts[domain, place, -1]
                experts[:, place] = 0.0


class DeepTower(nn.Module):
    """Encoder -> mean and maximum over the tokens -> narrow layer -> heads."""

    def __init__(self, encoder: nn.Module, hidden: int, width: int, domains: int, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.narrow = nn.Linear(2 * hidden, width)
        self.dropout = nn.Dropout(dropout)
        self.heads = MixtureHeads(width, domains)

    def features(self, attention_mask: Tensor, **inputs: Tensor) -> Tensor:
        """(rows, width) from `input_ids` or `inputs_embeds`."""
        states = cast(Tensor, self.encoder(attention_mask=attention_mask, **inputs).last_hidden_state).float()
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)
        largest = (states + (mask - 1.0) * 1e4).amax(dim=1)
        return nn.functional.gelu(self.narrow(self.dropout(torch.cat([mean, largest], dim=-1))))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        return cast(tuple[Tensor, Tensor], self.heads(self.dropout(self.features(attention_mask, input_ids=input_ids))))


class WideTower(nn.Module):
    """Bag of hashed token n-grams -> heads."""

    def __init__(self, buckets: int, width: int, domains: int, dropout: float) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(buckets, width, mode="sum", sparse=True)
        nn.init.normal_(self.bag.weight, std=0.01)
        self.dropout = nn.Dropout(dropout)
        self.heads = MixtureHeads(width, domains)

    def features(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """(rows, width): the sum of the n-grams' rows over the square root of their number."""
        grams = hashed(input_ids.cpu().numpy(), attention_mask.cpu().numpy(), self.bag.num_embeddings)
        device = self.bag.weight.device
        total: Tensor = self.bag(torch.from_numpy(grams.buckets).to(device), torch.from_numpy(grams.starts).to(device))
        return total / torch.from_numpy(grams.counts).to(device).sqrt().unsqueeze(1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        return cast(tuple[Tensor, Tensor], self.heads(self.dropout(self.features(input_ids, attention_mask))))


class ComplaintNetwork(nn.Module):
    """Both towers. `forward` takes (rows, tokens) ids and mask and gives (rows, heads.WIDTH) logits.

    `mix` is (2, heads.WIDTH): how much of the deep and of the wide tower's logit counts, the same for all labels of a
    head. `buckets` and `wide` are the shape of the bag, `deep` the width of the encoder's features.
    """

    def __init__(
        self,
        encoder: nn.Module,
        hidden: int,
        *,
        domains: int = 1,
        deep: int = 128,
        buckets: int = 2**18,
        wide: int = 48,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.deep = DeepTower(encoder, hidden, deep, domains, dropout)
        self.wide = WideTower(buckets, wide, domains, dropout)
        self.register_buffer("mix", torch.full((2, WIDTH), 0.5))

    @property
    def encoder(self) -> Any:
        return self.deep.encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        mix = self.get_buffer("mix")
        deep: Tensor = self.deep(input_ids, attention_mask)[0]
        wide: Tensor = self.wide(input_ids, attention_mask)[0]
        return mix[0] * deep + mix[1] * wide

    def forget_labels(self, domains: int) -> None:
        """Fresh heads for `domains` domains, half and half, on top of what the towers have learnt."""
        for tower in (self.deep, self.wide):
            tower.heads = MixtureHeads(tower.heads.common.in_features, domains)
        self.get_buffer("mix").fill_(0.5)

    def settle(self, domain: int, heads: Collection[str]) -> None:
        """Give `heads` the corrections of one domain for good, whatever domain a text resembles.

        A head that one domain teaches alone splits what it learns between the common weights and that domain's; a text
        that resembles another domain would hear half of it.
        """
        for tower in (self.deep, self.wide):
            tower.heads.settle(domain, [COLUMNS[name] for name in heads])

    def blend(self, shares: Mapping[str, tuple[float, float]]) -> None:
        """Set how much of each tower counts for the heads named."""
        for head in HEADS:
            if head.name in shares:
                self.get_buffer("mix")[:, COLUMNS[head.name]] = torch.tensor(shares[head.name]).unsqueeze(1)


class TorchNetwork:
    """A `serving.Network` that runs a saved `ComplaintNetwork` in torch, on the accelerator where there is one.

    `threads` limits torch's threads in the whole process, which is how torch counts them.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = load_network(folder).to(self._device).eval()
        self._tokenizer = load_tokenizer(folder)
        self.pad_id: int = self._tokenizer.pad_token_id or 0

    def encode(self, texts: Sequence[str]) -> list[Ids]:
        return encode(self._tokenizer, texts)

    def logits(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Floats:
        with torch.inference_mode():
            result = self._network(
                torch.from_numpy(input_ids).to(self._device), torch.from_numpy(attention_mask).to(self._device)
            )
        floats: Floats = result.float().cpu().numpy()
        return floats


def tower_logits(tower: nn.Module, encoded: Sequence[Ids], pad_id: int) -> Floats:
    """(texts, heads.WIDTH) logits of one tower for truncated ids, in order; the tower is left in training mode."""
    logits = np.zeros((len(encoded), WIDTH), dtype=np.float32)
    tower.eval()
    with torch.inference_mode():
        for rows in batches([len(ids) for ids in encoded], BATCH_TOKENS):
            ids, mask = (torch.from_numpy(one) for one in padded([encoded[row] for row in rows], pad_id))
            logits[rows] = tower(ids, mask)[0].numpy()
    tower.train()
    return logits


def encode(tokenizer: Any, texts: Sequence[str]) -> list[Ids]:
    """Untruncated ids with special tokens; the tokenizer's own length warning is not for us, we cut afterwards."""
    if not texts:
        return []
    ids: list[Ids] = tokenizer(list(texts), truncation=False, verbose=False, return_attention_mask=False)["input_ids"]
    return ids


def load_network(folder: Path) -> ComplaintNetwork:
    """The network of a model folder, float32, in training mode as torch makes it.

    ValueError where a file is damaged or the folder's heads were written by another version of this program.
    """
    try:
        encoder = load_encoder(str(folder))
        state: dict[str, Tensor] = {name: one.clone() for name, one in load_file(folder / WEIGHTS_FILE).items()}
    except SafetensorError as error:
        raise ValueError(f"{folder}: damaged weights ({error}); restore the model folder") from error
    if "wide.bag.rows" not in state:
        raise ValueError(f"{folder / WEIGHTS_FILE}: written by an older version; train the model anew")
    rows, scales = state.pop("wide.bag.rows"), state.pop("wide.bag.scales")
    network = ComplaintNetwork(
        encoder,
        int(encoder.config.hidden_size),
        domains=len(state["deep.heads.gate.weight"]),
        deep=len(state["deep.narrow.weight"]),
        buckets=len(rows),
        wide=rows.shape[1],
    )
    state["wide.bag.weight"] = rows.float() * scales.float().unsqueeze(1)
    missing, unexpected = network.load_state_dict({name: one.float() for name, one in state.items()}, strict=False)
    wanting = [name for name in missing if not name.startswith("deep.encoder.")]
    if wanting or unexpected:
        raise ValueError(f"{folder / WEIGHTS_FILE}: not the weights of this network ({[*wanting, *unexpected][:3]} …)")
    return network


def load_encoder(folder_or_id: str) -> Any:
    """An encoder by folder or hub id, float32 (half precision is slower on most CPUs), from safetensors only."""
    return AutoModel.from_pretrained(folder_or_id, dtype=torch.float32, use_safetensors=True)


def load_tokenizer(folder_or_id: str | Path) -> Any:
    return AutoTokenizer.from_pretrained(str(folder_or_id))


def longest_input(encoder_config: Any, tokenizer: Any) -> int:
    """How many tokens the network may be given: what encoder and tokenizer allow, and no more than 256."""
    # Encoders of the RoBERTa family begin to count positions after the padding id.
    positions = int(getattr(encoder_config, "max_position_embeddings", _LONGEST)) - 2
    return max(8, min(positions, int(tokenizer.model_max_length), _LONGEST))


def save_network(network: ComplaintNetwork, tokenizer: Any, folder: Path) -> None:
    """Write encoder, tokenizer and heads as float16 safetensors, and the bag as int8 with a scale per row."""
    encoder = network.encoder
    encoder.half()
    encoder.save_pretrained(folder, safe_serialization=True)
    encoder.float()
    tokenizer.save_pretrained(folder)
    state = {
        name: tensor.detach().half().contiguous()
        for name, tensor in network.state_dict().items()
        if not name.startswith("deep.encoder.") and name != "wide.bag.weight"
    }
    table = network.wide.bag.weight.detach().float()
    scales = (table.abs().amax(dim=1) / 127.0).clamp(min=1e-6).half()
    state["wide.bag.scales"] = scales
    state["wide.bag.rows"] = torch.round(table / scales.float().unsqueeze(1)).clamp(-127, 127).to(torch.int8)
    save_file(state, folder / WEIGHTS_FILE)
