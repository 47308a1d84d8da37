import pytest

from kernels.errors import TfliteQuantError
from tests.dense_model import write_dense_model
from tools.bench.contestant import LITERT, OURS, Contestant
from tools.bench.measure import groups, measure
from tools.bench.variant import add_ours, files


def test_who_is_measured_together():
    one, two = groups(["float", "ours"], [1, 2])
    assert one == [
        Contestant("float", LITERT),
        Contestant("float", OURS),
        Contestant("ours", LITERT),
        Contestant("ours", OURS),
    ]
    assert {c.clock for c in two} == {"wall"}
    assert [c.threads for c in two if c.runtime == LITERT] == [2, 2]
    assert [(c.file, c.threads) for c in two if c.runtime == OURS] == [
        *(("float", 2), ("ours", 2), ("float", 1), ("ours", 1))
    ]


def test_a_model_is_measured_on_every_file(tmp_path):
    pytest.importorskip("ai_edge_litert", reason="needs LiteRT: pip install ai-edge-litert")
    add_ours(write_dense_model(tmp_path), tmp_path)
    found = files(tmp_path)
    made = measure("dense", found, [1, 2], seconds=0)
    assert made.threads == [1, 2]
    assert made.bytes == {kind: path.stat().st_size for kind, path in found.items()}
    assert max(made.differences.values()) < 1e-6
    assert {t.contestant for t in made.times} == {c for g in groups([*found], [1, 2]) for c in g}
    assert len({len(t.seconds) for t in made.times if t.contestant.clock == "cpu"}) == 1


def test_a_file_that_a_runtime_refuses_is_left_out_and_told(tmp_path):
    pytest.importorskip("ai_edge_litert", reason="needs LiteRT: pip install ai-edge-litert")
    float_file = write_dense_model(tmp_path)
    (tmp_path / "int8.tflite").write_bytes(b"no model")
    made = measure("dense", files(tmp_path), [1], seconds=0)
    assert [*made.bytes] == ["float"]
    assert [*made.refused] == ["int8"]
    assert "int8.tflite" in made.refused["int8"]
    float_file.write_bytes(b"no model")
    with pytest.raises(TfliteQuantError):
        measure("dense", files(tmp_path), [1], seconds=0)
