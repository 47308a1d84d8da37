"""GATHER and DYNAMIC_UPDATE_SLICE as instructions, alone and in loops."""

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.interpreter import Interpreter
from tests.build_model import Operation, constant, graph, tensor, with_subgraphs
from tests.hybrid import FLOAT, PER_CHANNEL, bias, weight
from tests.oracle import Fixed, integers, operator_model, random
from tests.plain_and_flat import assert_flat, assert_left_to_plain, kernels_of, operator_flat


@pytest.mark.parametrize("index_type", [np.int32, np.int64])
@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.int8, np.bool_])
@pytest.mark.parametrize(
    ("shape", "indices", "axis"),
    [
        ((5,), [3], 0),
        ((5,), [[0, 4], [4, 1]], 0),
        ((5, 3), 2, 0),
        ((5, 3), [1, 1, 0], -1),
        ((2, 28, 4), [27], 1),
        ((5, 0), [1], 0),
        ((5, 2), np.zeros((0, 3)), 1),
        ((300, 1000), np.arange(299, -1, -1), 0),
    ],
)
def test_gather(shape, indices, axis, dtype, index_type):
    x, indices = integers(1, *shape, low=0, high=2, dtype=dtype), np.asarray(indices, index_type)
    expected = np.asarray(np.take(x, indices, axis))
    kernels = operator_flat("GATHER", [x, indices], [expected], {"axis": axis})
    assert kernels == [f"indexing.gather_{np.dtype(index_type).name}"]


@pytest.mark.parametrize(
    ("shape", "index_shape", "axis", "batch"),
    [((2, 5), (2, 3), 1, 1), ((2, 4, 5, 3), (2, 6), 2, 1), ((2, 3, 7), (2, 3, 4), 2, 2)],
)
def test_gather_in_batches(shape, index_shape, axis, batch):
    x = random(1, *shape)
    indices = integers(2, *index_shape, low=0, high=shape[axis])
    made = (*shape[:axis], *index_shape[batch:], *shape[axis + 1 :])
    options = {"axis": axis, "batch_dims": batch}
    operator_flat("GATHER", [x, indices], [np.zeros(made, np.float32)], options)


def test_gather_from_a_constant_and_by_constants():
    table, indices = random(1, 5, 3), np.int32([4, 0])
    operator_flat("GATHER", [Fixed(table), indices], [table[:2]])
    operator_flat("GATHER", [table, Fixed(indices)], [table[:2]])


def test_indices_that_stay_with_the_kernel():
    x = random(1, 5, 3)
    assert_left_to_plain(operator_model("GATHER", [x, np.int16([1])], [x[:1]]), x, np.int16([1]))


@pytest.mark.parametrize("index", [-1, 5, 2**31 - 1])
def test_an_index_outside_is_the_kernels_error(index):
    x, indices = random(1, 5), np.int32([0, index])
    model = operator_model("GATHER", [x, indices], [x[:2]])
    with pytest.raises(InputError, match=f"GATHER.*'out0'.*Index {index} is not between 0 and 4"):
        Interpreter(model).invoke(in0=x, in1=indices)
    inside = np.int32([0, 1])
    np.testing.assert_array_equal(Interpreter(model).invoke(in0=x, in1=inside)["out0"], x[:2])


@pytest.mark.parametrize("index_type", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("shape", "part", "start"),
    [
        ((5,), (2,), [1]),
        ((5,), (5,), [3]),
        ((5, 3), (1, 3), [2, 0]),
        ((5, 3), (1, 3), [9, -9]),
        ((5, 3), (5, 1), [1, 1]),
        ((4, 5, 6), (2, 3, 2), [1, 2, 3]),
        ((4, 5, 6), (1, 5, 6), [3, 0, 0]),
        ((2, 3, 4, 5), (1, 2, 4, 5), [1, 1, 5, 5]),
        ((4, 5), (0, 5), [1, 0]),
        ((100, 1, 512), (1, 1, 512), [99, 0, 0]),
    ],
)
def test_dynamic_update_slice(shape, part, start, index_type):
    x, update, start = random(1, *shape), random(2, *part), np.array(start, index_type)
    kernels = operator_flat("DYNAMIC_UPDATE_SLICE", [x, update, start], [x])
    assert kernels == ["copying.copy", f"indexing.place_{start.dtype.name}"]


@pytest.mark.parametrize("dtype", [np.int32, np.int8, np.bool_])
def test_dynamic_update_slice_of_other_types(dtype):
    x, update = (integers(1, *shape, low=0, high=2, dtype=dtype) for shape in ((4, 5), (2, 3)))
    operator_flat("DYNAMIC_UPDATE_SLICE", [x, update, np.int32([1, 9])], [x])


@pytest.mark.parametrize(("part", "start"), [((6, 1), [0, 0]), ((2,), [0]), ((1, 1), [0])])
def test_updates_that_stay_with_the_kernel(part, start):
    x, update, start = random(1, 5, 3), random(2, *part), np.int32(start)
    model = operator_model("DYNAMIC_UPDATE_SLICE", [x, update, start], [x])
    with pytest.raises(InputError, match="DYNAMIC_UPDATE_SLICE"):
        Interpreter(model).invoke(in0=x, in1=update, in2=start)


