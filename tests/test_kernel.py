from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kernels.field_types import FLOATS, INDEX
from kernels.kernel import kernel, words
from tests.kernel_folders import EXPECTED, RUN, python

f32 = np.float32
LOADED = "import sys; print(*sorted({'numba', 'llvmlite'} & set(sys.modules)))\n"


def test_a_kernel_has_its_name_and_its_fields():
    found = kernel("sums.add_fused")
    assert found.name == "sums.add_fused"
    assert found.fields == {
        "left": FLOATS,
        "right": FLOATS,
        "output": FLOATS,
        "depth": INDEX,
        "columns": INDEX,
    }
    assert kernel("sums.add_fused") is found


def test_only_the_chunks_that_are_asked_for():
    x, y = f32([0, -np.inf, 4]), f32([7, 7, 7])
    kernel("libm.exp")(x, y, chunks=2)
    np.testing.assert_array_equal(y, [1, 0, 7])


def test_arrays_may_be_read_only_and_of_any_shape():
    x, y = np.zeros((2, 3), f32), np.zeros((3, 2), f32)
    x.flags.writeable = False
    kernel("libm.exp")(x, y, chunks=6)
    np.testing.assert_array_equal(y, 1)


A = np.ones(4, f32)
MISFITS = {
    "too few": ("libm.exp", (A,), "takes x, y, not 1"),
    "too many": ("libm.exp", (A, A, A), "takes x, y, not 3"),
    "another dtype": ("libm.exp", (A, A.astype(np.float64)), "y is .*not float64"),
    "booleans": ("libm.exp", (A > 0, A), "x is .*not bool"),
    "strided": ("libm.exp", (A[::2], A), "x .*C order"),
    "a number": ("libm.exp", (A, 1.0), "not the number"),
    "an array": ("sums.add_fused", (A, A, A, A, 1), "depth is int64, not"),
}


@pytest.mark.parametrize(("name", "arguments", "message"), MISFITS.values(), ids=MISFITS)
def test_arguments_that_do_not_fit(name, arguments, message):
    with pytest.raises(TypeError, match=message):
        words(kernel(name), arguments)


@pytest.mark.parametrize("name", ["nothing.like_it", "unary.nothing", "unary.f32"])
def test_no_such_kernel(name):
    with pytest.raises((ImportError, AttributeError)):
        kernel(name)


def test_the_first_run_compiles_and_the_next_imports_no_numba(tmp_path):
    assert python(RUN + LOADED, tmp_path) == EXPECTED + "llvmlite numba\n"
    assert python(RUN + LOADED, tmp_path) == EXPECTED + "llvmlite\n"


def test_processes_at_a_time(tmp_path):
    with ThreadPoolExecutor() as pool:
        printed = list(pool.map(lambda _: python(RUN, tmp_path), range(3)))
    assert printed == [EXPECTED] * 3
    assert python(RUN + LOADED, tmp_path) == EXPECTED + "llvmlite\n"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_threads_at_a_time(tmp_path):
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        f"code = compile({RUN!r}, 'run', 'exec')\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    list(pool.map(lambda _: exec(code, {}), range(4)))\n"
    )
    for _ in range(2):
        printed = python(code, tmp_path)
        assert sorted(printed.split()) == sorted(EXPECTED.split() * 4)
