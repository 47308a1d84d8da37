import pytest

from tests.dense_model import write_dense_model
from tools.mobile import model_constants


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("Dense.kt", "object Dense {"),
        ("Dense.swift", "public enum Dense {"),
        ("dense.h", "#ifndef DENSE_H_"),
    ],
)
def test_the_suffix_names_the_language(tmp_path, file, line):
    model = write_dense_model(tmp_path)
    words = [str(model), f"--output={tmp_path / file}", "--asset-path=models/float.tflite"]
    assert model_constants.main(words) == 0
    text = (tmp_path / file).read_text()
    assert line in text.splitlines()
    assert '"models/float.tflite"' in text


def test_unknown_language(tmp_path, capsys):
    model = write_dense_model(tmp_path)
    assert model_constants.main([str(model), "--output=a.java", "--asset-path=a"]) == 2
    assert "end in one of: .kt, .swift, .h." in capsys.readouterr().err


def test_no_model(tmp_path, capsys):
    (tmp_path / "a.tflite").write_bytes(b"")
    assert model_constants.main([f"{tmp_path}/a.tflite", "--output=a.h", "--asset-path=a"]) == 2
    assert capsys.readouterr().err.startswith("error: ")
