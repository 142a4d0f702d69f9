"""From a specification to a classifier, and the errors that say what to do."""

import shutil
from pathlib import Path

import pytest

from classifiers import heads
from classifiers.contract import Classifier, Kind, Text
from classifiers.load import ModelMissing, load, model_card, model_folder, on_hub, ready_folder, with_sentiment
from classifiers.onnx import OnnxNetwork
from classifiers.serving import ModelClassifier
from classifiers.transformer import TorchNetwork
from tests.classifiers.checkpoints import save_sequence_classifier
from tests.fakes import FakeClassifier


def network_of(classifier: Classifier) -> object:
    assert isinstance(classifier, ModelClassifier)
    return classifier._network


class TestFolder:
    def test_a_folder_is_loaded_by_its_path(self, model_folder: Path) -> None:
        assert load(str(model_folder)).name.startswith("tiny-")

    def test_a_relative_path_is_a_path(self, model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(model_folder.parent)
        assert model_folder.samefile(Path(f"./{model_folder.name}"))
        assert load(f"./{model_folder.name}").name.startswith("tiny-")

    def test_a_folder_beside_us_needs_no_dot(self, model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(model_folder.parent.parent)
        assert load(f"{model_folder.parent.name}/{model_folder.name}").name.startswith("tiny-")

    def test_a_missing_folder_says_what_to_give(self, tmp_path: Path) -> None:
        with pytest.raises(ModelMissing, match=r"classifiers\.train"):
            load(str(tmp_path / "nowhere"))

    def test_a_folder_without_heads_says_which_file_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ModelMissing, match=r"heads\.json"):
            load(str(tmp_path))

    def test_a_model_of_other_labels_is_refused(self, model_folder: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        shutil.copytree(model_folder, other)
        (other / heads.FILE).write_text('{"format": 1, "labels": {}}', encoding="utf-8")
        with pytest.raises(ValueError, match="labels"):
            load(str(other))

    def test_the_card_can_be_read_without_the_weights(self, model_folder: Path, tmp_path: Path) -> None:
        shutil.copy(model_folder / heads.FILE, tmp_path)
        assert model_card(str(tmp_path)).name == "tiny"


class TestEngine:
    def test_a_folder_without_an_export_runs_in_torch(self, model_folder: Path, tmp_path: Path) -> None:
        plain = tmp_path / "plain"
        shutil.copytree(model_folder, plain, ignore=shutil.ignore_patterns("*.onnx"))
        assert isinstance(network_of(load(str(plain))), TorchNetwork)

    def test_an_exported_folder_runs_in_onnx_runtime(self, exported: Path) -> None:
        assert isinstance(network_of(load(str(exported))), OnnxNetwork)

    def test_torch_can_be_asked_for(self, exported: Path) -> None:
        assert isinstance(network_of(load(str(exported), engine="torch")), TorchNetwork)

    def test_the_languages_to_choose_from_can_be_set(self, exported: Path) -> None:
        only_two = load(str(exported), languages=["lv", "lt"])
        verdict = only_two.classify([Text("Kāpēc mans internets jau trešo dienu nestrādā")])[0]
        assert verdict.lang == "lv"

    def test_a_language_code_nobody_knows_is_refused(self, exported: Path) -> None:
        with pytest.raises(ValueError, match="'klingon'"):
            load(str(exported), languages=["en", "klingon"])


class TestHub:
    @pytest.fixture(autouse=True)
    def offline(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))

    def test_an_id_that_cannot_be_fetched_says_so(self) -> None:
        with pytest.raises(ModelMissing, match="could not be fetched"):
            load("nobody/no-such-model")

    def test_an_impossible_id_is_an_error_too(self) -> None:
        with pytest.raises(ModelMissing):
            load("no body/#model")

    def test_a_downloaded_model_is_found_in_the_cache(self, model_folder: Path, hub_cache: Path) -> None:
        copy_to_cache(model_folder, hub_cache, "team", "complaints")
        assert load("team/complaints").name.startswith("tiny-")

    def test_a_hub_encoder_without_our_heads_names_the_remedy(self, model_folder: Path, hub_cache: Path) -> None:
        snapshot = copy_to_cache(model_folder, hub_cache, "team", "encoder")
        (snapshot / heads.FILE).unlink()
        with pytest.raises(ModelMissing, match=r"classifiers\.train --base team/encoder"):
            load("team/encoder")

    def test_a_ready_sentiment_model_is_found_in_the_cache_by_its_revision(
        self, hub_cache: Path, tmp_path: Path
    ) -> None:
        saved = save_sequence_classifier("xlm-roberta", OURS, tmp_path / "ready")
        copy_to_cache(saved, hub_cache, "team", "mood")
        beside = with_sentiment(FakeClassifier(), "team/mood@main")
        assert beside.name == "fake-1+team/mood@0000000000"
        assert beside.classify([Text("late")])[0].model == beside.name

    @pytest.mark.parametrize("hub", ["nobody/no-mood", "nobody/no-mood@refs/pr/1"])
    def test_a_ready_model_that_cannot_be_fetched_says_what_to_do(self, hub: str) -> None:
        with pytest.raises(ModelMissing, match=f"{hub}.*could not be fetched.*give its folder"):
            with_sentiment(FakeClassifier(), hub)

    @pytest.fixture
    def hub_cache(self, tmp_path: Path) -> Path:
        return tmp_path / "hub"


OURS = ["negative", "neutral", "positive"]


class TestReady:
    def test_a_folder_is_put_beside_a_classifier(self, tmp_path: Path) -> None:
        beside = with_sentiment(FakeClassifier(), str(save_sequence_classifier("bert", OURS, tmp_path / "mood")))
        assert beside.name.startswith("fake-1+mood@")

    def test_the_map_is_handed_on(self, tmp_path: Path) -> None:
        saved = save_sequence_classifier("bert", ["bad", "good"], tmp_path / "mood")
        with pytest.raises(ValueError, match="nothing about 'bad', 'good'"):
            with_sentiment(FakeClassifier(), str(saved))
        assert with_sentiment(FakeClassifier(), str(saved), {"bad": "negative", "good": "positive"})

    def test_a_missing_folder_says_what_to_give(self, tmp_path: Path) -> None:
        with pytest.raises(ModelMissing, match=r"config\.json is missing.*hub id"):
            ready_folder(str(tmp_path / "nowhere"))

    def test_a_pickled_checkpoint_is_not_loaded(self, tmp_path: Path) -> None:
        saved = save_sequence_classifier("bert", OURS, tmp_path / "mood")
        (saved / "model.safetensors").rename(saved / "pytorch_model.bin")
        with pytest.raises(ModelMissing, match=r"no safetensors file.*can run code"):
            ready_folder(str(saved))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("organisation/name", True),
        ("organisation/name@main", True),
        ("organisation/name@refs/pr/3", True),
        ("shipped", False),
        ("./organisation/name", False),
        ("/organisation", False),
        ("~/name", False),
        ("a/b/c", False),
    ],
)
def test_a_hub_id_is_told_from_a_path(
    spec: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert on_hub(spec) is expected


def test_what_exists_here_is_no_hub_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "organisation" / "name").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert not on_hub("organisation/name")


