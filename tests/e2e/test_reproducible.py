"""The same sources give the same bytes, wherever they are checked out, and the same cache keys."""

from __future__ import annotations

import re

import pytest

from tests.e2e import bazel

bazel.require()

EXAMPLES = "//examples/..."


@pytest.fixture(scope="module")
def checkouts(tmp_path_factory):
    pair = [
        bazel.Workspace(
            bazel.copy_checkout(tmp_path_factory.mktemp(name) / "checkout"),
            tmp_path_factory.mktemp(f"{name}-output"),
        )
        for name in ("one", "another-place")
    ]
    yield pair
    for checkout in pair:
        checkout.close()


def test_two_checkouts_give_identical_bytes(checkouts):
    for checkout in checkouts:
        checkout.run("build", EXAMPLES)
    one, another = (checkout.outputs("examples") for checkout in checkouts)
    assert {name for name in one if name.endswith(".tflite")} > {"digits/cnn.tflite"}
    assert one.keys() == another.keys()
    assert [name for name in one if one[name] != another[name]] == []


def test_a_shared_cache_serves_both_checkouts(checkouts, tmp_path):
    for checkout in checkouts:
        checkout.run("clean")
        checkout.run("build", EXAMPLES, options=[f"--disk_cache={tmp_path}"])
    again = checkouts[1]
    again.run("clean")
    again.run(
        "build",
        EXAMPLES,
        options=[f"--disk_cache={tmp_path}", "--execution_log_json_file=execution.json"],
    )
    log = (again.folder / "execution.json").read_text()
    assert set(re.findall(r'"remoteCacheHit": (true|false)', log)) == {"true"}
