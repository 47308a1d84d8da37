import numpy as np
import pytest

from kernels.errors import DataError
from quant.evaluate import Measurement
from quant.measurement_file import read_measurement, write_measurement

ROWS = {"top1": np.array([[1, 1], [0, 1]]), "sqnr": np.array([[0.1, 0.2], [1e-300, np.inf]])}


def test_what_is_written_is_read(tmp_path):
    write_measurement(tmp_path / "a", Measurement(2, ROWS, {"top1": ROWS["top1"]}))
    found = read_measurement(tmp_path / "a")
    assert found.samples == 2
    assert found.rows.keys() == ROWS.keys()
    assert all(np.array_equal(found.rows[name], ROWS[name]) for name in ROWS)
    assert found.float_rows["top1"].dtype == np.int64


def test_equal_measurements_give_equal_bytes(tmp_path):
    write_measurement(tmp_path / "a", Measurement(2, ROWS, {}))
    write_measurement(tmp_path / "b", Measurement(2, dict(reversed(ROWS.items())), {}))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04", b"text"])
def test_what_is_no_measurement(tmp_path, content):
    if content is not None:
        (tmp_path / "a").write_bytes(content)
    with pytest.raises(DataError, match="no measurement"):
        read_measurement(tmp_path / "a")
