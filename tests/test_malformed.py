"""The malformed files of safety.md: a good file with one number wrong, and a typed error here.

LiteRT rejects most of them; some it runs all the same, some crash it or never end.
"""

from __future__ import annotations

import numpy as np
import pytest

from kernels.errors import InputError, ModelError, TfliteQuantError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from kernels.model import Model
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes
from tests.build_model import Operation, constant, graph, quantization, single_operator, tensor
from tests.fuzz.make_corpus import corpus
from tests.fuzz.places import places
from tests.fuzz.target import inputs_of
from tests.operator_examples import EXAMPLES, hybrid_convolution

ABSENT = 0
"""In a slot: the table does not give the field."""
REJECTED, RUNS, CRASHES = "rejected", "runs", "crashes"
"""What LiteRT 2.3.0 does (safety.md, section 3)."""


def operator(name: str) -> Model:
    return EXAMPLES[name].model(name)


def loop() -> Model:
    """WHILE i < n: i = i + 1, in which subgraph 2 is the body and has an IF."""
    return corpus()["loop"]


def pair() -> Model:
    """Two operators after each other: DEQUANTIZE, QUANTIZE."""
    return corpus()["quantizing"]


def chain() -> Model:
    """c = b + a; d = c + a. The operators' inputs are no other vector of the file."""
    a, b, c, d = (tensor(name, (2,)) for name in "abcd")
    operations = [
        Operation("ADD", [b, a], [c], version=2),
        Operation("ADD", [c, a], [d], version=2),
    ]
    return graph(operations, [a, b], [d])


def edited(model: Model, path: str, value: int, place: int = 0) -> bytes:
    """The file with the number number ``place`` of a path overwritten."""
    content = bytearray(model_bytes(model))
    chosen = [found for found in places(bytes(content)) if found.path == path][place]
    unsigned = np.dtype(f"<u{chosen.dtype.itemsize}")
    bits = 8 * unsigned.itemsize
    np.frombuffer(content, unsigned, 1, chosen.position)[0] = value % 2**bits
    return bytes(content)


OPERATOR, TENSOR = "subgraphs.operators", "subgraphs.tensors"
OPTIONS = f"{OPERATOR}.builtin_options"
QUANTIZATION = f"{TENSOR}.quantization"


