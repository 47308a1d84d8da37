"""What quantizing takes is measured in processes of their own, and told on a page."""

import sys

import pytest
from click.testing import CliRunner

from kernels.errors import InputError
from tests.dense_model import write_dense_model
from tools.bench import quantizing
from tools.bench.quantizing import TINY_BYTES, measure, quantizing_command
from tools.bench.quantizing_cost import OURS, THEIRS

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
PYTHONS = {OURS: sys.executable}


@pytest.fixture(autouse=True)
def smaller(monkeypatch):
    """A tiny model that takes no time."""
    monkeypatch.setattr(quantizing, "TINY_BYTES", TINY_BYTES // 512)


@LINUX
def test_what_ours_takes(tmp_path):
    path = write_dense_model(tmp_path)
    measured = measure("dense", path, PYTHONS, rounds=2)
    cost = measured.costs[OURS]
    assert measured.bytes == path.stat().st_size
    assert len(cost.runs) == 2
    assert all(0 < run.quantize < run.process for run in cost.runs)
    assert all(0 < run.processor < 100 for run in cost.runs)
    assert 0 <= cost.peak < 1 << 30
    assert 0 < cost.before < 1 << 30
    assert 0 < cost.written < measured.bytes


@LINUX
def test_the_command_prints_a_page(tmp_path):
    path = write_dense_model(tmp_path)
    done = CliRunner().invoke(quantizing_command, [str(path), "--rounds", "1"])
    assert done.exit_code == 0
    assert f"| {tmp_path.name} |" in done.output


@pytest.mark.parametrize("quantizer", [OURS, THEIRS])
def test_what_fails_is_told(tmp_path, quantizer):
    """A Python without litert-quantizer fails as a file that is absent does."""
    with pytest.raises(InputError, match=f"{quantizer} failed on"):
        measure("none", tmp_path / "absent.tflite", {quantizer: sys.executable}, rounds=1)
