"""A ready sentiment model beside ours: whose labels mean what, what is refused, and that the rest stays as it was."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForSequenceClassification, AutoTokenizer, GPT2Config, GPT2ForSequenceClassification

from classifiers.contract import Assessment, Sentiment, Text
from classifiers.hub import HubModel, HubSentiment, longest, sentiments_of, softmax
from classifiers.preprocess import normalise
from tests.classifiers.checkpoints import FAMILIES, POSITIONS, save_encoder, save_sequence_classifier, tokenizer_of
from tests.fakes import FakeClassifier

THREE = {"LABEL_0": "negative", "LABEL_1": "neutral", "LABEL_2": "positive"}
STARS = {
    "1 star": "negative",
    "2 stars": "negative",
    "3 stars": "neutral",
    "4 stars": "positive",
    "5 stars": "positive",
}
TEXTS = ["No answer to my mails for a month", "Paldies!", "", "🙂", "слишком долго " * 40, "a"]


@pytest.fixture(scope="module", params=FAMILIES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ready model of three labels without names, of each family."""
    return save_sequence_classifier(request.param, list(THREE), tmp_path_factory.mktemp(request.param) / "ready")


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sequence_classifier("bert", list(THREE), tmp_path_factory.mktemp("bert") / "ready")


@pytest.fixture(scope="module")
def stars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sequence_classifier("xlm-roberta", list(STARS), tmp_path_factory.mktemp("stars") / "reviews")


@pytest.fixture(scope="module")
def hub(bert: Path) -> HubModel:
    return loaded(bert, THREE)


def by_the_library(folder: Path, text: str) -> list[float]:
    """What transformers itself says, one text at a time."""
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    told = AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt", truncation=True, max_length=60)
    with torch.inference_mode():
        shares: list[float] = model(**told).logits[0].softmax(-1).tolist()
    return shares


def loaded(folder: Path, label_map: dict[str, str] | None = None) -> HubModel:
    return HubModel.load(str(folder), folder, label_map)


class TestSentiments:
    def test_they_are_what_the_library_says(self, folder: Path) -> None:
        text = "No answer to my mails for a month"
        told = loaded(folder, THREE).sentiments([text])[0]
        assert list(told) == list(Sentiment)
        assert list(told.values()) == pytest.approx(by_the_library(folder, text), abs=1e-5)

    def test_a_post_does_not_depend_on_the_posts_beside_it(self, folder: Path) -> None:
        model = loaded(folder, THREE)
        together = model.sentiments(TEXTS)
        for text, told in zip(TEXTS, together, strict=True):
            alone = model.sentiments([text])[0]
            assert list(told.values()) == pytest.approx(list(alone.values()), abs=1e-5)

    def test_labels_that_mean_the_same_are_added_up(self, stars: Path) -> None:
        one, two, three, four, five = by_the_library(stars, "the router died")
        told = loaded(stars, STARS).sentiments(["the router died"])[0]
        assert list(told.values()) == pytest.approx([one + two, three, four + five], abs=1e-5)

    def test_a_sentiment_that_no_label_means_has_no_probability(self, tmp_path: Path) -> None:
        two = save_sequence_classifier("bert", ["NEGATIVE", "POSITIVE"], tmp_path / "two")
        told = loaded(two).sentiments(["late"])[0]
        assert told[Sentiment.NEUTRAL] == 0
        assert sum(told.values()) == pytest.approx(1)

    def test_no_texts_no_sentiments(self, bert: Path) -> None:
        assert loaded(bert, THREE).sentiments([]) == []

    def test_a_text_longer_than_the_network_is_cut_by_tokens(self, folder: Path) -> None:
        model = loaded(folder, THREE)
        assert model.max_length <= POSITIONS
        assert sum(model.sentiments(["word " * 5_000])[0].values()) == pytest.approx(1)

    def test_a_decoder_without_a_padding_sign_is_padded_all_the_same(self, tmp_path: Path) -> None:
        tokenizer = tokenizer_of("bert")
        tokenizer.pad_token = None
        config = GPT2Config(
            vocab_size=len(tokenizer), n_embd=16, n_layer=1, n_head=2, n_positions=POSITIONS, id2label=named(THREE)
        )
        GPT2ForSequenceClassification(config).save_pretrained(tmp_path)
        tokenizer.save_pretrained(tmp_path)
        model = loaded(tmp_path, THREE)
        for text, told in zip(TEXTS, model.sentiments(TEXTS), strict=True):
            assert list(told.values()) == pytest.approx(list(model.sentiments([text])[0].values()), abs=1e-5)


