"""SavedModels that TensorFlow makes, converted; outputs against what TensorFlow computes."""

import functools
import json
import os
import shutil
import subprocess

import numpy as np
import pytest

from kernels.constant import constant
from kernels.errors import ConversionError
from kernels.tflite.reader import read_model
from quant import converter_process
from quant.conversion_diagnosis import diagnose
from quant.saved_model import convert_saved_model
from tests import shared, tensorflow_python

MODELS = [
    "archive",
    "cnn",
    "custom",
    "flex",
    "infinite",
    "lstm",
    "lstm_cured",
    "no_signature",
    "slots",
    "stateful",
    "two_signatures",
    "unfrozen",
    "unfrozen_state",
]
TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def python():
    return tensorflow_python.interpreter()


@pytest.fixture(scope="module")
def models(tmp_path_factory, python):
    return tensorflow_python.make_saved_models(tmp_path_factory.mktemp("models"), *MODELS)


@pytest.fixture(scope="module")
def converted(tmp_path_factory, models, python):
    """(name, signature) -> the .tflite, converted once; TensorFlow takes seconds to start."""

    @functools.cache
    def convert(name, signature=None):
        output = tmp_path_factory.mktemp("converted") / "model.tflite"
        convert_saved_model(models / name, output, signature, python)
        assert os.listdir(output.parent) == [output.name]
        return output

    return convert


def run(litert, path, x):
    """The outputs of calls of the only signature on each of the inputs, in turn."""
    runner = litert.Interpreter(model_path=str(path)).get_signature_runner()
    (name,) = runner.get_input_details()
    outputs = [runner(**{name: x}) for _ in range(3)]
    return [value for output in outputs for value in output.values()]


