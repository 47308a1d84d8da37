import gzip

import pytest

from kernels.errors import DataError
from quant.tfrecord import find_records, masked_crc, read_record
from tests.tfrecord_files import record

CONTENTS = [b"", b"one", bytes(range(256)) * 300]
FILE = b"".join(map(record, CONTENTS))
# What tf.io.TFRecordWriter of TensorFlow 2.21 writes for the record b"123456789".
GOLDEN = bytes.fromhex("090000000000000037f97139313233343536373839e5b08ac7")


def written(tmp_path, content):
    path = tmp_path / "x.tfrecord"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("limit", [None, 1, 2, 3, 9])
def test_records(tmp_path, limit):
    found = find_records(written(tmp_path, FILE), limit)
    assert [read_record(one) for one in found] == CONTENTS[:limit]
    assert [one.number for one in found] == [*range(len(found))]


def test_what_tensorflow_writes(tmp_path):
    (found,) = find_records(written(tmp_path, GOLDEN))
    assert read_record(found) == b"123456789"
    assert record(b"123456789") == GOLDEN


def test_the_checksum_is_crc_32c():
    """0xE3069283 is the check value of CRC-32C for these digits (RFC 3720's polynomial)."""
    crc = 0xE3069283
    assert masked_crc(b"123456789") == ((crc >> 15 | crc << 17) + 0xA282EAD8) % (1 << 32)


@pytest.mark.parametrize("end", range(1, len(FILE[:40])))
def test_a_file_that_is_cut_short(tmp_path, end):
    whole = [0, 16, 35]  # where records end
    path = written(tmp_path, FILE[:end])
    if end in whole:
        assert len(find_records(path)) == whole.index(end)
    else:
        with pytest.raises(DataError, match=r"damaged|no TFRecord|cut short"):
            find_records(path)


@pytest.mark.parametrize("place", range(35))
def test_every_changed_byte_is_found(tmp_path, place):
    content = bytearray(FILE[:35])
    content[place] ^= 4
    path = written(tmp_path, bytes(content))
    with pytest.raises(DataError):
        [read_record(one) for one in find_records(path)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "has no records"),
        (gzip.compress(FILE), "is compressed"),
        (b"PK\x03\x04 something else", "is no TFRecord"),
        (FILE + b"rest", "damaged after 3 records"),
    ],
)
def test_what_is_no_tfrecord_file(tmp_path, content, problem):
    with pytest.raises(DataError, match=problem):
        find_records(written(tmp_path, content))


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        find_records(tmp_path / "none.tfrecord")
