"""What is measured of a model's files is what is in them."""

import json

import pytest

from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests.dense_model import write_dense_model, write_samples
from tools import command
from tools.bench.variant import FLOAT, OURS
from tools.figures import measure


@pytest.mark.parametrize("judged", [True, False])
def test_bytes_times_and_accuracy_of_each_file(tmp_path, judged):
    before, after, output = (tmp_path / name for name in ("float.tflite", "o.tflite", "m.json"))
    write_dense_model(tmp_path)
    write_model(quantize(read_model(before), Recipe(min_elements=0)).model, after)
    data = ["--data", str(write_samples(tmp_path))] if judged else []
    given = ["dense", "--float", str(before), "--file", OURS, str(after), "--seconds", "0.01"]
    assert measure.main([*given, *data, "-o", str(output)]) == command.DONE
    (found,) = json.loads(output.read_text())["models"]
    assert found["bytes"] == {FLOAT: before.stat().st_size, OURS: after.stat().st_size}
    assert {*found["milliseconds"]} == {
        f"{f}/{r}" for f in (FLOAT, OURS) for r in ("litert", "ours")
    }
    assert {*found["top1"]} == ({FLOAT, OURS} if judged else set())
    if judged:
        assert found["top1"][FLOAT] == 1.0
