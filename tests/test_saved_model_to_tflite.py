"""The parts of the converter's program that need no TensorFlow; test_saved_model has the rest."""

import json
import sys

import pytest

from quant import saved_model_to_tflite as program
from quant.saved_model_to_tflite import RefusalError, answer, chosen_signatures


@pytest.mark.parametrize(
    ("asked", "available", "expected"),
    [
        (None, ["only"], ["only"]),
        (None, ["serve", "serving_default"], ["serving_default"]),
        ("serve", ["serve", "serving_default"], ["serve"]),
        ("*", ["a", "b"], ["a", "b"]),
        ("*", ["a"], ["a"]),
    ],
)
def test_chosen_signatures(asked, available, expected):
    assert chosen_signatures(asked, available) == expected


@pytest.mark.parametrize(
    ("asked", "available", "error"),
    [
        (None, [], "no_signature"),
        ("*", [], "no_signature"),
        ("a", [], "no_signature"),
        (None, ["a", "b"], "signature_ambiguous"),
        ("c", ["a", "b"], "signature_unknown"),
        ("", ["a", "b"], "signature_unknown"),
    ],
)
def test_signatures_that_cannot_be_chosen(asked, available, error):
    with pytest.raises(RefusalError) as caught:
        chosen_signatures(asked, available)
    assert caught.value.answer["error"] == error


def test_without_tensorflow(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    answered = answer({"directory": "/m"})
    assert answered["error"] == "tensorflow_missing"
    assert answered["python"] == sys.executable


def test_with_a_broken_tensorflow(monkeypatch, tmp_path):
    (tmp_path / "tensorflow.py").write_text("import a_part_that_is_not_there\n", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    answered = answer({"directory": "/m"})
    assert answered["error"] == "tensorflow_broken"
    assert "a_part_that_is_not_there" in answered["message"]


def test_main_answers_in_a_file_and_extends_the_path(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(program, "answer", lambda request: {"got": request})
    request = {"directory": "/é", "path": [sys.path[0], str(tmp_path)]}
    (tmp_path / "request").write_text(json.dumps(request), encoding="utf-8")
    before = list(sys.path)
    assert program.main([str(tmp_path / "request"), str(tmp_path / "answer")]) == 0
    assert json.loads((tmp_path / "answer").read_bytes()) == {"got": request}
    assert sys.path == [*before, str(tmp_path)]
