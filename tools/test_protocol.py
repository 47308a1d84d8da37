"""What Bazel's test runner reads beside the exit code: test.xml and undeclared outputs.

https://bazel.build/reference/test-encyclopedia: XML_OUTPUT_FILE, TEST_UNDECLARED_OUTPUTS_DIR,
TEST_SHARD_STATUS_FILE. Each is optional: outside Bazel nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from quant.threshold import Check

ENVIRONMENT: Mapping[str, str] = os.environ


def acknowledge_sharding(environment: Mapping[str, str] = ENVIRONMENT) -> None:
    """Tells Bazel that the test knows of shards; every shard checks the same thresholds."""
    status = environment.get("TEST_SHARD_STATUS_FILE")
    if status:
        Path(status).touch()


def write_test_xml(
    target: str, checks: Sequence[Check], environment: Mapping[str, str] = ENVIRONMENT
) -> None:
    """One test case a check, so that a failing threshold is named in Bazel's summary."""
    output = environment.get("XML_OUTPUT_FILE")
    if output:
        ElementTree.ElementTree(test_suites(target, checks)).write(
            output, encoding="utf-8", xml_declaration=True
        )


def test_suites(target: str, checks: Sequence[Check]) -> ElementTree.Element:
    """The JUnit document of the checks."""
    failures = str(sum(not check.passed for check in checks))
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        suites, "testsuite", name=target, tests=str(len(checks)), failures=failures
    )
    for check in checks:
        case = ElementTree.SubElement(suite, "testcase", classname=target, name=check.name)
        if not check.passed:
            message = f"{check.value:.6g}, {-check.margin:.6g} beyond the threshold"
            ElementTree.SubElement(case, "failure", message=message)
    return suites


def keep_output(name: str, text: str, environment: Mapping[str, str] = ENVIRONMENT) -> None:
    """Leaves a file among the test's undeclared outputs."""
    folder = environment.get("TEST_UNDECLARED_OUTPUTS_DIR")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / name).write_text(text, encoding="utf-8")
