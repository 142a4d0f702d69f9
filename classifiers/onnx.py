"""The ONNX Runtime engine of a model folder: the contract and the verdicts of the torch engine without importing torch.

The exported network keeps the embedding table, which is most of a compact model, as int8 with a scale per row, and
everything else as float32. Quantising the activations too would be faster still, but ONNX Runtime scales those over
the whole batch: a post's verdict would then depend on the posts beside it.

    python -m classifiers.onnx FOLDER      writes FOLDER/model.onnx (needs the `export` extra)
"""

import argparse
import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from classifiers.heads import ONNX_FILE
from classifiers.serving import Ids
from classifiers.verdict import Floats

log = logging.getLogger(__name__)

_OPSET = 18


class OnnxNetwork:
    """A `serving.Network` over `model.onnx` and `tokenizer.json` of a folder; safe to share between threads.

    `threads` is the number of cores one batch may use (None: all of them).
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / ONNX_FILE), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.pad_id: int = self._tokenizer.token_to_id("[PAD]") or 0

    def encode(self, texts: Sequence[str]) -> list[Ids]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def logits(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> Floats:
        result: Floats = self._session.run(None, {"input_ids": input_ids, "attention_mask": attention_mask})[0]
        return result


def export(folder: Path) -> Path:
    """Write `model.onnx` beside the torch weights of a model folder and return its path."""
    import torch

    from classifiers.transformer import load_network

    network: Any = load_network(folder).eval()
    network.encoder.set_attn_implementation("eager")
    network.encoder.set_input_embeddings(_rowwise_int8(network.encoder.get_input_embeddings().weight.detach()))
    ids = torch.ones((2, 8), dtype=torch.int64)
    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    target = folder / ONNX_FILE
    with torch.inference_mode(), warnings.catch_warnings():
        # The exporter calls what torch itself has deprecated.
        warnings.filterwarnings("ignore", message=".*LeafSpec", category=FutureWarning)
        program = torch.onnx.export(
            network,
            (ids, torch.ones_like(ids)),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_shapes={"input_ids": free, "attention_mask": free},
            opset_version=_OPSET,
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch exported nothing")
    program.save(str(target), external_data=False)
    _forget_its_making(target)
    return target


def _forget_its_making(path: Path) -> None:
    """Drop what the exporter noted of the source files and folders of the machine it ran on."""
    import onnx

    model = onnx.load(str(path))
    for noted in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.functions):
        del noted.metadata_props[:]
        noted.doc_string = ""
    onnx.save(model, str(path))


def _rowwise_int8(table: Any) -> Any:
    """An embedding module that holds `table` (rows, hidden) as int8, each row scaled to its own largest value."""
    import torch

    class RowwiseInt8(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            scale = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127.0
            self.register_buffer("scale", scale)
            self.register_buffer("rows", torch.round(table / scale).to(torch.int8))

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            rows, scale = self.get_buffer("rows"), self.get_buffer("scale")
            picked = torch.nn.functional.embedding(ids, rows).float()
            return picked * torch.nn.functional.embedding(ids, scale)

    return RowwiseInt8()


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
