import numpy as np
import pytest

from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.stored_constant import constant_pairs, stored_constants
from tests.dense_model import dense_model
from tests.float_models import depthwise, tied_embedding
from tests.outlier_model import CHANNEL, PEAK, outlier_models


def stored(model, **recipe):
    result = quantize(model, Recipe(min_elements=0, **recipe))
    return stored_constants(model, result.model, result.report), result


def test_it_says_what_the_quantizer_says():
    found, result = stored(dense_model(), rounding="nearest")
    for constant, told in zip(found, result.report.tensors, strict=True):
        assert (constant.name, constant.type, constant.scheme) == (
            told.name,
            told.type,
            told.scheme,
        )
        assert constant.reason == told.reason
        assert constant.granularity == told.granularity
        assert (constant.bytes_before, constant.bytes_after) == (
            told.bytes_before,
            told.bytes_after,
        )
        assert (constant.scale_min, constant.scale_max) == (told.scale_min, told.scale_max)
        assert constant.sqnr_db == pytest.approx(told.sqnr_db, abs=1e-6)


@pytest.mark.parametrize("model", [dense_model(), depthwise(), tied_embedding()])
@pytest.mark.parametrize("scheme", ["dynamic_range", "float16", "int4"])
def test_no_report_is_needed(model, scheme):
    result = quantize(model, Recipe(scheme=scheme, min_elements=0))
    alone = stored_constants(model, result.model)
    assert all(each.reason == "" for each in alone)
    explained = stored_constants(model, result.model, result.report)
    assert [(e.name, e.sqnr_db) for e in explained] == [(e.name, e.sqnr_db) for e in alone]


def test_an_outlier_names_its_channel():
    before, after, report = outlier_models()
    first = next(e for e in stored_constants(before, after, report) if e.name == "first")
    assert (first.channel.index, first.channel.peak) == (CHANNEL, PEAK)
    assert first.channel.zeroed > 0.9


def test_a_shared_buffer_counts_once_and_names_its_readers():
    found, _ = stored(tied_embedding())
    (table,) = (each for each in found if each.name == "table")
    assert table.readers == ("GATHER", "FULLY_CONNECTED")


def test_constants_that_stay():
    model = dense_model()
    assert not constant_pairs(model, model)
    for each in stored_constants(model, model):
        assert not each.is_changed
        assert (each.sqnr_db, each.channel, each.reading) == (None, None, "float")
        assert each.bytes_before == each.bytes_after == 4 * np.prod(each.shape)
