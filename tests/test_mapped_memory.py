"""Pages of mapped files are let go of, their values stay."""

import mmap
import sys

import numpy as np
import pytest

from kernels import mapped_memory
from kernels.mapped_memory import is_mapped, parts, release

SIZE = 64 * mmap.PAGESIZE


def mapped(tmp_path, content, writable=False):
    path = tmp_path / "file"
    path.write_bytes(content)
    with path.open("r+b" if writable else "rb") as file:
        access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
        return mmap.mmap(file.fileno(), 0, access=access)


def content(size=SIZE):
    return np.random.default_rng(0).bytes(size)


def resident(path):
    """Bytes of a mapped file that are in this process's memory, by Linux."""
    size, counts = 0, False
    with open("/proc/self/smaps", encoding="utf-8") as file:
        for line in file:
            if "-" in line.split(" ")[0]:
                counts = line.rstrip().endswith(str(path))
            elif counts and line.startswith("Rss:"):
                size += int(line.split()[1]) * 1024
    return size


@pytest.mark.parametrize(
    ("start", "stop"), [(0, SIZE), (5, 6), (mmap.PAGESIZE + 1, SIZE - 3), (9, 9)]
)
def test_values_stay(tmp_path, start, stop):
    written = content()
    view = memoryview(mapped(tmp_path, written))
    assert bytes(view) == written
    release(view[start:stop])
    release(np.frombuffer(view[start:stop], np.uint8))
    assert bytes(view) == written


def test_what_was_written_stays(tmp_path):
    map_ = mapped(tmp_path, bytes(SIZE), writable=True)
    values = np.frombuffer(map_, np.float32)
    values[:] = 7
    release(values[3:])
    assert (values == 7).all()
    assert (tmp_path / "file").read_bytes() == values.tobytes()


@pytest.mark.parametrize("data", [b"", b"bytes", memoryview(b"bytes"), np.arange(5.0)])
def test_other_memory_is_left_alone(data):
    before = bytes(data)
    release(data)
    assert bytes(data) == before


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says what is resident")
def test_pages_are_let_go_of(tmp_path):
    view = memoryview(mapped(tmp_path, content(1 << 20)))
    assert sum(view[:: mmap.PAGESIZE]) > 0
    path = tmp_path / "file"
    assert resident(path) == 1 << 20
    release(view[: 1 << 19])
    assert resident(path) == 1 << 19
    release(view)
    assert resident(path) == 0


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 1234])
def test_parts_are_the_data_in_order(tmp_path, monkeypatch, size):
    monkeypatch.setattr(mapped_memory, "_PART_BYTES", 100)
    written = content(size)
    assert b"".join(parts(written)) == written
    if size:
        given = [*parts(memoryview(mapped(tmp_path, written)))]
        assert b"".join(given) == written
        assert max(map(len, given)) <= 100


def test_what_is_mapped(tmp_path):
    view = memoryview(mapped(tmp_path, content()))
    assert is_mapped(view[3:])
    assert is_mapped(np.frombuffer(view, np.float32).reshape(2, -1)[1])
    assert not is_mapped(bytes(view))
    assert not is_mapped(np.zeros(3))
