import os
import subprocess
import sys

import numpy as np
import pytest

from kernels.compiled.formulas import (
    PARTS,
    STEPS,
    at_least,
    at_most,
    bits_of,
    flushed,
    has,
    is_beyond,
    normal_numbers_below,
    number,
    power_part,
    root_estimate,
    scaled,
    with_sign,
)
from kernels.compiled.loops import each
from kernels.compiled.spans import BLOCK
from kernels.compiled.vector_ir import select
from kernels.kernel import Kernel
from kernels.linking import link

f32 = np.float32
needs_avx512 = pytest.mark.skipif(not has("avx512f"), reason="needs AVX-512")
ODD = f32([0, -0.0, 1e-40, -1e-40, 1.2e-38, -1.2e-38, 0.5, -3, np.inf, -np.inf, np.nan])
LENGTHS = [1, 16, 17, 100]


def run(formula, x):
    """A formula of each element."""
    x, name = np.asarray(x, f32), f"tests.{formula.__name__}"
    source = each(formula)
    y = np.empty_like(x)
    kernel = Kernel(name, source.fields, link(name, source.machine_code(name)))
    kernel(x, y, x.size, chunks=-(-x.size // BLOCK))
    return y


def part(x):
    return power_part(bits_of(x))


def half_up(x):
    return scaled(number(x, 1.5), x)


@pytest.mark.parametrize("length", LENGTHS)
def test_parts_of_powers(length):
    integers = (np.arange(length) * 7 - 50).astype(np.int32)
    expected = np.exp2((integers % STEPS) / STEPS).astype(f32)
    np.testing.assert_array_equal(run(part, integers.view(f32)), expected)


def test_there_are_as_many_parts_as_two_vectors_hold():
    assert len(PARTS) == 32


@pytest.mark.parametrize("length", LENGTHS)
def test_scaled(length):
    n = np.linspace(-99, 99, length).astype(f32)
    expected = np.ldexp(f32(1.5), np.floor(n).astype(np.int32))
    np.testing.assert_array_equal(run(half_up, n), expected)


@needs_avx512
@pytest.mark.parametrize("length", [1, 10001])
def test_estimate_of_the_reciprocal_root(length):
    x = np.exp2(np.linspace(-125.9, 127, length)).astype(f32)
    error = np.abs(run(root_estimate, x) * np.sqrt(x.astype(np.float64)) - 1)
    assert 2.0**-24 < error.max() <= 2.0**-14


def bounded(x):
    return at_least(at_most(x, 1.0), -1.0)


def sign_of_it(x):
    return with_sign(number(x, 2.0), x)


def one_if_beyond(x):
    return select(is_beyond(x, normal_numbers_below(8.0)), number(x, 1.0), number(x, 0.0))


DEFINITIONS = {
    flushed: lambda x: np.where(np.abs(x) < np.finfo(f32).tiny, np.copysign(f32(0), x), x),
    bounded: lambda x: np.clip(x, f32(-1), f32(1)),
    sign_of_it: lambda x: np.copysign(f32(2), x),
    one_if_beyond: lambda x: (~((x >= np.finfo(f32).tiny) & (x < 8))).astype(f32),
}


@pytest.mark.parametrize(("formula", "definition"), DEFINITIONS.items())
def test_parts_of_formulas(formula, definition):
    x = np.concatenate([ODD, f32([7.99, 8, 8.01, 1, -1])])
    np.testing.assert_array_equal(run(formula, x), definition(x))
    expected = np.signbit(definition(x))[:-6]
    np.testing.assert_array_equal(np.signbit(run(formula, x))[:-6], expected)


def python(code, **environment):
    """What another process prints; it finds the modules that this one finds."""
    path = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONPATH": path, **environment}
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
        "from kernels.compiled.formulas import has, root_estimate\n"
        "from tests.compiled.test_formulas import half_up, part, run\n"
        "integers = np.int32([0, 16, -1]).view(np.float32)\n"
        "print(has('avx512f'), *run(root_estimate, [4, 9]), *run(part, integers))\n"
        "print(*run(half_up, [-1.5, 2]))"
    )
    printed = python(code, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="-avx512f")
    expected = ["False", "0.0", "0.0", "1.0", "1.4142135", "1.9571441", "0.375", "6.0"]
    assert printed.split() == expected
