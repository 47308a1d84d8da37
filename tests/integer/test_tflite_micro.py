"""Models for target runtime tflite_micro run in TFLite Micro's interpreter, and compute what ours
do. Its package is found in the Python of TFLQ_MICRO_PYTHON."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kernels.integer import INTEGER
from kernels.node import REFERENCE
from kernels.tflite.writer import write_model
from tests.build_model import Operation, graph
from tests.integer.models import chain, convolution, one, samples, values
from tests.integer.models import quantized as from_samples
from tests.integer.operator_models import as_given, named, observed, outputs_of, quantized

PROGRAM = Path(__file__).with_name("run_tflite_micro.py")
TARGET = "tflite_micro"
STEPS_OFF = {"INT8": 0, "INT16": 2}
"""TFLite Micro rounds int16 of some products otherwise."""
X, A, M, Y = map(values, "xamy")


@pytest.fixture(scope="module")
def micro(tmp_path_factory):
    """What runs (model, inputs) pairs and returns the first output of each, or the refusal."""
    python = os.environ.get("TFLQ_MICRO_PYTHON", sys.executable)
    probe = subprocess.run([python, "-c", "import tflite_micro"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("needs TFLite Micro: pip install tflite-micro, or TFLQ_MICRO_PYTHON")

    def run(cases):
        folder = tmp_path_factory.mktemp("micro")
        for number, (model, inputs) in enumerate(cases):
            write_model(model, folder / f"{number}.tflite")
            np.savez(folder / f"{number}.npz", *inputs)
        subprocess.run([python, PROGRAM, folder], check=True, capture_output=True)
        return [_result(folder / f"{number}.out.npz") for number in range(len(cases))]

    return run


def _result(path):
    if not path.exists():
        return path.with_name(path.name.replace(".out.npz", ".error")).read_text()
    return np.load(path)["arr_0"]


def _cases(element_type):
    """An operator's name, its integer model and inputs, for all that TFLite Micro takes."""
    for operator, facts in sorted(INTEGER.items()):
        if element_type not in facts.micro:
            continue
        for model, feed, ranges in observed(operator):
            shapes = [tensor.shape for tensor in model.subgraphs[0].tensors]
            if () in shapes or (facts.int32_micro and _has_int64(model)):
                continue
            integer = quantized(model, ranges, element_type, TARGET)
            yield operator, integer, as_given(integer, named(model, feed))
            break


def _has_int64(model):
    return any(tensor.type == "INT64" for tensor in model.subgraphs[0].tensors)


@pytest.mark.parametrize("element_type", STEPS_OFF)
def test_every_operator_of_the_table_runs(micro, element_type):
    cases = list(_cases(element_type))
    results = micro([(model, inputs) for _, model, inputs in cases])
    off = {}
    for (operator, model, inputs), theirs in zip(cases, results, strict=True):
        ours = outputs_of(model, inputs, REFERENCE)[0]
        if isinstance(theirs, str):
            off[operator] = theirs
        else:
            difference = theirs.reshape(ours.shape).astype(float) - ours.astype(float)
            if np.abs(difference).max() > STEPS_OFF[element_type]:
                off[operator] = np.abs(difference).max()
    assert not off
    assert len(cases) > 30


@pytest.mark.parametrize("io", ["float", "int8", "uint8"])
def test_whole_models_run(micro, io):
    models = [
        chain(convolution(X, A, "RELU6"), one("LOGISTIC", A, Y)),
        graph([convolution(X, A), Operation("ADD", [A, X], [Y], {})], [X], [Y]),
    ]
    cases = []
    for model in models:
        integer = from_samples(model, io=io, target_runtime=TARGET).model
        given = named(model, samples(model, 1)[0])
        cases.append((integer, _as_bytes(integer, given)))
    for (model, inputs), theirs in zip(cases, micro(cases), strict=True):
        np.testing.assert_array_equal(theirs, outputs_of(model, inputs, REFERENCE)[0])


def _as_bytes(model, given):
    """As the model's inputs; UINT8 is INT8 shifted."""
    made = as_given(model, given)
    for position, index in enumerate(model.subgraphs[0].inputs):
        tensor = model.subgraphs[0].tensors[index]
        if tensor.type == "UINT8":
            steps = np.rint(given[position] / tensor.quantization.scale[0])
            steps = np.clip(steps + tensor.quantization.zero_point[0], 0, 255)
            made[position] = steps.astype(np.uint8)
    return made
