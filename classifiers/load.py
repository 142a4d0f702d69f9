"""From a specification in the configuration to a classifier that is ready to serve, alone or with a ready sentiment.

A specification is `shipped` (the compact multilingual model inside this package), the path of a model folder, or the
id of a model on the hub (`organisation/name`, optionally `@revision`). A model folder is what `classifiers.train`
writes: an encoder and tokenizer in transformers' own format, `heads.safetensors` and `heads.json`.
"""

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Literal

from classifiers import heads
from classifiers.contract import Classifier

Engine = Literal["auto", "onnx", "torch"]

SHIPPED = "shipped"


class ModelMissing(Exception):
    """No usable model where the specification points; the message names the remedy."""


def load(
    spec: str = SHIPPED,
    *,
    engine: Engine = "auto",
    threads: int | None = None,
    languages: Sequence[str] | None = None,
) -> Classifier:
    """The classifier that `spec` names.

    `engine`: `auto` takes ONNX Runtime where the folder holds an exported network, else torch; torch is imported only
    when it is the engine. `threads` limits the cores used (None: all). `languages` are the ISO 639-1 codes that
    language identification chooses from (None: `language.DEFAULT_LANGUAGES`).

    Raises ModelMissing where there is no such model, and ValueError where it was made for other labels or a language
    code is unknown. Only a hub id may use the network.
    """
    from classifiers.language import DEFAULT_LANGUAGES, LanguageIdentifier
    from classifiers.serving import ModelClassifier

    folder = model_folder(spec)
    card = heads.read(folder)
    identifier = LanguageIdentifier(languages or DEFAULT_LANGUAGES)
    if engine == "onnx" or (engine == "auto" and (folder / heads.ONNX_FILE).is_file()):
        from classifiers.onnx import OnnxNetwork

        return ModelClassifier(card, OnnxNetwork(folder, threads=threads), identifier)
    from classifiers.transformer import TorchNetwork

    return ModelClassifier(card, TorchNetwork(folder, threads=threads), identifier)


def with_sentiment(
    classifier: Classifier, hub: str, label_map: Mapping[str, str] | None = None, *, threads: int | None = None
) -> Classifier:
    """`classifier` with its sentiment replaced by that of a ready sequence-classification model (needs torch).

    `hub` is the path of its folder or its hub id (optionally `@revision`). `label_map` says for each of its labels what
    it is to us: negative, neutral or positive; None where it calls them so itself. See `classifiers.hub`.

    Raises ModelMissing where there is no usable model, and ValueError where labels and map do not fit each other.
    """
    from classifiers.hub import HubModel, HubSentiment

    return HubSentiment(classifier, HubModel.load(hub, ready_folder(hub), label_map, threads=threads))


def ready_folder(hub: str) -> Path:
    """The folder on this machine that holds a ready model; from the hub it is downloaded into the hub's cache first."""
    folder = _download(hub) if on_hub(hub) else Path(hub).expanduser()
    if not (folder / "config.json").is_file():
        raise ModelMissing(
            f"no transformers model at {hub!r} ({folder / 'config.json'} is missing): give the folder that "
            "save_pretrained wrote, or a hub id"
        )
    if not any(folder.glob("*.safetensors")):
        raise ModelMissing(
            f"the model {hub!r} has no safetensors file, and a pickled checkpoint is not loaded because it can run "
            "code: give a revision that has one (organisation/name@refs/pr/1), or save it anew with save_pretrained"
        )
    return folder


def model_card(spec: str = SHIPPED) -> heads.ModelCard:
    """What the model that `spec` names says about itself, without loading its weights."""
    return heads.read(model_folder(spec))


def model_folder(spec: str) -> Path:
    """The folder on this machine that holds the model; a hub model is downloaded into the hub's cache first."""
    if spec == SHIPPED:
        folder = Path(str(resources.files("classifiers"))) / "models" / "compact"
        remedy = "reinstall the package, or train one with: python -m classifiers.train --data DIR --out DIR"
    elif on_hub(spec):
        folder = _download(spec)
        remedy = "fine-tune it for these labels first: python -m classifiers.train --base " + spec
    else:
        folder = Path(spec).expanduser()
        remedy = "give the folder that classifiers.train wrote, a hub id, or 'shipped'"
    if not (folder / heads.FILE).is_file():
        raise ModelMissing(f"no complaint model at {spec!r} ({folder / heads.FILE} is missing): {remedy}")
    return folder


def on_hub(spec: str) -> bool:
    """Whether `spec` is a hub id, `organisation/name`; all else, and whatever exists here under that name, is not."""
    repository = spec.partition("@")[0]
    return not spec.startswith((".", "/", "~")) and repository.count("/") == 1 and not Path(spec).exists()


def _download(spec: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    repository, _, revision = spec.partition("@")
    try:
        # Safetensors and plain data only: a pickled checkpoint can run code.
        patterns = ["*.json", "*.txt", "*.model", "*.safetensors", "*.onnx"]
        return Path(snapshot_download(repository, revision=revision or None, allow_patterns=patterns))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise ModelMissing(
            f"the hub model {spec!r} could not be fetched ({type(error).__name__}): check the id and the network, "
            "or download it once and give its folder"
        ) from error
