"""``tflq pack files``: a model with files behind it is a model and an archive."""

import json
import zipfile

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.tflite.reader import read_model
from tests.dense_model import FEATURES, write_dense_model
from tools import cli, command


def tflq(*arguments):
    return cli.main(["pack", "files", *map(str, arguments)])


@pytest.fixture
def model(tmp_path):
    (tmp_path / "labels.txt").write_text("cat\ndog\n")
    (tmp_path / "notes.json").write_text("{}")
    return write_dense_model(tmp_path)


def test_the_result_is_a_model_and_an_archive(model, tmp_path, capsys):
    output = tmp_path / "packed.tflite"
    given = [model, tmp_path / "labels.txt", "--metadata", "NOTES", tmp_path / "notes.json"]
    assert tflq(*given, "-o", output, "--json") == command.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == {"labels.txt": 8}
    assert told["metadata"] == ["NOTES"]
    assert told["bytes"] == output.stat().st_size
    with zipfile.ZipFile(output) as archive:
        assert archive.testzip() is None
        assert archive.read("labels.txt") == b"cat\ndog\n"
    packed = read_model(output)
    assert bytes(packed.buffers[packed.metadata[0].buffer]) == b"{}"
    x = np.random.default_rng(0).standard_normal((1, FEATURES)).astype(np.float32)
    before, after = (Interpreter(path).invoke(x=x)["y"] for path in (model, output))
    np.testing.assert_array_equal(before, after)


def test_what_is_packed_again_is_replaced(model, tmp_path, capsys):
    once, twice = tmp_path / "1.tflite", tmp_path / "2.tflite"
    notes = ["--metadata", "NOTES", tmp_path / "notes.json"]
    assert tflq(model, tmp_path / "labels.txt", tmp_path / "notes.json", *notes, "-o", once) == 0
    (tmp_path / "labels.txt").write_text("one\n")
    assert tflq(once, tmp_path / "labels.txt", *notes, "-o", twice) == command.DONE
    with zipfile.ZipFile(twice) as archive:
        assert {n: archive.read(n) for n in archive.namelist()} == {
            "labels.txt": b"one\n",
            "notes.json": b"{}",
        }
    assert [each.name for each in read_model(twice).metadata] == ["NOTES"]
    assert "labels.txt, notes.json, NOTES" in capsys.readouterr().out


def test_bytes_depend_on_content_only(model, tmp_path):
    files = [tmp_path / "labels.txt", tmp_path / "notes.json"]
    outputs = [tmp_path / "a.tflite", tmp_path / "b.tflite"]
    for given, output in zip((files, files[::-1]), outputs, strict=True):
        assert tflq(model, *given, "-o", output) == command.DONE
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


@pytest.mark.parametrize("names", [("missing.txt",), ("labels.txt", "labels.txt")])
def test_bad_files_are_two_lines(model, tmp_path, capsys, names):
    files = [tmp_path / name for name in names]
    assert tflq(model, *files, "-o", tmp_path / "o.tflite") == command.BAD_INPUT
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert not (tmp_path / "o.tflite").exists()
