"""The README.md beside a model's weights: what it is, what it learnt from, how it did at a glance."""

from collections.abc import Sequence
from pathlib import Path

from classifiers.dataset import Example
from classifiers.figures import Figure, Training, sources, write_training
from classifiers.heads import HEADS, ModelCard
from classifiers.page import figures_table, training_text

FILE = "README.md"

_TEXT = """---
license: apache-2.0
library_name: transformers
language: [{languages}]
---
# {name}

A compact multilingual transformer that reads a public post to a brand and says what kind of post it is, how the author
feels, how hard a complaint reproaches, what caused it, where in the customer's journey it was written, how far the
author has gone in leaving, and what the author threatens. A shared encoder and a bag of n-grams beside it, one head per
label group.

`AutoTokenizer` and `AutoModel.from_pretrained(folder)` load the encoder; `classifiers.load.load()` loads the whole.

| file | holds |
|---|---|
| `model.safetensors`, `config.json` | the encoder, float16 |
| `tokenizer.json`, `tokenizer_config.json` | {vocabulary} subword pieces, blind to case and diacritics |
| `heads.safetensors` | the heads, float16, and the bag of n-grams, int8 with a scale per row |
| `heads.json` | languages, temperatures, thresholds, coefficients of escalation |
| `model.onnx` | how ONNX Runtime computes the encoder, in int8; its weights stay in the files above |
| `training.json`, `figures.json` | what it was trained on; what was measured |

## Labels
{labels}

## Training
{training}
Languages with enough texts, in which the model does not abstain: {languages}.

## Figures
The figures of the shipped model by language, head, set and label, with intervals, beside simpler models and published
ones, and its limits, are in `docs/model-card.md` of the project. Those of a model of your own are written by
`python -m classifiers.evaluate --model FOLDER --write PAGE`. At a glance, on the test split of our own corpus:

{test}
It was also measured on {dev}.

No verdict should decide anything about a person: it orders a queue that people work through.
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
    """Write README.md and training.json. `training` are the rows trained on, `how` the recipe in a sentence.

    `dev` and `test` were measured on dev rows and on the test split of our own corpus; they may be empty.
    """
    told = Training(how, sources(training))
    write_training(told, folder)
    sets = {figure.group for figure in dev if figure.group.startswith("set:")}
    text = _TEXT.format(
        name=card.full_name,
        languages=", ".join(card.languages),
        vocabulary=_vocabulary_size(folder),
        labels="\n".join(f"* `{head.name}`: {' · '.join(head.names)}" for head in HEADS),
        training=training_text(told),
        test=figures_table(figure for figure in test if figure.group == "all"),
        dev=f"the dev rows of {len(sets)} set{'' if len(sets) == 1 else 's'}" if sets else "no dev rows",
    )
    (folder / FILE).write_text(text, encoding="utf-8")


def _vocabulary_size(folder: Path) -> str:
    from tokenizers import Tokenizer

    return f"{Tokenizer.from_file(str(folder / 'tokenizer.json')).get_vocab_size():,}"
