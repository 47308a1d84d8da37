"""Constants decoded: against NumPy, and against what LiteRT makes of the same bytes."""

import numpy as np
import pytest

from kernels.constant import DTYPES, constant, constant_bytes, stored_bytes
from kernels.errors import ModelError
from kernels.model import Model, Table, Tensor
from kernels.tflite.schema import ENUMS
from kernels.tflite.writer import model_bytes
from tests import build_model


def decoded(data, type_name, shape, **fields):
    tensor = Tensor("t", type_name, shape, buffer=1, **fields)
    return constant(Model(subgraphs=(), buffers=(b"", data)), tensor)


def test_every_type_of_the_schema_has_a_dtype_or_no_values():
    assert set(ENUMS["TensorType"]) - set(DTYPES) == {"RESOURCE", "VARIANT"}


NUMBERS = [name for name in DTYPES if name not in ("STRING", "INT4", "UINT4", "INT2")]


@pytest.mark.parametrize("type_name", NUMBERS)
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0, 4)])
def test_numbers_are_views(type_name, shape):
    generator = np.random.default_rng(1)
    size = stored_bytes(type_name, shape)
    data = bytes(generator.integers(0, 2, size, dtype=np.uint8))
    values = decoded(data, type_name, shape)
    if not data:
        assert values is None
        return
    assert values.shape == shape
    assert values.dtype == DTYPES[type_name]
    assert values.tobytes() == data
    assert np.shares_memory(values, np.frombuffer(data, np.uint8))
    assert not values.flags.writeable
    assert constant_bytes(values, type_name) == data


@pytest.mark.parametrize(
    ("type_name", "data", "shape", "expected"),
    [
        ("INT4", b"\x21", (2,), [1, 2]),
        ("INT4", b"\x8f\x07", (3,), [-1, -8, 7]),
        ("UINT4", b"\x8f\x07", (3,), [15, 8, 7]),
        ("INT2", b"\xe4", (4,), [0, 1, -2, -1]),
        ("INT2", b"\xe4\x03", (5,), [0, 1, -2, -1, -1]),
        ("INT4", b"\x10\x32\x54", (2, 3), [[0, 1, 2], [3, 4, 5]]),
        ("INT4", b"\x0f", (), -1),
    ],
)
def test_packed_numbers_start_in_the_lowest_bits(type_name, data, shape, expected):
    values = decoded(data, type_name, shape)
    np.testing.assert_array_equal(values, np.array(expected, values.dtype), strict=True)
    assert constant_bytes(values, type_name) == data


@pytest.mark.parametrize("type_name", ["INT4", "UINT4", "INT2"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 1001])
def test_packing_is_undone(type_name, count):
    bits = {"INT4": 4, "UINT4": 4, "INT2": 2}[type_name]
    low = 0 if type_name == "UINT4" else -(1 << (bits - 1))
    values = np.random.default_rng(count).integers(low, low + (1 << bits), count)
    data = constant_bytes(values, type_name)
    assert len(data) == stored_bytes(type_name, (count,)) == -(-count * bits // 8)
    np.testing.assert_array_equal(decoded(data, type_name, (count,)), values)


@pytest.mark.parametrize(
    "strings", [[], [b""], [b"a"], [b"one", b"", b"three"], ["é".encode(), b"\0\xff"]]
)
def test_strings(strings):
    values = np.empty(len(strings), object)
    values[:] = strings
    data = constant_bytes(values, "STRING")
    assert decoded(data, "STRING", (len(strings),)).tolist() == strings


def test_strings_may_be_given_as_text():
    data = constant_bytes(np.array([["é", "b"]], object), "STRING")
    assert decoded(data, "STRING", (1, 2)).tolist() == [["é".encode(), b"b"]]


def test_an_empty_buffer_is_no_constant():
    assert decoded(b"", "FLOAT32", (2,)) is None


OFFSETS = np.array([1, 12, 15], "<i4").tobytes() + b"abc"


@pytest.mark.parametrize(
    ("type_name", "data", "shape", "fields"),
    [
        ("FLOAT32", bytes(7), (2,), {}),
        ("FLOAT32", bytes(9), (2,), {}),
        ("INT4", bytes(1), (3,), {}),
        ("INT4", bytes(3), (3,), {}),
        ("VARIANT", bytes(4), (), {}),
        ("STRING", bytes(3), (1,), {}),
        ("STRING", OFFSETS, (2,), {}),
        ("STRING", OFFSETS[:-1], (1,), {}),
        ("STRING", OFFSETS.replace(b"\x0c", b"\x0d"), (1,), {}),
        ("STRING", b"\xff\xff\xff\x7f" + bytes(8), (2**31 - 1,), {}),
        ("STRING", b"\xff\xff\xff\xff" + bytes(8), (1,), {}),
        ("FLOAT32", bytes(4), (2,), {"sparsity": Table("SparsityParameters")}),
        ("FLOAT32", b"", (2,), {"external_buffer": 1}),
    ],
)
def test_bytes_that_are_no_value_are_an_error(type_name, data, shape, fields):
    with pytest.raises(ModelError, match="Tensor 't'"):
        decoded(data, type_name, shape, **fields)


@pytest.mark.parametrize(
    "type_name", ["INT8", "INT16", "INT64", "FLOAT16", "BOOL", "INT4", "UINT8"]
)
def test_litert_reads_the_same_values(type_name):
    litert = pytest.importorskip(
        "ai_edge_litert.interpreter", reason="needs LiteRT: pip install ai-edge-litert"
    )
    generator = np.random.default_rng(5)
    values = generator.integers(0, 2 if type_name == "BOOL" else 8, (3, 5)).astype(
        DTYPES[type_name]
    )
    model = build_model.single_operator(
        "CAST",
        inputs=[build_model.constant("c", values, type_name)],
        outputs=[build_model.tensor("y", values.shape)],
        options={"in_data_type": type_name, "out_data_type": "FLOAT32"},
        version=6,
    )
    interpreter = litert.Interpreter(model_content=model_bytes(model))
    np.testing.assert_array_equal(
        interpreter.get_signature_runner()()["y"],
        constant(model, model.subgraphs[0].tensors[0]).astype(np.float32),
    )
