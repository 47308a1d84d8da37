"""Writing files: LiteRT runs them as it runs the original, and writing again changes no byte."""

import io
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.model import Metadata, Model
from kernels.tflite.decode import decode
from kernels.tflite.reader import read_model
from kernels.tflite.writer import encode_model, model_bytes, write_model
from tests import shared
from tests.build_model import Operation, constant, graph, quantization, single_operator, tensor
from tests.example_model import example
from tests.plain_model import plain

WILD = shared.names("models/wild", "*.tflite")
LITERT_CORRUPTS_ITS_HEAP = {"1d5e0e5c9a73_keyword_scrambled_8bit.tflite"}
"""LiteRT 2.3.0 ends with "double free" after this one, original or not: an int8 SVDF of TFLM."""


@pytest.fixture(scope="module")
def litert():
    return pytest.importorskip(
        "ai_edge_litert.interpreter", reason="needs LiteRT: pip install ai-edge-litert"
    )


def run(litert, content, seed=0):
    """Every output of two invocations on random inputs, of types and shapes as LiteRT says."""
    interpreter = litert.Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    generator = np.random.default_rng(seed)
    outputs = []
    for _ in range(2):
        for detail in interpreter.get_input_details():
            interpreter.set_tensor(detail["index"], random_input(detail, generator))
        interpreter.invoke()
        outputs += [
            interpreter.get_tensor(detail["index"]).copy()
            for detail in interpreter.get_output_details()
        ]
    return outputs


def random_input(detail, generator):
    dtype = np.dtype(detail["dtype"])
    if dtype.kind == "f":
        return generator.normal(size=detail["shape"]).astype(dtype)
    limits = np.iinfo(dtype)
    return generator.integers(limits.min, limits.max, detail["shape"], dtype, endpoint=True)


def data_positions(content):
    """Where the data of every buffer that has any starts in the file."""
    whole = np.frombuffer(content, np.uint8)
    for table in decode(memoryview(content)).fields["buffers"]:
        if "data" in table.fields:
            data = np.frombuffer(table.fields["data"], np.uint8)
            yield data.ctypes.data - whole.ctypes.data


@pytest.mark.parametrize("name", WILD)
def test_wild_files_are_kept(name):
    original = shared.path(f"models/wild/{name}").read_bytes()
    model = read_model(original)
    content = model_bytes(model)
    assert plain(read_model(content)) == plain(model)
    assert model_bytes(read_model(content)) == content
    assert all(position % 16 == 0 for position in data_positions(content))
    assert len(content) < len(original)


@pytest.mark.parametrize("name", sorted(set(WILD) - LITERT_CORRUPTS_ITS_HEAP))
def test_litert_runs_what_was_written_as_the_original(litert, name):
    original = shared.path(f"models/wild/{name}").read_bytes()
    content = model_bytes(read_model(original))
    expected, got = run(litert, original), run(litert, content)
    assert expected
    for one, another in zip(expected, got, strict=True):
        np.testing.assert_array_equal(one, another, strict=True)


def conv(**fields):
    weights = np.random.default_rng(0).integers(-127, 128, (4, 3, 3, 3), np.int8)
    model = single_operator(
        "CONV_2D",
        [
            tensor("x", (1, 8, 8, 3)),
            constant("w", weights, quantization=quantization([0.1, 0.2, 0.3, 0.4])),
            constant("b", np.ones(4, np.float32)),
        ],
        [tensor("y", (1, 8, 8, 4))],
        {"stride_w": 1, "stride_h": 1},
        version=5,
    )
    return replace(model, **fields)


@pytest.mark.parametrize("flatbuffer_bytes", [2**31 - 1, 0], ids=["inside", "outside"])
@pytest.mark.parametrize("tail", [b"", example().tail], ids=["no tail", "tail"])
def test_litert_runs_every_layout(litert, flatbuffer_bytes, tail):
    plainly = run(litert, model_bytes(conv()))
    content = b"".join(encode_model(conv(tail=tail), flatbuffer_bytes).chunks)
    np.testing.assert_array_equal(run(litert, content), plainly)


