"""The start before any label: words in context, and what sentences mean."""

import lzma
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from classifiers import heads
from classifiers.contract import Text
from classifiers.dataset import read_corpus
from classifiers.encoder import own_encoder
from classifiers.learn import Optimiser, Schedule
from classifiers.load import load
from classifiers.pretrain import (
    Lessons,
    Meanings,
    Teacher,
    _School,
    main,
    meanings,
    plain_texts,
    pretrain,
    translations,
)
from classifiers.serving import padded
from classifiers.train import describe, train
from classifiers.transformer import ComplaintNetwork, encode, load_encoder, load_network, load_tokenizer
from tests.classifiers.conftest import TINY, TINY_RECIPE
from tests.classifiers.posts import CORPUS, write_corpus, write_set
from tests.classifiers.random_models import random_checkpoint

PAIRS = [
    ("My parcel is two weeks late", "Sūtījums nav atnācis, gaidu divas nedēļas"),
    ("The internet is down for the third day", "Internets nestrādā jau trešo dienu"),
    ("You charged me twice, no refund", "Naudu noņēmāt divreiz, atmaksas nav"),
    ("Thanks for the quick help", "Paldies par ātro palīdzību"),
    ("How much is delivery to Riga?", "Cik maksā piegāde uz Rīgu?"),
    ("It rains in Riga and it is cold", "Šodien Rīgā līst un ir auksts"),
]
LESSONS = Lessons(pairs=50, lines=50, batch_tokens=128)


