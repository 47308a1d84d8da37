"""Counts test cases: ``count_tests.py LOGS < LABELS`` prints "N passed, N failed".

LOGS is Bazel's folder of test logs, LABELS the tests that ran, one a line. A test that left no
test.xml (it was not built, or was killed) counts as one failed case; skipped cases do not count.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree


def reports(logs: Path, label: str) -> list[Path]:
    """The test.xml of a test, or those of its shards."""
    package, _, name = label.removeprefix("//").partition(":")
    folder = logs / package / name
    return sorted([*folder.glob("test.xml"), *folder.glob("shard_*/test.xml")])


def count(report: Path) -> tuple[int, int]:
    """Passed and failed cases of one test.xml."""
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
    except ElementTree.ParseError:
        return 0, 1
    skipped = sum(case.find("skipped") is not None for case in cases)
    failed = sum(any(case.find(end) is not None for end in ("failure", "error")) for case in cases)
    return len(cases) - skipped - failed, failed


def total(logs: Path, labels: Iterable[str]) -> tuple[int, int]:
    """Passed and failed cases of all tests."""
    passed = failed = 0
    for label in labels:
        counts = [count(report) for report in reports(logs, label)] or [(0, 1)]
        passed += sum(ok for ok, _ in counts)
        failed += sum(bad for _, bad in counts)
    return passed, failed


if __name__ == "__main__":
    ran = [line.strip() for line in sys.stdin if line.strip()]
    print("{} passed, {} failed".format(*total(Path(sys.argv[1]), ran)))
