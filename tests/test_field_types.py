import numpy as np
import pytest

from kernels import field_types
from kernels.field_types import BOOLS, FLOATS, INDEX, INT8S, MEMORY, NUMBER, FieldType, field_type

ALL = {name: value for name, value in vars(field_types).items() if isinstance(value, FieldType)}


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_a_type_is_its_code(kind):
    assert field_type(kind.code) == kind


def test_codes_differ():
    assert len({kind.code for kind in ALL.values()}) == len(set(ALL.values()))


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [(FLOATS, "float32*", 2), (MEMORY, "uint8&", 2), (INDEX, "int64", 1), (NUMBER, "float32", 1)],
)
def test_words(kind, code, words):
    assert (kind.code, kind.words) == (code, words)


@pytest.mark.parametrize(
    ("kind", "held", "refused"),
    [
        (FLOATS, ["float32"], ["float64", "int32", "bool"]),
        (INT8S, ["int8"], ["uint8", "bool"]),
        (BOOLS, ["bool", "uint8"], ["int8"]),
        (MEMORY, ["int8", "float32", "complex64"], []),
    ],
)
def test_arrays_that_can_be_a_field(kind, held, refused):
    assert all(kind.holds(np.dtype(name)) for name in held)
    assert not any(kind.holds(np.dtype(name)) for name in refused)
