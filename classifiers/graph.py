"""An exported network made small and fast before it is saved: no weight is stored twice, and products are of int8.

Weights stay where torch keeps them. The graph points at their bytes in the safetensors files of the folder (external
data of ONNX), and ONNX Runtime casts, turns and rounds them while it loads the network.

A product with weights is computed in int8 (Jacob et al. 2018): each column of the weights has a scale of its own, as
usual, and so has each row of what is multiplied with them, that is each token. A scale for all rows, which ready
operators would take, is set by the largest token and rounds the others coarsely, and on a batch it would let a post's
verdict depend on the posts beside it.

Importing this module needs the `export` extra.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_LARGE = 256
"""Weights with fewer numbers than this stay in the graph."""
_CONTRIBUTED = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A float16 tensor in a safetensors file: where its bytes begin, and what they say."""

    file: str
    offset: int
    values: NDArray[np.float16]


def stored(path: Path) -> Iterator[Stored]:
    """The float16 tensors of a file.

    The format: eight bytes that say how long a JSON header is, the header, the data.
    """
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    header: dict[str, Any] = json.loads(content[8:begin])
    header.pop("__metadata__", None)
    for tensor in header.values():
        start, end = tensor["data_offsets"]
        if tensor["dtype"] == "F16":
            values = np.frombuffer(content[begin + start : begin + end], dtype="<f2").reshape(tensor["shape"])
            yield Stored(path.name, begin + start, values)


def slim(model: Any, files: Sequence[Path]) -> None:
    """Rewrite a float32 model: weights that `files` hold become references to them, products with them int8."""
    graph = model.graph
    known = [tensor for path in files for tensor in stored(path)]
    read: list[Any] = []
    weights = []
    for weight in [one for one in graph.initializer if one.data_type == TensorProto.FLOAT]:
        if np.prod(weight.dims) >= _LARGE and _refer(weight, known, graph, read):
            weights.append(weight.name)
    computed: list[Any] = []
    rounded: set[str] = set()
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            computed += _in_int8(node, rounded)
        else:
            computed.append(node)
    if rounded:
        graph.initializer.extend(_constants())
        model.opset_import.append(helper.make_opsetid(_CONTRIBUTED, 1))
    del graph.node[:]
    graph.node.extend([*read, *computed])


def _refer(weight: Any, known: Sequence[Stored], graph: Any, read: list[Any]) -> bool:
    """Have `weight` read from the file that holds it, as it is or turned; False where none does."""
    values = numpy_helper.to_array(weight)
    turned = values.T if values.ndim == 2 else values
    found = next((one for one in known if _same(one.values, values) or _same(one.values, turned)), None)
    if found is None:
        return False
    half = f"{weight.name}.half"
    place = TensorProto(name=half, data_type=TensorProto.FLOAT16, dims=found.values.shape)
    place.data_location = TensorProto.EXTERNAL
    for key, value in (("location", found.file), ("offset", found.offset), ("length", found.values.nbytes)):
        place.external_data.add(key=key, value=str(value))
    graph.initializer.remove(weight)
    graph.initializer.append(place)
    if _same(found.values, values):
        read.append(helper.make_node("Cast", [half], [weight.name], to=TensorProto.FLOAT))
    else:
        read.append(helper.make_node("Transpose", [half], [f"{half}.turned"], perm=[1, 0]))
        read.append(helper.make_node("Cast", [f"{half}.turned"], [weight.name], to=TensorProto.FLOAT))
    return True


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return one.shape == other.shape and bool(np.array_equal(one.astype(np.float32), other))


_STEPS, _LEAST, _ONE, _MIDDLE = "int8.steps", "int8.least", "int8.one", "int8.middle"
_FIRST, _LAST = "int8.first", "int8.last"


def _constants() -> Iterator[Any]:
    """What the products share: 127 steps on either side of a middle, and no scale of zero for rows of zeros."""
    for name, value in (
        (_STEPS, np.float32(127.0)),
        (_LEAST, np.float32(1e-9)),
        (_ONE, np.float32(1.0)),
        (_MIDDLE, np.uint8(128)),
        (_FIRST, np.array([0], dtype=np.int64)),
        (_LAST, np.array([-1], dtype=np.int64)),
    ):
        yield numpy_helper.from_array(np.asarray(value), name)


def _in_int8(product: Any, rounded: set[str]) -> Iterator[Any]:
    """The nodes that compute what a MatMul with weights computes; `rounded` names what has been rounded already."""
    left, weight, result = product.input[0], product.input[1], product.output[0]
    if weight not in rounded:
        rounded.add(weight)
        yield from _scale(weight, _FIRST, keep=0)
        yield helper.make_node("Div", [weight, f"{weight}.scale"], [f"{weight}.steps"])
        yield helper.make_node("Round", [f"{weight}.steps"], [f"{weight}.round"])
        yield helper.make_node("Cast", [f"{weight}.round"], [f"{weight}.int8"], to=TensorProto.INT8)
    if left not in rounded:
        rounded.add(left)
        yield from _scale(left, _LAST, keep=1)
        yield helper.make_node("Div", [left, f"{left}.scale"], [f"{left}.steps"])
        yield helper.make_node("QuantizeLinear", [f"{left}.steps", _ONE, _MIDDLE], [f"{left}.uint8"])
    factors = [f"{left}.uint8", f"{weight}.int8", _ONE, f"{weight}.scale", _MIDDLE]
    yield helper.make_node("MatMulIntegerToFloat", factors, [f"{result}.steps"], domain=_CONTRIBUTED)
    yield helper.make_node("Mul", [f"{result}.steps", f"{left}.scale"], [result])


def _scale(name: str, axis: str, *, keep: int) -> Iterator[Any]:
    """What one step is worth in each column of weights or each row of a factor: its largest number over 127."""
    yield helper.make_node("Abs", [name], [f"{name}.size"])
    yield helper.make_node("ReduceMax", [f"{name}.size", axis], [f"{name}.largest"], keepdims=keep)
    yield helper.make_node("Div", [f"{name}.largest", _STEPS], [f"{name}.step"])
    yield helper.make_node("Max", [f"{name}.step", _LEAST], [f"{name}.scale"])
