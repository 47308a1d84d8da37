"""Rates of operators: the fit, the file, and what is measured. Times themselves are not tested."""

import numpy as np
import pytest

from kernels.latency import Rates, Work
from kernels.tflite.reader import read_model
from quant.operator_latency import work
from tools.bench.device_models import convolution, device_models, fully_connected, lookup
from tools.bench.recurrent_device_models import lstm
from tools.device_costs import fitted, source, variants


def samples(rates, count=12):
    generator = np.random.default_rng(0)
    works = [Work(*(int(n) for n in generator.integers(1, 10000, 5))) for _ in range(count)]
    return [(each, rates.milliseconds(each) * 1e6) for each in works]


def test_rates_are_found_again():
    rates = Rates(120.0, 30.0, 0.5, 0.25, 0.125, 2.0)
    assert fitted(samples(rates)) == rates


def test_no_rate_is_negative():
    found = fitted([(Work(1, 100), 50.0), (Work(1, 200), 40.0), (Work(1, 400), 45.0)])
    assert min(vars(found).values()) >= 0
    assert found.milliseconds(Work(1, 200)) == pytest.approx(45e-6, rel=0.15)


def test_multiply_adds_are_those_of_the_work():
    for each in device_models():
        subgraph = each.model.subgraphs[0]
        assert work(each.model, subgraph, subgraph.operators[0]).multiply_adds == each.multiply_adds


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (fully_connected(1, 64, 64), {"float", "hybrid", "dequantize"}),
        (convolution(7, 64, 64, 1), {"float", "hybrid", "dequantize"}),
        (lstm(2, 32, 32), {"float", "hybrid", "dequantize"}),
        (lookup("GATHER", 2, 100, 64), {"float", "pass through", "dequantize"}),
    ],
)
def test_variants(model, expected):
    made = variants(model.model, "litert")
    assert made.keys() == expected
    operators = {
        how: [o.name for o in read_model(content).subgraphs[0].operators]
        for how, content in made.items()
    }
    assert "DEQUANTIZE" not in operators["float"]
    assert operators["dequantize"][-1] == model.operator
    assert operators["dequantize"][0] == "DEQUANTIZE"


def test_source_is_the_table():
    rates = {"litert": {"*": {"float": Rates(1.5)}, "ADD": {"hybrid": Rates(2.0, 0.25)}}}
    names = {}
    exec(source(rates, "1.2.3"), names)
    assert {t: {o: dict(d) for o, d in os.items()} for t, os in names["RATES"].items()} == rates
