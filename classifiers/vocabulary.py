"""Our own subword tokenizer: trained on many languages, blind to case and diacritics.

Blind on purpose: half the posts in Latvian are written without diacritics, shouting is the same sentence in capitals,
and a compact network has no parameters to spare for learning every word several times.
"""

import json
import lzma
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from classifiers.preprocess import LINK, USER, normalise

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

FIRST_CLASS = frozenset({"bg", "lv", "ru", "en"})
"""The languages that people of the first teams write in: more of them is read wherever not everything is."""

_LINES_PER_LANGUAGE = 4_000
_PLAINLY = {"ı": "i", "ł": "l", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}


def train_tokenizer(texts: Iterable[str], *, size: int, max_length: int) -> Any:
    """A `PreTrainedTokenizerFast` with about `size` unigram pieces learnt from normalised `texts`."""
    from tokenizers import AddedToken, Tokenizer, models, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = _folding()
    tokenizer.pre_tokenizer = _words()
    masks = [AddedToken(mask, normalized=False, single_word=True) for mask in (USER, LINK)]
    unknown = SPECIAL[1]
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=[*SPECIAL], unk_token=unknown, max_piece_length=16, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer = _in_order(tokenizer)
    tokenizer.add_tokens(masks)
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", cls), ("[SEP]", sep)]
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
    made: Any = PreTrainedTokenizerFast
    return made(tokenizer_object=tokenizer, model_max_length=max_length, **names)


def raw_lines(folder: Path, languages: Sequence[str], *, seed: int) -> Iterator[str]:
    """Up to 4,000 normalised lines of `<language>.txt.xz` for each of `languages` that has such a file."""
    picker = random.Random(seed)
    for language in sorted(languages):
        path = folder / f"{language}.txt.xz"
        if path.is_file():
            with lzma.open(path, "rt", encoding="utf-8") as lines:
                sample = _sample(lines, _LINES_PER_LANGUAGE, picker)
            yield from (normalise(line) for line in sample)


def _sample(lines: Iterable[str], count: int, picker: random.Random) -> list[str]:
    """`count` lines, each equally likely (reservoir sampling): the files are sorted by source."""
    kept: list[str] = []
    for seen, line in enumerate(lines):
        if len(kept) < count:
            kept.append(line)
        elif (place := picker.randrange(seen + 1)) < count:
            kept[place] = line
    return kept


def _in_order(tokenizer: Any) -> Any:
    """The same tokenizer with its pieces sorted: the trainer orders equally frequent ones by chance, run by run."""
    from tokenizers import Tokenizer

    content = json.loads(tokenizer.to_str())
    pieces = content["model"]["vocab"]
    content["model"]["vocab"] = pieces[: len(SPECIAL)] + sorted(pieces[len(SPECIAL) :])
    return Tokenizer.from_str(json.dumps(content))


def _folding() -> Any:
    from tokenizers import Regex, normalizers

    # Only the Latin, Cyrillic and Greek accents (U+0300 to U+036F): the marks of Hindi or Arabic are letters.
    accents = normalizers.Replace(Regex("[\u0300-\u036f]"), "")
    # Letters that no decomposition takes apart, but that people without the keyboard write plainly.
    plain = [normalizers.Replace(letter, written) for letter, written in _PLAINLY.items()]
    return normalizers.Sequence([normalizers.Lowercase(), normalizers.NFD(), accents, normalizers.NFC(), *plain])


def _words() -> Any:
    from tokenizers import Regex, pre_tokenizers

    # Signs and emoji stand alone, so that "bad!!!" is the word and three signs, not a piece of its own.
    signs = pre_tokenizers.Split(Regex(r"[\p{P}\p{S}]"), "isolated")
    return pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), signs, pre_tokenizers.Metaspace()])
