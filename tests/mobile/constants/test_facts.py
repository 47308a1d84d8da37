import hashlib
from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.tflite.writer import write_model
from tests.build_model import quantization
from tests.dense_model import dense_model
from tests.example_model import example
from tools.mobile.constants.facts import model_facts


def facts(tmp_path, model):
    write_model(model, tmp_path / "m.tflite")
    return model_facts(tmp_path / "m.tflite", "models/m.tflite")


def test_the_file(tmp_path):
    found = facts(tmp_path, dense_model())
    content = (tmp_path / "m.tflite").read_bytes()
    assert (found.file, found.asset_path) == ("m.tflite", "models/m.tflite")
    assert (found.size, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_inputs_and_outputs(tmp_path):
    (signature,) = facts(tmp_path, dense_model()).signatures
    assert signature.key == "serving_default"
    ((x,), (y,)) = signature.inputs, signature.outputs
    assert (x.name, x.index, x.type, x.shape, x.scale) == ("x", 0, "FLOAT32", (1, 32), None)
    assert (y.name, y.index, y.shape) == ("y", 0, (1, 4))


def test_scale_and_zero_point(tmp_path):
    model = dense_model()
    (graph,) = model.subgraphs
    place = graph.outputs[0]
    tensors = list(graph.tensors)
    tensors[place] = replace(tensors[place], type="INT8", quantization=quantization(0.25, -3))
    changed = replace(model, subgraphs=(replace(graph, tensors=tuple(tensors)),))
    (y,) = facts(tmp_path, changed).signatures[0].outputs
    assert (y.type, y.scale, y.zero_point) == ("INT8", np.float32(0.25), -3)


def test_free_dimensions_and_several_signatures(tmp_path):
    found = facts(tmp_path, example())
    assert len(found.signatures) == 2
    assert found.signatures[0].inputs[0].shape == (-1, 8, 8, 3)
    assert found.signatures[1].key == "second"
    assert found.signatures[1].outputs == ()


def test_damaged_file(tmp_path):
    (tmp_path / "m.tflite").write_bytes(b"TFL3")
    with pytest.raises(ModelError):
        model_facts(tmp_path / "m.tflite", "m.tflite")
