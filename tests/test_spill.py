"""Weights wait in a file without a name: the values stay, the memory and the folder do not fill."""

import gc

import numpy as np
import pytest

from kernels.errors import InputError
from kernels.mapped_memory import is_mapped
from quant.spill import LEAST_BYTES, open_spill


def content(size, seed=0):
    return np.random.default_rng(seed).bytes(size)


def test_bytes_come_back(tmp_path):
    spill = open_spill(tmp_path, 1 << 20)
    given = [content(LEAST_BYTES + extra, extra) for extra in (0, 1, 5000)]
    kept = [spill.keep(each) for each in given]
    assert [bytes(each) for each in kept] == given
    assert all(is_mapped(each) and each.readonly for each in kept)


@pytest.mark.parametrize("dtype", [np.int8, np.float16])
def test_arrays_come_back(tmp_path, dtype):
    values = np.random.default_rng(0).integers(-127, 128, (70, 1000)).astype(dtype)
    kept = open_spill(tmp_path, 1 << 20).keep_array(values)
    np.testing.assert_array_equal(kept, values)
    assert kept.dtype == dtype
    assert is_mapped(kept)


def test_few_bytes_stay_in_memory(tmp_path):
    few = content(LEAST_BYTES - 1)
    assert open_spill(tmp_path, 1 << 20).keep(few) is few


def test_what_is_mapped_is_not_written_again(tmp_path):
    spill = open_spill(tmp_path, 1 << 20)
    kept = spill.keep(content(LEAST_BYTES))
    assert spill.keep(kept) is kept
    assert spill.used == LEAST_BYTES


@pytest.mark.parametrize("size", [0, LEAST_BYTES, 2 * LEAST_BYTES - 1])
def test_what_finds_no_place_stays_in_memory(tmp_path, size):
    spill = open_spill(tmp_path, size)
    given = [content(LEAST_BYTES, seed) for seed in range(2)]
    kept = [spill.keep(each) for each in given]
    assert kept == given
    assert not is_mapped(kept[1])


def test_the_folder_is_made_and_shows_nothing(tmp_path):
    folder = tmp_path / "new" / "folder"
    kept = open_spill(folder, 1 << 20).keep(content(LEAST_BYTES))
    assert list(folder.iterdir()) == []
    gc.collect()
    assert bytes(kept) == content(LEAST_BYTES)


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written to"):
        open_spill(tmp_path / "file", 1)


def test_a_disk_that_is_full(tmp_path):
    spill = open_spill(tmp_path, 1 << 20)
    with open("/dev/full", "wb", buffering=0) as full:
        spill.file = full
        with pytest.raises(InputError, match="No space left on device"):
            spill.keep(content(LEAST_BYTES))
