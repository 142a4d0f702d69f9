"""The torch engine: any transformers encoder with our heads on top. The reference that other engines are held to.

The encoder and its tokenizer lie in a folder in transformers' own format (safetensors only: a pickled checkpoint can
run code), the heads' single matrix beside them. Importing this module imports torch.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging as transformers_logging

from classifiers.heads import WEIGHTS_FILE, WIDTH
from classifiers.serving import Ids
from classifiers.verdict import Floats

_LONGEST = 256

# Its bars are drawn for every load, and stderr of a service is a log.
transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


class ComplaintNetwork(nn.Module):
    """Encoder -> mean and maximum over the tokens -> one linear layer whose columns are the labels of all heads.

    `forward` takes (rows, tokens) ids and mask and gives (rows, heads.WIDTH) logits.
    """

    def __init__(self, encoder: nn.Module, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.Linear(2 * hidden, WIDTH)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)
        largest = (states + (mask - 1.0) * 1e4).amax(dim=1)
        logits: Tensor = self.heads(self.dropout(torch.cat([mean, largest], dim=-1)))
        return logits


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


def encode(tokenizer: Any, texts: Sequence[str]) -> list[Ids]:
    """Untruncated ids with special tokens; the tokenizer's own length warning is not for us, we cut afterwards."""
    if not texts:
        return []
    ids: list[Ids] = tokenizer(list(texts), truncation=False, verbose=False, return_attention_mask=False)["input_ids"]
    return ids


def load_network(folder: Path) -> ComplaintNetwork:
    """The network of a model folder, float32, in training mode as torch makes it."""
    encoder = load_encoder(str(folder))
    network = ComplaintNetwork(encoder, int(encoder.config.hidden_size))
    state: Mapping[str, Tensor] = load_file(folder / WEIGHTS_FILE)
    network.heads.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    return network


def load_encoder(folder_or_id: str) -> Any:
    """An encoder by folder or hub id, float32 (half precision is slower on a CPU), from safetensors only."""
    return AutoModel.from_pretrained(folder_or_id, dtype=torch.float32, use_safetensors=True)


def load_tokenizer(folder_or_id: str | Path) -> Any:
    return AutoTokenizer.from_pretrained(str(folder_or_id))


def longest_input(encoder_config: Any, tokenizer: Any) -> int:
    """How many tokens the network may be given: what encoder and tokenizer allow, and no more than 256."""
    # Encoders of the RoBERTa family begin to count positions after the padding id.
    positions = int(getattr(encoder_config, "max_position_embeddings", _LONGEST)) - 2
    return max(8, min(positions, int(tokenizer.model_max_length), _LONGEST))


def save_network(network: ComplaintNetwork, tokenizer: Any, folder: Path) -> None:
    """Write encoder, tokenizer and heads as float16 safetensors: half the size, and exact enough to round-trip."""
    encoder: Any = network.encoder
    encoder.half()
    encoder.save_pretrained(folder, safe_serialization=True)
    encoder.float()
    tokenizer.save_pretrained(folder)
    heads = {name: tensor.detach().half().contiguous() for name, tensor in network.heads.state_dict().items()}
    save_file(heads, folder / WEIGHTS_FILE)
