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


def random_teacher(tokenizer: Any, folder: Path) -> Path:
    """A sentence encoder of three layers, 32 wide, with what the graft of one leans on: words outweigh their places."""
    shape = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 64}
    torch.manual_seed(5)
    teacher = BertModel(
        BertConfig(vocab_size=len(tokenizer), max_position_embeddings=60, pad_token_id=tokenizer.pad_token_id, **shape)
    )
    with torch.no_grad():
        for name, weight in teacher.named_parameters():
            if name.endswith("LayerNorm.weight"):
                weight.copy_(1.0 + 0.2 * torch.randn(weight.shape))
            elif weight.ndim > 1:
                weight.mul_(0.5 if "position" in name else 5.0)
    teacher.save_pretrained(folder)
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
