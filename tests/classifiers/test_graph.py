"""A graph rewritten: its weights lie in another file, its products are of int8 and hardly tell."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

from classifiers.graph import slim, stored

CHANCE = np.random.default_rng(3)
WEIGHT = CHANCE.normal(size=(24, 32)).astype(np.float16)
"""As torch keeps a linear layer, (outputs, inputs): a product takes it turned."""
SHIFT = CHANCE.normal(size=(20, 24)).astype(np.float16)
FILE = "weights.safetensors"


def in_float(rows: np.ndarray) -> np.ndarray:
    """What the network below computes, exactly."""
    result: np.ndarray = rows @ WEIGHT.T.astype(np.float32)
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    save_file({"before": np.ones(7, np.float16), "weight": WEIGHT, "shift": SHIFT, "long": np.ones(3)}, folder / FILE)
    return folder


def model(weight: np.ndarray, *, kind: str = "MatMul") -> onnx.ModelProto:
    """rows -> rows x weight, with a graph of one node."""
    rows = helper.make_tensor_value_info(
        "rows", TensorProto.FLOAT, ["n", weight.shape[0] if kind == "MatMul" else None]
    )
    result = helper.make_tensor_value_info("result", TensorProto.FLOAT, None)
    node = helper.make_node(kind, ["rows", "w"], ["result"])
    graph = helper.make_graph([node], "product", [rows], [result], [numpy_helper.from_array(weight, "w")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def run(made: onnx.ModelProto, folder: Path, rows: np.ndarray) -> np.ndarray:
    onnx.save(made, folder / "made.onnx")
    session = onnxruntime.InferenceSession(folder / "made.onnx", providers=["CPUExecutionProvider"])
    found: np.ndarray = session.run(None, {"rows": rows.astype(np.float32)})[0]
    return found


@pytest.fixture(scope="module")
def product(folder: Path) -> onnx.ModelProto:
    made = model(WEIGHT.T.astype(np.float32))
    slim(made, [folder / FILE])
    return made


@pytest.fixture(scope="module")
def session(folder: Path, product: onnx.ModelProto) -> onnxruntime.InferenceSession:
    onnx.save(product, folder / "product.onnx")
    return onnxruntime.InferenceSession(folder / "product.onnx", providers=["CPUExecutionProvider"])


ROWS = arrays(np.float32, (4, 32), elements=st.floats(-50, 50, width=32))


class TestStored:
    def test_float16_tensors_are_found_where_their_bytes_are(self, folder: Path) -> None:
        content = (folder / FILE).read_bytes()
        found = list(stored(folder / FILE))
        assert {one.values.shape for one in found} == {(7,), WEIGHT.shape, SHIFT.shape}
        for one in found:
            assert content[one.offset : one.offset + one.values.nbytes] == one.values.tobytes()
            assert one.file == FILE


class TestWeights:
    def test_what_the_file_holds_is_not_in_the_graph(self, product: onnx.ModelProto) -> None:
        outside = [one for one in product.graph.initializer if one.external_data]
        assert [one.name for one in outside] == ["w.half"]
        assert not any(one.raw_data for one in outside)
        assert product.ByteSize() < 1_500 < WEIGHT.nbytes

    def test_what_is_not_multiplied_is_read_exactly(self, folder: Path) -> None:
        made = model(SHIFT.astype(np.float32), kind="Add")
        slim(made, [folder / FILE])
        assert [node.op_type for node in made.graph.node] == ["Cast", "Add"]
        assert (run(made, folder, np.zeros((20, 24))) == SHIFT.astype(np.float32)).all()

    def test_what_no_file_holds_stays(self, folder: Path) -> None:
        other = WEIGHT.T.astype(np.float32) + 1.0
        made = model(other)
        slim(made, [folder / FILE])
        assert [node.op_type for node in made.graph.node] == ["MatMul"]
        assert (numpy_helper.to_array(made.graph.initializer[0]) == other).all()

    def test_what_float16_cannot_say_stays(self, folder: Path) -> None:
        made = model(WEIGHT.T.astype(np.float32) * (1 + 1e-5))
        slim(made, [folder / FILE])
        assert not any(one.external_data for one in made.graph.initializer)

    def test_a_few_numbers_stay(self, folder: Path) -> None:
        made = model(np.ones(7, np.float32), kind="Add")
        slim(made, [folder / FILE])
        assert [one.name for one in made.graph.initializer] == ["w"]

    def test_without_files_nothing_changes(self) -> None:
        made = model(WEIGHT.T.astype(np.float32))
        slim(made, [])
        assert made == model(WEIGHT.T.astype(np.float32))


class TestProducts:
    @given(ROWS)
    @settings(max_examples=60, deadline=None)
    def test_every_row_is_within_its_own_rounding(
        self, session: onnxruntime.InferenceSession, rows: np.ndarray
    ) -> None:
        found = session.run(None, {"rows": rows})[0]
        weights = WEIGHT.astype(np.float32)
        # Either factor is off by half a step at most; a step is the largest number of its row or column over 127.
        row_step = np.abs(rows).max(axis=1, keepdims=True) / 254
        column_step = np.abs(weights).max(axis=1) / 254
        bound = row_step * np.abs(weights).sum(axis=1) + np.abs(rows).sum(axis=1, keepdims=True) * column_step
        assert (np.abs(found - in_float(rows)) <= bound + 32 * row_step * column_step + 1e-4).all()

    @given(ROWS, st.floats(0, 1_000))
    @settings(max_examples=60, deadline=None)
    def test_a_row_does_not_depend_on_the_rows_beside_it(
        self, session: onnxruntime.InferenceSession, rows: np.ndarray, factor: float
    ) -> None:
        beside = rows.copy()
        beside[1:] *= np.float32(factor)
        assert (session.run(None, {"rows": beside})[0][0] == session.run(None, {"rows": rows})[0][0]).all()

    def test_typical_rows_are_off_by_one_percent(self, session: onnxruntime.InferenceSession) -> None:
        rows = np.random.default_rng(1).normal(size=(200, 32)).astype(np.float32)
        off = session.run(None, {"rows": rows})[0] - in_float(rows)
        assert off.std() < 0.015 * in_float(rows).std()

    def test_rows_of_zeros_give_zeros(self, session: onnxruntime.InferenceSession) -> None:
        assert (session.run(None, {"rows": np.zeros((2, 32), np.float32)})[0] == 0.0).all()

    def test_one_factor_of_two_products_is_rounded_once(self, folder: Path) -> None:
        made = model(WEIGHT.T.astype(np.float32))
        made.graph.node.append(helper.make_node("MatMul", ["rows", "w"], ["again"]))
        made.graph.output.append(helper.make_tensor_value_info("again", TensorProto.FLOAT, None))
        slim(made, [folder / FILE])
        kinds = [node.op_type for node in made.graph.node]
        assert (kinds.count("QuantizeLinear"), kinds.count("MatMulIntegerToFloat")) == (1, 2)

    def test_the_weights_are_rounded_when_the_network_is_loaded(self, folder: Path, product: onnx.ModelProto) -> None:
        onnx.save(product, folder / "product.onnx")
        options = onnxruntime.SessionOptions()
        options.optimized_model_filepath = str(folder / "loaded.onnx")
        options.log_severity_level = 3
        onnxruntime.InferenceSession(folder / "product.onnx", options, providers=["CPUExecutionProvider"])
        loaded = onnx.load(folder / "loaded.onnx").graph
        assert not [node for node in loaded.node if node.op_type in ("Transpose", "Cast", "Round")]
        assert [one.data_type for one in loaded.initializer if list(one.dims) == [32, 24]] == [TensorProto.INT8]
