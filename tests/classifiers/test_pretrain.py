"""The start before any label: another encoder's layers, and what it says of sentences."""

import lzma
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cosine_similarity

from classifiers import heads
from classifiers.contract import Text
from classifiers.dataset import Example, read_corpus
from classifiers.encoder import under_towers
from classifiers.glossary import Glossary
from classifiers.learn import Schedule
from classifiers.load import load
from classifiers.pretrain import (
    Lessons,
    Meanings,
    alignment_texts,
    distil,
    english_texts,
    grafted,
    main,
    meanings,
    switched,
    translations,
)
from classifiers.serving import padded
from classifiers.teacher import Teacher, mean_state
from classifiers.train import describe, train
from classifiers.transformer import ComplaintNetwork, encode, load_encoder, load_network, load_tokenizer
from classifiers.vocabulary import train_tokenizer
from tests.classifiers.conftest import TINY, TINY_RECIPE
from tests.classifiers.posts import CORPUS, write_corpus, write_set
from tests.classifiers.random_models import random_encoder, random_teacher

PAIRS = [
    ("My parcel is two weeks late", "Sūtījums nav atnācis, gaidu divas nedēļas"),
    ("The internet is down for the third day", "Internets nestrādā jau trešo dienu"),
    ("You charged me twice, no refund", "Naudu noņēmāt divreiz, atmaksas nav"),
    ("Thanks for the quick help", "Paldies par ātro palīdzību"),
    ("How much is delivery to Riga?", "Cik maksā piegāde uz Rīgu?"),
    ("It rains in Riga and it is cold", "Šodien Rīgā līst un ir auksts"),
]
ENGLISH = [one for one, _ in PAIRS]
WORDS = Glossary("lv", {"internets": ("internet",), "atkal": ("again",), "sūtījums": ("parcel", "my parcel")})
LESSONS = Lessons(batch_tokens=128, switched=50)


