"""What several operators prepare of one value is prepared once."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.flat.instruction import Instruction, Jump, Label
from kernels.flat.sharing import without_repeats
from kernels.flat.value import new_value
from tests.build_model import Operation, constant, graph, quantization, tensor
from tests.tiles import assert_flat_equals_plain

X, Y = (new_value((4,), np.float32) for _ in range(2))
TABLE = np.zeros(3)


def prepare(x=X, table=TABLE, number=1.0, kernel="test.prepare"):
    made = new_value((4,), np.int8)
    return Instruction(kernel, (x, made, table, number), prepares=(1,))


def use(first):
    return Instruction("test.use", (first.arguments[1], new_value((4,), np.int8)))


def left(*code, unsteady=frozenset()):
    made, owners, sharing = without_repeats(code, [str(i) for i in range(len(code))], unsteady)
    assert len(made) == len(owners)
    return made, owners, sharing


def test_the_second_reads_what_the_first_made():
    first, second = prepare(), prepare()
    later = use(second)
    code, owners, sharing = left(first, use(first), second, later)
    assert owners == ["0", "1", "3"]
    kept = first.arguments[1]
    assert code[2].arguments == (kept, later.arguments[1])
    assert sharing.source(second.arguments[1]) == kept
    assert sharing.source(replace(second.arguments[1], shape=(2, 2))) == replace(kept, shape=(2, 2))
    assert sharing.source(TABLE) is TABLE


def test_what_is_prepared_of_it_is_the_same_too():
    first, second = prepare(), prepare()
    chain = [prepare(item.arguments[1], kernel="test.more") for item in (first, second)]
    code, _, _ = left(first, chain[0], second, chain[1], use(chain[1]))
    assert [item.kernel for item in code] == ["test.prepare", "test.more", "test.use"]
    assert code[2].arguments[0] == chain[0].arguments[1]


@pytest.mark.parametrize(
    "other",
    [
        prepare(Y),
        prepare(table=np.zeros(3)),
        prepare(number=2.0),
        prepare(kernel="test.another"),
        replace(prepare(), chunks=2),
        replace(prepare(), prepares=()),
    ],
)
def test_others_stay(other):
    assert len(left(prepare(), other)[0]) == 2


def test_what_may_not_have_run_is_not_shared():
    label = Label()
    assert len(left(prepare(), label, prepare())[0]) == 3
    assert len(left(prepare(), Jump(label), prepare(), label)[0]) == 4


def test_what_is_written_again_is_not_shared():
    assert len(left(prepare(), prepare(), unsteady={X.block})[0]) == 2
    assert len(left(prepare(), prepare(), unsteady={Y.block})[0]) == 1


def branches(strides):
    """Convolutions of the same input, 1 x 1, and what they make."""
    rng, x = np.random.default_rng(0), tensor("x", (1, 6, 6, 20))
    scheme = quantization(rng.uniform(0.01, 0.1, 8).astype(np.float32))
    operations = []
    for number, stride in enumerate(strides):
        codes = rng.integers(-127, 128, (8, 1, 1, 20)).astype(np.int8)
        weights = constant(f"w{number}", codes, quantization=scheme)
        made = tensor(f"y{number}", (1, 6 // stride, 6 // stride, 8))
        options = {"stride_h": stride, "stride_w": stride}
        operations.append(Operation("CONV_2D", [x, weights], [made], options, version=5))
    return graph(operations, [x], [operation.outputs[0] for operation in operations])


@pytest.mark.parametrize(("strides", "quantizing"), [((1, 1, 1), 1), ((2, 2), 1), ((1, 2, 1), 2)])
def test_branches_quantize_their_input_once(strides, quantizing):
    model = branches(strides)
    x = np.random.default_rng(1).standard_normal((1, 6, 6, 20)).astype(np.float32)
    interpreter = assert_flat_equals_plain(model, x)
    (attempts,) = interpreter._machine.attempts.values()
    kernels = [item.kernel.partition(".")[2] for item in attempts[0].segment.code]
    assert sum(name in ("quantize_rows", "encode_images") for name in kernels) == quantizing
