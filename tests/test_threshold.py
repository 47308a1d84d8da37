import math

import pytest

from kernels.errors import RecipeError
from quant.evaluate import Evaluation
from quant.threshold import check_thresholds

TOP1 = Evaluation("top1", 100, value=0.90, float_value=0.91, output_sqnr_db=30.0)


@pytest.mark.parametrize(
    ("evaluation", "thresholds", "passed"),
    [
        (TOP1, {"min_value": 0.90}, [True]),
        (TOP1, {"min_value": 0.901}, [False]),
        (TOP1, {"max_drop": 0.02}, [True]),
        (TOP1, {"max_drop": 0.005}, [False]),
        (TOP1, {"min_value": 0.5, "max_drop": 0.0}, [True, False]),
        (Evaluation("top1", 1, math.nan, 0.9), {"min_value": 0.0}, [False]),
        (Evaluation("mse", 1, 0.2, 0.1), {"max_drop": 0.05}, [False]),
        (Evaluation("mse", 1, 0.2, 0.3), {"max_drop": 0.0}, [True]),
    ],
)
def test_checks(evaluation, thresholds, passed):
    assert [check.passed for check in check_thresholds(evaluation, **thresholds)] == passed


@pytest.mark.parametrize(
    ("evaluation", "thresholds", "cure"),
    [
        (TOP1, {}, "Set min_value"),
        (Evaluation("mse", 1, 0.2, 0.1), {"min_value": 0.1}, "Use max_drop"),
        (Evaluation("top1", 1, 0.9), {"max_drop": 0.1}, "Give the float model"),
    ],
)
def test_thresholds_that_say_nothing_are_errors(evaluation, thresholds, cure):
    with pytest.raises(RecipeError, match=cure):
        check_thresholds(evaluation, **thresholds)


def test_an_evaluation_survives_json():
    assert Evaluation.from_json(TOP1.to_json()) == TOP1
