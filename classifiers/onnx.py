"""The ONNX Runtime engine of a model folder: the contract and the verdicts of the torch engine without importing torch.

What is looked up stays where torch keeps it: the token embeddings in `model.safetensors`, the bag of n-grams and the
heads in `heads.safetensors`, all read here as they are. Only the encoder is exported, up to its features, and even its
weights stay in those files: see `classifiers.graph`, which also has its products computed in int8.

    python -m classifiers.onnx FOLDER      writes FOLDER/model.onnx (needs the `export` extra)
"""

import argparse
import logging
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as onnx_errors
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from classifiers.bag import hashed, pooled
from classifiers.heads import ONNX_FILE, WEIGHTS_FILE, WIDTH, weights_version
from classifiers.serving import Ids
from classifiers.verdict import Floats

log = logging.getLogger(__name__)

_OPSET = 20
_ENCODER_FILE = "model.safetensors"
_STORES = (_ENCODER_FILE, WEIGHTS_FILE)
"""The files whose bytes the network refers to."""
_EMBEDDINGS = "token_embeddings"
"""The key of the network's metadata that names the table of token embeddings in `model.safetensors`."""
_WEIGHTS = "weights"
"""The key that holds the `heads.weights_version` of the weights that the network refers to."""
_OTHER_WEIGHTS = f"exported from other weights than {_ENCODER_FILE} and {WEIGHTS_FILE} hold"


class OnnxNetwork:
    """A `serving.Network` over the files of a model folder; safe to share between threads.

    `threads` is the number of cores one batch may use (None: all of them). ValueError where a file is damaged.

    The encoder reads one post at a time, so nothing is computed for padding, and as many posts at once as there are
    threads: a product of one post is too small to share between cores.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        weights = _tensors(folder / WEIGHTS_FILE)
        if "wide.bag.rows" not in weights:
            raise ValueError(f"{folder / WEIGHTS_FILE}: written by an older version; train the model anew")
        _tensors(folder / _ENCODER_FILE, [])
        self._session = _session(folder)
        noted = self._session.get_modelmeta().custom_metadata_map
        if not {_EMBEDDINGS, _WEIGHTS} <= set(noted):
            raise ValueError(f"{folder / ONNX_FILE}: exported by an older version; export the model anew")
        if noted[_WEIGHTS] != weights_version(folder):
            raise ValueError(f"{folder / ONNX_FILE}: {_OTHER_WEIGHTS}; export the model anew")
        self._embeddings = _tensors(folder / _ENCODER_FILE, [noted[_EMBEDDINGS]])[noted[_EMBEDDINGS]]
        self._rows: NDArray[np.int8] = weights["wide.bag.rows"]
        self._scales = weights["wide.bag.scales"].astype(np.float32)
        self._deep, self._wide = _Heads(weights, "deep"), _Heads(weights, "wide")
        self._mix = weights["mix"].astype(np.float32)
        self._tokenizer = _tokenizer(folder / "tokenizer.json")
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.pad_id: int = self._tokenizer.token_to_id("[PAD]") or 0
        self._cores = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="onnx")

    def encode(self, texts: Sequence[str]) -> list[Ids]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def logits(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Floats:
        lengths = np.maximum(attention_mask.sum(axis=1), 1)
        posts = [row[:length] for row, length in zip(input_ids, lengths, strict=True)]
        deep = np.concatenate(list(self._cores.map(self._features, posts)))
        wide = pooled(self._rows, self._scales, hashed(input_ids, attention_mask, len(self._rows)))
        both: Floats = self._mix[0] * self._deep.logits(deep) + self._mix[1] * self._wide.logits(wide)
        return both

    def _features(self, ids: NDArray[np.int64]) -> Floats:
        """(1, width) features of the encoder for the ids of one post."""
        embedded = self._embeddings[ids[np.newaxis]].astype(np.float32)
        features: Floats = self._session.run(None, {"inputs_embeds": embedded})[0]
        return features


# Its errors have no common class of their own.
_UNLOADABLE = (
    onnx_errors.EPFail,
    onnx_errors.Fail,
    onnx_errors.InvalidArgument,
    onnx_errors.InvalidGraph,
    onnx_errors.InvalidProtobuf,
    onnx_errors.NoSuchFile,
    onnx_errors.NotImplemented,
    onnx_errors.RuntimeException,
)


def _session(folder: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Its errors are raised too, and stderr of a service is a log.
    options.log_severity_level = 4
    # Processors without instructions for int8 would overflow where they add two products in 16 bits.
    options.add_session_config_entry("session.x64quantprecision", "1")
    network = folder / ONNX_FILE
    try:
        return onnxruntime.InferenceSession(str(network), sess_options=options, providers=["CPUExecutionProvider"])
    except _UNLOADABLE as error:
        cause = str(error).strip()
        raise ValueError(f"{network}: damaged, or {_OTHER_WEIGHTS} ({cause}); export the model anew") from error


class _Heads:
    """The label heads of one tower in NumPy; the names are those of `transformer.MixtureHeads`' saved weights."""

    def __init__(self, weights: Mapping[str, NDArray[Any]], tower: str) -> None:
        part = {name: weights[f"{tower}.heads.{name}"].astype(np.float32) for name in _HEADS}
        self._common, self._bias = part["common.weight"].T.copy(), part["common.bias"]
        self._gate, self._gate_bias = part["gate.weight"].T.copy(), part["gate.bias"]
        self._experts = part["experts"]

    def logits(self, features: Floats) -> Floats:
        resemblance = features @ self._gate + self._gate_bias
        resemblance = np.exp(resemblance - resemblance.max(axis=1, keepdims=True))
        resemblance /= resemblance.sum(axis=1, keepdims=True)
        own = (resemblance @ self._experts).reshape(len(features), WIDTH, -1)
        corrections = np.matmul(own[:, :, :-1], features[:, :, np.newaxis])[:, :, 0] + own[:, :, -1]
        result: Floats = features @ self._common + self._bias + corrections
        return result


