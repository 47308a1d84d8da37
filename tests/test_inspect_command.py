"""``tflq inspect``: what a file holds, and how two differ."""

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from kernels.model import Metadata
from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests.dense_model import dense_model
from tools import cli, command


def archive(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    return content.getvalue()


def with_extras(model):
    buffers = (*model.buffers, b"12345")
    metadata = (Metadata("notes", len(model.buffers)),)
    return replace(model, buffers=buffers, metadata=metadata, tail=archive({"labels.txt": "a\nb"}))


def written(folder, name, model):
    write_model(model, folder / name)
    return folder / name


def quantized(**recipe):
    return quantize(dense_model(), Recipe(min_elements=0, **recipe)).model


def tflq(*arguments):
    return cli.main(["inspect", *map(str, arguments)])


def told(capsys, *arguments):
    assert tflq(*arguments, "--json") == command.DONE
    return json.loads(capsys.readouterr().out)


def test_all_of_a_file_is_in_the_object(tmp_path, capsys):
    path = written(tmp_path, "m.tflite", with_extras(quantized()))
    found, model = told(capsys, path), read_model(path)
    assert found["bytes"] == path.stat().st_size
    operators = model.subgraphs[0].operators
    assert sum(found["operators"].values()) == len(operators)
    assert found["operators"]["FULLY_CONNECTED"] == 2
    assert found["metadata"] == [{"name": "notes", "bytes": 5}]
    assert found["files"] == [{"name": "labels.txt", "bytes": 3}]
    (signature,) = found["signatures"]
    assert [each["name"] for each in signature["inputs"]] == ["x"]
    (subgraph,) = found["subgraphs"]
    assert [each["name"] for each in subgraph["tensors"]] == [
        each.name for each in model.subgraphs[0].tensors
    ]
    options = {**subgraph["operators"][-2]["options"], **subgraph["operators"][-1]["options"]}
    assert options["fused_activation_function"] in {"NONE", "RELU"}
    stored = {each["name"]: each for each in subgraph["tensors"]}["first"]
    weight = next(each for each in model.subgraphs[0].tensors if each.name == "first")
    assert stored["quantization"]["granularity"] == "per_channel"
    assert stored["quantization"]["scale_max"] == float(np.max(weight.quantization.scale))


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ({"scheme": "int4", "block_size": 32}, "one for 32 values"),
        ({}, "scales"),
        ({"scheme": "float16"}, "float16[64, 32]"),
    ],
)
def test_text_shows_graph_and_tensors(tmp_path, capsys, recipe, expected):
    path = written(tmp_path, "m.tflite", with_extras(quantized(**recipe)))
    assert tflq(path, "--graph", "--tensors") == command.DONE
    text = capsys.readouterr().out
    for part in ("signature 'serving_default'", "FULLY_CONNECTED", "labels.txt", expected):
        assert part in text


def test_equal_files_do_not_differ(tmp_path, capsys):
    path = written(tmp_path, "m.tflite", with_extras(dense_model()))
    found = told(capsys, "--diff", path, path)
    assert not any(found[key] for key in ("operators", "signatures", "tensors", "removed", "added"))
    assert tflq(path, path, "--diff") == command.DONE
    assert "nothing differs" in capsys.readouterr().out


def test_what_quantizing_changed_is_told(tmp_path, capsys):
    paths = [
        written(tmp_path, "a.tflite", dense_model()),
        written(tmp_path, "b.tflite", with_extras(quantized())),
    ]
    found = told(capsys, "--diff", *paths)
    assert {each["name"]: each["differ"] for each in found["tensors"]} == {
        "first": ["type", "quantization"],
        "second": ["type", "quantization"],
    }
    assert found["metadata"] == {"notes": "added"}
    assert found["files"] == {"labels.txt": "added"}
    assert tflq("--diff", *paths) == command.DONE
    assert "+ int8[64, 32]" in capsys.readouterr().out


def test_other_values_are_told(tmp_path, capsys):
    paths = [
        written(tmp_path, "a.tflite", dense_model()),
        written(tmp_path, "b.tflite", dense_model(spoil=9.0)),
    ]
    (only,) = told(capsys, "--diff", *paths)["tensors"]
    assert (only["name"], only["differ"]) == ("first", ["values"])


@pytest.mark.parametrize("count", [0, 2])
def test_the_number_of_models_is_checked(tmp_path, capsys, count):
    assert tflq(*[written(tmp_path, "m.tflite", dense_model())] * count) == command.BAD_INPUT
    assert len(capsys.readouterr().err.splitlines()) == 2
