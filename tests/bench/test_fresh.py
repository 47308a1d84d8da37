import subprocess
import sys

import pytest

from tests.dense_model import write_dense_model
from tools.bench import fresh, fresh_run
from tools.bench.contestant import RUNTIMES

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    if request.param == "litert":
        pytest.importorskip("ai_edge_litert", reason="needs LiteRT: pip install ai-edge-litert")
    return request.param


def test_a_process_tells_when_the_first_result_is_there(runtime, tmp_path, monkeypatch):
    monkeypatch.setattr(fresh, "STARTS", 1)
    assert fresh.start_seconds(runtime, write_dense_model(tmp_path)) > 0


@LINUX
def test_a_process_tells_the_memory_that_a_model_takes(runtime, tmp_path):
    found = fresh.memory(runtime, write_dense_model(tmp_path))
    assert found.keys() == {"held", "peak"}
    assert all(size < 100 << 20 for size in found.values())


def test_a_process_that_fails_is_an_error(tmp_path):
    with pytest.raises(subprocess.CalledProcessError):
        fresh.start_seconds("ours", tmp_path / "absent.tflite")


@LINUX
def test_memory_is_what_the_model_adds(monkeypatch):
    monkeypatch.setattr(fresh_run, "_RESTART_PEAK", fresh_run.Path("/dev/null"))
    held = []
    found = fresh_run.memory(lambda model: lambda: held.append(bytearray(64 << 20)), "m")
    assert found["held"] > 0.9 * fresh_run.RUNS * (64 << 20)


def test_both_runtimes_of_the_benchmark_can_be_run():
    assert fresh_run.RUNTIMES.keys() == {*RUNTIMES}
