"""The model card: README.md beside the weights, generated from what was trained on and what was measured."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from classifiers.dataset import CORPUS, Example
from classifiers.evaluate import Figure, table
from classifiers.heads import HEADS, ModelCard
from classifiers.sets import SETS

FILE = "README.md"

_TEXT = """---
license: apache-2.0
library_name: transformers
language: [{languages}]
---
# {name}

A compact multilingual transformer that reads a public post to a brand and says what kind of post it is, how the author
feels, how hard a complaint reproaches, what caused it, where in the customer's journey it was written, how far the
author has gone in leaving, and what the author threatens. One shared encoder, one head per label group.

`AutoTokenizer` and `AutoModel.from_pretrained(folder)` load the encoder; `classifiers.load.load()` loads the whole.

| file | holds |
|---|---|
| `model.safetensors`, `config.json` | the encoder, float16 |
| `tokenizer.json`, `tokenizer_config.json` | {vocabulary} subword pieces, blind to case and diacritics |
| `heads.safetensors`, `heads.json` | the heads, their temperatures and thresholds |
| `model.onnx` | encoder and heads for ONNX Runtime; embeddings int8 with a scale per row |

## Labels
{labels}

## Training
{training}

Drawn from {rows} texts; languages with enough of them, in which the model does not abstain: {languages}.

| source | licence | training rows | languages |
|---|---|---:|---|
{sources}

## Figures
F1 is macro for labels that exclude each other and micro for causes and threats; `complaint` is a complaint against
anything else. *n* is the number of rows; groups under ten rows are left out. Abstained verdicts count.

### On the test split of our own corpus (never trained on)
{test}
### On dev rows of the public sets (kept from training; at most 1,000 a set)
{dev}
## Limits
* Causes, stage, churn and threats are learnt from our own corpus almost alone, which is small; outside its languages
  they are a guess by way of the shared vocabulary.
* A complaint is one about the watched brand; the network sees no brand, so a complaint about somebody else may pass.
* Texts longer than {length} tokens are judged by their beginning and their end.
* Irony, quotations and posts that need the conversation to be understood are often misread.
* No verdict should decide anything about a person: it orders a queue that people work through.
"""


def write_card(
    folder: Path,
    card: ModelCard,
    training: Sequence[Example],
    *,
    how: str,
    dev: Sequence[Figure],
    test: Sequence[Figure],
) -> None:
    """Write the card. `training` are the rows trained on, `how` the recipe in a sentence, the rest was measured."""
    overall = [figure for figure in test if not figure.group.startswith("set:")]
    text = _TEXT.format(
        name=card.full_name,
        languages=", ".join(card.languages),
        vocabulary=_vocabulary_size(folder),
        labels="\n".join(f"* `{head.name}`: {' · '.join(head.names)}" for head in HEADS),
        training=how,
        rows=f"{len(training):,}",
        sources=_sources(training),
        test=table(overall) if overall else "Not measured.\n",
        dev=table(dev) if dev else "Not measured.\n",
        length=card.max_length,
    )
    (folder / FILE).write_text(text, encoding="utf-8")


def _sources(training: Sequence[Example]) -> str:
    rows = Counter(_source(example) for example in training)
    languages: dict[str, set[str]] = {}
    for example in training:
        languages.setdefault(_source(example), set()).add(example.lang)
    lines = []
    for source, count in sorted(rows.items()):
        licence = "cc0" if source == CORPUS else SETS[source].licence
        lines.append(f"| {source} | {licence} | {count:,} | {' '.join(sorted(languages[source]))} |")
    return "\n".join(lines)


def _source(example: Example) -> str:
    return CORPUS if example.source.startswith(f"{CORPUS}_") else example.source


def _vocabulary_size(folder: Path) -> str:
    from tokenizers import Tokenizer

    return f"{Tokenizer.from_file(str(folder / 'tokenizer.json')).get_vocab_size():,}"
