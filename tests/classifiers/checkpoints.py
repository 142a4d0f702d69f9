"""Small checkpoints with random weights, saved as the hub would serve them, each with a tokenizer of its own kind."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    BertTokenizerFast,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    DistilBertModel,
    DistilBertTokenizerFast,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
    XLMRobertaModel,
    XLMRobertaTokenizerFast,
)

from tests.classifiers.posts import CORPUS

FAMILIES = ("bert", "xlm-roberta", "distilbert")
POSITIONS = 64


def save_encoder(family: str, folder: Path) -> Path:
    """An encoder without any head, as a pre-trained one is."""
    tokenizer = tokenizer_of(family)
    made: Mapping[str, Callable[[], Any]] = {
        "bert": lambda: BertModel(_bert(tokenizer)),
        "xlm-roberta": lambda: XLMRobertaModel(_xlm_roberta(tokenizer)),
        "distilbert": lambda: DistilBertModel(_distilbert(tokenizer)),
    }
    return _save(made[family], tokenizer, folder)


def save_sequence_classifier(family: str, labels: Sequence[str], folder: Path, **told: Any) -> Path:
    """A classifier over `labels`; `told` goes into its config."""
    tokenizer = tokenizer_of(family)
    names = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}, **told}
    made: Mapping[str, Callable[[], Any]] = {
        "bert": lambda: BertForSequenceClassification(_bert(tokenizer, **names)),
        "xlm-roberta": lambda: XLMRobertaForSequenceClassification(_xlm_roberta(tokenizer, **names)),
        "distilbert": lambda: DistilBertForSequenceClassification(_distilbert(tokenizer, **names)),
    }
    # The usual initialisation is so near nothing that every text would get the same verdict.
    return _save(made[family], tokenizer, folder, scale=8.0)


def tokenizer_of(family: str) -> PreTrainedTokenizerFast:
    """Word pieces for the family of BERT, a unigram model over a metaspace for XLM-RoBERTa."""
    made: Mapping[str, Callable[[], PreTrainedTokenizerFast]] = {
        "bert": lambda: BertTokenizerFast(tokenizer_object=_word_pieces(), model_max_length=POSITIONS),
        "xlm-roberta": lambda: XLMRobertaTokenizerFast(tokenizer_object=_unigrams(), model_max_length=POSITIONS),
        "distilbert": lambda: DistilBertTokenizerFast(tokenizer_object=_word_pieces(), model_max_length=POSITIONS),
    }
    return made[family]()


def _save(make: Callable[[], Any], tokenizer: PreTrainedTokenizerFast, folder: Path, scale: float = 1.0) -> Path:
    torch.manual_seed(0)
    model = make()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(scale)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _bert(tokenizer: PreTrainedTokenizerFast, **told: Any) -> BertConfig:
    return BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=POSITIONS,
        pad_token_id=tokenizer.pad_token_id,
        **told,
    )


def _xlm_roberta(tokenizer: PreTrainedTokenizerFast, **told: Any) -> XLMRobertaConfig:
    return XLMRobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=POSITIONS,
        pad_token_id=tokenizer.pad_token_id,
        **told,
    )


def _distilbert(tokenizer: PreTrainedTokenizerFast, **told: Any) -> DistilBertConfig:
    return DistilBertConfig(
        vocab_size=len(tokenizer),
        dim=16,
        n_layers=1,
        n_heads=2,
        hidden_dim=16,
        max_position_embeddings=POSITIONS,
        pad_token_id=tokenizer.pad_token_id,
        **told,
    )


def _word_pieces() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=500, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator((row["text"] for row in CORPUS), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    )
    return tokenizer


def _unigrams() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.UnigramTrainer(vocab_size=500, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator((row["text"] for row in CORPUS), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("<s>", "</s>")]
    )
    return tokenizer
