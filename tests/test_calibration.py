import numpy as np
import pytest

from kernels.errors import DataError, RecipeError
from kernels.interpreter import Interpreter
from quant.calibration import calibrate
from quant.observers import OBSERVERS, percentile_observer
from quant.ranges import Range
from tests.build_model import Operation, constant, graph, tensor
from tests.control_flow_models import LOOP_SIZE, loop
from tests.dense_model import FEATURES, dense_model
from tests.float_models import BATCH

DRAW = np.random.default_rng(9)
SAMPLES = [{"x": DRAW.normal(size=(1, FEATURES)).astype(np.float32)} for _ in range(20)]


def values_of(model, samples):
    """All values of each float tensor, one run after the other, by plain kernels."""
    runs = [Interpreter(model).invoke_all(**sample) for sample in samples]
    return {
        place: np.concatenate([run[place].reshape(-1) for run in runs])
        for place in runs[0]
        if model.subgraphs[place[0]].tensors[place[1]].type == "FLOAT32"
    }


@pytest.mark.parametrize("name", OBSERVERS)
def test_ranges_are_those_of_all_values_at_once(name):
    model, observer = dense_model(), OBSERVERS[name]
    expected = {
        place: observer.range(observer.summary(values), "INT8")
        for place, values in values_of(model, SAMPLES).items()
    }
    assert calibrate(model, SAMPLES, name) == expected
    assert calibrate(model, iter(SAMPLES[::-1]), observer) == expected


def test_every_turn_of_a_loop_counts():
    model = loop()
    x = DRAW.normal(size=(BATCH, LOOP_SIZE)).astype(np.float32)
    found = calibrate(model, [{"x": x}])
    names = {model.subgraphs[s].tensors[t].name: kept for (s, t), kept in found.items()}
    assert {"x", "y", "body_x", "product", "body_y", "condition_x"} <= {*names}
    assert "body_count" not in names
    assert names["body_x"] == Range(float(x.min()), float(x.max()))
    last = Interpreter(model).invoke(x=x)["y"]
    assert names["condition_x"].max == x.max()
    assert names["body_y"].min <= last.min()


def doubled():
    x, y = tensor("x", (1, 3)), tensor("y", (1, 3))
    return graph([Operation("MUL", [x, constant("two", np.float32([2]))], [y])], [x], [y])


def test_infinite_values_are_left_out():
    inf = np.inf
    found = calibrate(doubled(), [{"x": np.float32([[-inf, 1, 3e38]])}])
    assert {*found.values()} == {Range(1, float(np.float32(3e38))), Range(2, 2)}
    assert calibrate(doubled(), [{"x": np.full((1, 3), inf, np.float32)}]) == {}


@pytest.mark.parametrize(
    ("samples", "problem"),
    [
        ([], "no samples"),
        (
            [{"x": np.float32([[1, 2, 3]])}, {"x": np.float32([[1, np.nan, 3]])}],
            "sample 1.*NaN.*'x'",
        ),
        ([{"x": np.ones((1, 4), np.float32)}], "sample 0: .*shape"),
        ([{"z": np.ones((1, 3), np.float32)}], "sample 0: .*'x'"),
        ([{"x": np.ones((1, 3))}], "sample 0: .*float64"),
    ],
)
def test_samples_that_do_not_serve(samples, problem):
    with pytest.raises(DataError, match=problem):
        calibrate(doubled(), samples)


def test_observers_by_name_or_value():
    with pytest.raises(RecipeError, match="unknown observer"):
        calibrate(doubled(), SAMPLES, "none")
    narrow = calibrate(dense_model(), SAMPLES, percentile_observer(75))
    wide = calibrate(dense_model(), SAMPLES)
    assert all(narrow[place].max < wide[place].max for place in wide)