def named(label_map: dict[str, str]) -> dict[int, str]:
    return dict(enumerate(label_map))


class TestLabelMap:
    LABELS = ("LABEL_0", "LABEL_1", "LABEL_2")

    def test_each_label_becomes_one_of_ours(self) -> None:
        assert sentiments_of("m", self.LABELS, THREE) == list(Sentiment)

    def test_labels_that_have_our_names_need_no_map(self) -> None:
        assert sentiments_of("m", ("Negative", "NEUTRAL", "positive"), None) == list(Sentiment)

    def test_letter_case_does_not_matter(self) -> None:
        lower = {label.lower(): ours.upper() for label, ours in THREE.items()}
        assert sentiments_of("m", self.LABELS, lower) == list(Sentiment)

    def test_the_order_of_the_map_does_not_matter(self) -> None:
        assert sentiments_of("m", self.LABELS, dict(reversed(THREE.items()))) == list(Sentiment)

    def test_a_label_that_is_not_mapped_is_named_with_all_there_are(self) -> None:
        with pytest.raises(ValueError, match=r"nothing about 'LABEL_1'.*'LABEL_0', 'LABEL_1', 'LABEL_2'"):
            sentiments_of("m", self.LABELS, {"LABEL_0": "negative", "LABEL_2": "positive"})

    def test_without_a_map_foreign_labels_are_named(self) -> None:
        with pytest.raises(ValueError, match=r"'LABEL_0'.*give each one of negative, neutral, positive"):
            sentiments_of("m", self.LABELS, None)

    def test_a_label_that_there_is_not_is_named_with_all_there_are(self) -> None:
        with pytest.raises(ValueError, match=r"names 'LABEL_3'.* of m are 'LABEL_0'"):
            sentiments_of("m", self.LABELS, {**THREE, "LABEL_3": "neutral"})

    def test_a_sentiment_that_there_is_not_is_named(self) -> None:
        with pytest.raises(ValueError, match="'angry', which is no sentiment: use negative, neutral, positive"):
            sentiments_of("m", self.LABELS, {**THREE, "LABEL_0": "angry"})

    def test_a_map_that_tells_nothing_apart_is_refused(self) -> None:
        with pytest.raises(ValueError, match="every post neutral"):
            sentiments_of("m", self.LABELS, dict.fromkeys(self.LABELS, "neutral"))


class TestRefused:
    def test_an_encoder_without_a_trained_head(self, tmp_path: Path) -> None:
        save_encoder("xlm-roberta", tmp_path / "encoder")
        with pytest.raises(ValueError, match=r"no ready classifier.*classifier\.dense"):
            loaded(tmp_path / "encoder", {"LABEL_0": "negative", "LABEL_1": "positive"})

    def test_labels_that_do_not_exclude_each_other(self, tmp_path: Path) -> None:
        many = save_sequence_classifier("bert", list(THREE), tmp_path, problem_type="multi_label_classification")
        with pytest.raises(ValueError, match="does not choose one of several labels"):
            loaded(many, THREE)

    def test_a_single_number(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="does not choose one of several labels"):
            loaded(save_sequence_classifier("bert", ["score"], tmp_path), {"score": "negative"})

    def test_a_damaged_checkpoint(self, bert: Path, tmp_path: Path) -> None:
        copy = Path(shutil.copytree(bert, tmp_path / "copy"))
        (copy / "model.safetensors").write_bytes(b"not safetensors")
        with pytest.raises(ValueError, match=r"copy cannot be loaded.*save_pretrained"):
            loaded(copy, THREE)

    def test_a_config_that_is_none(self, bert: Path, tmp_path: Path) -> None:
        copy = Path(shutil.copytree(bert, tmp_path / "copy"))
        (copy / "config.json").write_text("[")
        with pytest.raises(ValueError, match=r"config\.json of .*copy cannot be read"):
            loaded(copy, THREE)


