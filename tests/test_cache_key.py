import shutil
from pathlib import Path

import pytest

import kernels
from kernels.cache_key import PACKAGES
from tests import checkout
from tests.kernel_folders import python

PRINT = "from kernels.cache_key import cache_key; print(cache_key())"
FOLDER = Path(kernels.__file__).parent


@pytest.fixture
def key(tmp_path):
    """Prints the key of a copy of the sources in a folder, in another process."""

    def of(name="copy", **environment):
        copy = tmp_path / name / "kernels"
        if not copy.exists():
            shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
        code = f"import sys; sys.path.insert(0, {str(copy.parent)!r})\n{PRINT}"
        return python(code, tmp_path, **environment)

    return of


def test_does_not_depend_on_the_place(key):
    assert key("one") == key("another")


@pytest.mark.parametrize(
    ("name", "matters"),
    [("jit.py", True), ("field_types.py", True), ("compiled/sums.py", True), ("gelu.py", False)],
)
def test_depends_on_the_sources_of_kernels(key, tmp_path, name, matters):
    before = key()
    path = tmp_path / "copy/kernels" / name
    path.write_text(path.read_text() + "\n")
    assert (key() != before) == matters


def test_depends_on_the_names_of_the_sources(key, tmp_path):
    before = key()
    folder = tmp_path / "copy/kernels/compiled"
    (folder / "sums.py").rename(folder / "totals.py")
    assert key() != before


@pytest.mark.parametrize("name", ["NUMBA_BOUNDSCHECK", "NUMBA_CPU_NAME", "NUMBA_OPT"])
def test_depends_on_what_numba_is_told(key, name):
    assert key() != key(**{name: "1"})


def test_other_variables_do_not_matter(key):
    assert key() == key(HOME="/nowhere", PYTHONHASHSEED="3", LANG="C")


@pytest.mark.parametrize("package", PACKAGES)
def test_programs_and_tests_have_the_same_packages(package):
    """So that Bazel compiles kernels in one environment for all."""
    pins = {
        line.split()[0]
        for name in ("core", "convert", "dev")
        for line in checkout.path(f"requirements/{name}.txt").read_text().splitlines()
        if line.startswith(f"{package}==")
    }
    assert len(pins) == 1
