"""Operators that move or compare quantized integers as they are: ours is LiteRT's result."""

import numpy as np
import pytest

from tests.build_model import constant, quantization, single_operator, tensor
from tests.quantized import BYTES, TYPES, Affine, check, codes, model_of

AFFINES = {
    "INT8": Affine("INT8", 0.1, 5),
    "UINT8": Affine("UINT8", 0.1, 130),
    "INT16": Affine("INT16", 0.1),
}
SHAPE = (2, 4, 6, 3)
VERSIONS = {"RESIZE_NEAREST_NEIGHBOR": 4, "RESHAPE": 1, "EXPAND_DIMS": 1, "DEPTH_TO_SPACE": 1}
"""Of operators, where LiteRT does not know version 2 or needs a later one."""
AROUND = [[0, 0], [1, 1], [1, 2], [0, 0]]
MOVES = [
    ("PAD", [AROUND], {}, (2, 6, 9, 3)),
    ("MIRROR_PAD", [AROUND], {"mode": "REFLECT"}, (2, 6, 9, 3)),
    ("MIRROR_PAD", [AROUND], {"mode": "SYMMETRIC"}, (2, 6, 9, 3)),
    ("TRANSPOSE", [[2, 3, 1, 0]], {}, (6, 3, 4, 2)),
    ("STRIDED_SLICE", [[0, 1, 0, 0], [1, 3, 6, 2], [1, 1, 2, 1]], {}, (1, 2, 3, 2)),
    ("SLICE", [[0, 1, 0, 0], [1, 2, 3, 2]], {}, (1, 2, 3, 2)),
    ("SPACE_TO_BATCH_ND", [[2, 2], [[1, 1], [1, 1]]], {}, (8, 3, 4, 3)),
    ("BATCH_TO_SPACE_ND", [[2, 1], [[1, 0], [0, 1]]], {}, (1, 7, 5, 3)),
    ("RESHAPE", [[2, 72]], {"new_shape": [2, 72]}, (2, 72)),
    ("RESIZE_NEAREST_NEIGHBOR", [[7, 9]], {"half_pixel_centers": True}, (2, 7, 9, 3)),
    ("GATHER", [[3, 0]], {"axis": 1}, (2, 2, 6, 3)),
    ("REVERSE_V2", [[1]], {}, SHAPE),
    ("TILE", [[1, 2, 1, 1]], {}, (2, 8, 6, 3)),
    ("REDUCE_MAX", [[1, 2]], {"keep_dims": False}, (2, 3)),
    ("REDUCE_MIN", [[1, 2]], {"keep_dims": True}, (2, 1, 1, 3)),
    ("EXPAND_DIMS", [[1]], {}, (2, 1, 4, 6, 3)),
]


@pytest.mark.parametrize("element_type", TYPES)
@pytest.mark.parametrize(("operator", "parameters", "given", "shape"), MOVES)
def test_moves(operator, parameters, given, shape, element_type):
    x = AFFINES[element_type]
    q = codes(1, x, *SHAPE)
    constants = [constant(f"p{i}", np.int32(values)) for i, values in enumerate(parameters)]
    version = VERSIONS.get(operator, 2)
    check(model_of(operator, [(x, q)], x, shape, given, version, constants), [q])


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize(
    ("operator", "shape"), [("SPACE_TO_DEPTH", (2, 2, 3, 16)), ("DEPTH_TO_SPACE", (2, 8, 12, 1))]
)
def test_blocks(operator, shape, element_type):
    x = AFFINES[element_type]
    q = codes(1, x, 2, 4, 6, 4)
    check(model_of(operator, [(x, q)], x, shape, {"block_size": 2}, VERSIONS.get(operator, 2)), [q])


@pytest.mark.parametrize("element_type", TYPES)
def test_padding_with_a_value(element_type):
    x = AFFINES[element_type]
    q = codes(1, x, *SHAPE)
    value = x.constant("value", q.ravel()[:1])
    constants = [constant("paddings", np.int32(AROUND)), value]
    check(model_of("PADV2", [(x, q)], x, (2, 6, 9, 3), {}, 2, constants), [q])


@pytest.mark.parametrize("element_type", TYPES)
@pytest.mark.parametrize("operator", ["MAXIMUM", "MINIMUM"])
@pytest.mark.parametrize("shape", [SHAPE, (1, 1, 1, 3)])
def test_extrema(operator, shape, element_type):
    x = AFFINES[element_type]
    p, q = codes(1, x, *SHAPE), codes(2, x, *shape)
    truth = (np.maximum if operator == "MAXIMUM" else np.minimum)(x.real(p), x.real(q))
    check(model_of(operator, [(x, p), (x, q)], x, SHAPE), [p, q], x, truth, steps=0)


@pytest.mark.parametrize("element_type", BYTES)
@pytest.mark.parametrize("operator", ["ARG_MAX", "ARG_MIN"])
def test_where_extrema_are(operator, element_type):
    x = AFFINES[element_type]
    q = codes(1, x, *SHAPE)
    out = tensor("out", SHAPE[:-1], "INT32")
    axis = constant("axis", np.int32([3]))
    given = {"output_type": "INT32"}
    model = single_operator(operator, [x.value("in0", SHAPE), axis], [out], given, 2)
    check(model, [q])


@pytest.mark.parametrize("element_type", TYPES)
def test_packing_and_concatenation(element_type):
    x = AFFINES[element_type]
    p, q = codes(1, x, 3, 5), codes(2, x, 3, 5)
    packed = model_of("PACK", [(x, p), (x, q)], x, (3, 2, 5), {"axis": 1, "values_count": 2})
    check(packed, [p, q], x, np.stack([x.real(p), x.real(q)], 1), steps=0)
    joined = model_of("CONCATENATION", [(x, p), (x, q)], x, (3, 10), {"axis": 1})
    check(joined, [p, q], x, np.concatenate([x.real(p), x.real(q)], 1), steps=0)


@pytest.mark.parametrize("element_type", TYPES)
def test_casting_gives_the_stored_integer(element_type):
    x = AFFINES[element_type]
    q = codes(1, x, *SHAPE)
    given = quantization(x.scale, x.zero_point)
    model = single_operator(
        "CAST",
        [tensor("in0", SHAPE, element_type, quantization=given)],
        [tensor("out", SHAPE)],
        {"in_data_type": element_type, "out_data_type": "FLOAT32"},
    )
    check(model, [q])
