import pytest

from quant.evaluate import Evaluation, Score
from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.threshold import MAX_DROP, MIN_VALUE, Threshold, check_thresholds
from tests.dense_model import dense_model
from tools.summary_text import LONGEST_NAME, summary

EVALUATION = Evaluation(1200, {"top1": Score(0.95, 0.96, 0.01)}, 41.23)
THRESHOLDS = [Threshold("top1", MIN_VALUE, 0.9), Threshold("top1", MAX_DROP, 0.005)]


def test_the_whole_summary_is_about_a_dozen_lines():
    report = quantize(dense_model()).report
    checks = check_thresholds(EVALUATION, THRESHOLDS)
    lines = summary("digits", report, EVALUATION, checks, "out/digits.tflite").splitlines()
    assert lines[0] == "digits"
    assert lines[-1].split() == ["file", "out/digits.tflite"]
    assert "  top1      float 0.9600, quantized 0.9500 on 1,200 samples" in lines
    assert "  outputs   SQNR 41.2 dB against float" in lines
    assert "  PASS      top1 >= 0.9: 0.9500, margin +0.0500" in lines
    assert "  FAIL      top1 drop <= 0.005: 0.0100, margin -0.0050" in lines
    assert 8 <= len(lines) <= 14


@pytest.mark.parametrize("evaluation", [None, Evaluation(5, {"top1": Score(0.5)})])
def test_what_is_not_known_takes_no_line(evaluation):
    text = summary("digits", evaluation=evaluation)
    assert "None" not in text
    assert len(text.splitlines()) == 1 + (evaluation is not None)


def test_the_largest_constant_that_stays_float_is_named_with_the_reason():
    report = quantize(dense_model(), Recipe(keep_float=("first",))).report
    lines = summary("digits", report).splitlines()
    at = next(i for i, line in enumerate(lines) if line.split()[0] == "float")
    assert "first, 8,192 bytes" in lines[at]
    assert "first" in lines[at + 1]


def test_long_names_lose_their_middle():
    from dataclasses import replace

    report = quantize(dense_model()).report
    worst = tuple(replace(w, name="begin" + "x" * 300 + "end") for w in report.worst)
    lines = summary("digits", replace(report, worst=worst)).splitlines()
    named = next(line for line in lines if "begin" in line)
    assert named.endswith("end")
    assert len(named) < LONGEST_NAME + 30
