from pathlib import Path

import pytest

from kernels.errors import TfliteQuantError
from tests.dense_model import write_dense_model
from tools.bench.given_model import make_files


def test_a_float_file_is_measured_itself_beside_ours(tmp_path):
    float_file = write_dense_model(tmp_path)
    work = tmp_path / "work"
    work.mkdir()
    assert make_files(float_file, None, work) == {
        "float": float_file,
        "ours": work / "ours.tflite",
    }


def test_tflites_file_may_be_given(tmp_path):
    float_file = write_dense_model(tmp_path)
    found = make_files(float_file, Path("dyn.tflite"), tmp_path)
    assert [*found] == ["float", "dyn", "ours"]
    assert found["dyn"] == Path("dyn.tflite")


def test_of_a_saved_model_all_are_made(tmp_path, monkeypatch):
    def convert(folder, output):
        write_dense_model(output.parent)

    def variant(saved_model, folder, kind):
        (folder / f"{kind}.tflite").touch()

    monkeypatch.setattr("tools.bench.given_model.convert_saved_model", convert)
    monkeypatch.setattr("tools.bench.given_model.add_variant", variant)
    (tmp_path / "saved").mkdir()
    assert [*make_files(tmp_path / "saved", None, tmp_path)] == ["float", "dyn", "ours"]


def test_what_is_not_there_is_an_error_with_a_cure(tmp_path):
    with pytest.raises(TfliteQuantError):
        make_files(tmp_path / "absent", None, tmp_path)