@pytest.mark.parametrize(
    "name",
    ["cnn", "slots", "stateful", "unfrozen", "unfrozen_state"],
)
def test_computes_what_tensorflow_computes(models, converted, name):
    litert = pytest.importorskip(
        "ai_edge_litert.interpreter", reason="needs LiteRT: pip install ai-edge-litert"
    )
    with np.load(models / f"{name}.npz") as calls:
        outputs = run(litert, converted(name), calls["x"])
        assert np.abs(calls["y"]).max() > TOLERANCE
        for got, expected in zip(outputs, calls["y"], strict=False):
            np.testing.assert_allclose(got, expected, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("name", ["cnn", "unfrozen"])
def test_bytes_depend_on_the_content_alone(models, converted, tmp_path, python, name):
    elsewhere = tmp_path / "another place" / "é"
    shutil.copytree(models / name, elsewhere)
    convert_saved_model(elsewhere, tmp_path / "below" / "b.tflite", python=python)
    content = converted(name).read_bytes()
    assert (tmp_path / "below" / "b.tflite").read_bytes() == content
    assert str(models).encode() not in content
    assert b"tflq-" not in content


def test_a_free_batch_stays_free(converted):
    graph = read_model(converted("cnn")).subgraphs[0]
    assert graph.tensors[graph.inputs[0]].shape_signature == (-1, 8, 8, 1)


def test_reads_a_folder_of_links_that_cannot_be_written_to(models, converted, tmp_path, python):
    linked = tmp_path / "linked"
    for file in (models / "slots").rglob("*"):
        if file.is_file():
            link = linked / file.relative_to(models / "slots")
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file)
    before = sorted(linked.rglob("*"))
    folders = [linked, *(entry for entry in before if entry.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        convert_saved_model(linked, tmp_path / "model.tflite", python=python)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert sorted(linked.rglob("*")) == before
    assert (tmp_path / "model.tflite").read_bytes() == converted("slots").read_bytes()


@pytest.mark.parametrize(
    ("name", "signature", "keys"),
    [
        ("two_signatures", "encode", ["encode"]),
        ("two_signatures", "*", ["decode", "encode"]),
        ("archive", "*", ["decode", "serve", "serving_default"]),
        ("lstm_cured", None, ["serving_default"]),
    ],
)
def test_signatures(converted, name, signature, keys):
    assert [each.key for each in read_model(converted(name, signature)).signatures] == keys


def test_tensorflow_keeps_nan_and_makes_inf_the_largest_float(converted):
    """So a quantizer that looks for Inf has to look for that as well."""
    model = read_model(converted("infinite"))
    (weight,) = (tensor for tensor in model.subgraphs[0].tensors if tensor.shape == (64, 64))
    values = constant(model, weight)
    assert np.isnan(values).sum() == 1
    assert np.nanmax(values) == np.finfo(np.float32).max
    assert not np.isinf(values).any()


def damaged_graph(folder):
    (folder / "saved_model.pb").write_bytes(b"\xff" * 100)


def damaged_variables(folder):
    shard = folder / "variables" / "variables.data-00000-of-00001"
    content = bytearray(shard.read_bytes())
    content[len(content) // 3] ^= 0xFF
    shard.write_bytes(content)


def truncated_variables(folder):
    shard = folder / "variables" / "variables.data-00000-of-00001"
    shard.write_bytes(shard.read_bytes()[: shard.stat().st_size // 2])


def no_variables(folder):
    shutil.rmtree(folder / "variables")


DAMAGES = (damaged_graph, damaged_variables, truncated_variables, no_variables)

FAILURES = [
    ("no_signature", None, "it has no signature", "model.export"),
    (
        "two_signatures",
        None,
        "decode(code: float32[?, 64]) -> (x: float32[?, 64]); "
        "encode(x: float32[1, 64]) -> (code: float32[1, 64])",
        "signature 'decode', or '*'",
    ),
    ("two_signatures", "missing", "no signature 'missing'", "encode(x: float32[1, 64])"),
    ("lstm", None, "free batch dimension (at ", "tf.TensorSpec((1, 5, 3), tf.float32)"),
    ("flex", None, "Lgamma (float64), MatrixInverse, Pad (rank 8)", "Cast float64 to float32"),
    ("custom", None, "EagerPyFunc (calls Python)", "phones have no Python"),
    ("damaged_graph", None, "saved_model.pb is damaged", "again"),
    ("damaged_variables", None, "its variables cannot be read", "again"),
    ("truncated_variables", None, "its variables cannot be read", "again"),
    ("no_variables", None, "variables.index is missing, and its graph has variables", "whole"),
]

ANSWER_ALL = """
import json, runpy, sys
answer = runpy.run_path(sys.argv[1])["answer"]
with open(sys.argv[2]) as requests, open(sys.argv[3], "w") as answers:
    json.dump([answer(request) for request in json.load(requests)], answers)
"""


@pytest.fixture(scope="module")
def failures(tmp_path_factory, models, python):
    """(name, signature) -> the converter's answer, all from one start of TensorFlow."""
    folder = tmp_path_factory.mktemp("failures")
    for damage in DAMAGES:
        shutil.copytree(models / "cnn", models / damage.__name__)
        damage(models / damage.__name__)
    requests = [
        {
            "directory": str(models / name),
            "signature": signature,
            "resave": False,
            "work": str(folder),
            "output": str(folder / "model.tflite"),
        }
        for name, signature, *_ in FAILURES
    ]
    (folder / "requests").write_text(json.dumps(requests), encoding="utf-8")
    command = [python, "-I", "-c", ANSWER_ALL, str(converter_process.PROGRAM)]
    ended = subprocess.run(
        [*command, str(folder / "requests"), str(folder / "answers")], capture_output=True
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    answers = json.loads((folder / "answers").read_bytes())
    assert not (folder / "model.tflite").exists()
    return {case[:2]: answer for case, answer in zip(FAILURES, answers, strict=True)}


@pytest.mark.parametrize(("name", "signature", "problem", "cure"), FAILURES)
def test_what_tensorflow_cannot_convert(failures, name, signature, problem, cure):
    error = diagnose("the model", failures[name, signature])
    assert error.problem.startswith("the model: ")
    assert problem in error.problem
    assert cure in error.cure


@pytest.mark.parametrize("old", [b"old", None])
def test_a_failure_leaves_the_output_as_it_was(models, tmp_path, python, old):
    output = tmp_path / "model.tflite"
    if old is not None:
        output.write_bytes(old)
    with pytest.raises(ConversionError, match="no_signature: it has no signature"):
        convert_saved_model(models / "no_signature", output, python=python)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == ([] if old is None else [old])


def test_what_is_no_saved_model_costs_no_tensorflow(tmp_path):
    with pytest.raises(ConversionError, match="does not exist"):
        convert_saved_model(tmp_path / "none", tmp_path / "model.tflite", python="/no/python")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "size", "operators"),
    [("kws", 104088, "DEPTHWISE_CONV_2D"), ("mnist_lstm", 106912, "WHILE")],
)
def test_real_models(tmp_path, python, name, size, operators):
    """``size``: what TensorFlow 2.21 wrote; kws has optimizer slots, mnist_lstm a loop."""
    folder = shared.path(f"models/{name}")
    convert_saved_model(folder, tmp_path / "model.tflite", python=python)
    assert (tmp_path / "model.tflite").stat().st_size == pytest.approx(size, rel=0.01)
    model = read_model(tmp_path / "model.tflite")
    assert operators in {operator.name for operator in model.subgraphs[0].operators}