def scalar(name):
    return tensor(name, (), "INT32")


def number(value):
    return constant(f"number{value}", np.asarray(value, np.int32))


STEPS, BATCH, DEPTH, UNITS = 9, 2, 33, 20


def recurrence(kind=FLOAT, batch=BATCH, keeps=False, axis=0, with_bias=True, steps=STEPS):
    """for i < n: h = h + x[i] W + b; x: (STEPS, BATCH, DEPTH)."""
    rng = np.random.default_rng(0)
    weights, _ = weight(rng, "w", (UNITS, DEPTH), kind)
    more = [bias(rng, "b", UNITS)] if with_bias else [None]
    shapes = {"x": (steps, batch, DEPTH), "h": (batch, UNITS)}

    def given(prefix):
        floats = [tensor(prefix + name, shape) for name, shape in shapes.items()]
        return [scalar(prefix + "i"), scalar(prefix + "n"), *floats]

    i, n, x, h = given("b")
    row, made = tensor("row", (batch, DEPTH)), tensor("made", (batch, UNITS))
    following, total = scalar("following"), tensor("total", (batch, UNITS))
    options = {"keep_num_dims": keeps, "asymmetric_quantize_inputs": True}
    body = graph(
        [
            Operation("ADD", [i, number(1)], [following], {}),
            Operation("GATHER", [x, i], [row], {"axis": axis}),
            Operation("FULLY_CONNECTED", [row, weights, *more], [made], options),
            Operation("ADD", [h, made], [total], {}),
        ],
        [i, n, x, h],
        [following, n, x, total],
    )
    ci, cn, cx, ch = given("c")
    go = tensor("go", (), "BOOL")
    condition = graph([Operation("LESS", [ci, cn], [go])], [ci, cn, cx, ch], [go])
    i, n, x, h = given("")
    outputs = given("end_")
    loop = {"cond_subgraph_index": 1, "body_subgraph_index": 2}
    main = graph([Operation("WHILE", [i, n, x, h], outputs, loop)], [i, n, x, h], outputs)
    model = with_subgraphs(main, condition, body)
    return model, [np.float32(random(1, steps, batch, DEPTH)), np.float32(random(2, batch, UNITS))]


@pytest.mark.parametrize("turns", [0, 1, STEPS])
@pytest.mark.parametrize("batch", [1, BATCH])
@pytest.mark.parametrize("keeps", [False, True])
@pytest.mark.parametrize("kind", [FLOAT, PER_CHANNEL])
def test_products_of_a_sequence_are_made_before_the_loop(kind, keeps, batch, turns):
    model, fed = recurrence(kind, batch, keeps)
    kernels = assert_flat(model, np.array(0, np.int32), np.array(turns, np.int32), *fed)
    products = [name for name in kernels if "float_" in name or "hybrid_" in name]
    assert len(products) == 1
    assert kernels.index(products[0]) < len(kernels) - turns
    assert kernels.count("indexing.gather_int32") == turns


def test_a_product_without_a_bias():
    model, fed = recurrence(with_bias=False)
    assert_flat(model, np.array(0, np.int32), np.array(STEPS, np.int32), *fed)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_rows_that_are_not_finite_are_so_alone(bad):
    model, fed = recurrence(PER_CHANNEL)
    fed[0][4, 1, 5] = bad
    for turns in (4, STEPS):
        assert_flat(model, np.array(0, np.int32), np.array(turns, np.int32), *fed)


def test_steps_beyond_the_sequence_are_the_kernels_error():
    model, fed = recurrence()
    fed = [np.array(0, np.int32), np.array(STEPS + 1, np.int32), *fed]
    names = "i", "n", "x", "h"
    with pytest.raises(InputError, match=rf"WHILE.*GATHER.*Index {STEPS} is not between"):
        Interpreter(model).invoke(**dict(zip(names, fed, strict=True)))


def test_another_axis_is_gathered_in_every_turn():
    model, _ = recurrence(axis=1, batch=BATCH, steps=BATCH)
    fed = [random(1, BATCH, BATCH, DEPTH), random(2, BATCH, UNITS)]
    kernels = kernels_of(model, np.array(0, np.int32), np.array(BATCH, np.int32), *fed)
    assert len([name for name in kernels if "float_" in name]) == BATCH
    assert_flat(model, np.array(0, np.int32), np.array(BATCH, np.int32), *fed)


def test_indices_into_an_array_without_elements_are_looked_at():
    x, indices = np.zeros((0, 7, 1), np.int8), np.int32([1])
    model = operator_model("GATHER", [x, indices], [x], {"axis": 2})
    assert_left_to_plain(model, x, np.int32([0]))
    with pytest.raises(InputError, match="Index 1"):
        Interpreter(model).invoke(in0=x, in1=indices)
