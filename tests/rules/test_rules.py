"""What the rules tell their programs, seen by programs that write it down; see stand_in.py."""

from __future__ import annotations

import ast
import dataclasses
import json
import os
import subprocess
from pathlib import Path

import pytest

from kernels.node import NUMERICS
from kernels.operators import TARGET_RUNTIMES
from quant.images import RESIZES
from quant.metrics import LABELS, METRICS, Metric
from quant.recipe import Recipe
from quant.scheme import SCHEMES
from tools.evaluate import RUNTIMES

if "RUNFILES_DIR" not in os.environ:
    pytest.skip(
        "needs the rules' outputs: tools/bazel test //tests/rules:all", allow_module_level=True
    )

HERE = Path(__file__).parent


def record(name: str) -> dict:
    return json.loads((HERE / name).read_text())


def told(name: str) -> list[str]:
    """The arguments, with the folder of outputs left out, which differs by configuration."""
    return [argument.rpartition("/tests/rules/")[2] for argument in record(name)["arguments"]]


OUTPUTS = [
    *["--output", "{0}.tflite", "--plan", "{0}.plan.json", "--report", "{0}.report.json"],
    *["--manifest", "{0}.manifest.json"],
]


@pytest.mark.parametrize(
    ("target", "source", "options"),
    [
        ("plain", "float.tflite", []),
        (
            "tuned",
            "float.tflite",
            [
                *["--target-runtime=tflite_micro", "--min-elements=0"],
                *["--keep-float=^logits", "--keep-float=it's $HOME", "--keep-float=-%s"],
            ],
        ),
        ("by_recipe", "float.tflite", ["--recipe", "recipe.json"]),
        (
            "searched",
            "float.tflite",
            [
                *["--scheme=weight_only_int8", "--min-saving=0.01", "--block-size=32"],
                *["--clipping=mse", "--rounding=gptq"],
                *["--no-equalization", "--no-bias-correction"],
                *["--observer=entropy", "--accuracy-budget=0.005", "--metric=top5"],
                *["--metric-output=logits", "--strip-names"],
                *["--label=digit", "--mean=127", "--std=128", "--resize=none", "--limit=100"],
                *["--data", "data.npz", "--front", "searched.front.json"],
            ],
        ),
        (
            "calibrated",
            "float.tflite",
            [
                *["--scheme=full_integer", "--io=uint8"],
                *["--label=y", "--mean=0", "--std=1", "--resize=none", "--data", "data.npz"],
            ],
        ),
    ],
)
def test_quantizer(target, source, options):
    outputs = [text.format(target) for text in OUTPUTS]
    assert told(f"{target}.tflite") == [source, *outputs, "--quiet", *options]


@pytest.mark.parametrize("target", ["from_files", "from_folder"])
def test_quantizer_of_a_saved_model_knows_what_it_was_made_of(target):
    outputs = [text.format(target) for text in OUTPUTS]
    materials = ["--materials", f"{target}.materials.json"]
    source = f"{target}.float.tflite"
    assert told(f"{target}.tflite") == [source, *outputs, *materials, "--quiet"]


@pytest.mark.parametrize(
    ("target", "folder", "options"),
    [
        ("from_files", "files", []),
        ("from_folder", "folder", []),
        ("by_signature", "folder", ["--signature", "score"]),
    ],
)
def test_converter_sees_the_whole_folder(target, folder, options):
    output = f"{target}.float.tflite"
    materials = ["--materials", f"{target}.materials.json"]
    assert told(output) == [folder, "--output", output, *materials, *options]
    (files,) = record(output)["seen"].values()
    assert files == ["saved_model.pb", "variables/variables.index"]


def test_evaluator():
    assert told("judged.metrics.json") == [
        *["tuned.tflite", "--output", "judged.metrics.json", "--data", "data.npz"],
        *["--float-model", "float.tflite", "--metric=top5", "--label=digit", "--signature=score"],
        *["--result=logits", "--mean=-1.5", "--std=127.5", "--resize=none", "--numerics=reference"],
        "--runtime=tflq",
    ]


def test_shards_are_measured_one_by_one_and_merged():
    merged = record("evaluated.metrics.json")
    names = [f"evaluated.shard-{number}.npz" for number in (1, 2)]
    assert told("evaluated.metrics.json") == [
        *[*names, "--output", "evaluated.metrics.json", "--metric=top1", "--metric=sqnr"],
    ]
    assert sorted(name for seen in merged["seen"].values() for name in seen) == names


