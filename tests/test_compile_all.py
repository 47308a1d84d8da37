import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kernels
from kernels import compile_all, object_cache
from kernels.cache_key import cache_key
from kernels.compilation import kernel_names
from kernels.errors import InputError
from tests.kernel_folders import EXPECTED, KERNEL, RUN, python

NEEDED = (  # kernels/BUILD has the same list; of the kernels, some that compile in a second
    "cache_key.py",
    "compilation.py",
    "compile_all.py",
    "compiled/__init__.py",
    "compiled/trigonometry.py",
    "errors.py",
    "field_types.py",
    "jit.py",
    "object_cache.py",
    "object_file.py",
    "output_file.py",
)


def compile_copy(folder, hash_seed):
    """Copies what is needed into a folder, and compiles there; returns what is printed."""
    for name in NEEDED:
        copy = folder / "kernels" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(kernels.__file__).parent / name, copy)
    return subprocess.run(
        [sys.executable, "-m", "kernels.compile_all", "out/folder"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "", "PYTHONHASHSEED": hash_seed},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def files(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*/*")}


def test_two_checkouts_give_the_same_bytes(tmp_path):
    one, another = tmp_path / "one", tmp_path / "somewhere/else"
    assert compile_copy(one, "1") == compile_copy(another, "2") == "4 kernels compiled.\n"
    made = files(one / "out/folder")
    assert made == files(another / "out/folder")
    assert made.keys() >= {"trigonometry.xnnpack_sin.kernel"}
    for content in made.values():
        assert os.fsencode(tmp_path) not in content
        assert b"compiled" not in content


@pytest.fixture
def one_kernel(monkeypatch):
    monkeypatch.setattr(compile_all, "kernel_names", lambda: (KERNEL,))


@pytest.mark.usefixtures("one_kernel")
def test_a_process_runs_what_the_folder_has_and_compiles_nothing(tmp_path):
    assert compile_all.compile_all(tmp_path / "given") == 1
    code = RUN + "import sys; print('numba' in sys.modules)\n"
    printed = python(code, tmp_path / "cache", TFLQ_KERNELS=str(tmp_path / "given"))
    assert printed == EXPECTED + "False\n"
    assert not (tmp_path / "cache").exists()


@pytest.mark.usefixtures("one_kernel")
def test_kernels_for_another_processor_are_no_matter(tmp_path):
    compile_all.compile_all(tmp_path / "given")
    (tmp_path / "given" / cache_key()).rename(tmp_path / "given" / ("0" * 24))
    assert python(RUN, tmp_path / "cache", TFLQ_KERNELS=str(tmp_path / "given")) == EXPECTED


@pytest.mark.usefixtures("one_kernel")
def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        compile_all.compile_all(tmp_path / "file")


@pytest.mark.usefixtures("one_kernel")
def test_what_is_written_is_what_is_loaded(tmp_path, monkeypatch):
    compile_all.compile_all(tmp_path)
    monkeypatch.setenv("TFLQ_KERNELS", str(tmp_path))
    made = object_cache.load(KERNEL)
    assert made is not None
    assert made == compile_all.compile_named(KERNEL)


GIVEN = Path(os.environ.get("TFLQ_KERNELS") or "/nowhere") / cache_key()


@pytest.mark.skipif(not GIVEN.exists(), reason="needs kernels that Bazel compiled on this machine")
def test_the_build_has_every_kernel():
    assert {path.stem for path in GIVEN.iterdir()} == set(kernel_names())
