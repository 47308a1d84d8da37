"""What is read: what LiteRT's generated code writes, and one error for all that is malformed."""

import struct

import flatbuffers
import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.limits import Limits
from kernels.model import Table
from kernels.tflite.decode import decode
from kernels.tflite.encode import encode
from kernels.tflite.schema import TABLES, with_defaults
from tests.filled_tables import filled_model
from tests.hang import no_hang


def written(table):
    return b"".join(encode(table).chunks)


def same(one, another):
    """Decoded vectors are arrays and views: compares what they hold."""
    if isinstance(one, Table):
        fields, others = (vars(with_defaults(table, one.name)) for table in (one, another))
        return one.name == another.name and all(same(fields[name], others[name]) for name in fields)
    if isinstance(one, tuple) and one and isinstance(one[0], Table):
        return len(one) == len(another) and all(map(same, one, another))
    if one is None or isinstance(one, str | int | float):
        return one == another
    return list(one) == list(another)


@pytest.mark.parametrize("seed", range(3))
def test_every_field_of_every_table_comes_back(seed):
    model = filled_model(np.random.default_rng(seed))
    assert same(model, decode(memoryview(written(model))))


def test_reads_what_litert_writes():
    litert_schema = pytest.importorskip(
        "ai_edge_litert.schema_py_generated", reason="needs LiteRT: pip install ai-edge-litert"
    )
    model = filled_model(np.random.default_rng(9))
    theirs = litert_schema.ModelT.InitFromPackedBuf(written(model))
    builder = flatbuffers.Builder()
    builder.Finish(theirs.Pack(builder), file_identifier=b"TFL3")
    assert same(model, decode(memoryview(builder.Output())))


def test_numbers_and_data_are_views():
    content = np.frombuffer(
        written(
            Table(
                "Model",
                {
                    "buffers": (Table("Buffer", {"data": b"weights"}),),
                    "metadata_buffer": (1, 2, 3),
                },
            )
        ),
        np.uint8,
    )
    root = decode(memoryview(content))
    data = root.fields["buffers"][0].fields["data"]
    for vector in (np.frombuffer(data, np.uint8), root.fields["metadata_buffer"]):
        assert np.shares_memory(vector, content)
        assert not vector.flags.writeable


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"TFL3",
        b"\x08\0\0\0TFL2" + bytes(40),
        b"\x89PNG\r\n\x1a\n" + bytes(range(100)),
        b"PK\x03\x04" + bytes(range(100)),
        b"A text, and not a model." * 9,
    ],
)
def test_foreign_bytes_are_no_model(content):
    with pytest.raises(ModelError, match="No TensorFlow Lite model"):
        decode(memoryview(content))


def model_with(description):
    """A model that has one of everything that the cases below break."""
    operator = Table(
        "Operator",
        {
            "builtin_options": Table("MirrorPadOptions", {"mode": 1}),
            "inputs": (5, 6, 7),
            "mutating_variable_inputs": (True, False),
        },
    )
    return Table(
        "Model",
        {
            "version": 3,
            "description": description,
            "subgraphs": (Table("SubGraph", {"operators": (operator,)}),),
        },
    )


class Bytes:
    """A written model in which positions are found by the path to a field, and changed."""

    def __init__(self):
        self.content = bytearray(written(model_with("a description")))

    def read(self, form, position):
        return struct.unpack_from(form, self.content, position)[0]

    def write(self, form, position, value):
        struct.pack_into(form, self.content, position, value)

    def slot(self, table, number):
        """Position of what the table at a position has in a slot."""
        vtable = table - self.read("<i", table)
        return table + self.read("<H", vtable + 4 + 2 * number)

    def field(self, table, table_name, name):
        slots = {field.name: field.slot for field in TABLES[table_name].fields}
        return self.slot(table, slots[name])

    def target(self, position):
        return position + self.read("<I", position)

    @property
    def root(self):
        return self.target(0)

    @property
    def description(self):
        return self.field(self.root, "Model", "description")

    @property
    def subgraphs(self):
        return self.target(self.field(self.root, "Model", "subgraphs"))

    @property
    def subgraph(self):
        return self.target(self.subgraphs + 4)

    @property
    def operators(self):
        return self.target(self.field(self.subgraph, "SubGraph", "operators"))

    @property
    def operator(self):
        return self.target(self.operators + 4)

    @property
    def options(self):
        return self.field(self.operator, "Operator", "builtin_options")

    @property
    def options_type(self):
        return self.slot(self.operator, 3)

    @property
    def inputs(self):
        return self.target(self.field(self.operator, "Operator", "inputs"))

    @property
    def mode(self):
        return self.field(self.target(self.options), "MirrorPadOptions", "mode")


