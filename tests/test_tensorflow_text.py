import pytest

from quant.tensorflow_text import last_reason, tensor_types

MLIR = """Could not translate MLIR to FlatBuffer.<unknown>:0: error: loc(callsite(fused["Pad:", \
"Pad@f"] at fused["Call:", "Call"])): 'tf.Pad' op is neither a custom op nor a flex op
<unknown>:0: note: loc(fused["Call:", "Call"]): called from
<unknown>:0: note: loc("Pad"): see current operation: %1 = "tf.Pad"(%arg0) : () -> ()
<unknown>:0: note: loc("Pad"): Error code: ERROR_NEEDS_FLEX_OPS
<unknown>:0: error: loc(callsite(fused["a:", "b@f"] at "c")): 'tfl.conv' op expects 4 dimensions.
<unknown>:0: note: see current operation:
"func.func"() <{sym_name = "main"}> ({
^bb0(%arg0: tensor<1xf32>):
  %0 = "tf.Pad"(%arg0) : (tensor<1xf32>) -> tensor<1xf32>
}) : () -> ()
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "nothing was said"),
        ("\n \n", "nothing was said"),
        ("one\ntwo.\n", "two"),
        (MLIR, "'tfl.conv' op expects 4 dimensions"),
        ("reason\nI0000 00:00:1795 port.cc:153] oneDNN is on.\nWARNING: logs", "reason"),
        ("2026-11-23 15:13:20.1: W tensorflow/x.cc:1] slow\n", "2026-11-23 15:13:20.1: W "),
        ("reason\n2026-11-23 15:13:20.1: I tensorflow/x.cc:1] AVX2", "reason"),
        (
            "DataLossError: {{function_node __wrapped__Restore}} Checksum does not match "
            "[Op:RestoreV2]",
            "DataLossError: Checksum does not match",
        ),
    ],
)
def test_last_reason(text, expected):
    assert last_reason(text).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("tensor<f32>", [(0, "f32")]),
        ("(tensor<1x?x4xf64>) -> tensor<4x!tf_type.string>", [(3, "f64")]),
        ("tensor<2x2xcomplex<f32>>, tensor<*xf32>", [(2, "complex")]),
        ("tensor<10x20xi32>, tensor<9xui8>", [(2, "i32"), (1, "ui8")]),
    ],
)
def test_tensor_types(text, expected):
    assert tensor_types(text) == expected
