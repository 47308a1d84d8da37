"""Measurements survive their file; of a model that is there twice the first counts."""

from dataclasses import replace

import pytest

from kernels.errors import DataError
from tests.figures.measurements import FEW, FULL
from tools.figures.measured import measured_text, read_measured


def test_files_are_read_in_order(tmp_path):
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    files[0].write_text(measured_text("a processor", [FULL]))
    files[1].write_text(measured_text("another", [replace(FULL, bytes={}), FEW]))
    assert read_measured(files) == (["a processor", "another"], [FULL, FEW])
    assert read_measured([]) == ([], [])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"machine": "m", "models": [{"x": 1}]}'])
def test_other_files_are_bad_input(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(DataError, match="holds no measurements"):
        read_measured([tmp_path / "a.json"])