OPERATOR = r"subgraphs\[0\]\.operators\[0\]"
MALFORMED = {
    "root beyond the file": (lambda b: b.write("<I", 0, 10**6), "beyond the file"),
    "root of 0": (lambda b: b.write("<I", 0, 0), "offset of 0"),
    "vtable before the file": (lambda b: b.write("<i", b.root, 10**6), "beyond the file"),
    "vtable beyond the file": (lambda b: b.write("<i", b.root, -(10**6)), "beyond the file"),
    "odd vtable": (
        lambda b: b.write("<H", b.root - b.read("<i", b.root), 7),
        "a vtable of 7 bytes",
    ),
    "field beyond its table": (
        lambda b: b.write("<H", b.root - b.read("<i", b.root) + 4, 5000),
        "a field at 5000 in a table of",
    ),
    "description far away": (lambda b: b.write("<I", b.description, 2**31), "^description"),
    "description of 0": (lambda b: b.write("<I", b.description, 0), "^description.* 0"),
    "description too long": (
        lambda b: b.write("<I", b.target(b.description), 10**6),
        "^description .*1000000 elements",
    ),
    "description no text": (
        lambda b: b.write("<B", b.target(b.description) + 4, 0xFF),
        "^description .*UTF-8",
    ),
    "too many subgraphs": (lambda b: b.write("<I", b.subgraphs, 2**30), "^subgraphs .*elements"),
    "subgraph far away": (lambda b: b.write("<I", b.subgraphs + 4, 2**20), r"^subgraphs\[0\]"),
    "too many inputs": (lambda b: b.write("<I", b.inputs, 10**5), rf"^{OPERATOR}\.inputs"),
    "unknown options": (
        lambda b: b.write("<B", b.options_type, 250),
        rf"^{OPERATOR}\.builtin_options .*250",
    ),
    "unknown mode": (
        lambda b: b.write("<b", b.mode, 2),
        rf"^{OPERATOR}\.builtin_options\.mode .*2, which is no MirrorPadMode",
    ),
    "negative mode": (lambda b: b.write("<b", b.mode, -1), "-1, which is no MirrorPadMode"),
    "options of another shape": (
        # MirrorPadOptions' one slot is there; AbsOptions has none.
        lambda b: b.write("<B", b.options_type, 78),
        "has not in the known schema",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed(case):
    change, message = MALFORMED[case]
    model = Bytes()
    decode(memoryview(model.content))
    change(model)
    with pytest.raises(ModelError, match=message):
        decode(memoryview(model.content))


def test_an_enum_in_a_vector_is_checked():
    options = Table("StablehloDotGeneralOptions", {"precision_config": (0, 3)})
    operator = Table("Operator", {"builtin_options_2": options})
    model = Table("Model", {"subgraphs": (Table("SubGraph", {"operators": (operator,)}),)})
    with pytest.raises(ModelError, match=r"precision_config .* 3, which is no Stablehlo"):
        decode(memoryview(written(model)))


def test_a_union_without_a_type_is_not_there():
    """Type NONE: there is nothing, whatever the offset says."""
    model = Bytes()
    model.write("<B", model.options_type, 0)
    operator = decode(memoryview(model.content)).fields["subgraphs"][0].fields["operators"][0]
    assert "builtin_options" not in operator.fields


def bomb(tables, strings):
    """Vectors in vectors of one table, over and over; each a few bytes in the file."""
    builder = flatbuffers.Builder()
    name = builder.CreateString("n" * strings)

    def table(slots, slot, place):
        builder.StartObject(slots)
        builder.PrependUOffsetTRelativeSlot(slot, place, 0)
        return builder.EndObject()

    def vector(place):
        builder.StartVector(4, tables, 4)
        for _ in range(tables):
            builder.PrependUOffsetTRelative(place)
        return builder.EndVector()

    tensor = table(11, 3, name)
    subgraph = table(6, 0, vector(tensor))
    builder.Finish(table(10, 2, vector(subgraph)), file_identifier=b"TFL3")
    return bytes(builder.Output())


@pytest.mark.parametrize(("tables", "strings"), [(20_000, 1), (2_000, 100_000), (10, 10**6)])
def test_sharing_does_not_multiply_the_work(tables, strings):
    content = bomb(tables, strings)
    with no_hang(), pytest.raises(ModelError, match=r"limit|and what comes before it"):
        decode(memoryview(content))


def test_limit_of_tables():
    model = written(Table("Model", {"metadata": (Table("Metadata", {"name": "m"}),) * 9}))
    assert len(decode(memoryview(model), Limits(tables=10)).fields["metadata"]) == 9
    with pytest.raises(ModelError, match="tables"):
        decode(memoryview(model), Limits(tables=9))
