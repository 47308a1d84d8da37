"""Where the project's own files are: in a Bazel test among its runfiles, else in the checkout.

Not found through ``__file__`` with links resolved: that leads out of Bazel's sandbox, to files
that the test does not declare.
"""

import os
from pathlib import Path

from runfiles import Runfiles


def path(name: str) -> Path:
    """The absolute path of a file or folder of the project, such as ``README.md``."""
    workspace = os.environ.get("TEST_WORKSPACE")
    runfiles = Runfiles.Create() if workspace else None
    if runfiles is None:
        return Path(__file__).absolute().parent.parent / name
    found = Path(runfiles.Rlocation(f"{workspace}/{name}") or "")
    assert found.is_absolute(), f"no runfiles hold {name}"
    assert found.exists(), f"{name} is not among the test's data in tests/BUILD"
    return found
