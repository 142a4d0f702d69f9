"""From a specification in the configuration to a classifier that is ready to serve.

A specification is `shipped` (the compact multilingual model inside this package), the path of a model folder, or the
id of a model on the hub (`organisation/name`, optionally `@revision`). A model folder is what `classifiers.train`
writes: an encoder and tokenizer in transformers' own format, `heads.safetensors` and `heads.json`.
"""

from collections.abc import Sequence
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


def model_card(spec: str = SHIPPED) -> heads.ModelCard:
    """What the model that `spec` names says about itself, without loading its weights."""
    return heads.read(model_folder(spec))


def model_folder(spec: str) -> Path:
    """The folder on this machine that holds the model; a hub model is downloaded into the hub's cache first."""
    if spec == SHIPPED:
        folder = Path(str(resources.files("classifiers"))) / "models" / "compact"
        remedy = "reinstall the package, or train one with: python -m classifiers.train --data DIR --out DIR"
    elif _looks_like_path(spec):
        folder = Path(spec).expanduser()
        remedy = "give the folder that classifiers.train wrote, a hub id, or 'shipped'"
    else:
        folder = _download(spec)
        remedy = "fine-tune it for these labels first: python -m classifiers.train --base " + spec
    if not (folder / heads.FILE).is_file():
        raise ModelMissing(f"no complaint model at {spec!r} ({folder / heads.FILE} is missing): {remedy}")
    return folder


def _looks_like_path(spec: str) -> bool:
    """A hub id is `organisation/name`; everything else, and whatever exists here under that name, is a path."""
    return spec.startswith((".", "/", "~")) or spec.count("/") != 1 or Path(spec).exists()


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
