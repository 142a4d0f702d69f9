"""Where a network begins."""

import lzma
from pathlib import Path
from typing import Any

import pytest
import torch

from classifiers import heads
from classifiers.dataset import Example
from classifiers.encoder import begin, own_encoder, vocabulary_texts
from classifiers.heads import WIDTH
from classifiers.transformer import ComplaintNetwork, load_encoder, load_network, load_tokenizer
from tests.classifiers.conftest import TINY
from tests.classifiers.random_models import FAMILIES, random_checkpoint, random_model

DOMAINS = ("banking77", "corpus")
OTHER_DOMAINS = ("corpus", "lv_ltec", "umsab:pt")


def start(examples: list[Example], domains: tuple[str, ...] = DOMAINS, **given: Any) -> tuple[Any, ComplaintNetwork]:
    torch.manual_seed(1)
    return begin(examples, TINY, domains, **({"base": None, "vocabulary": None, "raw": None, "seed": 1} | given))


def same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(first, second) for first, second in pairs)


class TestFromNothing:
    def test_it_has_the_asked_shape(self, small_tokenizer: Any) -> None:
        network = own_encoder(small_tokenizer, TINY, domains=3)
        assert network.encoder.config.vocab_size == len(small_tokenizer)
        assert network.encoder.config.num_hidden_layers == TINY.layers
        assert network.encoder.config.max_position_embeddings == TINY.length + 2
        assert network.deep.narrow.weight.shape == (TINY.deep, 2 * TINY.hidden)
        assert network.wide.bag.weight.shape == (TINY.buckets, TINY.wide)
        assert network.wide.heads.gate.weight.shape == (3, TINY.wide)

    def test_the_vocabulary_is_learnt_from_the_examples(self, corpus_examples: list[Example]) -> None:
        tokenizer, network = start(corpus_examples)
        assert tokenizer.tokenize("internet")[0].startswith("▁")
        assert tokenizer.unk_token not in tokenizer.tokenize("Пратката на Рига")
        assert tokenizer.model_max_length == TINY.length
        assert len(network.encoder.get_input_embeddings().weight) == len(tokenizer)

    def test_the_vocabulary_of_an_earlier_model_can_be_taken_over(
        self, corpus_examples: list[Example], small_tokenizer: Any, tmp_path: Path
    ) -> None:
        small_tokenizer.save_pretrained(tmp_path)
        tokenizer, network = start(corpus_examples[:1], vocabulary=str(tmp_path))
        assert tokenizer.get_vocab() == small_tokenizer.get_vocab()
        assert len(network.encoder.get_input_embeddings().weight) == len(small_tokenizer)

    def test_the_same_seed_begins_the_same(self, corpus_examples: list[Example]) -> None:
        one, other = start(corpus_examples), start(corpus_examples)
        assert one[0].get_vocab() == other[0].get_vocab()
        assert same(one[1], other[1])


class TestFromAnybodysEncoder:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_encoder_and_tokenizer_are_its_own_and_the_towers_ours(
        self, family: str, small_tokenizer: Any, tmp_path: Path
    ) -> None:
        base = random_checkpoint(family, small_tokenizer, tmp_path)
        tokenizer, network = start([], base=str(base))
        assert tokenizer.get_vocab() == load_tokenizer(base).get_vocab()
        assert same(network.encoder, load_encoder(str(base)))
        assert network.wide.bag.weight.shape == (TINY.buckets, TINY.wide)
        assert network.deep.heads.common.weight.shape == (WIDTH, TINY.deep)
        assert network.deep.heads.gate.weight.shape == (len(DOMAINS), TINY.deep)


class TestFromAModelOfOurs:
    @pytest.fixture
    def model(self, small_tokenizer: Any, tmp_path: Path) -> Path:
        return random_model(small_tokenizer, tmp_path / "model", DOMAINS)

    def test_the_heads_go_on_where_the_domains_are_the_same(self, model: Path) -> None:
        assert same(start([], base=str(model))[1], load_network(model))

    @pytest.mark.parametrize("domains", [OTHER_DOMAINS, DOMAINS[::-1]])
    def test_other_domains_want_fresh_heads_on_what_the_towers_know(
        self, model: Path, domains: tuple[str, ...]
    ) -> None:
        network, before = start([], domains, base=str(model))[1], load_network(model)
        assert same(network.encoder, before.encoder)
        assert same(network.deep.narrow, before.deep.narrow)
        assert same(network.wide.bag, before.wide.bag)
        assert network.deep.heads.gate.out_features == len(domains)
        assert not torch.equal(network.deep.heads.common.weight, before.deep.heads.common.weight)
        assert (network.get_buffer("mix") == 0.5).all()

    def test_a_base_without_a_card_has_seen_no_label(self, model: Path) -> None:
        (model / heads.FILE).unlink()
        network, before = start([], base=str(model))[1], load_network(model)
        assert same(network.wide.bag, before.wide.bag)
        assert not torch.equal(network.wide.heads.common.weight, before.wide.heads.common.weight)
        assert not network.wide.heads.experts.any()

    def test_its_own_shape_counts_and_not_the_asked_one(self, model: Path) -> None:
        assert start([], base=str(model))[1].wide.bag.weight.shape == (256, 8)


class TestVocabularyTexts:
    def examples(self, lang: str, count: int) -> list[Example]:
        return [Example(f"{lang} {number}", lang, "umsab", "train", {}) for number in range(count)]

    def count(self, lang: str, texts: list[str]) -> int:
        return sum(text.startswith(f"{lang} ") for text in texts)

    def test_a_language_gives_so_many_and_no_more(self) -> None:
        texts = vocabulary_texts(self.examples("pt", 5_000) + self.examples("hi", 20), seed=1, raw=None)
        assert (self.count("pt", texts), self.count("hi", texts)) == (4_000, 20)

    @pytest.mark.parametrize("lang", ["bg", "lv", "ru", "en"])
    def test_a_home_language_gives_three_times_as_many(self, lang: str) -> None:
        assert len(vocabulary_texts(self.examples(lang, 13_000), seed=1, raw=None)) == 12_000

    def test_no_text_is_taken_twice(self) -> None:
        texts = vocabulary_texts(self.examples("pt", 5_000), seed=1, raw=None)
        assert len(set(texts)) == len(texts)

    def test_plain_lines_of_the_same_languages_are_added(self, tmp_path: Path) -> None:
        for lang in ("lv", "sv"):
            with lzma.open(tmp_path / f"{lang}.txt.xz", "wt", encoding="utf-8") as file:
                file.write(f"raw {lang}\n")
        assert vocabulary_texts(self.examples("lv", 1), seed=1, raw=tmp_path) == ["lv 0", "raw lv"]

    def test_the_same_seed_takes_the_same(self) -> None:
        examples = self.examples("pt", 5_000)
        assert vocabulary_texts(examples, 1, None) == vocabulary_texts(examples, 1, None)
        assert vocabulary_texts(examples, 1, None) != vocabulary_texts(examples, 2, None)
