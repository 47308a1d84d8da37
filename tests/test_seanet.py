"""The single-operator models of tflite-micro's seanet, whose inputs and outputs are recorded."""

import numpy as np
import pytest

from kernels.constant import DTYPES
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from tests import shared

FOLDERS = [
    "add",
    "conv",
    "leaky_relu",
    "pad",
    "quantize",
    "strided_slice",
    "sub",
    "transpose_conv",
]


def recorded(path, tensor):
    values = np.loadtxt(path, delimiter=",", dtype=np.int64, ndmin=1)
    return values.astype(DTYPES[tensor.type]).reshape(tensor.shape)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("folder", FOLDERS)
def test_golden(folder, numerics):
    models = sorted(shared.path(f"conformance/seanet/{folder}").glob("*.tflite"))
    assert models
    for path in models:
        interpreter = Interpreter(path, numerics)
        graph = interpreter.model.subgraphs[0]
        (signature,) = interpreter.signatures.values()
        feeds = {
            name: recorded(next(path.parent.glob(f"{path.stem}_input{number}_*.csv")), tensor)
            for number, (name, index) in enumerate(signature.inputs.items())
            for tensor in [graph.tensors[index]]
        }
        (output,) = interpreter.invoke(**feeds).values()
        golden = next(path.parent.glob(f"{path.stem}_golden_*.csv"))
        np.testing.assert_array_equal(
            output, recorded(golden, graph.tensors[graph.outputs[0]]), err_msg=path.name
        )
