"""Names left out: which stay, and that LiteRT computes the same without the others."""

import numpy as np
import pytest

from kernels.node import NUMERICS
from kernels.tflite.reader import read_model
from kernels.tflite.writer import model_bytes
from quant.names import strip_names
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests.control_flow_models import loop
from tests.float_models import SINGLE_OPERATORS, feeds, tied_embedding
from tests.oracle import litert

MODELS = {"loop": loop(), "tied": tied_embedding(), "lstm": SINGLE_OPERATORS["lstm"]}


def named(subgraph):
    return {i for i, tensor in enumerate(subgraph.tensors) if tensor.name}


@pytest.mark.parametrize("name", MODELS)
def test_inputs_and_outputs_keep_their_names(name):
    model = strip_names(MODELS[name])
    for before, after in zip(MODELS[name].subgraphs, model.subgraphs, strict=True):
        assert named(after) == {*before.inputs, *before.outputs}
        for i in named(after):
            assert after.tensors[i] == before.tensors[i]
    assert model.signatures == MODELS[name].signatures


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("name", MODELS)
def test_litert_computes_the_same(name, numerics):
    model = MODELS[name]
    plain, stripped = (quantize(model, Recipe(strip_names=s)).model for s in (False, True))
    assert len(model_bytes(stripped)) < len(model_bytes(plain))
    expected, made = (litert(each, feeds(model), numerics) for each in (plain, stripped))
    for one, other in zip(expected, made, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_file_without_names_is_read():
    model = strip_names(tied_embedding())
    assert [t.name for t in read_model(model_bytes(model)).subgraphs[0].tensors] == [
        t.name for t in model.subgraphs[0].tensors
    ]