def test_litert_reads_weights_that_are_stored_once(litert):
    weights = np.random.default_rng(1).normal(size=(64, 64)).astype(np.float32)
    x, h, y = (tensor(name, (1, 64)) for name in "xhy")
    one, two = constant("one", weights), constant("two", weights)
    operations = [
        Operation("FULLY_CONNECTED", [x, one, None], [h]),
        Operation("FULLY_CONNECTED", [h, two, None], [y]),
    ]
    content = model_bytes(graph(operations, [x], [y]))
    assert len(content) < 2 * weights.nbytes
    assert len(set(data_positions(content))) == 1
    ones = np.ones((1, 64), np.float32)
    signature = litert.Interpreter(model_content=content).get_signature_runner()
    np.testing.assert_allclose(signature(x=ones)["y"], ones @ weights.T @ weights.T, rtol=1e-4)


def test_a_variables_buffer_is_its_own():
    value = np.ones(4, np.float32)
    constants = [constant("a", value), constant("b", value), constant("c", value, is_variable=True)]
    model = single_operator("ADD_N", constants, [tensor("y", (4,))])
    positions = list(data_positions(model_bytes(model)))
    assert positions[0] == positions[1] != positions[2]


def test_everything_of_the_example_is_kept():
    assert plain(read_model(model_bytes(example()))) == plain(example())


def test_same_model_same_bytes():
    assert model_bytes(example()) == model_bytes(example())
    assert model_bytes(read_model(model_bytes(example()))) == model_bytes(example())


def test_operator_codes_in_the_order_of_first_use():
    x, y, z = (tensor(name, (2,)) for name in "xyz")
    end = tensor("end", (2,))
    operations = [
        Operation("SIGN", [x], [y]),
        Operation("ABS", [y], [z]),
        Operation("SIGN", [z], [tensor("again", (2,))]),
        Operation("ABS", [z], [end], version=2),
        Operation("CUSTOM", [end], [tensor("custom", (2,))], custom_code="Mine"),
    ]
    codes = decode(memoryview(model_bytes(graph(operations, [x], [end])))).fields["operator_codes"]
    assert [dict(code.fields) for code in codes] == [
        {"deprecated_builtin_code": 127, "builtin_code": 158},
        {"deprecated_builtin_code": 101, "builtin_code": 101},
        {"deprecated_builtin_code": 101, "builtin_code": 101, "version": 2},
        {"deprecated_builtin_code": 32, "builtin_code": 32, "custom_code": "Mine"},
    ]


@pytest.mark.parametrize("flatbuffer_bytes", [2**31 - 1, 0], ids=["inside", "outside"])
def test_strict_readers_find_the_associated_files(flatbuffer_bytes):
    content = b"".join(encode_model(conv(tail=example().tail), flatbuffer_bytes).chunks)
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        assert zipped.read("labels.txt") == b"cat\ndog\n"
        # zipfile adds what precedes the archive; a strict reader takes the file's own number.
        directory = int.from_bytes(content[-6:-2], "little")
        assert zipped.start_dir == directory
        assert content[directory : directory + 4] == b"PK\1\2"


def test_metadata_is_kept():
    buffers = (*conv().buffers, b"M001 metadata")
    model = conv(buffers=buffers, metadata=(Metadata("TFLITE_METADATA", len(buffers) - 1),))
    read = read_model(model_bytes(model))
    assert read.metadata == model.metadata
    assert read.buffers[read.metadata[0].buffer] == b"M001 metadata"


def test_weights_are_streamed(tmp_path):
    weights = np.zeros((4 << 20, 4), np.float32)
    model = single_operator("ABS", [constant("w", weights)], [tensor("y", weights.shape)])
    tracemalloc.start()
    write_model(model, tmp_path / "large.tflite")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20
    assert (tmp_path / "large.tflite").read_bytes() == model_bytes(model)


def test_failure_leaves_no_file(tmp_path):
    with pytest.raises(ModelError):
        write_model(Model(subgraphs=(), buffers=(b"",)), tmp_path / "model.tflite")
    assert list(tmp_path.iterdir()) == []


def test_replaces_a_file_that_is_mapped(tmp_path):
    path = tmp_path / "model.tflite"
    write_model(example(), path)
    model = read_model(path)
    write_model(conv(), path)
    assert plain(model) == plain(example())
    assert list(tmp_path.iterdir()) == [path]
