from types import SimpleNamespace

import numpy as np
import pytest

from kernels.model import Tensor
from kernels.node import XNNPACK, Node, Operand
from kernels.sequence import bidirectional, flat_rows, single_step, steps, unidirectional

T, B, N = 3, 2, 4
BATCH_MAJOR = np.arange(B * T * N, dtype=np.float32).reshape(B, T, N)
TIME_MAJOR = BATCH_MAJOR.swapaxes(0, 1)
PRESENT = Operand(Tensor("t", "FLOAT32", (1,)))


def total_layer(backward: bool):
    """A layer that is easy to predict: the sums of its inputs so far, and of the auxiliary."""

    def layer(operands, x, auxiliary):
        assert x.shape == (T, B, N)
        order = list(steps(len(x), backward))
        output = np.empty_like(x)
        output[order] = x[order].cumsum(axis=0)
        return output if auxiliary is None else output + 1000 * auxiliary

    return layer


FORWARD_SUMS = TIME_MAJOR.cumsum(axis=0)
BACKWARD_SUMS = TIME_MAJOR[::-1].cumsum(axis=0)[::-1]


def test_steps():
    assert list(steps(3, backward=False)) == [0, 1, 2]
    assert list(steps(3, backward=True)) == [2, 1, 0]
    assert list(steps(0, backward=True)) == []


def test_flat_rows():
    assert flat_rows(TIME_MAJOR).shape == (T * B, N)
    np.testing.assert_array_equal(flat_rows(TIME_MAJOR)[B], TIME_MAJOR[1, 0])


@pytest.mark.parametrize("time_major", [False, True])
def test_unidirectional(time_major):
    (output,) = unidirectional(total_layer(False), time_major)(
        TIME_MAJOR if time_major else BATCH_MAJOR
    )
    expected = FORWARD_SUMS if time_major else FORWARD_SUMS.swapaxes(0, 1)
    np.testing.assert_array_equal(output, expected)
    assert output.flags.c_contiguous


def test_single_step():
    def layer(operands, x, auxiliary):
        assert x.shape == (1, B, N)
        return x + operands[1]

    x = BATCH_MAJOR[:, 0]
    np.testing.assert_array_equal(single_step(layer)(x, 5)[0], x + 5)


@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize("merge", [False, True])
@pytest.mark.parametrize("auxiliary", ["none", "weighted", "stacked"])
def test_bidirectional(auxiliary, merge, time_major):
    options = SimpleNamespace(time_major=time_major, merge_outputs=merge)
    inputs = (
        PRESENT,
        None if auxiliary == "none" else PRESENT,
        PRESENT if auxiliary == "weighted" else None,
    )
    node = Node(0, "BIDIRECTIONAL", options, inputs, (), XNNPACK)
    run = bidirectional(node, total_layer(False), total_layer(True), 1, 2)
    x = TIME_MAJOR if time_major else BATCH_MAJOR
    outputs = run(x, None if auxiliary == "none" else 10 * x, None)

    forward, backward = FORWARD_SUMS, BACKWARD_SUMS
    if auxiliary == "weighted":
        forward, backward = forward + 10000 * TIME_MAJOR, backward + 10000 * TIME_MAJOR
    if auxiliary == "stacked":
        backward = 10 * backward
    expected = [np.concatenate([forward, backward], axis=2)] if merge else [forward, backward]
    assert len(outputs) == len(expected)
    for a, b in zip(outputs, expected, strict=True):
        np.testing.assert_array_equal(a, b if time_major else b.swapaxes(0, 1))
