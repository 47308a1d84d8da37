"""The announcement's snippet, and what may not be said through it."""

import os
import subprocess
import sys

import numpy as np
import pytest

import quant
from kernels.errors import ConversionError, ModelError, RecipeError
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes, write_model
from tests import tensorflow_python
from tests.build_model import constant, single_operator, tensor

WEIGHT = np.random.default_rng(1).normal(size=(64, 64)).astype(np.float32)


@pytest.fixture(scope="module")
def saved_models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return tensorflow_python.make_saved_models(folder, "cnn", "two_signatures")


@pytest.fixture
def float_model(tmp_path):
    """A .tflite with one FULLY_CONNECTED of 4096 weights."""
    model = single_operator(
        "FULLY_CONNECTED",
        inputs=[tensor("x", (1, 64)), constant("w", WEIGHT)],
        outputs=[tensor("y", (1, 64))],
        options={},
    )
    write_model(model, tmp_path / "float.tflite")
    return tmp_path / "float.tflite"


def weight_types(content):
    return {tensor.type for tensor in read_model(content).subgraphs[0].tensors if tensor.buffer}


@pytest.mark.parametrize(
    ("options", "quantized"),
    [
        ({}, False),
        ({"post_training_quantize": False, "optimizations": []}, False),
        ({"post_training_quantize": True}, True),
        ({"optimizations": ["DEFAULT"]}, True),
        ({"post_training_quantize": True, "optimizations": []}, True),
    ],
)
def test_options(float_model, options, quantized):
    converter = quant.TFLiteConverter.from_tflite(float_model)
    for name, value in options.items():
        setattr(converter, name, value)
    content = converter.convert()
    if not quantized:
        assert content == model_bytes(read_model(float_model))
    else:
        assert "INT8" in weight_types(content)
        assert len(content) < float_model.stat().st_size / 2
    assert converter.convert() == content


@pytest.mark.parametrize(
    ("option", "value"),
    [("inference_type", None), ("allow_custom_ops", False), ("experimental_new_converter", False)],
)
def test_an_option_that_would_have_no_effect(float_model, option, value):
    converter = quant.TFLiteConverter.from_tflite(str(float_model))
    with pytest.raises(RecipeError, match=f"no option '{option}'"):
        setattr(converter, option, value)


def test_what_is_so_anyway_may_be_said(float_model):
    converter = quant.TFLiteConverter.from_tflite(float_model)
    converter.allow_custom_ops = True
    converter.experimental_new_converter = True
    assert read_model(converter.convert()).subgraphs


def test_float16(float_model):
    converter = quant.TFLiteConverter.from_tflite(float_model)
    converter.optimizations = [quant.Optimize.DEFAULT]
    converter.target_spec.supported_types = [np.float16]
    assert "FLOAT16" in weight_types(converter.convert())


def test_bad_input(tmp_path):
    (tmp_path / "model.tflite").write_bytes(b"no model")
    with pytest.raises(ModelError):
        quant.TFLiteConverter.from_tflite(tmp_path / "model.tflite").convert()
    with pytest.raises(ConversionError, match="does not exist"):
        quant.TFLiteConverter.from_saved_model(tmp_path / "none").convert()


def test_the_announcements_snippet(saved_models, tmp_path, monkeypatch):
    monkeypatch.setenv(tensorflow_python.VARIABLE, tensorflow_python.interpreter())
    monkeypatch.chdir(tmp_path)
    saved_model_dir = str(saved_models / "cnn")

    converter = quant.TFLiteConverter.from_saved_model(saved_model_dir)
    float_bytes = converter.convert()
    converter.post_training_quantize = True
    open("quantized_model.tflite", "wb").write(converter.convert())  # noqa: SIM115

    quantized = (tmp_path / "quantized_model.tflite").read_bytes()
    assert len(quantized) < len(float_bytes) / 2
    assert "INT8" in weight_types(quantized)
    assert os.listdir(tmp_path) == ["quantized_model.tflite"]


def test_a_signature_is_passed_on(saved_models, monkeypatch):
    monkeypatch.setenv(tensorflow_python.VARIABLE, tensorflow_python.interpreter())
    converter = quant.TFLiteConverter.from_saved_model(saved_models / "two_signatures", "decode")
    model = read_model(converter.convert())
    assert [signature.key for signature in model.signatures] == ["decode"]


def test_the_package_is_light_and_complete():
    code = (
        "import sys, quant\n"
        "heavy = {'numpy', 'numba', 'tensorflow'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert all(getattr(quant, name) is not None for name in quant.__all__)\n"
        "assert not {'numba', 'tensorflow'} & set(sys.modules)\n"
        "try: quant.none\n"
        "except AttributeError as error: assert 'none' in str(error)\n"
        "else: raise SystemExit(1)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
