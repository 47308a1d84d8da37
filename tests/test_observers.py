import numpy as np
import pytest

from kernels.errors import RecipeError
from quant.observers import OBSERVERS, observer_named, percentile_observer
from quant.ranges import Range

DRAW = np.random.default_rng(6)
CASES = {
    "normal": DRAW.normal(1, 2, size=20_000).astype(np.float32),
    "relu": np.maximum(DRAW.normal(size=20_000), 0).astype(np.float32),
    "long tail": DRAW.standard_t(2, size=20_000).astype(np.float32),
    "negative": -DRAW.random(10_000).astype(np.float32),
    "few": np.float32([1, 2, 3]),
    "one": np.float32([-2]),
    "zeros": np.zeros(9, np.float32),
    "tiny": DRAW.normal(size=999).astype(np.float32) * np.float32(1e-25),
}


def observed(name, values, activation_type="INT8"):
    observer = OBSERVERS[name]
    first, *others = map(observer.summary, np.array_split(values, min(3, len(values))))
    for other in others:
        first = observer.joined(other, first)
    return observer.range(first, activation_type)


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_min_max(values):
    assert observed("min_max", values) == Range(float(values.min()), float(values.max()))


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
@pytest.mark.parametrize("percentile", [90, 99, 99.99, 100])
def test_percentiles_are_numpy_s_to_the_width_of_a_bin(values, percentile):
    """NumPy's lie on a value; where values are few, any number between two of them divides them."""
    observer = percentile_observer(percentile)
    summary = observer.summary(values)
    found = observer.range(summary, "INT8")
    for end, share in ((found.min, 100 - percentile), (found.max, percentile)):
        below, above = (
            np.percentile(values, share, method=method) for method in ("lower", "higher")
        )
        assert below - summary.width <= end <= above + summary.width
    assert values.min() <= found.min <= found.max <= values.max()


@pytest.mark.parametrize("name", OBSERVERS)
@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
@pytest.mark.parametrize("activation_type", ["INT8", "INT16"])
def test_no_observer_finds_more_than_there_is(name, values, activation_type):
    found = observed(name, values, activation_type)
    least, most = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    assert least <= found.min <= found.max <= most


def test_an_outlier_moves_the_observers_that_it_costs_most():
    """To clip 40 to 8 costs more than the noise of steps that reach to 40."""
    values = np.append(CASES["normal"], np.float32(40))
    before, after = ({n: observed(n, v).max for n in OBSERVERS} for v in (CASES["normal"], values))
    assert after["min_max"] == 40
    assert after["mse"] > 30
    for name in ("percentile", "entropy"):
        assert after[name] < 2 * before[name], name


@pytest.mark.parametrize("percentile", [0, 50, 100.1, float("nan")])
def test_percentiles_that_leave_no_range(percentile):
    with pytest.raises(RecipeError, match="no range"):
        percentile_observer(percentile)


def test_observers_that_do_not_exist():
    with pytest.raises(RecipeError, match=r"unknown observer 'best'.\n.*min_max"):
        observer_named("best")


def test_a_percentile_leaves_nothing_out_for_int16():
    values = np.random.default_rng(5).normal(size=100_000)
    observer = percentile_observer(99)
    found = observer.range(observer.summary(values), "INT16")
    assert (found.min, found.max) == (values.min(), values.max())
    assert observer.range(observer.summary(values), "INT8").max < values.max()