class TestName:
    def test_a_folder_is_named_with_a_hash_of_its_weights(self, bert: Path, tmp_path: Path) -> None:
        copy = Path(shutil.copytree(bert, tmp_path / "elsewhere" / "ready"))
        assert loaded(copy, THREE).name == loaded(bert, THREE).name
        assert str(tmp_path) not in loaded(copy, THREE).name

    def test_other_weights_are_another_name(self, bert: Path, stars: Path) -> None:
        assert loaded(bert, THREE).name.partition("@")[2] != loaded(stars, STARS).name.partition("@")[2]

    def test_another_map_is_another_name(self, bert: Path) -> None:
        swapped = {**THREE, "LABEL_0": "positive", "LABEL_2": "negative"}
        assert loaded(bert, swapped).name != loaded(bert, THREE).name

    def test_a_map_that_says_nothing_new_changes_nothing(self, tmp_path: Path) -> None:
        own = save_sequence_classifier("bert", list(Sentiment), tmp_path / "own")
        assert loaded(own, {ours.value: ours.value for ours in Sentiment}).name == loaded(own).name
        assert "+" not in loaded(own).name

    def test_a_download_is_named_with_its_revision(self, bert: Path, tmp_path: Path) -> None:
        revision = "4f2a" * 10
        snapshot = Path(shutil.copytree(bert, tmp_path / "models--team--mood" / "snapshots" / revision))
        model = HubModel.load("team/mood@main", snapshot, THREE)
        assert model.name.startswith("team/mood@4f2a4f2a4f+")


class TestBeside:
    def test_the_sentiment_is_replaced_and_nothing_else(self, hub: HubModel) -> None:
        texts = [Text("a complaint", "lv"), Text("thanks")]
        ours, beside = FakeClassifier().classify(texts), HubSentiment(FakeClassifier(), hub).classify(texts)
        for own, both in zip(ours, beside, strict=True):
            assert both.sentiment != own.sentiment
            assert replace(both, sentiment=own.sentiment, model=own.model) == own

    def test_the_verdicts_carry_both_names(self, hub: HubModel) -> None:
        both = HubSentiment(FakeClassifier(), hub)
        assert both.name == f"fake-1+{hub.name}"
        assert {verdict.model for verdict in both.classify([Text("x"), Text("y")])} == {both.name}

    def test_the_model_reads_the_normalised_text(self, hub: HubModel) -> None:
        raw = "@AcmeBank   see https://acme.example/x &amp; wait"
        told: Sequence[Assessment] = HubSentiment(FakeClassifier(), hub).classify([Text(raw)])
        assert told[0].sentiment == hub.sentiments([normalise(raw)])[0]

    def test_no_texts_no_verdicts(self, hub: HubModel) -> None:
        assert HubSentiment(FakeClassifier(), hub).classify([]) == []

    @pytest.mark.parametrize("text", ["", "\ud800", "\0", "🙂" * 3_000, "слово " * 20_000], ids=range(5))
    def test_no_text_is_too_odd(self, hub: HubModel, text: str) -> None:
        [told] = HubSentiment(FakeClassifier(), hub).classify([Text(text)])
        assert sum(told.sentiment.values()) == pytest.approx(1)


class TestLongest:
    def test_positions_that_begin_after_the_padding_are_fewer(self, tmp_path: Path) -> None:
        lengths = {}
        for family in FAMILIES:
            saved = save_sequence_classifier(family, list(THREE), tmp_path / family)
            model = AutoModelForSequenceClassification.from_pretrained(saved)
            lengths[family] = longest(model, tokenizer_of(family))
        assert lengths == {"bert": POSITIONS, "distilbert": POSITIONS, "xlm-roberta": POSITIONS - 2}

    def test_the_tokenizer_may_allow_less(self, bert: Path) -> None:
        tokenizer = tokenizer_of("bert")
        tokenizer.model_max_length = 20
        assert longest(AutoModelForSequenceClassification.from_pretrained(bert), tokenizer) == 20


@given(st.lists(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3), max_size=4))
def test_probabilities_sum_to_one_whatever_the_logits(rows: list[list[float]]) -> None:
    shares = softmax(np.array(rows).reshape(len(rows), 3))
    assert shares.shape == (len(rows), 3)
    assert np.allclose(shares.sum(axis=1), 1)
