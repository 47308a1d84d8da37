"""Manifests: in-toto Statements with the digests that the files have."""

import hashlib
import json

import pytest

from kernels.tflite.writer import write_model
from quant.manifest import Material, make_manifest, materials_json, read_materials
from quant.quantizer import quantize
from quant.recipe import Recipe, Rule
from tests.float_models import fully_connected

MATERIALS = (Material("saved_model", "ab" * 32), Material("data", "cd" * 32))


@pytest.fixture
def written(tmp_path):
    result = quantize(fully_connected())
    write_model(result.model, tmp_path / "model.tflite")
    return tmp_path / "model.tflite", result


def statement(written, recipe=None):
    path, result = written
    return json.loads(make_manifest(path, recipe or Recipe(), MATERIALS, result))


def test_it_is_a_statement_about_the_file(written):
    made = statement(written)
    assert made["_type"] == "https://in-toto.io/Statement/v1"
    assert made["subject"] == [
        {
            "name": "model.tflite",
            "digest": {"sha256": hashlib.sha256(written[0].read_bytes()).hexdigest()},
        }
    ]
    assert set(made) == {"_type", "subject", "predicateType", "predicate"}


def test_it_says_of_what_and_how(written):
    predicate = statement(written)["predicate"]
    assert predicate["materials"] == [
        {"name": "saved_model", "digest": {"sha256": "ab" * 32}},
        {"name": "data", "digest": {"sha256": "cd" * 32}},
    ]
    assert predicate["recipe"]["scheme"] == "dynamic_range"
    assert predicate["metrics"]["least_weight_sqnr_db"] > 30
    assert set(predicate["sizes"]) == {"float_bytes", "bytes", "ratio"}


def test_another_recipe_another_statement(written):
    recipe = Recipe(rules=(Rule("float", tensor="b"),))
    assert statement(written, recipe)["predicate"]["recipe"]["rules"] == [
        {"scheme": "float", "operator": "*", "tensor": "b"}
    ]
    assert statement(written) == statement(written)


def test_materials_travel_as_json():
    assert read_materials(materials_json(MATERIALS)) == MATERIALS
    assert read_materials(materials_json(())) == ()
