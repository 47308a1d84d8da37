import os
import subprocess
import sys

import numpy as np
import pytest

from kernels.compiled.lanes import PARTS, power_part, rsqrt14, scaled
from kernels.field_types import FLOATS, INT32S
from kernels.jit import compile_kernel, compiles_for, kernel
from kernels.kernel import Kernel
from kernels.linking import link

f32 = np.float32
needs_avx512 = pytest.mark.skipif(not compiles_for("avx512f"), reason="needs AVX-512")


@kernel(FLOATS, FLOATS)
def estimate(x, y, begin, end):
    for i in range(begin, end):
        y[i] = rsqrt14(x[i])


@kernel(INT32S, FLOATS)
def part(x, y, begin, end):
    for i in range(begin, end):
        y[i] = power_part(x[i])


@kernel(FLOATS, FLOATS, FLOATS)
def scale(x, n, y, begin, end):
    for i in range(begin, end):
        y[i] = scaled(x[i], n[i])


def run(source, *inputs):
    name = f"tests.{source.function.__name__}"
    y = np.empty(inputs[0].shape, f32)
    Kernel(name, source.fields, link(name, compile_kernel(source, name)))(*inputs, y, chunks=y.size)
    return y


LENGTHS = [0, 1, 15, 16, 17, 100]


@pytest.mark.parametrize("length", LENGTHS)
def test_parts_of_powers(length):
    x = (np.arange(length) * 7 - 50).astype(np.int32)
    np.testing.assert_array_equal(run(part, x), np.exp2((x % 32) / 32).astype(f32))


def test_there_are_as_many_parts_as_two_vectors_hold():
    assert PARTS.size == 32


@pytest.mark.parametrize("length", LENGTHS)
def test_scaled(length):
    x, n = np.linspace(0.5, -1.9, length).astype(f32), np.linspace(-99, 99, length).astype(f32)
    np.testing.assert_array_equal(run(scale, x, n), np.ldexp(x, np.floor(n).astype(np.int32)))


@needs_avx512
@pytest.mark.parametrize("length", [1, 10001])
def test_estimate_of_the_reciprocal_root(length):
    x = np.exp2(np.linspace(-125.9, 127, length)).astype(f32)
    error = np.abs(run(estimate, x) * np.sqrt(x.astype(np.float64)) - 1)
    assert 2.0**-24 < error.max() <= 2.0**-14


def python(code, **environment):
    """What another process prints; it finds the modules that this one finds."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    } | environment
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def test_on_a_processor_without_the_instructions():
    code = (
        "import numpy as np\n"
        "from kernels.jit import compiles_for\n"
        "from tests.compiled.test_lanes import estimate, part, run, scale\n"
        "print(compiles_for('avx512f'), *run(estimate, np.float32([4, 9])))\n"
        "print(*run(part, np.int32([0, 16, -1])), *run(scale, np.float32([3]), np.float32([-1.5])))"
    )
    printed = python(code, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="-avx512f")
    assert printed.split() == ["False", "0.0", "0.0", "1.0", "1.4142135", "1.9571441", "0.75"]
