from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.model import Signature
from quant.evaluation_data import EvaluationData
from quant.make_model_report import Known, Runs, make_model_report, read_by
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests.float_models import feeds
from tests.layered_models import SCALABLE
from tests.outlier_model import outlier_models
from tests.reported_model import DATA, POINT, everything, nothing


def test_everything_that_is_known_is_in_it():
    made = everything()
    assert (made.passed, made.samples, made.target_runtime) == (False, 16, "litert")
    assert made.sizes.ratio == 2.25
    assert made.operators["FULLY_CONNECTED"] == 2
    assert made.graphs == ("main",)
    assert [each.name for each in made.layers] == ["h", "y"]
    assert {each.kind for each in made.histograms} == {"weight", "activation"}
    assert made.front.chosen == POINT
    assert len(made.effects.weights) == 2
    stored = sum(each.bytes_after for each in made.constants)
    assert made.sizes.structure == 4000 - stored


def test_weights_of_the_layers_that_lose_most_come_first():
    before, _, _ = outlier_models()
    layers = [
        replace(each, lost_db=loss) for each, loss in zip(everything().layers, (1, 9), strict=True)
    ]
    assert read_by(before, layers)[:2] == [(0, 2), (0, 3)]
    assert read_by(before, [replace(each, lost_db=None) for each in layers]) == []


def test_subgraphs_without_a_name_are_called_by_signature_or_number():
    before, after, _ = outlier_models()
    (subgraph,) = after.subgraphs
    unnamed = replace(subgraph, name=None)
    signature = Signature("score", {}, {}, 1)
    several = replace(
        after, subgraphs=(unnamed, unnamed, unnamed, subgraph), signatures=(signature,)
    )
    made = make_model_report("m", (before, several), (9000, 4000), Known())
    assert made.graphs == ("main", "score", "subgraph_2", subgraph.name or "subgraph_3")


def test_the_signature_that_is_named_runs():
    before, after, _ = outlier_models()
    (subgraph,) = before.subgraphs
    inputs, outputs = ({"features": subgraph.inputs[0]}, {"scores": subgraph.outputs[0]})
    keys = (Signature("rank", inputs, outputs), Signature("score", inputs, outputs))
    models = tuple(replace(each, signatures=keys) for each in (before, after))
    data = EvaluationData({"features": DATA.inputs["x"]})
    made = make_model_report("m", models, (9000, 4000), Known(), Runs(data, "score"))
    assert made.layers == everything().layers
    assert made.effects == everything().effects
    with pytest.raises(InputError, match="no signature 'serving_default'"):
        make_model_report("m", models, (9000, 4000), Known(), Runs(data))


def test_without_data_the_weights_alone_tell_the_outlier():
    made = nothing()
    assert (made.layers, made.effects, made.passed) == ((), None, None)
    assert made.findings[0].tensor == "first"


def test_a_model_whose_channels_were_evened_out_is_not_called_bad():
    before, _ = SCALABLE["two convolutions"]
    result = quantize(before, Recipe(target_runtime="tflite_micro", min_elements=1))
    data = EvaluationData({"x": np.concatenate(feeds(before)[:1] * 2)})
    known = Known(result.report)
    made = make_model_report("even", (before, result.model), (9000, 4000), known, Runs(data))
    assert any(each.is_evened_out for each in made.constants)
    assert min(each.sqnr_db for each in made.layers) > 20
    assert made.findings[-1].severity == "good"
    for each in made.constants:
        if each.is_evened_out and each.is_changed:
            assert each.sqnr_db > 25
            assert each.steps < 0.6
    assert made.effects.all_db > 20
