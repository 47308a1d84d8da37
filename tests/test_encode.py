"""What is written: against LiteRT's generated schema code, and byte by byte."""

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.model import Table
from kernels.tflite.decode import decode
from kernels.tflite.encode import encode
from kernels.tflite.schema import TABLES, UNIONS
from tests.filled_tables import filled_model


def written(table, **settings):
    encoded = encode(table, **settings)
    content = b"".join(encoded.chunks)
    assert encoded.size == len(content)
    return content


def buffers_model(*data, **fields):
    return Table(
        "Model", {"buffers": tuple(Table("Buffer", {"data": each}) for each in data), **fields}
    )


def assert_same(ours, theirs):
    """``theirs`` is an object of LiteRT's generated object API."""
    assert type(theirs).__name__ == f"{ours.name}T"
    for field in TABLES[ours.name].fields:
        value = ours.fields[field.name]
        head, *rest = field.name.split("_")
        attribute = head + "".join(part[:1].upper() + part[1:] for part in rest)
        other = getattr(theirs, attribute)
        if field.is_union:
            assert getattr(theirs, f"{attribute}Type") == UNIONS[field.type].index(value.name)
        if field.dtype is not None:
            value = list(value) if isinstance(value, bytes) else value
            np.testing.assert_array_equal(np.asarray(other, field.dtype), value)
        elif field.type == "string":
            assert other.decode() == value
        elif field.is_vector:
            for one, another in zip(value, other, strict=True):
                assert_same(one, another)
        else:
            assert_same(value, other)


@pytest.mark.parametrize("seed", range(3))
def test_litert_reads_every_field_of_every_table(seed):
    litert_schema = pytest.importorskip(
        "ai_edge_litert.schema_py_generated", reason="needs LiteRT: pip install ai-edge-litert"
    )
    model = filled_model(np.random.default_rng(seed))
    content = written(model)
    assert_same(model, litert_schema.ModelT.InitFromPackedBuf(content))


def test_same_table_same_bytes():
    model = filled_model(np.random.default_rng(7))
    assert written(model) == written(filled_model(np.random.default_rng(7)))


@pytest.mark.parametrize(
    "tables",
    [
        ("same", "same"),
        ("same", "other"),
    ],
)
def test_equal_strings_and_tables_are_stored_once(tables):
    metadata = tuple(Table("Metadata", {"name": name, "buffer": 1}) for name in tables)
    content = written(Table("Model", {"metadata": metadata}))
    assert content.count(b"same\0") == 1
    first, second = np.frombuffer(content, "<u4", 2, vector_position(content, 6)).tolist()
    assert (first == second + 4) == (tables[0] == tables[1])


def vector_position(content, slot):
    """Where the elements of the root's vector in a slot start."""
    root = int.from_bytes(content[:4], "little")
    vtable = root - int.from_bytes(content[root : root + 4], "little", signed=True)
    field = vtable + 4 + 2 * slot
    at = root + int.from_bytes(content[field : field + 2], "little")
    return at + int.from_bytes(content[at : at + 4], "little") + 4


@pytest.mark.parametrize("sizes", [(), (0,), (1,), (15, 16, 17), (4, 0, 100, 3)])
@pytest.mark.parametrize("outside", [False, True])
def test_data_is_aligned_behind_the_structure(sizes, outside):
    data = [bytes([65 + i]) * size for i, size in enumerate(sizes)]
    content = written(buffers_model(*data), **({"flatbuffer_bytes": 0} if outside else {}))
    tables = decode(memoryview(content)).fields["buffers"]
    for table, expected in zip(tables, data, strict=True):
        if not expected:
            assert table.fields == {}
        elif outside:
            start, size = table.fields["offset"], table.fields["size"]
            assert start % 16 == 0
            assert content[start : start + size] == expected
        else:
            view = table.fields["data"]
            start = content.index(expected)
            assert start % 16 == 0
            assert view == expected


def test_data_that_is_one_object_is_stored_once():
    shared = b"S" * 40
    content = written(buffers_model(shared, b"T" * 40, shared))
    assert content.count(shared) == 1
    tables = decode(memoryview(content)).fields["buffers"]
    assert [bytes(table.fields["data"][:1]) for table in tables] == [b"S", b"T", b"S"]


def test_data_is_not_copied():
    data = bytes(1000)
    assert any(chunk is data for chunk in encode(buffers_model(b"head", data)).chunks)


@pytest.mark.parametrize(
    ("field", "value", "is_stored"),
    [
        ("dilation_w_factor", 1, False),
        ("dilation_w_factor", 0, True),
        ("stride_w", 0, False),
        ("padding", 0, False),
        ("padding", 1, True),
    ],
)
def test_defaults_are_not_stored(field, value, is_stored):
    options = Table("Conv2DOptions", {field: value})
    assert (field in written_options(options).fields) == is_stored


def written_options(options):
    operator = Table("Operator", {"builtin_options": options})
    model = Table("Model", {"subgraphs": (Table("SubGraph", {"operators": (operator,)}),)})
    root = decode(memoryview(written(model)))
    return root.fields["subgraphs"][0].fields["operators"][0].fields["builtin_options"]


@pytest.mark.parametrize("value", [0.0, -0.0, float("nan"), float("inf"), 1e-40])
def test_floats_keep_their_bits(value):
    back = written_options(Table("LeakyReluOptions", {"alpha": value})).fields.get("alpha", 0.0)
    assert np.float32(back).tobytes() == np.float32(value).tobytes()


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (Table("Conv2DOptions", {"stride": 1}), "'stride'"),
        (Table("Conv2DOptions", {"stride_w": 2**31}), "Conv2DOptions.stride_w"),
        (Table("Conv2DOptions", {"stride_w": 1.5}), "Conv2DOptions.stride_w"),
        (Table("Conv2DOptions", {"stride_w": (1, 2)}), "Conv2DOptions.stride_w"),
        (Table("Conv2DOptions", {"padding": "SAME"}), "Conv2DOptions.padding"),
        (Table("SqueezeOptions", {"squeeze_dims": 1}), "SqueezeOptions.squeeze_dims"),
        (Table("ReshapeOptions", {"new_shape": np.array([2**40])}), "ReshapeOptions.new_shape"),
    ],
)
def test_a_value_that_does_not_fit_is_an_error(options, names):
    with pytest.raises(ModelError, match=names):
        written_options(options)
