"""Answers as TensorFlow 2.21 gives them, cut to what is read."""

import pytest

from quant.converter_errors import diagnosis

RESERVE = "sequential_1/lstm_1/TensorArrayV2_1@__inference___call___2163"
LISTS = (
    "Lowering tensor list ops is failed. Please consider using Select TF ops and disabling "
    "`_experimental_lower_tensor_list_ops` flag in the TFLite converter object."
)
SELECT = """ConverterError: Could not translate MLIR to FlatBuffer.
<unknown>:0: error: failed while converting: 'main':
Some ops are not supported by the native TFLite runtime, you can enable TF kernels fallback
TF Select ops: Cholesky, MatrixInverse
Details:
	tf.Cholesky(tensor<1x4x4xf32>) -> (tensor<1x4x4xf32>) : {device = ""}
"""
BOTH = SELECT + "Custom ops: EagerPyFunc, Cholesky\nDetails:\n"


def answer(*errors, message="ConverterError: no more is known", inputs=None):
    signature = {"inputs": inputs or {"x": ["float32", [None, 5, 3]]}, "outputs": {}}
    return {
        "error": "convert",
        "message": message,
        "errors": list(errors),
        "signatures": {"serving_default": signature},
    }


def error(operator, message="", code="UNKNOWN", location=()):
    return {"operator": operator, "message": message, "code": code, "location": list(location)}


def flex(operator, types="(tensor<1x4xf32>) -> tensor<1x4xf32>", code="ERROR_NEEDS_FLEX_OPS"):
    text = (
        f"'{operator}' op is neither a custom op nor a flex op\n"
        f'see current operation: %1 = "{operator}"(%arg0) : {types}\nError code: {code}'
    )
    return error(operator, text, code, ["node@f"])


@pytest.mark.parametrize(
    ("given", "problem", "cure"),
    [
        (
            answer(flex("tf.MatrixInverse"), flex("tf.Cholesky"), flex("tf.Cholesky")),
            "no builtin operator for Cholesky, MatrixInverse.",
            "Write it with other operators",
        ),
        (answer(message=SELECT), "for Cholesky, MatrixInverse.", "TF Select would put"),
        (answer(message=BOTH), "Cholesky, EagerPyFunc (calls Python), MatrixInverse.", "phones"),
        (
            answer(flex("tf.Lgamma", "(tensor<4xf64>) -> tensor<4xf64>", "ERROR_NEEDS_CUSTOM_OPS")),
            "for Lgamma (float64).",
            "Cast float64 to float32",
        ),
        (
            answer(flex("tf.Pad", "(tensor<2x2x2x2x2x2xf32>, tensor<6x2xi32>) -> tensor<*xf32>")),
            "for Pad (rank 6).",
            "Reshape to rank 5 or less",
        ),
        (
            answer(flex("tf.MutableHashTableV2"), flex("tf.LookupTableFindV2")),
            "for LookupTableFindV2 (a table), MutableHashTableV2 (a table).",
            "tf.lookup.StaticHashTable",
        ),
        (
            answer(
                error("tf.Const", LISTS),
                error(
                    "tf.TensorListReserve",
                    "'tf.TensorListReserve' op requires element_shape to be static",
                    location=[RESERVE, "StatefulPartitionedCall_1"],
                ),
            ),
            "free batch dimension (at sequential_1/lstm_1/TensorArrayV2_1).",
            "input_signature=[tf.TensorSpec((1, 5, 3), tf.float32)]",
        ),
        (
            answer(
                message="... 'tf.TensorListReserve' op requires element_shape to be static ...",
                inputs={"a": ["int32", [None]], "b": ["float32", None]},
            ),
            "free batch dimension.",
            "[tf.TensorSpec((1,), tf.int32), tf.TensorSpec((), tf.float32)]",
        ),
        (
            answer(error("tf.Const", LISTS), error("tf.Identity", "", location=["while/Id@b"])),
            "a TensorArray grows while the model runs (at while/Id).",
            "element_shape=SHAPE",
        ),
        (
            answer(error("", code="ERROR_UNSUPPORTED_CONTROL_FLOW_V1")),
            "control flow of TensorFlow 1",
            "enable_control_flow_v2",
        ),
        (
            answer(message="ConverterError: <unknown>:0: error: loc(\"a\"): 'tfl.x' op is odd\n"),
            "TensorFlow's converter failed: 'tfl.x' op is odd.",
            "--verbose",
        ),
        (
            answer(error("tf.Odd", "odd"), message="ValueError: Input 0 has no shape"),
            "failed: ValueError: Input 0 has no shape.",
            "verbose=True",
        ),
    ],
)
def test_diagnosis(given, problem, cure):
    told, advised = diagnosis(given)
    assert problem in told
    assert cure in advised
    assert "\n" not in told + advised


def test_each_obstacle_has_its_cure_once():
    double = "(tensor<4xf64>) -> tensor<4xf64>"
    _, cure = diagnosis(
        answer(flex("tf.Neg", double), flex("tf.Exp", double), flex("tf.FFT2D"), flex("tf.PyFunc"))
    )
    assert cure.count("float64") == 1
    assert "other operators" in cure
    assert "Python" in cure


def test_the_order_of_tensorflows_errors_does_not_count():
    errors = [flex("tf.Pad"), flex("tf.Neg", "(tensor<4xf64>) -> ()"), flex("tf.FFT2D")]
    assert diagnosis(answer(*errors)) == diagnosis(answer(*reversed(errors)))
