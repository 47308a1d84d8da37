import os
import subprocess
import sys

import numpy as np
import pytest

from kernels.jit import INPUT, OUTPUT, compiles_for, jit, rsqrt14

DOUBLE = """
def double(x, y):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i, j] = x[i, j] + x[i, j]
"""

USE = """
import numpy as np
from kernels.float_matmul import fused_matmul
fused_matmul(np.ones((1, 2), np.float32), np.ones((2, 1), np.float32), 0)
"""

ESTIMATE = """
import numba, numpy
from kernels.jit import compiles_for, rsqrt14
estimate = numba.njit("float32(float32)")(lambda x: rsqrt14(x))
print(compiles_for("avx512f"), estimate(numpy.float32(4)))
"""


def python(code: str, **environment: str) -> str:
    """What another process prints; it finds the modules that this one finds."""
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def double():
    """A function without a file, for which Numba has no folder to keep machine code in."""
    namespace: dict = {}
    exec(DOUBLE, namespace)
    return namespace["double"]


def test_a_kernel_without_a_folder_for_its_cache_is_compiled_all_the_same():
    x, y = np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)
    jit(INPUT[2], OUTPUT[2])(double())(x, y)
    np.testing.assert_array_equal(y, 2)


def test_a_kernel_reads_read_only_arrays_and_refuses_other_types():
    kernel = jit(INPUT[2], OUTPUT[2])(double())
    x, y = np.ones((2, 2), np.float32), np.zeros((2, 2), np.float32)
    x.flags.writeable = False
    kernel(x, y)
    with pytest.raises(TypeError, match="No matching definition"):
        kernel(x.astype(np.float64), y)
    with pytest.raises(TypeError, match="No matching definition"):
        kernel(x, x)


def test_the_cache_is_where_numba_is_told(tmp_path):
    python(USE, NUMBA_CACHE_DIR=str(tmp_path))
    kept = {path.name.partition("-")[0] for path in tmp_path.rglob("*.nbi")}
    assert kept >= {"compiled_sums.add_fused", "compiled_sums.add_rounded"}


OUTSIDE = """
import numpy as np
from kernels.compiled_sums import add_fused
left, right = np.ones((2, 9), np.float32), np.ones((2, 2), np.float32)
try:
    add_fused(left, right, np.zeros((2, 2), np.float32))
except IndexError:
    print("checked")
"""


def test_every_index_is_checked_on_demand_whatever_the_cache_holds(tmp_path):
    python(USE, NUMBA_CACHE_DIR=str(tmp_path))
    assert python(OUTSIDE, NUMBA_CACHE_DIR=str(tmp_path), NUMBA_BOUNDSCHECK="1") == "checked\n"


def test_numba_is_not_imported_until_a_kernel_runs():
    code = "import sys, kernels.interpreter; print('numba' in sys.modules)"
    assert python(code).strip() == "False"
    assert python(USE + "import sys; print('numba' in sys.modules)").strip() == "True"


def estimates(x, y):
    for i in range(x.size):
        y[i] = rsqrt14(x[i])


@pytest.mark.skipif(not compiles_for("avx512f"), reason="needs AVX-512")
def test_estimate_of_the_reciprocal_root():
    x = np.exp2(np.linspace(-126, 127, 10001)).astype(np.float32)
    y = np.empty_like(x)
    jit(INPUT[1], OUTPUT[1])(estimates)(x, y)
    error = np.abs(y * np.sqrt(x.astype(np.float64)) - 1)
    assert 2.0**-24 < error.max() <= 2.0**-14


def test_without_the_instruction_the_estimate_is_zero():
    printed = python(ESTIMATE, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="-avx512f")
    assert printed.split() == ["False", "0.0"]