def write_xz(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


@pytest.fixture(scope="module")
def teacher_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A teacher with a vocabulary of its own, which knows English alone."""
    texts = [row["text"] for row in CORPUS if row["lang"] == "en"] + ENGLISH
    return random_teacher(train_tokenizer(texts * 2, size=300, max_length=58), tmp_path_factory.mktemp("teacher"))


@pytest.fixture
def network(small_tokenizer: Any) -> ComplaintNetwork:
    """Untaught towers over an encoder of one layer, 16 wide."""
    torch.manual_seed(0)
    return under_towers(random_encoder("bert", small_tokenizer, positions=60), TINY, domains=1)


def taught(repeats: int = 1) -> Meanings:
    """Both sides of the pairs with vectors that are far from each other."""
    vectors = np.eye(len(PAIRS), 16, dtype=np.float16)
    texts = ENGLISH + [other for _, other in PAIRS]
    return Meanings(texts * repeats, np.array([*range(len(PAIRS))] * 2 * repeats), vectors)


def missed(network: ComplaintNetwork, tokenizer: Any) -> float:
    """One minus the cosine between what the encoder says of the pairs' sides and what is meant."""
    said = taught()
    ids, mask = (torch.from_numpy(one) for one in padded(encode(tokenizer, said.texts), tokenizer.pad_token_id))
    with torch.inference_mode():
        vectors = mean_state(network.encoder.eval()(input_ids=ids, attention_mask=mask).last_hidden_state, mask)
    return 1.0 - float(cosine_similarity(vectors, torch.from_numpy(said.vectors[said.rows]).float()).mean())


class TestDistilling:
    QUICK = replace(LESSONS, rate=3e-3, embeddings_rate=3e-3, bag_rate=1e-2, examiner_rate=1e-2)

    def found(self, network: ComplaintNetwork, tokenizer: Any, tower: str) -> int:
        """How many translations lie nearer to their own original than to any other."""
        network.eval()
        sides = []
        for texts in zip(*PAIRS, strict=True):
            ids, mask = (torch.from_numpy(one) for one in padded(encode(tokenizer, texts), tokenizer.pad_token_id))
            with torch.inference_mode():
                states = network.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
                said = mean_state(states, mask) if tower == "deep" else network.wide.features(ids, mask)
            sides.append(torch.nn.functional.normalize(said, dim=-1))
        return int(((sides[1] @ sides[0].T).argmax(dim=1) == torch.arange(len(PAIRS))).sum())

    def test_a_translation_comes_to_lie_near_its_original(
        self, network: ComplaintNetwork, small_tokenizer: Any
    ) -> None:
        before = {tower: self.found(network, small_tokenizer, tower) for tower in ("deep", "wide")}
        distil(network, small_tokenizer, taught(150), self.QUICK)
        after = {tower: self.found(network, small_tokenizer, tower) for tower in ("deep", "wide")}
        assert max(before.values()) < len(PAIRS)
        assert after == {"deep": len(PAIRS), "wide": len(PAIRS)}

    def test_what_the_encoder_misses_becomes_less(self, network: ComplaintNetwork, small_tokenizer: Any) -> None:
        before = missed(network, small_tokenizer)
        distil(network, small_tokenizer, taught(100), self.QUICK)
        assert missed(network, small_tokenizer) < 0.3 * before

    def test_heads_and_narrow_layer_learn_nothing(self, network: ComplaintNetwork, small_tokenizer: Any) -> None:
        before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
        distil(network, small_tokenizer, taught(), LESSONS)
        moved = {name for name, weight in network.named_parameters() if not torch.equal(weight, before[name])}
        assert "wide.bag.weight" in moved
        assert "deep.encoder.embeddings.word_embeddings.weight" in moved
        assert not [name for name in moved if "heads" in name or "narrow" in name]

    def test_dropout_rests_meanwhile(self, network: ComplaintNetwork, small_tokenizer: Any) -> None:
        worn = []
        network.encoder.register_forward_hook(lambda module, given, made: worn.append(module.training))
        distil(network, small_tokenizer, taught(), LESSONS)
        assert set(worn) == {False}
        assert network.training
        assert network.encoder.training

    def test_the_same_seed_gives_the_same_weights(self, small_tokenizer: Any) -> None:
        made = []
        for _ in range(2):
            torch.manual_seed(0)
            network = under_towers(random_encoder("bert", small_tokenizer, positions=60), TINY, domains=1)
            torch.manual_seed(0)
            distil(network, small_tokenizer, taught(3), LESSONS)
            made.append(network.state_dict())
        assert all(torch.equal(one, made[1][name]) for name, one in made[0].items())

    def test_a_long_text_is_cut(self, network: ComplaintNetwork, small_tokenizer: Any) -> None:
        said = Meanings(["late again " * 200], np.array([0]), np.eye(1, 16, dtype=np.float16))
        distil(network, small_tokenizer, said, LESSONS)
        assert all(torch.isfinite(weight).all() for weight in network.parameters())


class TestGrafting:
    def test_a_translation_is_near_its_original_before_any_lesson(
        self, small_tokenizer: Any, teacher_folder: Path
    ) -> None:
        teacher = Teacher(str(teacher_folder))
        with_pairs, without = (
            grafted(small_tokenizer, teacher, ENGLISH, pairs * 30, glossaries=[], size=TINY, lessons=LESSONS)
            for pairs in (PAIRS, PAIRS[:0])
        )
        assert self.near(with_pairs, small_tokenizer, teacher) > self.near(without, small_tokenizer, teacher) + 0.1

    def near(self, network: ComplaintNetwork, tokenizer: Any, teacher: Teacher) -> float:
        """The mean cosine between what the encoder says of translations and what the teacher says of originals."""
        texts = [other for _, other in PAIRS]
        ids, mask = (torch.from_numpy(one) for one in padded(encode(tokenizer, texts), tokenizer.pad_token_id))
        with torch.inference_mode():
            said = mean_state(network.encoder.eval()(input_ids=ids, attention_mask=mask).last_hidden_state, mask)
        meant = torch.from_numpy(teacher.vectors(ENGLISH)).float()
        return float(cosine_similarity(said - said.mean(dim=0), meant - meant.mean(dim=0)).mean())

    def test_a_word_of_the_glossary_begins_as_its_meaning(self, small_tokenizer: Any, teacher_folder: Path) -> None:
        teacher = Teacher(str(teacher_folder))
        alone, taught_word = (
            grafted(small_tokenizer, teacher, ENGLISH, [], glossaries=known, size=TINY, lessons=LESSONS)
            for known in ([], [Glossary("lv", {"paldies": ("thanks",)})])
        )
        own = encode(small_tokenizer, ["paldies"])[0][1:-1]
        meant = encode(small_tokenizer, ["thanks"])[0][1:-1]
        near = [
            float(cosine_similarity(rows[own].mean(dim=0), rows[meant].mean(dim=0), dim=0))
            for rows in (network.encoder.get_input_embeddings().weight.detach() for network in (alone, taught_word))
        ]
        assert near[1] > near[0] + 0.2

    def test_it_has_our_towers(self, small_tokenizer: Any, teacher_folder: Path) -> None:
        network = grafted(
            small_tokenizer, Teacher(str(teacher_folder)), ENGLISH, PAIRS, glossaries=[], size=TINY, lessons=LESSONS
        )
        assert network.encoder.config.model_type == "electra"
        assert network.wide.bag.weight.shape == (TINY.buckets, TINY.wide)
        assert network.deep.narrow.weight.shape == (TINY.deep, 64)


class TestTranslations:
    LENGTHS = (15, 300)

    def read(self, folder: Path, most: int = 50, seed: int = 1) -> list[tuple[str, str]]:
        return translations(folder, lambda _: most, self.LENGTHS, seed)

    def test_the_english_side_comes_first_whichever_column_it_was(self, tmp_path: Path) -> None:
        write_xz(tmp_path / "en-lv.tsv.xz", ["Where is my parcel?\tKur ir mans sūtījums?"])
        write_xz(tmp_path / "bg-en.tsv.xz", ["Къде е моята пратка?\tWhere is my parcel now?"])
        assert sorted(self.read(tmp_path)) == [
            ("Where is my parcel now?", "Къде е моята пратка?"),
            ("Where is my parcel?", "Kur ir mans sūtījums?"),
        ]

    @pytest.mark.parametrize("name", ["lv-ru.tsv.xz", "sven-lv.tsv.xz", "en-lv.txt.xz"])
    def test_a_file_without_english_is_left_alone(self, tmp_path: Path, name: str) -> None:
        write_xz(tmp_path / name, ["Where is my parcel?\tKur ir mans sūtījums?"])
        assert self.read(tmp_path) == []

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
        assert self.read(tmp_path) == [PAIRS[0]]

    def test_a_third_column_does_not_matter(self, tmp_path: Path) -> None:
        write_xz(tmp_path / "en-lv.tsv.xz", ["\t".join([*PAIRS[0], "tatoeba"])])
        assert self.read(tmp_path) == [PAIRS[0]]

    def test_a_language_gives_as_many_pairs_as_it_may(self, tmp_path: Path) -> None:
        for name in ("en-lv", "en-ru", "de-en"):
            write_xz(
                tmp_path / f"{name}.tsv.xz", [f"Where is parcel {n} now?\tKur ir sūtījums {n}?" for n in range(90)]
            )
        may = {"lv": 60, "ru": 200}
        assert len(translations(tmp_path, lambda lang: may.get(lang, 7), self.LENGTHS, 1)) == 60 + 90 + 7

    def test_the_same_seed_takes_the_same(self, tmp_path: Path) -> None:
        write_xz(tmp_path / "en-lv.tsv.xz", [f"Where is parcel {n} now?\tKur ir sūtījums {n}?" for n in range(90)])
        assert self.read(tmp_path) == self.read(tmp_path)
        assert self.read(tmp_path) != self.read(tmp_path, seed=2)

    def test_no_folder_has_no_translations(self, tmp_path: Path) -> None:
        assert self.read(tmp_path / "nowhere") == []


class TestSwitching:
    def test_a_text_is_paired_with_itself_in_mixed_words(self) -> None:
        assert switched(["My parcel late again"], [WORDS], replace(LESSONS, switched_share=1.0)) == [
            ("My parcel late again", "sūtījums late atkal")
        ]

    def test_every_glossary_gets_as_many_texts_as_it_may(self) -> None:
        texts = [f"parcel {number}" for number in range(90)]
        glossaries = [WORDS, Glossary("bg", {"пратка": ("parcel",)})]
        made = switched(texts, glossaries, LESSONS)
        assert len(made) == 100
        assert {one for one, _ in made} <= set(texts)
        assert len({one for one, _ in made[:50]}) == 50
        assert any("пратка" in other for _, other in made[50:])

    def test_the_same_seed_switches_the_same(self) -> None:
        texts = [f"my parcel {number} again" for number in range(30)]
        assert switched(texts, [WORDS], LESSONS) == switched(texts, [WORDS], LESSONS)
        assert switched(texts, [WORDS], LESSONS) != switched(texts, [WORDS], replace(LESSONS, seed=2))


class TestEnglish:
    def examples(self) -> list[Example]:
        made = [Example(f"public {number}", "en", "umsab", "train", {}) for number in range(40)]
        made += [Example(f"own {number}", "en", "corpus_en", "train", {}) for number in range(20)]
        return [
            *made,
            Example("subtitle", "en", "xed_emotion", "train", {}),
            Example("latviski", "lv", "umsab", "train", {}),
        ]

    def test_our_corpus_is_read_whole_and_the_public_sets_in_part(self) -> None:
        texts = english_texts(self.examples(), replace(LESSONS, english=10))
        assert [text for text in texts if text.startswith("own")] == [f"own {number}" for number in range(20)]
        assert sum(text.startswith("public") for text in texts) == 10
        assert len(texts) == 30

    def test_the_alignment_reads_every_english_example_and_plain_lines(self, tmp_path: Path) -> None:
        write_xz(tmp_path / "en.txt.xz", ["A plain line @Shop!!!!!!", "too long " * 60])
        write_xz(tmp_path / "lv.txt.xz", ["rinda"])
        texts = alignment_texts(self.examples(), tmp_path, LESSONS)
        assert {"A plain line @user!!!", "subtitle", "own 3", "public 3"} <= set(texts)
        assert len(texts) == 62

    def test_the_alignment_reads_no_more_than_it_may(self, tmp_path: Path) -> None:
        texts = alignment_texts(self.examples(), tmp_path / "nowhere", replace(LESSONS, aligned_texts=25))
        assert len(texts) == 25
        assert {text.split()[0] for text in texts} >= {"own", "public"}


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


@pytest.mark.slow
class TestCommand:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The command's own size and amounts are for real training; nothing else is replaced."""
        monkeypatch.setattr("classifiers.pretrain.Size", lambda: TINY)

    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        folder = tmp_path / "data"
        write_set(folder / "labelled", "umsab", [{"text": f"{row['text']} 1", "lang": row["lang"]} for row in CORPUS])
        write_xz(folder / "parallel" / "en-lv.tsv.xz", ["\t".join(pair) for pair in PAIRS])
        for lang in ("lv", "en"):
            write_xz(folder / "raw" / f"{lang}.txt.xz", [f"Line {number} of {lang}" for number in range(40)])
        write_corpus(tmp_path / "corpus", CORPUS)
        return folder

    def run(self, data: Path, teacher: Path, *more: str, out: str = "base") -> Path:
        folder = data.parent / out
        given = {"--data": data, "--corpus": data.parent / "corpus", "--teacher": teacher, "--out": folder}
        assert main([*(str(one) for pair in given.items() for one in pair), *more]) == 0
        return folder

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

        for own, number in zip(load_encoder(str(base)).encoder.layer, TINY.teacher_layers, strict=True):
            theirs = load_encoder(str(teacher_folder)).encoder.layer[number]
            layers = [layer.output.dense.weight.detach().flatten() for layer in (own, theirs)]
            assert float(cosine_similarity(*layers, dim=0)) > 0.98
            assert not torch.equal(*layers)

        still = Schedule(rate=0.0, encoder_rate=0.0, look_up_rate=0.0)
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

    def test_run_twice_it_writes_the_same(self, data: Path, teacher_folder: Path) -> None:
        one, other = (
            self.run(data, teacher_folder, "--vocabulary", str(teacher_folder), out=out) for out in ("a", "b")
        )
        assert load_tokenizer(one).get_vocab() == load_tokenizer(teacher_folder).get_vocab()
        assert not (one / heads.FILE).exists()
        for name in ("model.safetensors", "heads.safetensors", "tokenizer.json"):
            assert (one / name).read_bytes() == (other / name).read_bytes()
