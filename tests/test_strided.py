"""Copies by the kernels that the instructions name, against NumPy's views."""

import numpy as np
import pytest

from kernels.flat.nests import dense_strides
from kernels.flat.strided import Strided, copy, dense, strided
from kernels.flat.value import new_value
from kernels.kernel import kernel


def run(instructions, memory):
    """Executes instructions on arrays, by block."""
    for instruction in instructions:
        arguments = [
            memory[argument.block].reshape(-1).view(np.uint8)[argument.offset :]
            if hasattr(argument, "block")
            else argument
            for argument in instruction.arguments
        ]
        kernel(instruction.kernel)(*arguments, chunks=instruction.chunks)


VIEWS = {
    "all": lambda a: a,
    "transposed": lambda a: a.transpose(1, 0, 2),
    "backwards": lambda a: a[::-1, :, ::-1],
    "every other": lambda a: a[::2, 1:, ::3],
    "a column": lambda a: a[:, :, 3],
    "columns first": lambda a: a.transpose(2, 0, 1),
    "one": lambda a: a[1, 2, 3],
    "spread": lambda a: np.broadcast_to(a[:, :1, :1], a.shape),
    "nothing": lambda a: a[:, 3:3],
}


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.float32, np.int64])
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_from_a_view(view, dtype):
    x = np.arange(20 * 9 * 24).astype(dtype).reshape(20, 9, 24)
    source = new_value(x.shape, dtype)
    found = strided(source, view)
    target = new_value(found.shape, dtype)
    y = np.full((*found.shape, 2), 77, dtype)[..., 0].copy()
    run(copy(found, dense(target)), {source.block: x, target.block: y})
    np.testing.assert_array_equal(y, view(x))


@pytest.mark.parametrize("view", [v for name, v in VIEWS.items() if name != "spread"])
def test_to_a_view(view):
    y = np.zeros((20, 9, 24), np.float32)
    target = new_value(y.shape, y.dtype)
    place = strided(target, view)
    source = new_value(place.shape, y.dtype)
    x = np.arange(1, np.prod(place.shape) + 1, dtype=np.float32).reshape(place.shape)
    run(copy(dense(source), place), {source.block: x, target.block: y})
    np.testing.assert_array_equal(view(y), x)
    assert np.count_nonzero(y) == x.size


def test_what_is_no_view_is_none():
    assert strided(new_value((3, 4), np.float32), lambda a: a + 1) is None
    assert strided(new_value((3, 4), np.float32), lambda a: a.view(np.int32)) is None


def test_elements_of_another_size_are_refused():
    with pytest.raises(TypeError, match="is not moved"):
        Strided(new_value((3,), np.complex128), 0, (3,), dense_strides((3,)))


def test_pairs_are_moved_as_one():
    x = new_value((6, 7, 2), np.int8)
    (made,) = copy(strided(x, lambda a: a.transpose(1, 0, 2)), dense(new_value((7, 6, 2), np.int8)))
    assert made.kernel == "moving.copy_16"


def test_too_many():
    x = new_value((65, 2, 65, 2, 65, 2), np.int8)
    odd = strided(x, lambda a: a[::2, ::-1, ::2, ::-1, ::2, ::-1])
    assert copy(odd, dense(new_value(odd.shape, np.int8))) is None
