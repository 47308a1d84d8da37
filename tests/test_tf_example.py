import numpy as np
import pytest

from kernels.errors import DataError
from quant.tf_example import parse_example
from tests.tfrecord_files import counted, example, varint

# What TensorFlow 2.21 serializes: floats, integers, two byte strings, and a feature of no kind.
GOLDEN = bytes.fromhex(
    "0a480a0d0a016212080a060a0261620a000a110a0166120c120a0a080000c03f000010c0"
    "0a1d0a016912181a160a1403fcffffffffffffffff018080808080808080400a050a016e1200"
)


def entry(value):
    """An example whose feature "a" has these bytes."""
    return counted(1, counted(1, counted(1, b"a") + counted(2, value)))


def test_what_tensorflow_writes():
    found = parse_example(GOLDEN, "here")
    assert sorted(found) == ["b", "f", "i", "n"]
    assert found["b"] == (b"ab", b"")
    assert found["f"].dtype == np.float32
    assert found["f"].tolist() == [1.5, -2.25]
    assert found["i"].dtype == np.int64
    assert found["i"].tolist() == [3, -4, 1 << 62]
    assert found["n"] == ()


@pytest.mark.parametrize(
    "features",
    [
        {},
        {"x": np.float32([]), "y": np.int64([])},
        {"x": np.linspace(-1, 1, 999, dtype=np.float32), "name": [b"", b"a" * 300]},
        {"lowest": np.int64([-(1 << 63), (1 << 63) - 1, 0, 127, 128])},
    ],
)
def test_every_kind_round_trips(features):
    found = parse_example(example(**features), "here")
    assert found.keys() == features.keys()
    for name, value in features.items():
        if isinstance(value, list):
            assert found[name] == tuple(value)
        else:
            np.testing.assert_array_equal(found[name], value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (counted(3, varint(1 << 3) + varint(5) + varint(1 << 3) + varint(-1)), [5, -1]),
        (
            counted(2, b"".join(varint(1 << 3 | 5) + np.float32(x).tobytes() for x in (1, 2))),
            [1, 2],
        ),
        (counted(3, counted(1, varint(1)) + counted(1, varint(2))), [1, 2]),
    ],
)
def test_numbers_that_are_not_packed(value, expected):
    assert parse_example(entry(value), "here")["a"].tolist() == expected


def test_fields_of_later_versions_are_left_out():
    later = varint(9 << 3) + varint(1) + counted(12, b"new") + varint(13 << 3 | 1) + bytes(8)
    assert parse_example(later + GOLDEN + later, "here").keys() == parse_example(GOLDEN, "").keys()


@pytest.mark.parametrize(
    "data",
    [
        b"\x0a",
        b"\x0a\x05ab",
        b"\x80" * 11,
        b"\x0b",
        b"\x08\x01",
        GOLDEN[:-1],
        b"image bytes",
        counted(1, counted(1, counted(1, b"\xff\xfe"))),
        entry(counted(2, counted(1, b"abc"))),
        entry(counted(3, counted(1, b"\x80"))),
    ],
)
def test_what_is_no_example(data):
    with pytest.raises(DataError, match=r"here is no tf\.train\.Example"):
        parse_example(data, "here")
