"""The whole quantizer: made models, models found in the wild, and the converters to beat."""

import os
from pathlib import Path

import numpy as np
import pytest

from kernels.errors import RecipeError, WeightError
from kernels.mapped_memory import is_mapped
from kernels.node import NUMERICS
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes, write_model
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.sqnr import energies, ratio_db
from tests import shared
from tests.build_model import constant
from tests.control_flow_models import branch, loop
from tests.float_models import feeds, fully_connected
from tests.oracle import litert

FLOAT_WILD = {
    "14bff7786049_hey_jarvis.tflite": 3.8,
    "3db297d54af8_nmp.tflite": 2.2,
    "446ec673881c_mobilenet_v1_0.25_224_1_default_1.tflite": 3.5,
}
"""Float models and how many times smaller they become."""

QUANTIZED_WILD = [
    "322fe29945cb_deeplab_mobilenet_edgetpu_slim_cityscapes_quant.tflite",
    "3bc182eb9f33_face_detection_front.tflite",
    "7aa4db6d5fb7_vad.tflite",
    "c37e039ac276_keyword_spotting.tflite",
]

CONVERTED = Path(os.environ.get("TFLQ_CONVERTED", "nowhere"))
"""NAME.float.tflite beside what the incumbents make of it: NAME.tfdyn.tflite, NAME.lq.tflite."""


def inputs(model, seed=0):
    """Values from 0 to 1, as images and features have them."""
    rng = np.random.default_rng(seed)
    tensors = [model.subgraphs[0].tensors[i] for i in model.subgraphs[0].inputs]
    return [rng.random(t.shape).astype(np.float32) for t in tensors]


def output_sqnr(reference, other, values, numerics="xnnpack"):
    pairs = zip(litert(reference, values, numerics), litert(other, values, numerics), strict=True)
    signal, noise = np.sum([energies(a, b) for a, b in pairs], axis=0)
    return ratio_db(float(signal), float(noise))


def test_the_default_recipe():
    model = fully_connected()
    result = quantize(model)
    assert result.plan == quantize(model, Recipe()).plan
    assert [t.type for t in result.model.subgraphs[0].tensors] == [
        "FLOAT32",
        "INT8",
        "FLOAT32",
        "FLOAT32",
    ]
    assert result.report.bytes_before is None


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize(
    ("model", "ratio"),
    [(loop(handed_on=True), 2.3), (branch(), 2.2)],
    ids=["loop", "branch"],
)
def test_weights_that_control_flow_hands_on_are_quantized(model, ratio, numerics):
    result = quantize(model)
    assert output_sqnr(model, result.model, feeds(model), numerics) > 30
    assert len(model_bytes(model)) > ratio * len(model_bytes(result.model))
    assert len(result.report.worst) > 0


@pytest.mark.parametrize("scheme", ["dynamic_range", "int4", "float16"])
def test_weights_that_wait_in_a_folder_are_the_same(tmp_path, scheme):
    write_model(fully_connected(400, 480), tmp_path / "float.tflite")
    model, recipe = read_model(tmp_path / "float.tflite"), Recipe(scheme=scheme)
    spilled = quantize(model, recipe, folder=tmp_path / "folder")
    in_memory = quantize(model, recipe)
    assert model_bytes(spilled.model) == model_bytes(in_memory.model)
    assert spilled.report == in_memory.report
    assert is_mapped(max(spilled.model.buffers, key=len))
    assert not is_mapped(max(in_memory.model.buffers, key=len))
    assert list((tmp_path / "folder").iterdir()) == []


def test_errors_pass():
    with pytest.raises(RecipeError):
        quantize(fully_connected(), Recipe(keep_float=("nothing",)))
    with pytest.raises(WeightError):
        quantize(fully_connected(weight=constant("w", np.full((40, 48), np.nan, np.float32))))


@pytest.mark.parametrize("name", FLOAT_WILD)
def test_float_models_found_in_the_wild(name):
    path = shared.path(f"models/wild/{name}")
    model = read_model(path)
    result = quantize(model)
    content = model_bytes(result.model)
    assert path.stat().st_size > FLOAT_WILD[name] * len(content)
    for numerics in NUMERICS:
        assert output_sqnr(path, content, inputs(model), numerics) > 9  # of white noise
    assert all(entry.reason for entry in result.plan.constants)


@pytest.mark.parametrize("name", QUANTIZED_WILD)
def test_models_that_are_quantized_already_stay(name):
    model = read_model(shared.path(f"models/wild/{name}"))
    result = quantize(model)
    assert not any(entry.is_quantized for entry in result.plan.constants)
    assert result.model.subgraphs[0].operators == model.subgraphs[0].operators
    assert len(model_bytes(result.model)) <= len(model_bytes(model))


def float_models():
    return sorted(path.name.split(".")[0] for path in CONVERTED.glob("*.float.tflite"))


def converted(name, kind):
    path = CONVERTED / f"{name}.{kind}.tflite"
    if not path.exists():
        pytest.skip(f"needs {path.name} in the folder TFLQ_CONVERTED")
    return path


@pytest.mark.parametrize("name", float_models())
def test_no_larger_than_what_the_incumbents_make(name):
    smaller = min(converted(name, kind).stat().st_size for kind in ("tfdyn", "lq"))
    assert len(model_bytes(quantize(read_model(converted(name, "float"))).model)) <= smaller


@pytest.mark.parametrize("name", float_models())
def test_integers_and_scales_are_the_converters(name):
    """Clipped as there; but for channels within 1e-6 of nothing, whose small values we keep."""
    theirs = weights(read_model(converted(name, "tfdyn")))
    recipe = Recipe(clipping="min_max")
    ours = weights(quantize(read_model(converted(name, "float")), recipe).model)
    compared = sorted(theirs.keys() & ours.keys())
    for key in compared:
        (our_values, our_scale), (their_values, their_scale) = ours[key], theirs[key]
        same = our_scale == their_scale
        assert np.all(same | (their_scale == np.float32(5e-7 / 127)))
        np.testing.assert_array_equal(our_values[same], their_values[same])
    assert compared


def weights(model):
    """(subgraph, name, shape) -> int8 weights by channel, and their scales."""
    return {
        (s, t.name, t.shape): (_by_channel(model, t), t.quantization.scale)
        for s, subgraph in enumerate(model.subgraphs)
        for t in subgraph.tensors
        if t.type == "INT8" and len(model.buffers[t.buffer])
    }


def _by_channel(model, t):
    values = np.frombuffer(model.buffers[t.buffer], np.int8).reshape(t.shape)
    channels = len(t.quantization.scale)
    return np.moveaxis(values, t.quantization.axis, 0).reshape(channels, -1)
