"""Blockwise quantized weights that contradict themselves, one edit away from a good one."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.model import Table
from kernels.tflite.reader import read_model
from kernels.tflite.verifier import verify
from kernels.tflite.writer import model_bytes
from tests.build_model import blockwise, single_operator, tensor

CODES, SCALES = np.ones((2, 8)), np.float16([[1, 2], [3, 4]])


def model(codes=CODES, scales=SCALES):
    inputs = [tensor("x", (1, codes.shape[-1])), blockwise("w", codes, scales), None]
    return single_operator("FULLY_CONNECTED", inputs, [tensor("y", (1, 2))], {}, version=13)


def changed(made, name, **fields):
    tensors = tuple(
        replace(t, **fields) if t.name == name else t for t in made.subgraphs[0].tensors
    )
    return replace(made, subgraphs=(replace(made.subgraphs[0], tensors=tensors),))


def saying(made, **fields):
    """The model with some fields of the table changed."""
    (weight,) = (t for t in made.subgraphs[0].tensors if t.name == "w")
    details = weight.quantization.details
    table = Table(details.name, {**details.fields, **fields})
    return changed(made, "w", quantization=replace(weight.quantization, details=table))


def names(made):
    return [t.name for t in made.subgraphs[0].tensors]


X, W, SCALE = (names(model()).index(name) for name in ("x", "w", "w_scales"))


def test_good_ones():
    verify(model())
    verify(model(scales=SCALES.astype(np.float32)))
    verify(saying(model(), block_shape=(1, 4)))
    verify(saying(model(), zero_points=0))
    verify(changed(model(), "w_scales", shape=(2, 2, 1)))


CASES = {
    "no size": (lambda m: saying(m, block_size=0), r"'w' of shape \(2, 8\) has blocks of 0"),
    "negative": (lambda m: saying(m, block_size=-4), "has blocks of -4"),
    "size": (lambda m: saying(m, block_size=3), "has blocks of 3"),
    "too large": (lambda m: saying(m, block_size=16), "has blocks of 16"),
    "shape": (lambda m: saying(m, block_shape=(2, 4)), r"has blocks of 4 and of \(2, 4\)"),
    "count": (lambda m: saying(m, block_size=2), "has 4 scales for its blocks instead of 8"),
    "no tensor": (lambda m: saying(m, scales=-1), "has its scales in tensor -1"),
    "outside": (lambda m: saying(m, scales=99), "has its scales in tensor 99"),
    "itself": (lambda m: saying(m, scales=W), f"its scales in tensor {W}, which is INT4"),
    "not constant": (
        lambda m: saying(changed(m, "x", shape=(2, 2)), scales=X),
        f"its scales in tensor {X}, which has no value in the file",
    ),
    "scale type": (
        lambda m: changed(m, "w_scales", type="BFLOAT16"),
        f"its scales in tensor {SCALE}, which is BFLOAT16",
    ),
    "zero scale": (
        lambda m: model(scales=np.float16([[1, 2], [0, 4]])),
        "has the scale 0.0 in block 2",
    ),
    "negative scale": (
        lambda m: model(scales=np.float16([[1, -2], [1, 4]])),
        "has the scale -2.0 in block 1",
    ),
    "infinite scale": (
        lambda m: model(scales=np.float16([[1, 2], [1, np.inf]])),
        "has the scale inf in block 3",
    ),
    "zero points outside": (
        lambda m: saying(m, zero_points=77),
        "has its zero_points in tensor 77",
    ),
    "zero points of floats": (
        lambda m: saying(m, zero_points=SCALE),
        f"its zero points in tensor {SCALE}, which is FLOAT16",
    ),
    "count of zero points": (
        lambda m: saying(m, zero_points=W),
        "has 16 zero points for its blocks instead of 1 or 4",
    ),
    "scalar": (lambda m: changed(m, "w", shape=(), buffer=0), r"of shape \(\) has blocks of 4"),
}


@pytest.mark.parametrize("case", CASES)
def test_contradiction(case):
    change, message = CASES[case]
    with pytest.raises(ModelError, match=message):
        verify(change(model()))


def test_a_file_is_verified_when_it_is_read():
    content = bytearray(model_bytes(model()))
    (place,) = (i for i in range(len(content)) if content.startswith(SCALES.tobytes(), i))
    content[place : place + 2] = b"\0\0"
    with pytest.raises(ModelError, match=r"has the scale 0\.0 in block 0"):
        read_model(bytes(content))
