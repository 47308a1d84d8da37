"""The same sources give the same bytes, wherever they are checked out, and the same cache keys."""

from __future__ import annotations

import re

from tests import readme

EXAMPLES = "//examples/..."


def test_two_checkouts_give_identical_bytes(checkouts):
    for checkout in checkouts:
        checkout.run("build", EXAMPLES)
    one, another = (checkout.outputs("examples") for checkout in checkouts)
    assert {"digits/cnn.tflite", "digits/lstm.tflite"} <= one.keys()
    assert one.keys() == another.keys()
    assert [name for name in one if one[name] != another[name]] == []


def test_a_shared_cache_serves_both_checkouts(checkouts, tmp_path):
    cache = f"--disk_cache={tmp_path}"
    for checkout in checkouts:
        checkout.run("clean")
        checkout.run("build", EXAMPLES, cache, "--execution_log_json_file=execution.json")
    log = (checkouts[1].folder / "execution.json").read_text()
    assert set(re.findall(r'"remoteCacheHit": (true|false)', log)) == {"true"}


def test_the_readme_shows_what_is_printed(checkouts):
    printed = checkouts[0].run("run", "//examples/digits")
    assert printed.strip() == readme.block("text", "top1").strip()
