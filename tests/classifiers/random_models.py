"""Small encoders with random weights, saved as the hub would serve them."""

from pathlib import Path
from typing import Any

import torch
from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

from classifiers.heads import ModelCard, weights_version, write
from classifiers.transformer import ComplaintNetwork, save_network

FAMILIES = ("bert", "xlm-roberta")


def random_encoder(family: str, tokenizer: Any, *, positions: int = 40) -> Any:
    """An encoder for the tokenizer's ids; as many positions less two are the longest input."""
    shape = {
        "vocab_size": len(tokenizer),
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "max_position_embeddings": positions,
        "pad_token_id": tokenizer.pad_token_id,
    }
    torch.manual_seed(0)
    return BertModel(BertConfig(**shape)) if family == "bert" else XLMRobertaModel(XLMRobertaConfig(**shape))


def random_checkpoint(family: str, tokenizer: Any, folder: Path, *, positions: int = 40) -> Path:
    """Anybody's encoder and its tokenizer."""
    random_encoder(family, tokenizer, positions=positions).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def random_model(tokenizer: Any, folder: Path, domains: tuple[str, ...], *, family: str = "bert") -> Path:
    """A model folder of ours, never trained; its heads have corrections for every domain."""
    network = ComplaintNetwork(
        random_encoder(family, tokenizer), 16, domains=len(domains), deep=12, buckets=256, wide=8
    )
    for tower in (network.deep, network.wide):
        torch.nn.init.normal_(tower.heads.experts, std=0.1)
    torch.nn.init.normal_(network.wide.bag.weight, std=0.5)
    network.blend({"kind": (0.75, 1.25)})
    save_network(network, tokenizer, folder)
    write(ModelCard("random", weights_version(folder), (), 38, domains=domains), folder)
    return folder
