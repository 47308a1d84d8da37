"""Reading files: what they say, and one error, soon, for what is no model."""

import mmap
import os
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.limits import Limits
from kernels.model import Table
from kernels.tflite.decode import decode
from kernels.tflite.encode import encode
from kernels.tflite.reader import read_model
from kernels.tflite.writer import encode_model, model_bytes, write_model
from tests import shared
from tests.build_model import constant, single_operator, tensor
from tests.example_model import example
from tests.hang import no_hang
from tests.plain_model import plain

WILD = shared.names("models/wild", "*.tflite")


def written(root):
    return b"".join(encode(root).chunks)


def changed(root, **fields):
    return Table(root.name, {**root.fields, **fields})


@pytest.fixture
def root():
    """The tables of a file with one ABS operator, to change and write."""
    model = single_operator("ABS", [tensor("x", (2,))], [tensor("y", (2,))])
    return decode(memoryview(model_bytes(model)))


@pytest.mark.parametrize("kind", [str, lambda path: path, lambda path: path.read_bytes()])
def test_path_and_bytes_give_the_model(tmp_path, kind):
    path = tmp_path / "model.tflite"
    write_model(example(), path)
    assert plain(read_model(kind(path))) == plain(example())


def test_weights_are_mapped_and_not_copied(tmp_path):
    path = tmp_path / "large.tflite"
    weights = np.zeros((4 << 20, 4), np.float32)
    model = single_operator("ABS", [constant("w", weights)], [tensor("y", weights.shape)])
    write_model(model, path)
    tracemalloc.start()
    read = read_model(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(read.buffers[1].obj, mmap.mmap)
    assert read.buffers[1].readonly
    assert len(read.buffers[1]) == weights.nbytes
    assert peak < 1 << 20


@pytest.mark.parametrize(
    ("deprecated", "code", "name"),
    [(0, 101, "ABS"), (101, 0, "ABS"), (101, 101, "ABS"), (0, 111, "ELU")],
)
def test_operator_code_is_the_larger_of_two(root, deprecated, code, name):
    codes = Table("OperatorCode", {"deprecated_builtin_code": deprecated, "builtin_code": code})
    operator = read_model(written(changed(root, operator_codes=(codes,)))).subgraphs[0].operators[0]
    assert (operator.name, operator.version, operator.custom_code) == (name, 1, None)


def with_operator(root, **fields):
    subgraph = root.fields["subgraphs"][0]
    operator = changed(subgraph.fields["operators"][0], **fields)
    return changed(root, subgraphs=(changed(subgraph, operators=(operator,)),))


def with_tensor(root, **fields):
    subgraph = root.fields["subgraphs"][0]
    first, *others = subgraph.fields["tensors"]
    return changed(
        root, subgraphs=(changed(subgraph, tensors=(changed(first, **fields), *others)),)
    )


@pytest.mark.parametrize("outside", [False, True])
def test_data_behind_the_flatbuffer(outside):
    model = replace(example(), tail=b"")
    content = b"".join(encode_model(model, *([0] if outside else [])).chunks)
    assert ("offset" in decode(memoryview(content)).fields["buffers"][1].fields) == outside
    assert plain(read_model(content)) == plain(model)


def test_data_behind_the_flatbuffer_and_an_archive_behind_that():
    content = b"".join(encode_model(example(), 0).chunks)
    assert plain(read_model(content)) == plain(example())


def test_data_cut_off_behind_the_flatbuffer():
    content = b"".join(encode_model(replace(example(), tail=b""), 0).chunks)
    with pytest.raises(ModelError, match=r"buffers\[\d+\] lies at"):
        read_model(content[:-16])


def test_custom_options_behind_the_flatbuffer(root):
    end = len(
        written(with_operator(root, large_custom_options_offset=9, large_custom_options_size=9))
    )
    content = written(
        with_operator(root, large_custom_options_offset=end, large_custom_options_size=7)
    )
    operator = read_model(content + b"options").subgraphs[0].operators[0]
    assert operator.custom_options == b"options"
    with pytest.raises(ModelError, match=r"operators\[0\]\.custom_options lies at"):
        read_model(content + b"option")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"quantized_dimension": 3}, None),
        ({"scale": (0.5,), "zero_point": (3,)}, ([0.5], [3], None)),
        ({"min": (-1.0,), "max": (1.0,)}, ([], [], [-1.0])),
    ],
)
def test_quantization(root, fields, expected):
    content = written(with_tensor(root, quantization=Table("QuantizationParameters", fields)))
    quantization = read_model(content).subgraphs[0].tensors[0].quantization
    if expected is None:
        assert quantization is None
        return
    scale, zero_point, minimum = expected
    assert quantization.scale.tolist() == scale
    assert quantization.zero_point.tolist() == zero_point
    assert (quantization.min if minimum is None else quantization.min.tolist()) == minimum


