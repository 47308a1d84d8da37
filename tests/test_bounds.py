"""The tests of compiled kernels once more, with every index checked (NUMBA_BOUNDSCHECK=1).

None is checked otherwise: kernels are called with shapes that were compared before; and vector
instructions never are, so here the plain versions run instead of them. This
also runs files whose shapes are wrong in every way that the fuzzer knows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kernels.errors import TfliteQuantError
from kernels.float_matmul import fused_matmul, rounded_matmul
from kernels.interpreter import Interpreter
from kernels.stencil import Stencil
from kernels.window import VALID
from tests.build_model import Operation, constant, graph, tensor

FOLDER = Path(__file__).parent
KERNEL_TESTS = (
    "test_batch_matmul.py",
    "test_convolution.py",
    "test_depthwise_convolution.py",
    "test_float_functions.py",
    "test_float_matmul.py",
    "test_fully_connected.py",
    "test_transpose_convolution.py",
)
PATTERNS = ("compiled/test_*.py", "test_lower*.py")
CASES = 1_000


def checked(*command: str) -> subprocess.CompletedProcess[str]:
    """A Python process in which every index is checked."""
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(
        [sys.executable, "-m", *command],
        env={**os.environ, "PYTHONPATH": path, "NUMBA_BOUNDSCHECK": "1", "TFLQ_ISA": "generic"},
        capture_output=True,
        text=True,
    )


def test_kernels():
    found = [path for pattern in PATTERNS for path in FOLDER.glob(pattern)]
    files = sorted(map(str, [*found, *(FOLDER / name for name in KERNEL_TESTS)]))
    assert len(files) > len(KERNEL_TESTS)
    done = checked("pytest", "-q", "-x", "-p", "no:cacheprovider", *files)
    assert done.returncode == 0, done.stdout[-3000:]


def test_mutated_files():
    done = checked("tests.fuzz.run", str(CASES))
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("multiply", [fused_matmul, rounded_matmul])
@pytest.mark.parametrize("shapes", [((2, 9), (2, 2)), ((2, 2), (9, 2)), ((2,), (2, 2))])
def test_matrices_that_do_not_fit(multiply, shapes):
    left, right = (np.ones(shape, np.float32) for shape in shapes)
    with pytest.raises(TfliteQuantError, match="matrix product"):
        multiply(left, right, 0)


def test_batches_of_matrices_that_do_not_fit():
    x, y, z = tensor("x", (2, 9)), tensor("y", (2, 2)), tensor("z", (2, 2))
    model = graph([Operation("BATCH_MATMUL", [x, y], [z], {})], [x, y], [z])
    with pytest.raises(TfliteQuantError, match="matrix product"):
        Interpreter(model).invoke(x=np.ones((2, 9), np.float32), y=np.ones((2, 2), np.float32))


def test_a_filter_that_is_larger_than_declared():
    """RESHAPE makes the filter at run time: 4 x 4 where 2 x 2 are declared."""
    from kernels.ops.depthwise_convolution import fused

    stencil = Stencil((2, 2), (1, 1), (1, 1), VALID)
    x, filters = np.ones((1, 4, 4, 1), np.float32), np.ones((4, 4, 1), np.float32)
    with pytest.raises(TfliteQuantError, match="were declared"):
        fused(x, filters, stencil, 0)
    image, made, y = (
        tensor("x", (1, 4, 4, 1)),
        tensor("made", (1, 2, 2, 1)),
        tensor("y", (1, 3, 3, 1)),
    )
    weights = constant("w", np.ones(16, np.float32))
    shape = constant("s", np.int32([1, 4, 4, 1]))
    options = {"stride_w": 1, "stride_h": 1, "depth_multiplier": 1, "padding": "VALID"}
    operations = [
        Operation("RESHAPE", [weights, shape], [made], {}),
        Operation("DEPTHWISE_CONV_2D", [image, made, None], [y], options),
    ]
    for numerics in ("xnnpack", "reference"):
        with pytest.raises(TfliteQuantError):
            Interpreter(graph(operations, [image], [y]), numerics).invoke(x=x)
