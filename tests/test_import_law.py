"""The laws of the house that no linter knows: who may import whom, and TensorFlow's programs."""

import ast
import subprocess
import sys

import pytest

from kernels.cache_key import SOURCES
from tests import checkout

ROOT = checkout.path("kernels").parent
TENSORFLOW_PROGRAMS = {
    "quant/saved_model_to_tflite.py",
    "tools/bench/keras_models.py",
    "tools/bench/tflite_variants.py",
}
"""Each is started as a process; the benchmark's two make models to measure."""
MAY_IMPORT = {
    "kernels": {"kernels"},
    "quant": {"kernels", "quant"},
    "tools": {"kernels", "quant", "tools"},
}
KERNELS_THIRD_PARTY = {"flatbuffers", "llvmlite", "numba", "numpy"}


def sources(package):
    found = sorted((ROOT / package).rglob("*.py"))
    assert found, f"no sources of {package}: the law would hold of nothing"
    return found


def imports(path):
    """(module's first name, at import time) of every import in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lazy = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield str(node.module).partition(".")[0], id(node) not in lazy
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield name.name.partition(".")[0], id(node) not in lazy


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package):
    foreign = {"kernels", "quant", "tools", "tests", "examples", "rules"} - MAY_IMPORT[package]
    for path in sources(package):
        assert not {name for name, _ in imports(path)} & foreign, path


def test_only_programs_of_their_own_import_tensorflow():
    users = {
        path.relative_to(ROOT).as_posix()
        for package in MAY_IMPORT
        for path in sources(package)
        if {name for name, _ in imports(path)} & {"tensorflow", "keras"}
    }
    assert users == TENSORFLOW_PROGRAMS


def test_tensorflow_programs_import_nothing_of_the_project():
    for path in TENSORFLOW_PROGRAMS:
        assert not {name for name, _ in imports(ROOT / path)} & {*MAY_IMPORT, "examples"}


def test_kernels_stand_alone():
    for path in sources("kernels"):
        known = {"kernels", *KERNELS_THIRD_PARTY, *sys.stdlib_module_names}
        assert not {name for name, _ in imports(path)} - known, path


def test_numba_is_known_where_kernels_are_compiled():
    users = {
        path.relative_to(ROOT).as_posix()
        for package in MAY_IMPORT
        for path in sources(package)
        if "numba" in {name for name, _ in imports(path)}
    }
    assert {user for user in users if not user.startswith("kernels/compiled/")} == {
        "kernels/jit.py"
    }


def test_kernels_import_nothing_that_the_cache_key_does_not_digest():
    folder = ROOT / "kernels"
    digested = {path for pattern in SOURCES for path in folder.glob(pattern)}
    for path in digested:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        for module in modules:
            if str(module).startswith("kernels"):
                assert (ROOT / module.replace(".", "/")).with_suffix(".py") in digested, path


COMPILERS = {"numba", "llvmlite"}


def test_nothing_that_compiles_is_loaded_before_a_kernel_is_needed():
    program = (
        "import sys, kernels, kernels.interpreter, quant, tools.cli\n"
        f"sys.exit(str({COMPILERS} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE)
    assert done.stderr.strip() == b""


NOT_FOR_QUANTIZING = {"kernels.interpreter", "kernels.operators", "quant.saved_model"}
"""The runtime, which takes longer to load than quantizing without data takes, and TensorFlow's
programs."""


def test_quantizing_loads_no_runtime():
    program = (
        f"import sys, tools.quantize\nsys.exit(str({NOT_FOR_QUANTIZING} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE)
    assert done.stderr.strip() == b""
