"""The simpler way that `tests.bench.classify` measures against: a `pipeline` over a model of XLM-RoBERTa-base size.

    python -m tests.bench.peer build FOLDER POSTS     a model with random weights, a tokenizer learnt from the posts
    python -m tests.bench.peer run FOLDER POSTS OUT   JSON lines to JSON lines; prints the seconds after start-up

Speed does not depend on the weights; it does depend on how many pieces a post becomes, so the tokenizer's vocabulary
grows until it cuts these posts into pieces of 3.3 characters, as XLM-RoBERTa's does with posts in many languages.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

BATCH = 32
CHARACTERS_A_PIECE = 3.3
VOCABULARIES = (2_000, 4_000, 6_000, 8_000, 12_000, 16_000, 24_000, 32_000)
BASE: dict[str, int] = {
    "vocab_size": 250_002,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3_072,
    "max_position_embeddings": 514,
}


def read_posts(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def build(folder: Path, texts: Sequence[str], shape: dict[str, int] = BASE) -> float:
    """Write model and tokenizer into `folder`; return how many characters of the texts a piece holds."""
    from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

    XLMRobertaForSequenceClassification(
        XLMRobertaConfig(**shape, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2, num_labels=3)
    ).save_pretrained(folder)
    length = 0.0
    for size in VOCABULARIES:
        tokenizer = _tokenizer(texts, size)
        cut = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        length = sum(map(len, texts)) / sum(map(len, cut))
        if length >= CHARACTERS_A_PIECE:
            break
    tokenizer.save_pretrained(folder)
    return length


def _tokenizer(texts: Sequence[str], pieces: int) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.normalizer = normalizers.NFKC()
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    trained.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=pieces, special_tokens=special))
    trained.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=trained, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
        model_max_length=512, model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip


def run(folder: Path, source: Path, target: Path) -> float:
    """Classify a file the way one starts with; return the seconds from opening the input to closing the output."""
    import torch
    from transformers import pipeline

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    classify = pipeline("text-classification", model=str(folder), device="cpu")
    began = time.perf_counter()
    posts = list(read_posts(source))
    verdicts = classify([post["text"] for post in posts], batch_size=BATCH, truncation=True)
    with target.open("w", encoding="utf-8") as output:
        for post, verdict in zip(posts, verdicts, strict=True):
            output.write(json.dumps({"id": post["id"], **verdict}) + "\n")
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peer", description=__doc__)
    parser.add_argument("step", choices=("build", "run"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("posts", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--tiny", action="store_true", help="a network of one small layer, to try this out")
    given = parser.parse_args()
    shape = {**BASE, "vocab_size": max(VOCABULARIES), "hidden_size": 48, "num_hidden_layers": 1} if given.tiny else BASE
    if given.step == "build":
        print(build(given.folder, [post["text"] for post in read_posts(given.posts)], shape))  # noqa: T201
    elif given.out is None:
        parser.error("run needs a file to write")
    else:
        print(run(given.folder, given.posts, given.out))  # noqa: T201


if __name__ == "__main__":
    main()
