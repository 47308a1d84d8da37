import os
import subprocess
import sys

import numpy as np
import pytest

from kernels.field_types import FLOATS, INDEX, INT8S, INT32S, MEMORY, NUMBER
from kernels.jit import (
    bits_of,
    compile_kernel,
    float_of,
    fma,
    inline,
    kernel,
)
from kernels.kernel import Kernel
from kernels.linking import link

f32 = np.float32


def compiled(source):
    """A kernel that no module of kernels.compiled has."""
    name = f"tests.{source.function.__name__}"
    return Kernel(name, source.fields, link(name, compile_kernel(source, name)))


def each(function, *inputs):
    """The function, made of intrinsics, of each element."""

    @kernel(*[FLOATS] * (len(inputs) + 1))
    def unary(x, y, begin, end):
        for i in range(begin, end):
            y[i] = function(x[i])

    @kernel(*[FLOATS] * (len(inputs) + 1))
    def ternary(x1, x2, x3, y, begin, end):
        for i in range(begin, end):
            y[i] = function(x1[i], x2[i], x3[i])

    inputs = [np.asarray(x, f32) for x in inputs]
    y = np.empty_like(inputs[0])
    compiled(unary if len(inputs) == 1 else ternary)(*inputs, y, chunks=y.size)
    return y


@inline
def twice(x):
    return x + x


@kernel(INT8S, FLOATS, INT32S, INDEX, NUMBER)
def every_type(codes, x, y, shift, factor, begin, end):
    for i in range(begin, end):
        y[i] = np.int32(f32(codes[i]) * factor + twice(x[i])) + shift


def test_a_kernel_gets_its_fields_and_its_range():
    codes, x = np.int8([-128, 0, 127, 5]), f32([0.5, 1, -1, 4])
    y = np.zeros(4, np.int32)
    run = compiled(every_type)
    run(codes, x, y, -(2**31) + 600, 2.5, chunks=3)
    expected = (codes * 2.5 + 2 * x).astype(int) - 2**31 + 600
    np.testing.assert_array_equal(y, [*expected[:3], 0])


def test_the_same_bytes_each_time():
    assert compile_kernel(every_type, "a.b") == compile_kernel(every_type, "a.b")


def test_the_name_is_all_that_the_object_tells_of_its_origin():
    content = compile_kernel(every_type, "a.b")
    assert b"a.b" in content
    for other in (b"every_type", b"entry", b"test_jit", os.fsencode(os.getcwd())):
        assert other not in content


@kernel(FLOATS)
def printing(x, begin, end):
    print(begin)


def test_what_needs_python_at_run_time_is_refused():
    with pytest.raises(TypeError, match=r"Kernel tests\.printing needs .*Py"):
        compiled(printing)


@kernel(MEMORY, INT32S)
def address_of(x, y, begin, end):
    y[begin] = np.int32(x & 0xFFFF)


def test_memory_is_an_address():
    x, y = np.zeros(3, np.int16), np.zeros(1, np.int32)
    compiled(address_of)(x, y, chunks=1)
    assert y[0] == x.ctypes.data & 0xFFFF


def test_fma_rounds_once():
    a, b, c = f32([1 + 2**-12, np.inf]), f32([1 - 2**-12, 0]), f32([-1, 1])
    np.testing.assert_array_equal(each(fma, a, b, c), f32([-(2.0**-24), np.nan]))


@inline
def negative(x):
    return float_of(bits_of(x) ^ np.int32(-(2**31)))


def test_bits():
    x = f32([1, -0.0, np.inf, 1e-40])
    np.testing.assert_array_equal(each(negative, x).view(np.int32), (-x).view(np.int32))


def python(code, **environment):
    """What another process prints; it finds the modules that this one finds."""
    path = os.pathsep.join(filter(None, sys.path))
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": path, **environment}
    return subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def test_every_index_is_checked_on_demand():
    code = (
        "import numpy as np\n"
        "from kernels.errors import ModelError\n"
        "from tests.test_jit import compiled, every_type\n"
        "x, y = np.ones(3, np.float32), np.ones(3, np.int32)\n"
        "run = compiled(every_type)\n"
        "run(np.ones(3, np.int8), x, y, 0, 1, chunks=3)\n"
        "try:\n"
        "    run(np.ones(2, np.int8), x, y, 0, 1, chunks=3)\n"
        "except ModelError as error:\n"
        "    print(error)\n"
    )
    assert "reached beyond an array" in python(code, NUMBA_BOUNDSCHECK="1")


@kernel(INT32S)
def refusing(x, begin, end) -> int:
    for i in range(begin, end):
        if x[i] < 0:
            return x[i]
    return 0


def test_a_kernel_may_refuse_its_inputs():
    assert refusing.may_refuse
    assert not every_type.may_refuse
    run = compiled(refusing)
    assert run(np.int32([1, 2, -3]), chunks=2)
    assert not run(np.int32([1, 2, -3]), chunks=3)
    assert run(np.int32([1, 2, -3]), chunks=0)
