import ast

import pytest

from kernels.errors import ConversionError, InputError
from quant.converter_process import PYTHON_VARIABLE
from tests.dense_model import write_dense_model
from tools.bench import zoo
from tools.bench.variant import DYNAMIC, FLOAT, OURS, files


def test_names_choose_models_in_the_order_given():
    assert [model.name for model in zoo.chosen(["resnet50", "lstm"])] == ["resnet50", "lstm"]
    assert zoo.chosen([]) == zoo.ZOO


def test_an_unknown_name_is_an_error_that_names_the_known():
    with pytest.raises(InputError, match="alexnet") as error:
        zoo.chosen(["alexnet"])
    assert "mobilenet_v2" in error.value.cure


def test_every_keras_model_is_one_that_the_program_makes():
    tree = ast.parse(zoo._KERAS_MODELS.read_text(encoding="utf-8"))
    (table,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODELS"
    )
    made = {key.value for key in table.keys}
    assert {model.name for model in zoo.ZOO if model.build is zoo.build_keras} == made


def test_a_complete_folder_is_not_built_again_but_ours_is_quantized_anew(tmp_path):
    folder = tmp_path / "m"
    folder.mkdir()
    write_dense_model(folder).rename(folder / f"{FLOAT}.tflite")
    (folder / f"{DYNAMIC}.tflite").touch()
    model = zoo.ZooModel("m", "M", lambda name, folder: pytest.fail("built again"))
    assert set(files(zoo.build(model, tmp_path))) == {FLOAT, DYNAMIC, OURS}


def test_the_fused_lstm_needs_no_tensorflow(tmp_path, monkeypatch):
    monkeypatch.setenv(PYTHON_VARIABLE, "/nowhere/python")
    (model,) = zoo.chosen(["lstm_fused"])
    found = files(zoo.build(model, tmp_path))
    assert found[OURS].stat().st_size < 0.3 * found[FLOAT].stat().st_size


@pytest.mark.parametrize("python", ["/nowhere/python", "false"])
def test_tensorflow_that_cannot_be_started_is_an_error_with_a_cure(tmp_path, monkeypatch, python):
    monkeypatch.setenv(PYTHON_VARIABLE, python)
    (model,) = zoo.chosen(["mobilenet_v2"])
    with pytest.raises(ConversionError) as error:
        zoo.build(model, tmp_path)
    assert PYTHON_VARIABLE in error.value.cure