_HEADS = ("common.weight", "common.bias", "gate.weight", "gate.bias", "experts")


def _tensors(path: Path, names: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
    """The named tensors of a file, or all of them."""
    try:
        with safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in (file.keys() if names is None else names)}
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path}: damaged or missing ({error}); restore the model folder") from error


def _tokenizer(path: Path) -> Any:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:
        raise ValueError(f"{path}: damaged or missing ({error}); restore the model folder") from error


def export(folder: Path) -> Path:
    """Write `model.onnx` beside the torch weights of a model folder and return its path."""
    import torch

    from classifiers.transformer import load_network

    network = load_network(folder).eval()
    network.encoder.set_attn_implementation("eager")
    target = folder / ONNX_FILE
    embedded = torch.zeros((1, 8, network.encoder.get_input_embeddings().embedding_dim))
    with torch.inference_mode(), warnings.catch_warnings():
        # The exporter calls what torch itself has deprecated.
        warnings.filterwarnings("ignore", message=".*LeafSpec", category=FutureWarning)
        program = torch.onnx.export(
            _of_one_post(network).eval(),
            (embedded,),
            input_names=["inputs_embeds"],
            output_names=["features"],
            dynamic_shapes={"inputs_embeds": {1: torch.export.Dim.DYNAMIC}},
            opset_version=_OPSET,
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch exported nothing")
    program.save(str(target), external_data=False)
    _finish(target, _embeddings_name(network.encoder))
    return target


def _of_one_post(network: Any) -> Any:
    """The deep tower as a module from the token embeddings of one post, which needs no mask, to its features."""
    import torch

    class OfOnePost(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.narrow = network.encoder, network.deep.narrow

        def forward(self, inputs_embeds: torch.Tensor) -> torch.Tensor:
            states = self.encoder(inputs_embeds=inputs_embeds).last_hidden_state
            return torch.nn.functional.gelu(self.narrow(torch.cat([states.mean(dim=1), states.amax(dim=1)], dim=-1)))

    return OfOnePost()


def _embeddings_name(encoder: Any) -> str:
    """What the table of token embeddings is called among the encoder's weights."""
    table = encoder.get_input_embeddings().weight
    return next(str(name) for name, weight in encoder.named_parameters() if weight is table)


def _finish(path: Path, embeddings: str) -> None:
    """Make the network small and fast, note what it belongs to, and forget the machine it was made on."""
    import onnx

    from classifiers.graph import slim

    model = onnx.load(str(path))
    slim(model, [path.parent / name for name in _STORES])
    for noted in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.functions):
        del noted.metadata_props[:]
        noted.doc_string = ""
    onnx.helper.set_model_props(model, {_EMBEDDINGS: embeddings, _WEIGHTS: weights_version(path.parent)})
    onnx.save(model, str(path))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the file was written."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.onnx", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="a model folder written by classifiers.train")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    log.info("wrote %s", export(given.folder))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
