"""``tflq golden``, compare-golden and check-golden, one after the other, as the rule calls them."""

import json

import numpy as np
import pytest

from kernels.tflite.writer import write_model
from tests.dense_model import dense_model, write_dense_model
from tools import check_golden, cli, compare_golden


@pytest.fixture
def golden(tmp_path):
    model = write_dense_model(tmp_path)
    assert cli.main(["golden", str(model), "-o", str(tmp_path / "golden.npz"), "--seed=3"]) == 0
    return tmp_path / "golden.npz"


def compare(golden, model):
    output = golden.with_name("differences.json")
    words = [str(model), f"--golden={golden}", f"--output={output}"]
    assert compare_golden.main(words) == 0
    return output


def test_the_same_model_differs_by_nothing(golden, capsys):
    differences = compare(golden, golden.with_name("float.tflite"))
    assert json.loads(differences.read_text()) == [{"name": "y", "share": 0.0, "problem": ""}]
    assert check_golden.main([str(differences), "--tolerance=0", "--name=//a:b"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "//a:b"


def test_another_model_differs(golden, capsys):
    write_model(dense_model(spoil=-100.0), golden.with_name("other.tflite"))
    differences = compare(golden, golden.with_name("other.tflite"))
    (found,) = json.loads(differences.read_text())
    share = found["share"]
    assert share > 0
    assert check_golden.main([str(differences), f"--tolerance={share * 1.01}"]) == 0
    assert check_golden.main([str(differences), f"--tolerance={share * 0.99}"]) == 1
    assert "tflq golden MODEL -o GOLDEN.npz" in capsys.readouterr().out


def test_what_has_no_number_is_outside_every_tolerance(tmp_path, capsys):
    found = [{"name": "y", "share": None, "problem": "is gone"}]
    (tmp_path / "d.json").write_text(json.dumps(found))
    assert check_golden.main([str(tmp_path / "d.json"), "--tolerance=1000"]) == 1
    assert "FAIL  y differs by <= 1000: is gone" in capsys.readouterr().out


def test_given_inputs(golden):
    model, inputs = golden.with_name("float.tflite"), golden.with_name("x.npz")
    x = np.ones((1, 32), np.float32)
    np.savez(inputs, x=x)
    assert cli.main(["golden", str(model), f"--input={inputs}", "-o", str(golden)]) == 0
    np.testing.assert_array_equal(np.load(golden)["inputs/x"], x)


def test_a_model_with_other_inputs(golden, tmp_path, capsys):
    np.savez(tmp_path / "x.npz", other=np.ones(1))
    words = [str(golden.with_name("float.tflite")), f"--input={tmp_path / 'x.npz'}"]
    assert cli.main(["golden", *words, "-o", str(tmp_path / "g.npz")]) == 2
    assert "other" in capsys.readouterr().err