def copy_to_cache(folder: Path, cache: Path, organisation: str, name: str) -> Path:
    """A hub cache as the hub's own client lays it out, with one downloaded snapshot."""
    revision = "0" * 40
    repository = cache / f"models--{organisation}--{name}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(revision, encoding="utf-8")
    snapshot = repository / "snapshots" / revision
    shutil.copytree(folder, snapshot)
    return snapshot


@pytest.fixture(scope="module")
def shipped() -> Classifier:
    return load()


class TestShipped:
    def test_the_package_ships_a_model(self) -> None:
        assert (model_folder("shipped") / heads.FILE).is_file()

    def test_it_fits_in_forty_megabytes(self) -> None:
        assert sum(path.stat().st_size for path in model_folder("shipped").iterdir()) <= 40_000_000

    def test_it_runs_without_torch(self, shipped: Classifier) -> None:
        assert isinstance(network_of(shipped), OnnxNetwork)

    def test_its_version_is_that_of_its_weights(self) -> None:
        folder = model_folder("shipped")
        assert model_card().version == heads.weights_version(folder)

    def test_it_claims_the_four_home_languages(self) -> None:
        assert {"bg", "lv", "ru", "en"} <= set(model_card().languages)

    def test_it_has_a_card(self) -> None:
        assert model_card().full_name in (model_folder("shipped") / "README.md").read_text(encoding="utf-8")

    def test_its_onnx_network_says_what_its_torch_network_says(self, shipped: Classifier) -> None:
        texts = [Text(text) for text in PLAIN.values()]
        for ours, theirs in zip(shipped.classify(texts), load(engine="torch").classify(texts), strict=True):
            assert all(abs(ours.kind[kind] - theirs.kind[kind]) < 0.02 for kind in Kind)

    @pytest.mark.parametrize("lang", ["bg", "lv", "ru", "en"])
    def test_a_plain_complaint_is_a_complaint(self, shipped: Classifier, lang: str) -> None:
        assert shipped.classify([Text(PLAIN[lang], lang=lang)])[0].kind_label is Kind.COMPLAINT


PLAIN = {
    "en": "My internet has been down for three days and nobody answers my messages, this is a disgrace",
    "lv": "Jau trešo dienu nestrādā internets un neviens neatbild uz maniem zvaniem, kauns",
    "ru": "Уже третий день не работает интернет, и никто не отвечает на мои сообщения, позор",
    "bg": "Трети ден нямам интернет и никой не отговаря на съобщенията ми, срам",
}
