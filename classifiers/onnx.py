"""The ONNX Runtime engine of a model folder: the contract and the verdicts of the torch engine without importing torch.

What is looked up stays where torch keeps it: the token embeddings in `model.safetensors`, the bag of n-grams in
`heads.safetensors`, both read here as they are. Only what is multiplied, encoder and deep heads, is exported, and stays
float32: dynamic int8 would scale activations over the whole batch, and a post's verdict would then depend on the posts
beside it.

    python -m classifiers.onnx FOLDER      writes FOLDER/model.onnx (needs the `export` extra)
"""

import argparse
import logging
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as onnx_errors
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from classifiers.bag import hashed, pooled
from classifiers.heads import ONNX_FILE, WEIGHTS_FILE, WIDTH
from classifiers.serving import Ids
from classifiers.verdict import Floats

log = logging.getLogger(__name__)

_OPSET = 18
_LARGE = 1_024
"""Weights with fewer numbers are not worth halving."""
_EMBEDDINGS = "token_embeddings"
"""The key of the network's metadata that names the table of token embeddings in `model.safetensors`."""


class OnnxNetwork:
    """A `serving.Network` over the files of a model folder; safe to share between threads.

    `threads` is the number of cores one batch may use (None: all of them). ValueError where a file is damaged.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.inter_op_num_threads = 1
        # Threads that wait by spinning take the core from the tokenizer, and from everybody else on a busy machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        network = folder / ONNX_FILE
        try:
            self._session = onnxruntime.InferenceSession(
                str(network), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except _UNLOADABLE as error:
            raise ValueError(f"{network}: damaged or no network ({error}); export the model anew") from error
        noted = self._session.get_modelmeta().custom_metadata_map
        if _EMBEDDINGS not in noted:
            raise ValueError(f"{network}: exported by an older version; export the model anew")
        self._embeddings = _tensors(folder / "model.safetensors", [noted[_EMBEDDINGS]])[noted[_EMBEDDINGS]]
        weights = _tensors(folder / WEIGHTS_FILE)
        if "wide.bag.rows" not in weights:
            raise ValueError(f"{folder / WEIGHTS_FILE}: written by an older version; train the model anew")
        self._wide = _Wide(weights)
        self._tokenizer = _tokenizer(folder / "tokenizer.json")
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.pad_id: int = self._tokenizer.token_to_id("[PAD]") or 0

    def encode(self, texts: Sequence[str]) -> list[Ids]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def logits(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Floats:
        embedded = self._embeddings[input_ids].astype(np.float32)
        deep: Floats = self._session.run(None, {"inputs_embeds": embedded, "attention_mask": attention_mask})[0]
        mix = self._wide.mix
        both: Floats = mix[0] * deep + mix[1] * self._wide.logits(input_ids, attention_mask)
        return both


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


class _Wide:
    """The wide tower in NumPy; the names are those of `transformer.WideTower`'s saved weights."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._rows: NDArray[np.int8] = weights["wide.bag.rows"]
        self._scales = weights["wide.bag.scales"].astype(np.float32)
        part = {name: weights[f"wide.heads.{name}"].astype(np.float32) for name in _HEADS}
        self._common, self._bias = part["common.weight"].T.copy(), part["common.bias"]
        self._gate, self._gate_bias = part["gate.weight"].T.copy(), part["gate.bias"]
        self._experts = part["experts"]
        self.mix = weights["mix"].astype(np.float32)

    def logits(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Floats:
        features = pooled(self._rows, self._scales, hashed(input_ids, attention_mask, len(self._rows)))
        resemblance = features @ self._gate + self._gate_bias
        resemblance = np.exp(resemblance - resemblance.max(axis=1, keepdims=True))
        resemblance /= resemblance.sum(axis=1, keepdims=True)
        own = (resemblance @ self._experts).reshape(len(features), WIDTH, -1)
        corrections = np.einsum("rlw,rw->rl", own[:, :, :-1], features) + own[:, :, -1]
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
    embedded = torch.zeros((2, 8, network.encoder.get_input_embeddings().embedding_dim))
    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with torch.inference_mode(), warnings.catch_warnings():
        # The exporter calls what torch itself has deprecated.
        warnings.filterwarnings("ignore", message=".*LeafSpec", category=FutureWarning)
        program = torch.onnx.export(
            _from_embeddings(network).eval(),
            (embedded, torch.ones((2, 8), dtype=torch.int64)),
            input_names=["inputs_embeds", "attention_mask"],
            output_names=["logits"],
            dynamic_shapes={"inputs_embeds": free, "attention_mask": free},
            opset_version=_OPSET,
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch exported nothing")
    program.save(str(target), external_data=False)
    _finish(target, _embeddings_name(network.encoder))
    return target


def _from_embeddings(network: Any) -> Any:
    """The deep tower as a module that begins at the token embeddings and gives the logits alone."""
    import torch

    class FromEmbeddings(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tower = network.deep

        def forward(self, inputs_embeds: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            logits: torch.Tensor = self.tower.heads(self.tower.features(attention_mask, inputs_embeds=inputs_embeds))[0]
            return logits

    return FromEmbeddings()


def _embeddings_name(encoder: Any) -> str:
    """What the table of token embeddings is called among the encoder's weights."""
    table = encoder.get_input_embeddings().weight
    return next(str(name) for name, weight in encoder.named_parameters() if weight is table)


def _finish(path: Path, embeddings: str) -> None:
    """Note which table feeds the network, keep its weights in half the bytes, and forget the machine it was made on."""
    import onnx

    model = onnx.load(str(path))
    _halve(model.graph)
    for noted in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.functions):
        del noted.metadata_props[:]
        noted.doc_string = ""
    onnx.helper.set_model_props(model, {_EMBEDDINGS: embeddings})
    onnx.save(model, str(path))


def _halve(graph: Any) -> None:
    """Store large weights as float16, which they were read from, and have them cast when the network is loaded."""
    from onnx import TensorProto, helper, numpy_helper

    for weight in [one for one in graph.initializer if one.data_type == TensorProto.FLOAT]:
        values = numpy_helper.to_array(weight)
        if values.size < _LARGE or not np.array_equal(values.astype(np.float16).astype(np.float32), values):
            continue
        half = f"{weight.name}.half"
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), half))
        graph.node.insert(0, helper.make_node("Cast", [half], [weight.name], to=TensorProto.FLOAT))


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
