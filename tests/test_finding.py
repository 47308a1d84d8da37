import json
from dataclasses import replace

import pytest

from quant.finding import BAD, GOOD, MOST_OF_A_KIND, NOTE, WARNING, findings
from quant.layer_error import LayerError
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.stored_constant import StoredConstant, stored_constants
from quant.threshold import Check
from quant.weight_effect import Effects, WeightEffect
from quant.weight_error import Channel
from tests.outlier_model import CHANNEL, outlier_models

FINE = StoredConstant(
    "fine", 0, 1, (40, 48), "FLOAT32", "INT8", ("CONV_2D",), 7680, 2080, sqnr_db=44.0, steps=0.28
)
LAYER = LayerError(
    "y", 0, 0, "CONV_2D", (1, 4), 12.0, 20.0, 0.1, 0.2, None, "the error arises here"
)


def test_nothing_to_complain_of():
    (found,) = findings([FINE])
    assert (found.severity, found.recipe) == (GOOD, None)
    assert "44.0 dB" in found.text


def test_an_outlier_comes_with_a_line_that_parses_and_cures():
    before, after, report = outlier_models()
    found = findings(stored_constants(before, after, report))[0]
    assert (found.severity, found.tensor) == (BAD, "first")
    assert f"channel {CHANNEL}" in found.title
    kept = json.loads(found.recipe.removeprefix("keep_float = "))
    cured = quantize(before, Recipe(min_elements=0, keep_float=tuple(kept)))
    assert findings(stored_constants(before, cured.model))[0].severity == GOOD


@pytest.mark.parametrize(
    ("constant", "layer", "check", "severity", "title"),
    [
        (replace(FINE, sqnr_db=21.0), None, None, WARNING, "held with 21.0 dB"),
        (FINE, LAYER, None, WARNING, "CONV_2D turns 32.0 dB into 12.0 dB"),
        (FINE, replace(LAYER, sqnr_db=25.0, lost_db=175.0), None, NOTE, "exact values"),
        (FINE, None, Check("top1 >= 0.9", 0.8, -0.1), BAD, "top1 >= 0.9 is not met"),
    ],
)
def test_what_is_found(constant, layer, check, severity, title):
    found = findings([constant], [layer] if layer else [], [check] if check else [])[0]
    assert found.severity == severity
    assert title in found.title


def test_a_large_constant_that_stays_float_is_named_with_the_reason():
    kept = replace(FINE, type="FLOAT32", bytes_after=7680, sqnr_db=None, reason="regex w")
    found = findings([kept], file_bytes=9000)
    assert [each.severity for each in found] == [NOTE, GOOD]
    assert "regex w" in found[0].text


@pytest.mark.parametrize(
    "channel",
    [
        Channel(1, 100.0, 1.0, 40.0, 0.0),
        Channel(1, 4.0, 1.0, 5.0, 0.9),
        Channel(1, 1e-9, 0.0, 0.0, 0.0),
    ],
)
def test_channels_that_are_held_well_or_even_are_not_spoilt(channel):
    assert findings([replace(FINE, channel=channel)])[0].severity == GOOD


def test_the_layer_where_error_arises_comes_with_a_line_for_its_weight():
    (found, _) = findings([FINE], [replace(LAYER, sqnr_db=20.0, weights=("fine",))])
    assert found.recipe == 'keep_float = ["fine"]'
    assert findings([FINE], [replace(LAYER, sqnr_db=20.0)])[0].recipe is None


def test_biases_that_the_quantizer_corrected_are_not_called_inexact():
    bias = replace(FINE, type="INT32", sqnr_db=20.0, steps=900.0)
    assert findings([FINE, bias])[0].severity == GOOD


def test_where_a_threshold_is_not_met_the_most_harmful_weight_is_named():
    weights = (WeightEffect("other", 0, 20.0, 18.1), WeightEffect("fine", 0, 25.0, 24.0))
    effects, failed = Effects(18.0, weights), Check("top1 >= 0.9", 0.8, -0.1)
    _, found = findings([FINE], checks=[failed], effects=effects)
    assert (found.severity, found.tensor) == (BAD, "fine")
    assert found.title == "One weight costs the outputs 6.0 dB"
    assert "5,600 bytes" in found.text
    assert found.recipe.startswith("keep_float = ")
    passed = Check("top1 >= 0.7", 0.8, 0.1)
    assert findings([FINE], checks=[passed], effects=effects)[0].severity == GOOD


def test_the_most_severe_come_first_and_not_too_many():
    low = [replace(FINE, name=f"w{i}", sqnr_db=20.0 + i) for i in range(9)]
    failed, passed = Check("top1 >= 0.9", 0.8, -0.1), Check("top1 >= 0.7", 0.8, 0.1)
    found = findings(low, checks=[failed])
    assert [(each.severity, each.tensor) for each in found] == [(BAD, None), (WARNING, "w0")]
    assert "8 others" in found[1].text
    assert findings(low, checks=[passed])[0].severity == NOTE
    spoilt = replace(FINE, channel=Channel(1, 100.0, 1.0, 5.0, 0.9))
    assert len(findings([spoilt] * 9)) == MOST_OF_A_KIND
