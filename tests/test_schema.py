"""Every table, slot, type, default and enum value against the schema that LiteRT ships."""

import re

import numpy as np
import pytest

from kernels.model import Table
from kernels.tflite.schema import ENUMS, MEMBERS, OPTIONS, TABLES, UNIONS, with_defaults

OFFSET = "UOffsetTRelative"


@pytest.fixture(scope="module")
def litert_schema():
    return pytest.importorskip(
        "ai_edge_litert.schema_py_generated", reason="needs LiteRT: pip install ai-edge-litert"
    )


class Recorder:
    """Stands in for a flatbuffers Builder: remembers the one call that a function makes."""

    def __getattr__(self, name):
        def record(*arguments):
            self.call = (name, arguments)

        return record


def called(function, *arguments):
    recorder = Recorder()
    function(recorder, *arguments)
    return recorder.call


def camel(name):
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def enum_members(cls):
    return {name: value for name, value in vars(cls).items() if isinstance(value, int)}


def test_has_every_table(litert_schema):
    starts = [re.fullmatch(r"(\w+)Start", name) for name in dir(litert_schema)]
    assert set(TABLES) == {match[1] for match in starts if match}


@pytest.mark.parametrize("table", TABLES)
def test_table(litert_schema, table):
    layout = TABLES[table]
    prefix = f"{table}Add"
    theirs = {
        name[len(prefix) :]: called(getattr(litert_schema, name), 0)
        for name in dir(litert_schema)
        if name.startswith(prefix) and callable(getattr(litert_schema, name))
    }
    ours = {}
    for field in layout.fields:
        stored = camel(field.dtype.name) if field.is_scalar else OFFSET
        ours[camel(field.name)] = (f"Prepend{stored}Slot", (field.slot, 0, field.default))
        if field.is_union:
            ours[f"{camel(field.name)}Type"] = ("PrependUint8Slot", (field.slot - 1, 0, 0))
    assert ours == theirs
    assert called(getattr(litert_schema, f"{table}Start")) == ("StartObject", (layout.slots,))


VECTORS = [
    (table, field) for table, layout in TABLES.items() for field in layout.fields if field.is_vector
]


@pytest.mark.parametrize(("table", "field"), VECTORS, ids=lambda v: getattr(v, "name", v))
def test_vector(litert_schema, table, field):
    start = getattr(litert_schema, f"{table}Start{camel(field.name)}Vector")
    item_bytes = field.dtype.itemsize if field.dtype is not None else 4
    assert called(start, 7) == ("StartVector", (item_bytes, 7, item_bytes))


def test_forced_alignments():
    """Python's generated code ignores them, so this repeats what schema.fbs says."""
    forced = {(table, field.name): field.alignment for table, field in VECTORS if field.alignment}
    assert forced == {
        ("Buffer", "data"): 16,
        ("CustomQuantization", "custom"): 16,
        ("Uint16Vector", "values"): 4,
        ("Uint8Vector", "values"): 4,
    }


@pytest.mark.parametrize("enum", ENUMS)
def test_enum(litert_schema, enum):
    assert dict(ENUMS[enum]) == enum_members(getattr(litert_schema, enum))
    assert [ENUMS[enum][name] for name in MEMBERS[enum]] == list(range(len(MEMBERS[enum])))


@pytest.mark.parametrize("union", UNIONS)
def test_union(litert_schema, union):
    assert {name: i for i, name in enumerate(UNIONS[union])} == enum_members(
        getattr(litert_schema, union)
    )


def test_every_options_table_has_an_operator_and_the_reverse():
    options = {name for name in OPTIONS.values() if name}
    assert options == {*UNIONS["BuiltinOptions"], *UNIONS["BuiltinOptions2"]} - {"NONE"}
    assert list(OPTIONS) == list(ENUMS["BuiltinOperator"])


@pytest.mark.parametrize(
    ("operator", "options"),
    [
        ("CONV_2D", "Conv2DOptions"),
        ("L2_POOL_2D", "Pool2DOptions"),
        ("REDUCE_MAX", "ReducerOptions"),
        ("UNIDIRECTIONAL_SEQUENCE_RNN", "SequenceRNNOptions"),
        ("MINIMUM", "MaximumMinimumOptions"),
        ("CONV_3D_TRANSPOSE", "Conv3DOptions"),
        ("LOGISTIC", ""),
        ("CUSTOM", ""),
        ("STABLEHLO_COMPOSITE", "StableHLOCompositeOptions"),
    ],
)
def test_options_of_operators(operator, options):
    assert OPTIONS[operator] == options


@pytest.mark.parametrize(
    ("table", "name", "expected"),
    [
        (None, "", {}),
        (None, "SqueezeOptions", {"squeeze_dims": ()}),
        (None, "VarHandleOptions", {"container": None, "shared_name": None}),
        (None, "AddOptions", {"fused_activation_function": 0, "pot_scale_int16": True}),
        (Table("UniqueOptions"), "UniqueOptions", {"idx_out_type": ENUMS["TensorType"]["INT32"]}),
        (
            Table("ResizeBilinearOptions", {"align_corners": True}),
            "ResizeBilinearOptions",
            {"align_corners": True, "half_pixel_centers": False},
        ),
    ],
)
def test_with_defaults(table, name, expected):
    assert vars(with_defaults(table, name)) == expected


def test_dtypes_are_little_endian():
    for layout in TABLES.values():
        for field in layout.fields:
            if field.dtype is not None:
                assert field.dtype == np.dtype(field.dtype.name).newbyteorder("<")