def test_checker_of_an_evaluation_of_several_metrics():
    (line,) = run("judged_evaluation")
    assert checked(line) == [
        *["--name", "//tests/rules:judged_evaluation"],
        *["--path", "bazel-bin/tests/rules/tuned.tflite"],
        *["--metrics", "evaluated.metrics.json", "--report", "tuned.report.json"],
        *["--min-value", "sqnr=20", "--min-value", "top1=0.90", "--max-drop", "top1=0.01"],
    ]


@pytest.mark.parametrize(
    ("target", "place", "files"),
    [
        ("judged_image_files", "images", ["cat/1.png", "dog/1.JPG"]),
        ("judged_labelled_images", "images", ["cat/2.png", "labels.csv"]),
        ("judged_image_folder", "image_folder", None),
        ("judged_tfrecord", "examples.tfrecord-00000-of-00001", None),
    ],
)
def test_evaluator_sees_the_samples(target, place, files):
    words = told(f"{target}.metrics.json")
    assert words[:5] == ["float.tflite", "--output", f"{target}.metrics.json", "--data", place]
    assert ("--data-files" in words) == (files is not None)
    if files is not None:
        facts = record(f"{target}.metrics.json")
        assert facts["seen"][facts["arguments"][4]] == files
        assert words[5:7] == ["--data-files", f"{target}.data_files"]
    assert "--resize=center_crop" in words


def test_evaluator_of_a_plain_file_has_no_float_model():
    assert "--float-model" not in told("judged_file.metrics.json")


CHECKED = [
    *["--name", "//tests/rules:judged", "--path", "bazel-bin/tests/rules/tuned.tflite"],
    *["--metrics", "judged.metrics.json", "--report", "tuned.report.json"],
    *["--min-value", "top5=0.90", "--max-drop", "top5=0.005"],
]


def run(program: str, *arguments: str) -> list[str]:
    return subprocess.run(
        [HERE / program, *arguments], check=True, capture_output=True, text=True, cwd="/"
    ).stdout.splitlines()


def checked(line: str) -> list[str]:
    arguments = json.loads(line)["arguments"]
    return [Path(text).name if Path(text).is_file() else text for text in arguments]


def test_checker_takes_further_options_last():
    (line,) = run("judged", "--max-drop", "0.1")
    assert checked(line) == [*CHECKED, "--max-drop", "0.1"]


def test_summary_runs_every_test():
    judged, _, judged_file, _ = run("summary")
    assert checked(judged) == CHECKED
    assert "--report" not in checked(judged_file)


def test_assets_lie_in_the_folder_that_apps_open():
    assets = HERE / "app_models"
    found = sorted(str(path.relative_to(assets)) for path in assets.rglob("*") if path.is_file())
    assert found == ["ml/models/float.tflite", "ml/models/plain.tflite"]
    assert (assets / "ml/models/plain.tflite").read_bytes() == (HERE / "plain.tflite").read_bytes()


def choices() -> dict:
    tree = ast.parse((HERE.parent.parent / "rules/private/choices.bzl").read_text())
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
    }


RECIPE_CHOICES = {
    "BLOCK_SIZES": "block_size",
    "CLIPPINGS": "clipping",
    "IO_TYPES": "io",
    "OBSERVERS": "observer",
    "ROUNDINGS": "rounding",
}


def test_every_field_of_a_recipe_is_an_attribute():
    tree = ast.parse((HERE.parent.parent / "rules/private/recipe_attrs.bzl").read_text())
    (table,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "RECIPE_ATTRS"
    )
    fields = [each.name for each in dataclasses.fields(Recipe) if each.name != "rules"]
    assert sorted(key.value for key in table.keys) == sorted(fields)


def traits(metric: Metric) -> set[str]:
    facts = {"labels": metric.expected == LABELS, "higher": metric.higher_is_better}
    return {name for name, holds in facts.items() if holds}


def test_rules_accept_what_programs_accept():
    accepted = choices()
    assert accepted["TARGET_RUNTIMES"] == list(TARGET_RUNTIMES)
    assert accepted["NUMERICS"] == list(NUMERICS)
    assert accepted["RESIZES"] == list(RESIZES)
    assert accepted["SCHEMES"] == {
        name: [target for target in TARGET_RUNTIMES if target in scheme.targets]
        for name, scheme in SCHEMES.items()
    }
    fields = {each.name: list(each.metadata["choices"]) for each in dataclasses.fields(Recipe)}
    for name, field in RECIPE_CHOICES.items():
        assert accepted[name] == fields[field]
    assert accepted["RUNTIMES"] == list(RUNTIMES)
    assert {name: set(known) - {"share"} for name, known in accepted["METRICS"].items()} == {
        name: traits(metric) for name, metric in METRICS.items()
    }
