"""Training end to end, in miniature: what is learnt, what is written, and what is refused."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from classifiers import heads
from classifiers.contract import Classifier, Kind, Text, Threat
from classifiers.dataset import Example
from classifiers.learn import Schedule
from classifiers.load import load
from classifiers.train import Recipe, development, main, train
from classifiers.transformer import load_network, load_tokenizer
from tests.classifiers.conftest import TINY_RECIPE
from tests.classifiers.posts import CORPUS, TEST_POSTS, write_corpus, write_set
from tests.classifiers.random_models import FAMILIES, random_checkpoint

SHORT = replace(TINY_RECIPE, draws=100, wide_draws=100, corpus_repeats=1)
STILL = Schedule(rate=0.0, encoder_rate=0.0, look_up_rate=0.0)


class TestWhatIsLearnt:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_the_kinds_of_its_posts(
        self, torch_classifier: Classifier, corpus_examples: list[Example], kind: Kind
    ) -> None:
        own = [row for row in corpus_examples if row.split == "train" and kind.value in row.targets["kind"].yes]
        verdicts = torch_classifier.classify([Text(row.text) for row in own])
        assert sum(verdict.kind_label is kind for verdict in verdicts) >= 0.8 * len(own)

    def test_a_lawyer_raises_the_risk(self, torch_classifier: Classifier) -> None:
        lawyer, calm = torch_classifier.classify(
            [Text("Подаю в суд, вы обманщики"), Text("Сколько стоит доставка в Москву?")]
        )
        assert lawyer.threats[Threat.LEGAL] > calm.threats[Threat.LEGAL]
        assert lawyer.escalation > calm.escalation


class TestWhatIsWritten:
    def test_the_card_that_is_returned_is_the_card_on_disk(self, trained: tuple[Path, heads.ModelCard]) -> None:
        folder, card = trained
        assert heads.read(folder) == card

    def test_the_version_is_that_of_the_weights(self, trained: tuple[Path, heads.ModelCard]) -> None:
        folder, card = trained
        assert card.version == heads.weights_version(folder)

    def test_too_few_rows_claim_no_language(self, trained: tuple[Path, heads.ModelCard]) -> None:
        assert trained[1].languages == ()

    def test_the_longest_input_is_the_networks(self, trained: tuple[Path, heads.ModelCard]) -> None:
        assert trained[1].max_length == 48

    def test_the_same_recipe_gives_the_same_weights(self, corpus_examples: list[Example], tmp_path: Path) -> None:
        one, other = (train(corpus_examples, tmp_path / name, SHORT) for name in ("a", "b"))
        assert one.version == other.version

    def test_the_card_names_the_domains_of_the_heads(self, trained: tuple[Path, heads.ModelCard]) -> None:
        assert trained[1].domains == ("corpus",)

    def test_noise_changes_what_is_learnt(self, corpus_examples: list[Example], tmp_path: Path) -> None:
        clean = train(corpus_examples, tmp_path / "a", replace(SHORT, noise=0.0))
        noisy = train(corpus_examples, tmp_path / "b", replace(SHORT, noise=1.0))
        assert clean.version != noisy.version

    def test_each_tower_is_shown_its_own_number_of_draws(
        self, corpus_examples: list[Example], tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        rows = len([row for row in corpus_examples if row.split == "train"])
        with caplog.at_level(logging.INFO, logger="classifiers.train"):
            train(corpus_examples, tmp_path, replace(SHORT, draws=4 * rows, wide_draws=20 * rows, corpus_repeats=2))
        assert f"deep: {2 * rows} draws of {rows} examples" in caplog.text
        assert f"wide: {4 * rows} draws of {rows} examples" in caplog.text

    def test_another_seed_gives_other_weights(self, corpus_examples: list[Example], tmp_path: Path) -> None:
        one = train(corpus_examples, tmp_path / "a", SHORT)
        other = train(corpus_examples, tmp_path / "b", replace(SHORT, seed=9))
        assert one.version != other.version


class TestWhatIsClaimed:
    def test_a_language_with_enough_trusted_rows_is_claimed(self, tmp_path: Path) -> None:
        card = train(_reviews("lv", "lv_ltec", 520), tmp_path, SHORT)
        assert card.languages == ("lv",)

    def test_polarity_guessed_from_emotions_claims_nothing(self, tmp_path: Path) -> None:
        card = train(_reviews("fi", "xed_emotion", 520, weight=0.25), tmp_path, SHORT)
        assert card.languages == ()

    def test_a_hundred_posts_of_our_own_corpus_are_enough(self, tmp_path: Path) -> None:
        card = train(_reviews("bg", "corpus_bg", 100), tmp_path, SHORT)
        assert card.languages == ("bg",)


def _reviews(lang: str, source: str, count: int, weight: float = 1.0) -> list[Example]:
    from classifiers.sets import Target

    good, bad = (Target(frozenset({one}), weight=weight) for one in ("positive", "negative"))
    return [
        Example(
            f"{'labi' if number % 2 else 'slikti'} {number}",
            lang,
            source,
            "train",
            {"sentiment": good if number % 2 else bad},
        )
        for number in range(count)
    ]


class TestBases:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_a_given_encoder_is_fine_tuned_with_its_own_tokenizer(
        self, family: str, small_tokenizer: Any, corpus_examples: list[Example], tmp_path: Path
    ) -> None:
        base = random_checkpoint(family, small_tokenizer, tmp_path / "base")
        card = train(corpus_examples, tmp_path / "tuned", replace(SHORT, base=str(base)))
        verdict = load(str(tmp_path / "tuned"), engine="torch").classify([Text("late again")])[0]
        assert verdict.model == card.full_name
        assert card.max_length == 38

    def test_a_model_of_ours_is_trained_on_with_its_heads(
        self, model_folder: Path, corpus_examples: list[Example], tmp_path: Path
    ) -> None:
        train(corpus_examples, tmp_path, replace(SHORT, base=str(model_folder), deep=STILL, wide=STILL))
        before, after = load_network(model_folder), load_network(tmp_path)
        assert same(before.deep, after.deep)
        assert same(before.wide, after.wide)

    def test_the_vocabulary_of_an_earlier_model_can_be_taken_over(
        self, model_folder: Path, corpus_examples: list[Example], tmp_path: Path
    ) -> None:
        train(corpus_examples, tmp_path, replace(SHORT, vocabulary=str(model_folder)))
        assert load_tokenizer(tmp_path).get_vocab() == load_tokenizer(model_folder).get_vocab()


def same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(first, second) for first, second in pairs)


class TestWhatIsNotSeen:
    def test_test_rows_change_nothing(self, corpus_examples: list[Example], tmp_path: Path) -> None:
        without = [row for row in corpus_examples if row.split != "test"]
        assert train(corpus_examples, tmp_path / "a", SHORT).version == train(without, tmp_path / "b", SHORT).version

    def test_dev_rows_change_no_tower(self, corpus_examples: list[Example], tmp_path: Path) -> None:
        rows = [row for row in corpus_examples if row.split == "train"]
        dev = [replace(row, split="dev") for row in rows] * 2
        train(rows, tmp_path / "a", SHORT)
        train(rows + dev, tmp_path / "b", SHORT)
        one, other = load_network(tmp_path / "a"), load_network(tmp_path / "b")
        assert same(one.deep, other.deep)
        assert same(one.wide, other.wide)

    def test_enough_dev_rows_decide_how_much_each_tower_counts(
        self, corpus_examples: list[Example], tmp_path: Path
    ) -> None:
        rows = [row for row in corpus_examples if row.split == "train"]
        dev = [replace(row, split="dev") for row in rows] * 2
        train(rows + dev, tmp_path, replace(SHORT, draws=0, wide_draws=2_000, corpus_repeats=10))
        _, wide = load_network(tmp_path).get_buffer("mix")[:, heads.COLUMNS["kind"]]
        assert wide.min() > 1.0

    def test_a_few_dev_rows_leave_it_at_half(self, trained: tuple[Path, heads.ModelCard]) -> None:
        assert (load_network(trained[0]).get_buffer("mix") == 0.5).all()

    def test_nothing_to_learn_from_is_an_error(self, corpus_examples: list[Example], tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="nothing to learn from"):
            train([row for row in corpus_examples if row.split == "test"], tmp_path, SHORT)

    def test_the_largest_set_does_not_decide_the_calibration(self) -> None:
        rows = [Example(str(number), "en", "umsab", "dev", {}) for number in range(5_000)]
        rows += [Example(str(number), "lv", "lv_ltec", "dev", {}) for number in range(50)]
        assert len(development(rows, seed=1)) == 650


class TestCommand:
    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        """A folder as the command expects it, with one public set and one that may only measure."""
        folder = tmp_path / "data"
        rows = [{"text": f"{row['text']} {number}", "lang": row["lang"], "complaint": int(row["kind"] == "complaint")}
                for number in range(4) for row in CORPUS]  # fmt: skip
        write_set(folder / "labelled", "isp_messages_id", rows)
        airline = [
            {"text": f"flight {number} was great", "lang": "en", "sentiment": "positive"} for number in range(20)
        ]
        write_set(folder / "labelled", "us_airline_sentiment", airline)
        return folder

    @pytest.fixture
    def corpus(self, tmp_path: Path) -> Path:
        return write_corpus(tmp_path / "corpus", [*CORPUS, *TEST_POSTS])

    def run(self, data: Path, corpus: Path, out: Path, *more: str) -> int:
        folders = ["--data", str(data), "--corpus", str(corpus), "--out", str(out)]
        return main([*folders, "--draws", "60", "--wide-draws", "60", *more])

    def test_it_writes_a_whole_model_folder(
        self, data: Path, corpus: Path, tmp_path: Path, small_by_default: None
    ) -> None:
        assert self.run(data, corpus, tmp_path / "out") == 0
        written = {path.name for path in (tmp_path / "out").iterdir()}
        assert {
            "README.md",
            "config.json",
            "heads.json",
            "heads.safetensors",
            "model.onnx",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "training.json",
        } == written

    def test_the_card_names_what_was_trained_on_and_nothing_else(
        self, data: Path, corpus: Path, tmp_path: Path, small_by_default: None
    ) -> None:
        self.run(data, corpus, tmp_path / "out", "--no-onnx", "--seed", "5")
        card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
        training = card.split("## Figures")[0]
        assert "| isp_messages_id | none-stated |" in training
        assert "| corpus | cc0 |" in training
        assert "us_airline_sentiment" not in training
        assert "measured on the dev rows of 1 set" in card
        assert "seed 5" in card

    def test_the_card_of_a_continued_model_names_what_it_continued(
        self, data: Path, corpus: Path, model_folder: Path, tmp_path: Path
    ) -> None:
        self.run(data, corpus, tmp_path / "out", "--no-onnx", "--base", str(model_folder), "--rate", "0.001")
        card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
        assert f"continued from {heads.read(model_folder).full_name}" in card
        assert str(model_folder) not in card

    def test_the_card_of_a_tuned_encoder_names_its_folder_and_not_where_it_lies(
        self, data: Path, corpus: Path, small_tokenizer: Any, tmp_path: Path, small_by_default: None
    ) -> None:
        base = random_checkpoint("bert", small_tokenizer, tmp_path / "minibert")
        self.run(data, corpus, tmp_path / "out", "--no-onnx", "--base", str(base))
        card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
        assert "from minibert" in card
        assert str(tmp_path) not in card

    def test_a_non_commercial_set_named_for_training_is_refused(self, data: Path, corpus: Path, tmp_path: Path) -> None:
        from classifiers.dataset import NotForTraining

        with pytest.raises(NotForTraining, match="us_airline_sentiment"):
            self.run(data, corpus, tmp_path / "out", "--sets", "us_airline_sentiment")
        assert not (tmp_path / "out").exists()

    @pytest.fixture
    def small_by_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The command's own size is for real training; the recipe's default is the only thing replaced."""
        tiny = TINY_RECIPE.size
        monkeypatch.setattr("classifiers.train.Size", lambda: tiny)
        monkeypatch.setattr("classifiers.train.Recipe", lambda **given: Recipe(**({"size": tiny} | given)))


def test_logits_of_a_written_model_are_numbers(torch_classifier: Classifier) -> None:
    verdicts = torch_classifier.classify([Text(row["text"]) for row in CORPUS])
    assert all(np.isfinite(verdict.escalation) for verdict in verdicts)
