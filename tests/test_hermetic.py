"""What the programs of actions write depends on what they are given, and on nothing around them."""

import os
import subprocess
import sys

import pytest

from tests import checkout
from tests.dense_model import write_dense_model, write_samples

ROOT = checkout.path("kernels").parent
PROGRAMS = {
    "quantize": "model.tflite --output q.tflite --plan plan.json --report report.json --quiet",
    "evaluate": "q.tflite --float-model model.tflite --data samples.npz --metric=top1 "
    "--metric=cosine --metric=f1 --metric=map --output metrics.json",
    "evaluate --shard": "q.tflite --float-model model.tflite --data samples.npz --shard=1/2 "
    "--output shard.npz",
}
SURROUNDINGS = [
    {"PYTHONHASHSEED": "1", "HOME": "/nowhere", "USER": "somebody", "LANG": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "3", "COLUMNS": "20", "OMP_NUM_THREADS": "1", "LC_ALL": "POSIX"},
]


def written(folder, surroundings):
    """The files that the programs write in a folder of their own: name -> bytes."""
    folder.mkdir()
    model = write_dense_model(folder)
    model.rename(folder / "model.tflite")
    write_samples(folder)
    before = set(os.listdir(folder))
    for program, arguments in PROGRAMS.items():
        subprocess.run(
            [sys.executable, "-m", f"tools.{program.split()[0]}", *arguments.split()],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **surroundings},
            check=True,
        )
    return {name: (folder / name).read_bytes() for name in sorted({*os.listdir(folder)} - before)}


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return written(tmp_path_factory.mktemp("a") / "place", SURROUNDINGS[0])


def test_every_output_is_there(expected):
    outputs = {"metrics.json", "plan.json", "q.tflite", "report.json", "shard.npz"}
    assert expected.keys() == outputs


@pytest.mark.parametrize("surroundings", SURROUNDINGS[1:])
def test_other_surroundings_give_the_same_bytes(expected, tmp_path, surroundings):
    assert written(tmp_path / "another, longer place", surroundings) == expected


def test_no_output_has_a_path(expected):
    assert [name for name in expected if b"/tmp" in expected[name]] == []
    assert [name for name in expected if str(ROOT).encode() in expected[name]] == []
