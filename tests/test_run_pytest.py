"""Bazel's test protocol around pytest: shards, filter, test.xml, exit codes."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

RUNNER = Path(__file__).with_name("run_pytest.py")
SUITE = """
import os, pathlib, pytest

@pytest.mark.parametrize("case", range(5))
def test_right(case, tmp_path):
    assert str(tmp_path).startswith(os.environ["TEST_TMPDIR"])

def test_wrong():
    assert os.environ.get("TESTS_MAY") == "fail"
"""


@pytest.fixture
def suite(tmp_path):
    path = tmp_path / "test_suite.py"
    path.write_text(SUITE)
    return path


def run(suite, *, target="suite", **variables):
    """The exit code, and the names of passed and of failed cases in test.xml."""
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
    output = suite.with_name(f"{target}.xml")
    code = subprocess.run(
        [sys.executable, RUNNER, suite],
        env={**kept, "TEST_TMPDIR": str(suite.parent), "XML_OUTPUT_FILE": str(output), **variables},
        cwd=suite.parent,
        capture_output=True,
    ).returncode
    cases = list(ElementTree.parse(output).iter("testcase"))
    failed = {case.get("name") for case in cases if case.find("failure") is not None}
    return code, {case.get("name") for case in cases} - failed, failed


RIGHT = {f"test_right[{case}]" for case in range(5)}


def test_a_failure_is_the_exit_code_and_in_the_xml(suite):
    assert run(suite) == (1, RIGHT, {"test_wrong"})


def test_success(suite):
    assert run(suite, TESTS_MAY="fail") == (0, RIGHT | {"test_wrong"}, set())


@pytest.mark.parametrize(
    ("chosen", "passed"), [("right and 3", {"test_right[3]"}), ("nothing_like_it", set())]
)
def test_filter(suite, chosen, passed):
    assert run(suite, TESTBRIDGE_TEST_ONLY=chosen) == (0, passed, set())


@pytest.mark.parametrize("total", [1, 2, 4, 9])
def test_shards_run_every_case_once(suite, total):
    seen = []
    for index in range(total):
        status = suite.with_name(f"status-{index}")
        shard = {"TEST_TOTAL_SHARDS": str(total), "TEST_SHARD_INDEX": str(index)}
        _, passed, failed = run(suite, **shard, TEST_SHARD_STATUS_FILE=str(status))
        assert status.exists()
        seen += [*passed, *failed]
    assert sorted(seen) == sorted(RIGHT | {"test_wrong"})


def test_a_file_without_tests_fails(tmp_path):
    empty = tmp_path / "test_empty.py"
    empty.write_text("")
    assert run(empty)[0] == 5
