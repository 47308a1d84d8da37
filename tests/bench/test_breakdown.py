import numpy as np
import pytest

from kernels.flat.profile import Spent
from kernels.tflite.writer import write_model
from tests.float_models import fully_connected
from tools.bench.breakdown import Row, profile_file, rows


def run(*seconds):
    made = [("CONV_2D", "product.float", 50), ("CONV_2D", "product.float", 150), ("ADD", "sum", 0)]
    return [Spent(*names, taken) for names, taken in zip(made, seconds, strict=True)]


def test_rows_are_sums_of_medians_by_operator_and_kernel():
    made = rows([run(1, 2, 9), run(3, 2, 9), run(2, 50, 9)])
    assert made == (Row("ADD", "sum", 1, 9, 0), Row("CONV_2D", "product.float", 2, 4, 200))


@pytest.mark.parametrize(
    ("row", "rate"), [(Row("A", "k", 1, 4.0, 200), 100), (Row("A", "k", 1, 0, 5), 0)]
)
def test_a_multiply_add_is_two_operations(row, rate):
    assert row.rate == rate


def test_runs_that_differ_are_not_put_together():
    with pytest.raises(ValueError, match="zip"):
        rows([run(1, 2, 3), run(1, 2, 3)[:2]])


def test_a_profile_of_a_file_names_its_operators(tmp_path):
    write_model(fully_connected(), tmp_path / "m.tflite")
    made = profile_file(tmp_path / "m.tflite", seconds=0)
    assert {row.operator for row in made} == {"FULLY_CONNECTED"}
    assert sum(row.count for row in made) >= 1
    assert np.all([row.seconds >= 0 for row in made])
