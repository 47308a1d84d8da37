"""The last line of .ci/run."""

import subprocess
import sys
from pathlib import Path

import pytest

COUNT = Path(__file__).parent.parent / ".ci/count_tests.py"
OK, BAD = "<testcase/>", "<testcase><failure/></testcase>"
ERROR, SKIPPED = "<testcase><error/></testcase>", "<testcase><skipped/></testcase>"


@pytest.mark.parametrize(
    ("reports", "labels", "line"),
    [
        ({}, [], "0 passed, 0 failed"),
        ({"a/x": OK + OK}, ["//a:x"], "2 passed, 0 failed"),
        ({"a/x": OK + BAD + ERROR + SKIPPED}, ["//a:x"], "1 passed, 2 failed"),
        ({"a/b/x": OK, "y": OK + BAD}, ["//a/b:x", "//:y"], "2 passed, 1 failed"),
        ({"a/x/shard_1_of_2": OK, "a/x/shard_2_of_2": OK}, ["//a:x"], "2 passed, 0 failed"),
        ({"a/x": OK}, ["//a:x", "//a:killed"], "1 passed, 1 failed"),
        ({"a/x": OK, "a/gone": OK}, ["//a:x"], "1 passed, 0 failed"),
        ({"a/x": "<testcase>"}, ["//a:x"], "0 passed, 1 failed"),
    ],
)
def test_counts(tmp_path, reports, labels, line):
    for folder, cases in reports.items():
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "test.xml").write_text(f"<testsuites>{cases}</testsuites>")
    counted = subprocess.run(
        [sys.executable, COUNT, tmp_path],
        input="\n".join(labels),
        check=True,
        capture_output=True,
        text=True,
    )
    assert counted.stdout == line + "\n"
