import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kernels
from kernels import compile_all, object_cache
from kernels.cache_key import SOURCES, cache_key
from kernels.compilation import kernel_names
from kernels.errors import InputError
from tests.kernel_folders import EXPECTED, KERNEL, RUN, python

OTHERS = ("cache_key.py", "compilation.py", "compile_all.py", "object_cache.py", "output_file.py")
"""What is needed besides the kernels' sources: kernels/BUILD has the same list."""
SOME = ("sums.add_rounded", "libm.exp")
COMPILE_SOME = f"""
from kernels import compile_all
compile_all.kernel_names = lambda: {SOME}
raise SystemExit(compile_all.main(["out/folder"]))
"""


def compile_copy(folder, hash_seed):
    """Copies what is needed into a folder, and compiles some there; returns what is printed."""
    source = Path(kernels.__file__).parent
    for path in [path for pattern in (*SOURCES, *OTHERS) for path in source.glob(pattern)]:
        copy = folder / "kernels" / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return subprocess.run(
        [sys.executable, "-c", COMPILE_SOME],
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
    assert compile_copy(one, "1") == compile_copy(another, "2") == "2 kernels compiled.\n"
    made = files(one / "out/folder")
    assert made == files(another / "out/folder")
    assert made.keys() == {f"{name}.kernel" for name in SOME}
    for content in made.values():
        assert os.fsencode(tmp_path) not in content
        assert b"compiled" not in content


def test_without_a_folder_it_says_how_it_is_used(capsys):
    assert compile_all.main([]) == 2
    assert capsys.readouterr().err == "usage: python -m kernels.compile_all FOLDER\n"


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
