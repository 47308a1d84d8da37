import json
import os

import pytest

from kernels import object_cache
from kernels.cache_key import cache_key
from kernels.object_cache import KEPT_FOLDERS, KernelObject, decode, encode, load, store, write
from tests.kernel_folders import EXPECTED, RUN, python

KERNEL = KernelObject({"x": "float32*", "y": "float32*"}, b"\x7fELF\n\0\n")
OTHER = KernelObject({}, b"")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of the user's cache that machine code is kept in."""
    monkeypatch.delenv("TFLQ_KERNELS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/tflite_quant/kernels" / cache_key()


@pytest.mark.parametrize("kernel", [KERNEL, OTHER])
def test_what_is_stored_is_loaded(cache, kernel):
    assert load("a.b") is None
    store("a.b", kernel)
    assert load("a.b") == kernel
    assert [path.name for path in cache.iterdir()] == ["a.b.kernel"]
    assert load("a.c") is None


def test_only_the_owner_sees_the_folder(cache):
    store("a.b", KERNEL)
    assert cache.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_may_write_to_is_not_used(cache, mode):
    store("a.b", KERNEL)
    cache.chmod(mode)
    assert load("a.b") is None
    store("a.c", KERNEL)
    assert not (cache / "a.c.kernel").exists()


def test_a_folder_of_somebody_else_is_not_used(cache, monkeypatch):
    store("a.b", KERNEL)
    monkeypatch.setattr(os, "geteuid", lambda: cache.stat().st_uid + 1)
    assert load("a.b") is None
    store("a.c", KERNEL)
    assert not (cache / "a.c.kernel").exists()


def test_a_given_folder_comes_first(cache, tmp_path, monkeypatch):
    store("a.b", KERNEL)
    store("a.c", KERNEL)
    write(tmp_path / "given", "a.b", OTHER)
    monkeypatch.setenv("TFLQ_KERNELS", str(tmp_path / "given"))
    assert load("a.b") == OTHER
    assert load("a.c") == KERNEL


@pytest.mark.parametrize("given", ["", "/nowhere"])
def test_a_given_folder_without_kernels_is_no_matter(cache, monkeypatch, given):
    store("a.b", KERNEL)
    monkeypatch.setenv("TFLQ_KERNELS", given)
    assert load("a.b") == KERNEL


DAMAGED = {
    "empty": lambda file: b"",
    "shorter": lambda file: file[:-1],
    "longer": lambda file: file + b"\0",
    "digest": lambda file: bytes([file[0] ^ 1]) + file[1:],
    "fields": lambda file: file.replace(b"float32*", b"float64*"),
    "code": lambda file: file.replace(b"ELF", b"ELG"),
    "zeros": lambda file: bytes(len(file)),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_counts_as_none_and_is_replaced(cache, damage):
    store("a.b", KERNEL)
    path = cache / "a.b.kernel"
    path.write_bytes(damage(path.read_bytes()))
    assert load("a.b") is None
    store("a.b", KERNEL)
    assert load("a.b") == KERNEL


def test_a_process_survives_a_damaged_file(tmp_path):
    assert python(RUN, tmp_path) == EXPECTED
    (path,) = tmp_path.rglob("*.kernel")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert python(RUN, tmp_path) == EXPECTED
    assert path.read_bytes() == whole


def test_the_file():
    fields = json.dumps(KERNEL.fields).encode()
    assert encode(KERNEL)[32:] == fields + b"\n" + KERNEL.content
    with pytest.raises(ValueError, match="digest"):
        decode(b"")


def test_the_oldest_folders_go(cache):
    folders = [cache.with_name(str(i)) for i in range(KEPT_FOLDERS + 2)]
    for i, folder in enumerate(folders):
        folder.mkdir(parents=True)
        (folder / "a.b.kernel").touch()
        os.utime(folder, ns=(0, -(7 * i) % 10))
    store("a.b", KERNEL)
    left = {path.name for path in cache.parent.iterdir()}
    oldest = sorted(folders, key=lambda folder: -(7 * int(folder.name)) % 10)[:3]
    assert left == {cache.name, *(folder.name for folder in folders if folder not in oldest)}
    store("a.c", KERNEL)
    assert len(list(cache.parent.iterdir())) == KEPT_FOLDERS


def test_a_cache_that_cannot_be_written_is_no_matter(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    store("a.b", KERNEL)
    assert python(RUN, tmp_path / "file") == EXPECTED


def test_a_user_without_a_home_has_no_cache(monkeypatch):
    monkeypatch.delenv("TFLQ_KERNELS", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert object_cache.user_folder() is None
    store("a.b", KERNEL)
    assert load("a.b") is None


def test_the_home_folder_has_the_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert object_cache.user_folder() == tmp_path / ".cache/tflite_quant/kernels"
