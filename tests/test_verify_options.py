"""Options that no tensor could make right: sizes below 1, axes that are not there."""

import pytest

from kernels.errors import ModelError
from kernels.tflite.verifier import verify
from tests.build_model import Operation, graph, tensor

IMAGE, BOUNDED = (1, 4, 4, 2), {"stride_w": 1, "stride_h": 1}
POOL = {**BOUNDED, "filter_width": 2, "filter_height": 2}
VOLUME = {**BOUNDED, "stride_d": 1}


def model(operator, options, shape=IMAGE, inputs=1):
    values = [tensor(f"x{i}", shape) for i in range(inputs)]
    return graph([Operation(operator, values, [tensor("y", ())], options)], values, [])


@pytest.mark.parametrize(
    ("operator", "options", "wrong"),
    [
        ("CONV_2D", BOUNDED, {"stride_w": 0}),
        ("CONV_2D", BOUNDED, {"stride_h": -1}),
        ("CONV_2D", BOUNDED, {"dilation_w_factor": 0}),
        ("DEPTHWISE_CONV_2D", BOUNDED, {"dilation_h_factor": -2}),
        ("DEPTHWISE_CONV_2D", BOUNDED, {"depth_multiplier": -1}),
        ("TRANSPOSE_CONV", BOUNDED, {"stride_h": 0}),
        ("CONV_3D", VOLUME, {"stride_d": 0}),
        ("CONV_3D_TRANSPOSE", VOLUME, {"dilation_d_factor": 0}),
        ("MAX_POOL_2D", POOL, {"filter_width": 0}),
        ("AVERAGE_POOL_2D", POOL, {"filter_height": -3}),
        ("L2_POOL_2D", POOL, {"stride_w": 0}),
        ("SPACE_TO_DEPTH", {"block_size": 2}, {"block_size": 0}),
        ("DEPTH_TO_SPACE", {"block_size": 2}, {"block_size": -2}),
        ("SPLIT", {"num_splits": 1}, {"num_splits": 0}),
        ("SVDF", {"rank": 1}, {"rank": 0}),
        ("UNPACK", {"num": 1}, {"num": -1}),
        ("PACK", {"values_count": 1}, {"values_count": -1}),
        ("LOCAL_RESPONSE_NORMALIZATION", {"radius": 0}, {"radius": -1}),
        ("CONCATENATION", {"axis": -4}, {"axis": 4}),
        ("CONCATENATION", {"axis": 3}, {"axis": -5}),
        ("GATHER", {"axis": 3}, {"axis": 4}),
        ("PACK", {"axis": 4}, {"axis": 5}),
        ("ONE_HOT", {"axis": -1}, {"axis": 5}),
        ("UNPACK", {"axis": 3}, {"axis": 4}),
        ("SQUEEZE", {"squeeze_dims": (0, -1)}, {"squeeze_dims": (0, 4)}),
        ("REVERSE_SEQUENCE", {"seq_dim": 3}, {"seq_dim": 4}),
    ],
)
def test_a_size_or_an_axis(operator, options, wrong):
    verify(model(operator, options))
    ((name, value),) = wrong.items()
    number = value[-1] if isinstance(value, tuple) else value
    with pytest.raises(ModelError, match=rf"{operator} has {name} {number}"):
        verify(model(operator, {**options, **wrong}))


def test_options_that_the_file_does_not_give():
    with pytest.raises(ModelError, match="CONV_2D has stride_h 0"):
        verify(model("CONV_2D", {}))


def test_an_axis_of_a_tensor_of_unknown_rank():
    verify(model("CONCATENATION", {"axis": 3}, shape=()))
