"""Full-integer models that people use, whole and operator by operator, against LiteRT.

Not among them is keyword_scrambled_8bit, with which LiteRT corrupts its memory.
"""

import numpy as np
import pytest

from kernels.constant import DTYPES
from kernels.interpreter import Interpreter
from kernels.node import NUMERICS, REFERENCE
from tests import shared
from tests.oracle import litert

KEYWORDS = [
    "0689abe1912a_okay_nabu.tflite",
    "2fcbfbb18462_alexa.tflite",
    "3af8550895ba_str_ww_ref_model.tflite",
    "5aaf1eb43bdf_keyword_spotting_pacman_v3.tflite",
    "7aa4db6d5fb7_vad.tflite",
    "c37e039ac276_keyword_spotting.tflite",
    "c672da97ec5d_keyword_spotting_on_off_v3.tflite",
    "f5c6d1a6bcab_keyword_spotting_alexa.tflite",
]
IMAGES = [
    "3c002613d1b2_image_classification.tflite",
    "351174272289_hps_model_2022_01_05_89ops.tflite",
]
SEGMENTATION = "0470d2a782aa_deeplabv3_mnv2_dm05_pascal_quant.tflite"
"""uint8 throughout; its output is the largest of 21 classes, which hides small differences."""

SHOWN = ("INT8", "UINT8", "INT16", "INT32", "INT64", "FLOAT32")
"""Types that LiteRT shows: asked for a resource, it crashes."""


def example(interpreter, seed):
    """Values of the whole range for every input, by name; floats are standard normal."""
    (signature,) = interpreter.signatures.values()
    rng = np.random.default_rng(seed)
    return {
        name: values(interpreter.model.subgraphs[0].tensors[index], rng)
        for name, index in signature.inputs.items()
    }


def values(tensor, rng):
    dtype = DTYPES[tensor.type]
    if dtype == np.float32:
        return rng.standard_normal(tensor.shape).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max + 1, tensor.shape).astype(dtype)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("name", [*KEYWORDS, *IMAGES, SEGMENTATION])
def test_equals_litert(name, numerics):
    path = shared.path(f"models/wild/{name}")
    interpreter = Interpreter(path, numerics)
    fed = example(interpreter, seed=1)
    ours = interpreter.invoke_all(**fed)
    theirs = litert(path, list(fed.values()), numerics)
    for index, expected in zip(interpreter.model.subgraphs[0].outputs, theirs, strict=True):
        np.testing.assert_array_equal(ours[0, index], expected)


@pytest.mark.parametrize(
    ("name", "runs"), [*((name, 3) for name in [*KEYWORDS, IMAGES[0]]), (SEGMENTATION, 1)]
)
def test_every_operator_equals_litert(name, runs):
    """Its reference kernels: they have every tensor, a delegate hides those inside."""
    path = shared.path(f"models/wild/{name}")
    interpreter = Interpreter(path, REFERENCE)
    for seed in range(runs):
        interpreter.reset()
        fed = example(interpreter, seed)
        ours = {i: value for (_, i), value in interpreter.invoke_all(**fed).items()}
        graph = interpreter.model.subgraphs[0]
        made = [i for operator in graph.operators for i in operator.outputs]
        compared = [i for i in made if i in ours and graph.tensors[i].type in SHOWN]
        assert len(compared) > len(made) // 2
        for index, theirs in intermediates(path, fed.values(), compared).items():
            np.testing.assert_array_equal(ours[index], theirs, err_msg=graph.tensors[index].name)


def intermediates(path, inputs, tensors):
    """Tensor index -> value."""
    module = pytest.importorskip(
        "ai_edge_litert.interpreter", reason="needs LiteRT: pip install ai-edge-litert"
    )
    interpreter = module.Interpreter(
        model_path=str(path),
        experimental_op_resolver_type=module.OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    for detail, value in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return {index: interpreter.get_tensor(index) for index in tensors}
