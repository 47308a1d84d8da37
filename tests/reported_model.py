"""Reports of the model that is bad on purpose: all that can be known of it, and the least."""

import json

import numpy as np

from quant.accuracy_budget import Point, Search
from quant.evaluate import Evaluation, Score
from quant.evaluation_data import EvaluationData
from quant.make_model_report import Known, Runs, make_model_report
from quant.model_report import OperatorTime, read_front
from quant.recipe import Recipe
from quant.threshold import Check
from tests.dense_model import FEATURES
from tests.outlier_model import outlier_models

POINT = Point(4000, 0.01, 1.5, {"int4": 1, "float": 1})
SEARCH = Search(Recipe(), POINT, (Point(9000, 0.0, 2.5, {"float": 2}), POINT))
DATA = EvaluationData(
    {"x": np.random.default_rng(5).standard_normal((20, FEATURES)).astype(np.float32)}
)


def everything():
    before, after, report = outlier_models()
    known = Known(
        report,
        Evaluation(20, {"top1": Score(0.8, 0.9, 0.1)}, 12.5),
        (Check("top1 >= 0.9", 0.8, -0.1),),
        read_front(json.loads(SEARCH.to_json())),
        (OperatorTime("FULLY_CONNECTED", 2e-6, 1e-6),),
    )
    return make_model_report("bad", (before, after), (9000, 4000), known, Runs(DATA))


def nothing():
    before, after, _ = outlier_models()
    return make_model_report("bad", (before, after), (9000, 4000), Known())