NAMED = Table("TensorMap", {"name": "x"})
CONTRADICTIONS = {
    "opcode index": (lambda r: with_operator(r, opcode_index=1), "operator code 1 of 1"),
    "no operator code": (lambda r: changed(r, operator_codes=()), "operator code 0 of 0"),
    "name twice": (
        lambda r: changed(r, signature_defs=(Table("SignatureDef", {"inputs": (NAMED, NAMED)}),)),
        r"signature_defs\[0\]\.inputs names 'x' twice",
    ),
    "no subgraph": (lambda r: changed(r, subgraphs=()), "no subgraph"),
    "version": (lambda r: changed(r, version=2), "version is 2"),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_contradictions(root, case):
    change, message = CONTRADICTIONS[case]
    with pytest.raises(ModelError, match=message):
        read_model(written(change(root)))


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n" + bytes(99), b"PK\3\4" + bytes(99), b"A text.\n" * 9, bytes(99)],
    ids=["empty", "PNG", "ZIP", "text", "zeros"],
)
def test_foreign_files(tmp_path, content):
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.tflite: No TensorFlow Lite model"):
        read_model(path)


def test_a_zip_archive_is_no_model(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.tflite", "w") as zipped:
        zipped.writestr("saved_model.pb", "no flatbuffer")
    with pytest.raises(ModelError, match="No TensorFlow Lite model"):
        read_model(tmp_path / "model.tflite")


def test_what_cannot_be_opened(tmp_path):
    for path in (tmp_path, tmp_path / "absent.tflite", "a\0b", os.devnull):
        with pytest.raises(ModelError, match="cannot be read"):
            read_model(path)


def test_limit_of_bytes(tmp_path):
    path = tmp_path / "model.tflite"
    write_model(example(), path)
    with pytest.raises(ModelError, match="the limit is 99"):
        read_model(path, Limits(file_bytes=99))


def outcome(content):
    """The model or the ModelError; there is no other error, and neither takes long."""
    with no_hang():
        try:
            return read_model(content)
        except ModelError as error:
            return error


def test_truncated_anywhere():
    content = model_bytes(replace(example(), tail=b""))
    for length in range(len(content)):
        assert isinstance(outcome(content[:length]), ModelError)


def test_flipped_bits():
    """What is read in spite of a flipped bit is a model: it is written and read as the same."""
    content = model_bytes(example())
    generator = np.random.default_rng(2)
    accepted = 0
    for position in generator.choice(len(content) * 8, 1500, replace=False).tolist():
        flipped = bytearray(content)
        flipped[position // 8] ^= 1 << position % 8
        model = outcome(bytes(flipped))
        if not isinstance(model, ModelError):
            accepted += 1
            assert plain(read_model(model_bytes(model))) == plain(model)
    assert 0 < accepted < 1500


def test_random_words():
    """Whole words changed: offsets and lengths that lead anywhere."""
    content = np.frombuffer(model_bytes(example()), np.uint8)
    generator = np.random.default_rng(3)
    for _ in range(2000):
        mutated = content.copy()
        words = mutated[: len(content) // 4 * 4].view("<u4")
        words[generator.integers(len(words))] = generator.choice(
            [0, 1, 2**31 - 1, 2**31, 2**32 - 1, generator.integers(len(content))]
        )
        outcome(mutated.tobytes())


@pytest.mark.parametrize("name", WILD)
def test_wild_files_truncated(name):
    content = shared.path(f"models/wild/{name}").read_bytes()
    # The last few bytes may be padding, or a table that nothing refers to.
    for length in np.linspace(0, len(content) - 16, 40).astype(int).tolist():
        assert isinstance(outcome(content[:length]), ModelError)


@pytest.mark.parametrize("name", WILD)
def test_wild_files_flipped(name):
    content = shared.path(f"models/wild/{name}").read_bytes()
    generator = np.random.default_rng(4)
    # Half of the bits in the first kilobytes, where the structure of small files is.
    near, anywhere = (
        generator.integers(0, 8 * 4096, 15),
        generator.integers(0, 8 * len(content), 15),
    )
    for position in (*near.tolist(), *anywhere.tolist()):
        flipped = bytearray(content)
        flipped[position // 8] ^= 1 << position % 8
        outcome(bytes(flipped))
