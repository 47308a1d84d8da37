"""The split of samples, and the models that they calibrate."""

import numpy as np

from quant.evaluation_data import EvaluationData
from tools.results.calibrated import SAMPLES, split


def test_the_first_samples_calibrate_and_the_others_are_judged():
    rows = np.arange(SAMPLES + 20)
    calibration, judged = split(EvaluationData({"x": rows[:, None]}, rows))
    assert calibration.inputs["x"][:, 0].tolist() == list(range(SAMPLES))
    assert judged.labels.tolist() == list(range(SAMPLES, SAMPLES + 20))
    assert judged.samples == 20
    unlabelled, _ = split(EvaluationData({"x": rows}))
    assert unlabelled.labels is None
