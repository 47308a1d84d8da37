"""Models that people use, whole, against LiteRT: float32 and float16 weights, an IF among them."""

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.node import NUMERICS
from tests import shared
from tests.oracle import litert
from tools.run import random_inputs

TOLERANCE = 1e-5
"""Of the largest output; sums of thousands of float32 products in another order."""
MODELS = [
    "14bff7786049_hey_jarvis.tflite",
    "3bc182eb9f33_face_detection_front.tflite",
    "3db297d54af8_nmp.tflite",
    "446ec673881c_mobilenet_v1_0.25_224_1_default_1.tflite",
    "e376cf6b168d_face_detection_back.tflite",
]
INTEGER_MODELS = [
    "0689abe1912a_okay_nabu.tflite",
    "2fcbfbb18462_alexa.tflite",
    "3af8550895ba_str_ww_ref_model.tflite",
    "3c002613d1b2_image_classification.tflite",
    "5aaf1eb43bdf_keyword_spotting_pacman_v3.tflite",
    "7aa4db6d5fb7_vad.tflite",
    "c37e039ac276_keyword_spotting.tflite",
    "c672da97ec5d_keyword_spotting_on_off_v3.tflite",
    "f5c6d1a6bcab_keyword_spotting_alexa.tflite",
    "0470d2a782aa_deeplabv3_mnv2_dm05_pascal_quant.tflite",
    "322fe29945cb_deeplab_mobilenet_edgetpu_slim_cityscapes_quant.tflite",
]
MOBILENET = "models/wild/446ec673881c_mobilenet_v1_0.25_224_1_default_1.tflite"


def example(interpreter, seed=0, batch=1):
    """Standard normal values for every input, in the order of the graph."""
    subgraph = interpreter.model.subgraphs[0]
    random = np.random.default_rng(seed)
    shapes = [subgraph.tensors[index].shape for index in subgraph.inputs]
    return [random.standard_normal((batch, *s[1:])).astype(np.float32) for s in shapes]


def outputs(interpreter, inputs):
    """Our outputs in the order of the graph."""
    (signature,) = interpreter.signatures.values()
    subgraph = interpreter.model.subgraphs[0]
    names = {index: name for name, index in signature.inputs.items()}
    fed = {names[i]: value for i, value in zip(subgraph.inputs, inputs, strict=True)}
    result = dict(zip(signature.outputs.values(), interpreter.invoke(**fed).values(), strict=True))
    return [result[index] for index in subgraph.outputs]


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("name", MODELS)
def test_agrees_with_litert(name, numerics):
    path = shared.path(f"models/wild/{name}")
    interpreter = Interpreter(path, numerics)
    for seed in range(2):
        inputs = example(interpreter, seed)
        expected = litert(path.read_bytes(), inputs, numerics)
        for ours, theirs in zip(outputs(interpreter, inputs), expected, strict=True):
            assert ours.shape == theirs.shape
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE * np.abs(theirs).max())


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("name", INTEGER_MODELS)
def test_integers_equal_litert(name, numerics):
    path = shared.path(f"models/wild/{name}")
    interpreter = Interpreter(path, numerics)
    inputs = random_inputs(interpreter, interpreter.signature(), seed=0)
    ordered = [inputs[key] for key in interpreter.signature().inputs]
    expected = litert(path.read_bytes(), ordered, numerics)
    for ours, theirs in zip(interpreter.invoke(None, **inputs).values(), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_batch_is_its_examples():
    """Although its file says batch 1; the others hold the 1 in shapes that reach further."""
    interpreter = Interpreter(shared.path(MOBILENET))
    batch = example(interpreter, batch=3)
    singly = [outputs(interpreter, [value[i : i + 1] for value in batch]) for i in range(3)]
    for whole, parts in zip(outputs(interpreter, batch), zip(*singly, strict=True), strict=True):
        stacked = np.concatenate(parts)
        np.testing.assert_allclose(whole, stacked, rtol=0, atol=TOLERANCE * np.abs(stacked).max())


def test_intermediates_agree_with_litert():
    """Every tensor of MobileNet, not only the last; the reference keeps all and fuses none."""
    module = pytest.importorskip(
        "ai_edge_litert.interpreter", reason="needs LiteRT: pip install ai-edge-litert"
    )
    path = shared.path(MOBILENET)
    interpreter = Interpreter(path, "reference")
    (x,) = example(interpreter)
    other = module.Interpreter(
        model_path=str(path),
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=module.OpResolverType.BUILTIN_REF,
    )
    other.allocate_tensors()
    other.set_tensor(other.get_input_details()[0]["index"], x)
    other.invoke()
    values = interpreter.invoke_all(
        **{next(iter(interpreter.signatures["serving_default"].inputs)): x}
    )
    assert len(values) == 1 + len(interpreter.model.subgraphs[0].operators)
    for (_, index), ours in values.items():
        theirs = other.get_tensor(index)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE * np.abs(theirs).max())
