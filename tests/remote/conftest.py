"""These tests start Bazel, and install the environments anew, for minutes: only when asked for.

``TFLQ_E2E=1 python -m pytest tests/remote``
"""

import pytest

from tests.e2e import bazel
from tests.e2e.conftest import checkouts, pytest_collection_modifyitems  # noqa: F401

EXAMPLES = "//examples/..."


@pytest.fixture(scope="session")
def local_outputs(checkouts):  # noqa: F811
    """What the first checkout builds of the examples on this machine alone."""
    checkouts[0].run("build", EXAMPLES)
    return checkouts[0].outputs("examples")


def built(checkout: bazel.Workspace, *options: str) -> tuple[dict[str, bytes], set[str]]:
    """The outputs of a build of the examples from clean, and the runners of its actions."""
    checkout.run("clean")
    log = checkout.folder / "execution.json"
    checkout.run("build", EXAMPLES, f"--execution_log_json_file={log}", *options)
    return checkout.outputs("examples"), bazel.runners(log)
