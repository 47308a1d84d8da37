"""The samples of the measured models."""

import numpy as np
import pytest

from tests import shared
from tools.measured_models import MODELS


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_samples_are_the_same_every_time(model):
    data = shared.path("data")
    one, another = model.samples(data, "x"), model.samples(data, "x")
    assert one.samples == another.samples > 0
    assert np.array_equal(one.inputs["x"], another.inputs["x"])
    assert np.all(np.isfinite(one.inputs["x"]))