def write_xz(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


@pytest.fixture
def network(small_tokenizer: Any) -> ComplaintNetwork:
    torch.manual_seed(0)
    return own_encoder(small_tokenizer, TINY, domains=1)


@pytest.fixture(scope="module")
def teacher_folder(small_tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_checkpoint("bert", small_tokenizer, tmp_path_factory.mktemp("teacher"), positions=80)


def taught(repeats: int = 1) -> Meanings:
    """Both sides of the pairs with vectors that are far from each other."""
    vectors = np.eye(len(PAIRS), 8, dtype=np.float16)
    texts = [one for one, _ in PAIRS] + [other for _, other in PAIRS]
    return Meanings(texts * repeats, np.array([*range(len(PAIRS))] * 2 * repeats), vectors)


class TestPretraining:
    def found(self, network: ComplaintNetwork, tokenizer: Any, tower: str) -> int:
        """How many translations lie nearer to their own original than to any other."""
        network.eval()
        sides = []
        for texts in zip(*PAIRS, strict=True):
            ids, mask = (torch.from_numpy(one) for one in padded(encode(tokenizer, texts), tokenizer.pad_token_id))
            with torch.inference_mode():
                deep, wide = network.deep.features(mask, input_ids=ids), network.wide.features(ids, mask)
            sides.append(torch.nn.functional.normalize(deep if tower == "deep" else wide, dim=-1))
        return int(((sides[1] @ sides[0].T).argmax(dim=1) == torch.arange(len(PAIRS))).sum())

    def test_a_translation_comes_to_lie_near_its_original(
        self, network: ComplaintNetwork, small_tokenizer: Any
    ) -> None:
        before = {tower: self.found(network, small_tokenizer, tower) for tower in ("deep", "wide")}
        pretrain(network, small_tokenizer, [], taught(120), LESSONS)
        after = {tower: self.found(network, small_tokenizer, tower) for tower in ("deep", "wide")}
        assert max(before.values()) < len(PAIRS)
        assert after == {"deep": len(PAIRS), "wide": len(PAIRS)}

    def test_the_heads_see_no_label(self, network: ComplaintNetwork, small_tokenizer: Any) -> None:
        before = [weight.detach().clone() for weight in network.deep.heads.parameters()]
        encoder = network.encoder.get_input_embeddings().weight.detach().clone()
        pretrain(network, small_tokenizer, [row["text"] for row in CORPUS[:10]], taught(), LESSONS)
        assert all(torch.equal(one, other) for one, other in zip(before, network.deep.heads.parameters(), strict=True))
        assert not torch.equal(encoder, network.encoder.get_input_embeddings().weight)

    def test_the_same_seed_gives_the_same_weights(self, small_tokenizer: Any) -> None:
        made = []
        for _ in range(2):
            torch.manual_seed(0)
            network = own_encoder(small_tokenizer, TINY, domains=1)
            pretrain(network, small_tokenizer, [row["text"] for row in CORPUS[:10]], taught(), LESSONS)
            made.append(network.state_dict())
        assert all(torch.equal(one, made[1][name]) for name, one in made[0].items())

    @pytest.mark.parametrize("plain", [[], ["My parcel is two weeks late"]])
    def test_either_lesson_may_be_short_of_texts(
        self, network: ComplaintNetwork, small_tokenizer: Any, plain: list[str]
    ) -> None:
        none = Meanings([], np.array([], dtype=np.int64), np.zeros((0, 8), dtype=np.float16))
        pretrain(network, small_tokenizer, plain, taught() if not plain else none, LESSONS)
        assert all(torch.isfinite(weight).all() for weight in network.parameters())


class TestLosses:
    @pytest.fixture
    def school(self, network: ComplaintNetwork, small_tokenizer: Any) -> _School:
        return _School(network, small_tokenizer, 8)

    def batch(self, tokenizer: Any, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        ids, mask = (torch.from_numpy(one) for one in padded(encode(tokenizer, texts), tokenizer.pad_token_id))
        return ids, mask

    def test_that_of_meaning_goes_down(self, school: _School, small_tokenizer: Any) -> None:
        said = taught()
        ids, mask = self.batch(small_tokenizer, said.texts)
        vectors = torch.from_numpy(said.vectors[said.rows].astype(np.float32))
        optimiser = Optimiser(school, Schedule(rate=5e-3, look_up_rate=1e-2), 40)
        losses = []
        for _ in range(40):
            loss = school.meaning(ids, mask, vectors)
            optimiser.step(loss)
            losses.append(float(loss.detach()))
        assert losses[0] > 1.5
        assert losses[-1] < 0.3 * losses[0]

    def test_that_of_guessing_goes_down(self, school: _School, small_tokenizer: Any) -> None:
        torch.manual_seed(4)
        ids, mask = self.batch(small_tokenizer, [row["text"] for row in CORPUS[:16]])
        optimiser = Optimiser(school, Schedule(rate=3e-3, look_up_rate=1e-2), 60)
        losses = []
        for _ in range(60):
            loss = school.guessing(ids, mask)
            optimiser.step(loss)
            losses.append(float(loss.detach()))
        assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:5])

    def test_a_batch_without_a_word_to_guess_costs_nothing(self, school: _School, small_tokenizer: Any) -> None:
        ids, mask = self.batch(small_tokenizer, ["", ""])
        loss = school.guessing(ids, mask)
        loss.backward()
        assert float(loss.detach()) == 0.0
        assert all(torch.isfinite(one.grad.to_dense()).all() for one in school.parameters() if one.grad is not None)

    def test_a_text_of_one_word_is_guessed_too(self, school: _School, small_tokenizer: Any) -> None:
        assert float(school.guessing(*self.batch(small_tokenizer, ["Paldies"])).detach()) > 0.0


class TestTeacher:
    def test_it_says_the_mean_of_its_states_at_length_one(self, teacher_folder: Path) -> None:
        encoder, tokenizer = load_encoder(str(teacher_folder)).eval(), load_tokenizer(teacher_folder)
        with torch.inference_mode():
            mean = encoder(**tokenizer([PAIRS[0][0]], return_tensors="pt")).last_hidden_state[0].mean(dim=0)
        said = Teacher(str(teacher_folder)).vectors([PAIRS[0][0]])
        assert said.dtype == np.float16
        assert said[0] == pytest.approx((mean / mean.norm()).numpy(), abs=0.02)

    def test_texts_come_back_in_the_asked_order_and_as_often(self, teacher_folder: Path) -> None:
        texts = ["late", PAIRS[1][0], "late", PAIRS[0][0]]
        together = Teacher(str(teacher_folder)).vectors(texts)
        alone = np.concatenate([Teacher(str(teacher_folder)).vectors([text]) for text in texts])
        assert together.shape == (4, 16)
        assert np.abs(together.astype(np.float32) - alone.astype(np.float32)).max() < 0.02

    def test_a_long_text_is_cut(self, teacher_folder: Path) -> None:
        assert np.isfinite(Teacher(str(teacher_folder)).vectors(["late again " * 200])).all()

    def test_what_it_said_is_kept_and_not_asked_again(self, teacher_folder: Path, tmp_path: Path) -> None:
        cache = tmp_path / "said"
        first = Teacher(str(teacher_folder), cache).vectors(["late", "Naudu atpakaļ"])
        kept = cache.read_bytes()
        assert (Teacher(str(teacher_folder), cache).vectors(["Naudu atpakaļ", "late"]) == first[::-1]).all()
        assert cache.read_bytes() == kept

    def test_a_kept_answer_needs_no_teacher(self, small_tokenizer: Any, tmp_path: Path) -> None:
        folder = random_checkpoint("bert", small_tokenizer, tmp_path / "teacher", positions=80)
        first = Teacher(str(folder), tmp_path / "said").vectors(["late"])
        (folder / "model.safetensors").unlink()
        again = Teacher(str(folder), tmp_path / "said")
        assert (again.vectors(["late"]) == first).all()
        with pytest.raises(OSError, match=r"model\.safetensors"):
            again.vectors(["another"])

    def test_new_texts_are_added_to_what_is_kept(self, teacher_folder: Path, tmp_path: Path) -> None:
        cache = tmp_path / "said.npz"
        Teacher(str(teacher_folder), cache).vectors(["late"])
        Teacher(str(teacher_folder), cache).vectors(["early"])
        with np.load(cache) as kept:
            assert len(kept["vectors"]) == 2

    def test_what_another_teacher_said_is_refused(self, teacher_folder: Path, tmp_path: Path) -> None:
        cache = tmp_path / "said.npz"
        Teacher(str(teacher_folder), cache).vectors(["late"])
        with pytest.raises(ValueError, match=r"said\.npz: keeps what .* said, not team/other; give another file"):
            Teacher("team/other", cache)


class TestTranslations:
    def test_the_english_side_comes_first_whichever_column_it_was(self, tmp_path: Path) -> None:
        write_xz(tmp_path / "en-lv.tsv.xz", ["Where is my parcel?\tKur ir mans sūtījums?"])
        write_xz(tmp_path / "bg-en.tsv.xz", ["Къде е моята пратка?\tWhere is my parcel now?"])
        assert sorted(translations(tmp_path, LESSONS)) == [
            ("Where is my parcel now?", "Къде е моята пратка?"),
            ("Where is my parcel?", "Kur ir mans sūtījums?"),
        ]

    @pytest.mark.parametrize("name", ["lv-ru.tsv.xz", "sven-lv.tsv.xz", "en-lv.txt.xz"])
    def test_a_file_without_english_is_left_alone(self, tmp_path: Path, name: str) -> None:
        write_xz(tmp_path / name, ["Where is my parcel?\tKur ir mans sūtījums?"])
        assert translations(tmp_path, LESSONS) == []

    @pytest.mark.parametrize(
        "line",
        [
            "",
            "Where is my parcel?",
            "Where is my parcel?\t ",
            "Where is my parcel?\tKur?",
            "Hi\tKur ir mans sūtījums?",
            f"Where is my parcel?\t{'Kur ir mans sūtījums? ' * 20}",
        ],
    )
    def test_half_a_pair_and_what_is_too_short_or_too_long_are_left_out(self, tmp_path: Path, line: str) -> None:
        write_xz(tmp_path / "en-lv.tsv.xz", [line, "\t".join(PAIRS[0])])
        assert translations(tmp_path, LESSONS) == [PAIRS[0]]

    def test_a_third_column_does_not_matter(self, tmp_path: Path) -> None:
        write_xz(tmp_path / "en-lv.tsv.xz", ["\t".join([*PAIRS[0], "tatoeba"])])
        assert translations(tmp_path, LESSONS) == [PAIRS[0]]

    def test_a_file_gives_so_many_pairs_and_no_more(self, tmp_path: Path) -> None:
        for name in ("en-lv", "en-ru"):
            write_xz(
                tmp_path / f"{name}.tsv.xz", [f"Where is parcel {n} now?\tKur ir sūtījums {n}?" for n in range(90)]
            )
        assert len(translations(tmp_path, LESSONS)) == 100

    def test_the_same_seed_takes_the_same(self, tmp_path: Path) -> None:
        write_xz(tmp_path / "en-lv.tsv.xz", [f"Where is parcel {n} now?\tKur ir sūtījums {n}?" for n in range(90)])
        assert translations(tmp_path, LESSONS) == translations(tmp_path, LESSONS)
        assert translations(tmp_path, LESSONS) != translations(tmp_path, replace(LESSONS, seed=2))

    def test_no_folder_has_no_translations(self, tmp_path: Path) -> None:
        assert translations(tmp_path / "nowhere", LESSONS) == []


class TestPlainTexts:
    def test_lines_are_normalised(self, tmp_path: Path) -> None:
        write_xz(tmp_path / "sv.txt.xz", ["God morgon @Banken  hej!!!!!!"])
        assert list(plain_texts(tmp_path, LESSONS)) == ["God morgon @user hej!!!"]

    def test_what_is_too_short_or_too_long_is_left_out(self, tmp_path: Path) -> None:
        write_xz(tmp_path / "sv.txt.xz", ["hej", "  hej          ", "en rad " * 60, "en rad som är lagom lång"])
        assert list(plain_texts(tmp_path, LESSONS)) == ["en rad som är lagom lång"]

    def test_home_languages_give_three_times_as_many(self, tmp_path: Path) -> None:
        for lang in ("lv", "sv"):
            write_xz(tmp_path / f"{lang}.txt.xz", [f"{lang} rinda numur {number}" for number in range(500)])
        texts = list(plain_texts(tmp_path, LESSONS))
        assert sum(text.startswith("lv") for text in texts) == 150
        assert sum(text.startswith("sv") for text in texts) == 50

    def test_a_short_file_is_read_whole(self, tmp_path: Path) -> None:
        lines = [f"sv rinda numur {number}" for number in range(30)]
        write_xz(tmp_path / "sv.txt.xz", lines)
        assert sorted(plain_texts(tmp_path, LESSONS)) == sorted(lines)


class TestMeanings:
    def test_original_and_translation_have_the_vector_of_the_original(self, teacher_folder: Path) -> None:
        teacher = Teacher(str(teacher_folder))
        made = meanings(PAIRS, ["A sentence of its own"], teacher)
        assert len(made.vectors) == len(PAIRS) + 1
        said = {text: made.vectors[row] for text, row in zip(made.texts, made.rows, strict=True)}
        for original, translation in PAIRS:
            assert (said[original] == teacher.vectors([original])[0]).all()
            assert (said[translation] == said[original]).all()
        assert "A sentence of its own" in said

    def test_an_original_with_two_translations_is_asked_and_read_once(self, teacher_folder: Path) -> None:
        made = meanings([PAIRS[0], (PAIRS[0][0], "Где моя посылка?")], [PAIRS[0][0]], Teacher(str(teacher_folder)))
        assert list(made.texts) == [*PAIRS[0], "Где моя посылка?"]
        assert made.rows.tolist() == [0, 0, 0]

    def test_the_network_reads_normalised_texts(self, teacher_folder: Path) -> None:
        made = meanings([("Thanks @Bank", "Paldies @Banka")], [], Teacher(str(teacher_folder)))
        assert list(made.texts) == ["Thanks @user", "Paldies @user"]

    def test_nothing_to_ask_about_is_an_error(self, teacher_folder: Path) -> None:
        with pytest.raises(ValueError, match="no English sentence"):
            meanings([], [], Teacher(str(teacher_folder)))


class TestCommand:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The command's own size is for real training; nothing else is replaced."""
        monkeypatch.setattr("classifiers.pretrain.Size", lambda: TINY)

    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        folder = tmp_path / "data"
        write_set(folder / "labelled", "umsab", [{"text": f"{row['text']} 1", "lang": row["lang"]} for row in CORPUS])
        write_xz(folder / "parallel" / "en-lv.tsv.xz", ["\t".join(pair) for pair in PAIRS])
        write_xz(folder / "raw" / "lv.txt.xz", [f"Šodien Rīgā līst {number}. dienu" for number in range(40)])
        write_corpus(tmp_path / "corpus", CORPUS)
        return folder

    def run(self, data: Path, teacher: Path, *more: str) -> Path:
        out = data.parent / "base"
        given = {"--data": data, "--corpus": data.parent / "corpus", "--teacher": teacher, "--out": out}
        assert (
            main([*(str(one) for pair in given.items() for one in pair), "--pairs", "20", "--lines", "5", *more]) == 0
        )
        return out

    def test_what_it_writes_is_a_base_for_training(self, data: Path, teacher_folder: Path, tmp_path: Path) -> None:
        base = self.run(data, teacher_folder, "--cache", str(tmp_path / "said.npz"))
        assert {path.name for path in base.iterdir()} == {
            "config.json",
            "heads.safetensors",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
        }
        assert (tmp_path / "said.npz").is_file()

        still = Schedule(rate=0.0, look_up_rate=0.0)
        recipe = replace(
            TINY_RECIPE, draws=100, wide_draws=100, corpus_repeats=1, base=str(base), deep=still, wide=still
        )
        examples = read_corpus(tmp_path / "corpus")
        card = train(examples, tmp_path / "model", recipe)

        before, after = load_network(base), load_network(tmp_path / "model")
        assert card.domains == ("corpus",)
        assert torch.equal(before.encoder.get_input_embeddings().weight, after.encoder.get_input_embeddings().weight)
        assert torch.equal(before.wide.bag.weight, after.wide.bag.weight)
        assert not torch.equal(before.deep.heads.common.weight, after.deep.heads.common.weight)
        assert load(str(tmp_path / "model"), engine="torch").classify([Text("late again")])[0].model == card.full_name

        describe(tmp_path / "model", card, examples, recipe, 1.0)
        page = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
        assert "from a base of `python -m classifiers.pretrain`" in page
        assert str(tmp_path) not in page

    def test_the_vocabulary_of_an_earlier_model_can_be_taken_over(self, data: Path, teacher_folder: Path) -> None:
        base = self.run(data, teacher_folder, "--vocabulary", str(teacher_folder))
        assert load_tokenizer(base).get_vocab() == load_tokenizer(teacher_folder).get_vocab()
        assert not (base / heads.FILE).exists()
