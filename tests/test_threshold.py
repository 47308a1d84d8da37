import math

import pytest

from kernels.errors import RecipeError
from quant.evaluate import Evaluation, Score
from quant.threshold import MAX_DROP, MAX_VALUE, MIN_VALUE, Threshold, check_thresholds

FOUND = Evaluation(
    100,
    {
        "top1": Score(0.90, 0.91, 0.91 - 0.90),
        "mse": Score(0.2, 0.1, 0.1),
        "f1": Score(math.nan, 0.9, math.nan),
        "sqnr": Score(30.0),
    },
    30.0,
)


@pytest.mark.parametrize(
    ("metric", "kind", "bound", "passed", "name"),
    [
        ("top1", MIN_VALUE, 0.90, True, "top1 >= 0.9"),
        ("top1", MIN_VALUE, 0.901, False, "top1 >= 0.901"),
        ("top1", MAX_DROP, 0.02, True, "top1 drop <= 0.02"),
        ("top1", MAX_DROP, 0.005, False, "top1 drop <= 0.005"),
        ("top1", MAX_DROP, 0.01, True, "top1 drop <= 0.01"),
        ("f1", MIN_VALUE, 0.0, False, "f1 >= 0"),
        ("mse", MAX_DROP, 0.05, False, "mse drop <= 0.05"),
        ("mse", MAX_VALUE, 0.2, True, "mse <= 0.2"),
        ("mse", MAX_VALUE, 0.1, False, "mse <= 0.1"),
        ("sqnr", MIN_VALUE, 20.0, True, "sqnr >= 20"),
    ],
)
def test_one_threshold(metric, kind, bound, passed, name):
    (check,) = check_thresholds(FOUND, [Threshold(metric, kind, bound)])
    assert check.passed is passed
    assert check.name == name


def test_several_metrics_at_once_in_their_order():
    thresholds = [Threshold("sqnr", MIN_VALUE, 40.0), Threshold("top1", MAX_DROP, 0.5)]
    assert [check.passed for check in check_thresholds(FOUND, thresholds)] == [False, True]


@pytest.mark.parametrize(
    ("thresholds", "cure"),
    [
        ([], "Set min_value"),
        ([Threshold("mse", MIN_VALUE, 0.1)], "Use max_value"),
        ([Threshold("top1", MAX_VALUE, 0.1)], "Use min_value"),
        ([Threshold("sqnr", MAX_DROP, 0.1)], "Give the float model"),
        ([Threshold("top5", MIN_VALUE, 0.1)], "choose one of"),
    ],
)
def test_thresholds_that_say_nothing_are_errors(thresholds, cure):
    with pytest.raises(RecipeError, match=cure):
        check_thresholds(FOUND, thresholds)
