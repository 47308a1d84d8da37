"""Which layers can be rounded with data."""

import pytest

from kernels.model import Model
from quant.roundable import roundable_layers
from tests.float_models import SINGLE_OPERATORS, tied_embedding
from tests.layered_model import layered
from tests.stored_weights import stored


def places(model: Model, **recipe):
    plan, weights = stored(model, **recipe)
    return [layer.place for layer in roundable_layers(model, plan, weights, 0)]


@pytest.mark.parametrize("scheme", ["int4", "dynamic_range", "weight_only_int8"])
@pytest.mark.parametrize("has_bias", [True, False])
def test_linear_layers_in_the_order_in_which_they_run(scheme, has_bias):
    assert places(layered(has_bias), scheme=scheme) == [(0, 0), (0, 1), (0, 4)]


@pytest.mark.parametrize(
    ("model", "recipe"),
    [
        (tied_embedding(), {"scheme": "dynamic_range"}),
        (SINGLE_OPERATORS["transpose convolution"], {"scheme": "dynamic_range"}),
        (SINGLE_OPERATORS["lstm"], {"scheme": "dynamic_range"}),
        (SINGLE_OPERATORS["gather"], {"scheme": "dynamic_range"}),
        (layered(), {"scheme": "float16"}),
        (layered(), {"scheme": "float"}),
    ],
)
def test_others_are_left_alone(model, recipe):
    assert places(model, **recipe) == []


def test_blocks():
    assert places(SINGLE_OPERATORS["fully connected"], block_size=0) == [(0, 0)]
    wide = layered()
    assert (0, 4) in places(wide, block_size=64)