# name: (file, path, value, which of the path, message, LiteRT)
EDITS = {
    "input out of range": (operator("ADD"), f"{OPERATOR}.inputs", 99, 0, "tensor 99", REJECTED),
    "input negative": (operator("ADD"), f"{OPERATOR}.inputs", -5, 0, "tensor -5", REJECTED),
    "output out of range": (operator("ADD"), f"{OPERATOR}.outputs", 99, 0, "tensor 99", REJECTED),
    "output negative": (operator("ADD"), f"{OPERATOR}.outputs", -5, 0, "tensor -5", REJECTED),
    "output is an input": (
        operator("ADD"), f"{OPERATOR}.outputs", 0, 0, "has a value already", REJECTED,
    ),
    "graph input out of range": (
        operator("ADD"), "subgraphs.inputs", 99, 0, "tensor 99", REJECTED,
    ),
    "operator code index": (
        pair(), f"{OPERATOR}.opcode_index", 99, 0, "operator code 99 of 2", REJECTED,
    ),
    "builtin code": (
        operator("CONV_2D"), "operator_codes.builtin_code", 5000, 0, "no BuiltinOperator", REJECTED,
    ),
    "operator version": (
        chain(), "operator_codes.version", 99, 0, "version 99", REJECTED,
    ),
    "buffer index": (operator("CONV_2D"), f"{TENSOR}.buffer", 99, 0, "buffer 99", REJECTED),
    "constant too short": (
        operator("CONV_2D"), "buffers.data length", 4, 0, "4 bytes in buffer", REJECTED,
    ),
    "huge dimension": (
        operator("ADD"), f"{TENSOR}.shape", 2**31 - 1, 0, "bytes; the limit", REJECTED,
    ),
    "negative dimension": (
        operator("ADD"), f"{TENSOR}.shape", -2, 0, "negative dimension", REJECTED,
    ),
    "stride 0": (operator("CONV_2D"), f"{OPTIONS}.stride_w", 0, 0, "stride_w 0", REJECTED),
    "stride negative": (
        operator("CONV_2D"), f"{OPTIONS}.stride_h", -1, 0, "stride_h -1", REJECTED,
    ),
    "RESHAPE to another size": (
        operator("RESHAPE"), "buffers.data", 7, 0, r"does not fit the shape \(7, 2\)", REJECTED,
    ),
    "GATHER beyond the end": (operator("GATHER"), "buffers.data", 99, 0, "Index 99", REJECTED),
    "GATHER before the start": (operator("GATHER"), "buffers.data", -1, 0, "Index -1", REJECTED),
    "EXPAND_DIMS at no axis": (operator("EXPAND_DIMS"), "buffers.data", 9, 0, "xis 9", REJECTED),
    "WHILE calls itself": (loop(), f"{OPTIONS}.body_subgraph_index", 0, 0, "circle", REJECTED),
    "WHILE subgraph out of range": (
        loop(), f"{OPTIONS}.body_subgraph_index", 99, 0, "subgraph 99, of 5", REJECTED,
    ),
    "IF calls itself": (loop(), f"{OPTIONS}.then_subgraph_index", 2, 0, "2 -> 2", CRASHES),
    "WHILE and IF call each other": (
        loop(), f"{OPTIONS}.then_subgraph_index", 0, 0, "circle", CRASHES,
    ),
    "no subgraph": (operator("ADD"), "subgraphs length", 0, 0, "no subgraph", REJECTED),
    "schema version": (operator("ADD"), "version", 4, 0, "version is 4", REJECTED),
    "quantized dimension": (
        hybrid_convolution(), f"{QUANTIZATION}.scale length", 2, 0, "2 scales", REJECTED,
    ),
    "number of zero points": (
        hybrid_convolution(), f"{QUANTIZATION}.zero_point length", 1, 0, "1 zero points", REJECTED,
    ),
    "options of another operator": (
        operator("CONV_2D"), f"{OPTIONS} type", 8, 0, "and not Conv2DOptions", RUNS,
    ),
    "no options": (operator("CONV_2D"), f"{OPTIONS} slot", ABSENT, 0, "below 1", RUNS),
    "reads what comes later": (
        chain(), f"{OPERATOR}.inputs", 3, 0, "before any operator writes it", RUNS,
    ),
    "pool of no width": (
        operator("MAX_POOL_2D"), f"{OPTIONS}.filter_width", 0, 0, "filter_width 0", RUNS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EDITS)
def test_one_number_is_wrong(case):
    model, path, value, place, message, _ = EDITS[case]
    content = edited(model, path, value, place)
    with pytest.raises((ModelError, InputError), match=message):
        run(content)


@pytest.mark.parametrize("model", {id(m): m for m, *_ in EDITS.values()}.values())
def test_the_files_are_good_but_for_it(model):
    run(model_bytes(model))


def run(content: bytes) -> None:
    interpreter = Interpreter(content)
    for key, signature in interpreter.signatures.items():
        interpreter.invoke(key, **inputs_of(interpreter.model, signature))


def test_another_magic():
    content = bytearray(model_bytes(operator("ADD")))
    content[4:8] = b"TFL2"
    with pytest.raises(ModelError, match="TFL2"):
        run(bytes(content))


def test_every_truncation():
    content = model_bytes(operator("CONV_2D"))
    for end in range(len(content)):
        with pytest.raises(TfliteQuantError):
            run(content[:end])


def test_dimensions_whose_product_overflows():
    content = bytearray(model_bytes(operator("ADD")))
    for place in places(bytes(content)):
        if place.path == f"{TENSOR}.shape":
            np.frombuffer(content, np.int32, 1, place.position)[0] = 2**31 - 1
    with pytest.raises(ModelError, match="bytes; the limit"):
        run(bytes(content))


def test_a_loop_that_never_ends_which_hangs_litert():
    """i < n, with the IF's first branch that of i - 1."""
    content = edited(loop(), f"{OPTIONS}.then_subgraph_index", 4)
    fed = {"i": np.int32(0), "n": np.int32(9)}
    with pytest.raises(ModelError, match="ran 1000 times, the limit"):
        Interpreter(content, limits=Limits(loop_iterations=1000)).invoke(**fed)
    with pytest.raises(ModelError, match="operations so far; the limit"):
        Interpreter(content, limits=Limits(operations=10**8)).invoke(**fed)


def test_a_grouped_hybrid_convolution_with_one_scale():
    """XNNPACK takes it and the reference kernels do not; the value is well defined."""
    x, y = tensor("x", (1, 4, 4, 2)), tensor("y", (1, 4, 4, 2))
    weights = np.full((2, 1, 1, 1), 127, np.int8)
    filters = constant("w", weights, quantization=quantization(1 / 127))
    options = {"stride_w": 1, "stride_h": 1}
    model = single_operator("CONV_2D", [x, filters, None], [y], options)
    given = np.full((1, 4, 4, 2), 0.5, np.float32)
    for numerics in ("xnnpack", "reference"):
        result = Interpreter(model, numerics).invoke(x=given)["y"]
        np.testing.assert_allclose(result, given, rtol=0.01)


def test_files_are_read_whole_or_not_at_all(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(edited(operator("ADD"), "version", 4))
    with pytest.raises(ModelError, match=r"model\.tflite: The schema version is 4"):
        read_model(path)
