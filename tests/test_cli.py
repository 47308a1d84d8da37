"""The programs as a user calls them: what they write, print and return."""

import json

import pytest

from kernels.interpreter import Interpreter
from tests.dense_model import write_dense_model, write_samples
from tools import check_accuracy, cli, command


@pytest.fixture
def files(tmp_path):
    write_samples(tmp_path)
    return write_dense_model(tmp_path)


def tflq(*arguments):
    return cli.main([str(argument) for argument in arguments])


def test_quantize_writes_a_quarter_of_the_bytes_and_tells(files, tmp_path, capsys):
    output, report, plan = (tmp_path / name for name in ("int8.tflite", "report", "plan"))
    assert tflq("quantize", files, "-o", output, "--report", report, "--plan", plan) == command.DONE
    assert "times smaller" in capsys.readouterr().out
    assert output.stat().st_size < 0.5 * files.stat().st_size
    assert json.loads(report.read_text())["bytes_after"] == output.stat().st_size
    assert {entry["name"] for entry in json.loads(plan.read_text())["constants"]} == {
        "first",
        "second",
    }
    assert Interpreter(output).signature().key == "serving_default"


def test_the_same_input_gives_the_same_bytes(files, tmp_path):
    outputs = [tmp_path / "a.tflite", tmp_path / "b.tflite"]
    for output in outputs:
        assert tflq("quantize", files, "-o", output, "--quiet") == command.DONE
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


@pytest.mark.parametrize("recipe", ['{"keep_float": ["first"]}', '{"scheme": "float"}'])
def test_a_recipe_file_is_followed(files, tmp_path, recipe):
    (tmp_path / "recipe.json").write_text(recipe)
    output, plan = tmp_path / "int8.tflite", tmp_path / "plan"
    arguments = ["--recipe", tmp_path / "recipe.json", "--plan", plan, "--quiet"]
    assert tflq("quantize", files, "-o", output, *arguments) == command.DONE
    schemes = {e["name"]: e["scheme"] for e in json.loads(plan.read_text())["constants"]}
    assert schemes["first"] == "float"


def test_options_are_a_recipe(files, tmp_path):
    output, plan = tmp_path / "int8.tflite", tmp_path / "plan"
    assert (
        tflq("quantize", files, "-o", output, "--keep_float", "^first$", "--plan", plan)
        == command.DONE
    )
    reasons = {e["name"]: e["reason"] for e in json.loads(plan.read_text())["constants"]}
    assert "^first$" in reasons["first"]


def test_evaluate_and_check(files, tmp_path, capsys, monkeypatch):
    quantized, metrics, xml = (tmp_path / name for name in ("q.tflite", "m.json", "test.xml"))
    tflq("quantize", files, "-o", quantized, "--quiet")
    compare = ["--float-model", files, "--data", tmp_path / "samples.npz"]
    assert tflq("evaluate", quantized, *compare, "-o", metrics) == command.DONE
    assert tflq("evaluate", quantized, *compare) == command.DONE
    assert "float 1.0000" in capsys.readouterr().out
    monkeypatch.setenv("XML_OUTPUT_FILE", str(xml))
    monkeypatch.setenv("TEST_UNDECLARED_OUTPUTS_DIR", str(tmp_path / "undeclared"))
    met = ["--metrics", str(metrics), "--min-value", "0.5", "--max_drop", "0.4"]
    assert check_accuracy.main(met) == command.DONE
    assert xml.read_text().count("<testcase") == 2
    assert "<failure" not in xml.read_text()
    assert check_accuracy.main([*met, "--min-value", "1.1"]) == command.NOT_MET
    assert xml.read_text().count("<failure") == 1
    assert "FAIL" in capsys.readouterr().out
    kept = json.loads((tmp_path / "undeclared/metrics.json").read_text())
    assert kept == json.loads(metrics.read_text())


def cut_short(path):
    path.write_bytes(path.read_bytes()[:100])


def foreign(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))


def empty(path):
    path.write_bytes(b"")


def flipped(path):
    content = bytearray(path.read_bytes())
    content[0] ^= 0x80
    path.write_bytes(bytes(content))


def missing(path):
    path.unlink()


@pytest.mark.parametrize("spoil", [cut_short, foreign, empty, flipped, missing])
@pytest.mark.parametrize("program", ["quantize", "evaluate"])
def test_a_bad_file_is_two_lines_and_code_2(files, tmp_path, capsys, spoil, program):
    spoil(files)
    output = tmp_path / "out" / "result"
    data = ["--data", tmp_path / "samples.npz"] if program == "evaluate" else []
    assert tflq(program, files, "-o", output, *data) == command.BAD_INPUT
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert len(told.splitlines()) == 2, told
    assert not output.parent.exists() or not list(output.parent.iterdir())


def not_a_number(tmp_path):
    return [write_dense_model(tmp_path, spoil=float("nan")), "-o", tmp_path / "o.tflite"]


def both_recipes(tmp_path):
    recipe = tmp_path / "recipe.json"
    recipe.write_text("{}")
    source = write_dense_model(tmp_path)
    return [source, "-o", tmp_path / "o.tflite", "--recipe", recipe, "--min-elements", 1]


def no_such_target(tmp_path):
    return [write_dense_model(tmp_path), "-o", tmp_path / "o.tflite", "--target-runtime", "litre"]


def signature_of_a_file(tmp_path):
    return [write_dense_model(tmp_path), "-o", tmp_path / "o.tflite", "--signature", "a"]


def unwritable(tmp_path):
    (tmp_path / "file").write_text("")
    return [write_dense_model(tmp_path), "-o", tmp_path / "file" / "o.tflite"]


def unknown_option(tmp_path):
    return [write_dense_model(tmp_path), "-o", tmp_path / "o.tflite", "--fast"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (not_a_number, "first"),
        (both_recipes, "min_elements"),
        (no_such_target, "litre"),
        (signature_of_a_file, "--signature a"),
        (unwritable, "cannot be written"),
        (unknown_option, "--fast"),
    ],
)
def test_bad_requests_are_two_lines_and_code_2(tmp_path, capsys, arguments, problem):
    given = arguments(tmp_path)
    assert tflq("quantize", *given) == command.BAD_INPUT
    told = capsys.readouterr().err
    assert problem in told
    assert len(told.splitlines()) == 2, told
    assert not list(tmp_path.rglob("*o.tflite*"))


@pytest.mark.parametrize("arguments", [[], ["pack"]])
def test_without_a_command_help_is_told(capsys, arguments):
    assert cli.main(arguments) == command.BAD_INPUT
    assert capsys.readouterr().err.startswith(f"Usage: {' '.join(['tflq', *arguments])} ")


def test_our_own_faults_are_code_3(files, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("tools.quantize.quantize", lambda *_, **__: 1 / 0)
    assert tflq("quantize", files, "-o", tmp_path / "o.tflite") == command.INTERNAL
    assert "ZeroDivisionError" in capsys.readouterr().err
