"""These tests start Bazel and install the environments anew, for minutes: only when asked for.

``TFLQ_E2E=1 python -m pytest tests/e2e``
"""

import os
import shutil

import pytest

from tests import readme
from tests.e2e import bazel

# What the app of the README has before it has its targets.
HAS_BEFORE = """
filegroup(
    name = "digits_saved_model",
    srcs = glob(["trained/**"]),
    visibility = ["//visibility:public"],
)

genrule(
    name = "held_back",
    srcs = ["@tflite_quant//examples/digits:images.npz"],
    outs = ["digits_eval.npz"],
    cmd = "cp $< $@",
)
"""


def pytest_collection_modifyitems(items):
    if "TFLQ_E2E" not in os.environ:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="starts Bazel for minutes: set TFLQ_E2E=1"))


@pytest.fixture(scope="session")
def checkouts(tmp_path_factory):
    """Two copies of this checkout, at paths of different length."""
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


def empty_workspace(tmp_path_factory):
    """A workspace that has this checkout as the README says, and nothing else."""
    folder = tmp_path_factory.mktemp("app")
    workspace = readme.block("starlark", "local_repository(")
    (folder / "WORKSPACE").write_text(
        'workspace(name = "app")\n\n'
        + workspace.replace("third_party/tflite_quant", str(bazel.ROOT))
    )
    (folder / ".bazelrc").write_text("build --nosandbox_debug\n")
    return bazel.Workspace(folder, tmp_path_factory.mktemp("output"))


@pytest.fixture(scope="session")
def packing_app(tmp_path_factory):
    """A workspace with a small float model and its frozen outputs."""
    app = empty_workspace(tmp_path_factory)
    golden = bazel.ROOT / "examples/golden"
    shutil.copy(golden / "classifier_float.tflite", app.folder / "float.tflite")
    shutil.copy(golden / "classifier_golden.npz", app.folder / "golden.npz")
    yield app
    app.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The README's WORKSPACE and targets, around a SavedModel that somebody else has made."""
    app = empty_workspace(tmp_path_factory)
    folder = app.folder
    (folder / "BUILD").write_text(readme.block("starlark", "tflite_accuracy_test(") + HAS_BEFORE)
    app.run("build", "@tflite_quant//examples/digits:cnn_saved_model")
    trained = folder / "bazel-bin/external/tflite_quant/examples/digits/cnn_saved_model"
    shutil.copytree(trained, folder / "trained")
    yield app
    app.close()
