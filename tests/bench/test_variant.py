from tests.dense_model import write_dense_model
from tools.bench.variant import FLOAT, KINDS, OURS, TITLES, add_ours, files


def test_files_are_those_that_there_are(tmp_path):
    assert files(tmp_path) == {}
    (tmp_path / "int8.tflite").touch()
    assert files(tmp_path) == {"int8": tmp_path / "int8.tflite"}


def test_ours_is_quantized(tmp_path):
    write_dense_model(tmp_path).rename(tmp_path / "float.tflite")
    add_ours(tmp_path / "float.tflite", tmp_path)
    found = files(tmp_path)
    assert found.keys() == {FLOAT, OURS}
    assert found[OURS].stat().st_size < 0.5 * found[FLOAT].stat().st_size


def test_every_kind_has_a_title():
    assert TITLES.keys() == {*KINDS}
