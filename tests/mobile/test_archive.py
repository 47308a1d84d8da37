import os
import zipfile

import pytest

from kernels.errors import InputError
from tools.mobile.archive import archive_bytes, write_archive


def test_an_archive_of_nothing_can_be_read(tmp_path):
    write_archive(tmp_path / "a.zip", {})
    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == []


def test_entries_are_sorted_and_stored(tmp_path):
    big = tmp_path / "big.bin"
    big.write_bytes(b"ab" * 100_000)
    write_archive(tmp_path / "a.zip", {"z/ü": b"text", "a": big, "m": b""})
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["a", "m", "z/ü"]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read("a") == big.read_bytes()
        assert archive.read("z/ü") == b"text"
        assert archive.testzip() is None


def test_bytes_depend_on_content_only(tmp_path):
    """Not on times, permissions, the order of entries, or whether a file or bytes were given."""
    made = []
    for date, mode in ((0, 0o600), (2_000_000_000, 0o755)):
        source = tmp_path / f"{date}.bin"
        source.write_bytes(b"content")
        source.chmod(mode)
        os.utime(source, (date, date))
        made.append(archive_bytes({"b": source, "a": b"x"}))
    assert made[0] == made[1] == archive_bytes({"a": b"x", "b": b"content"})


def test_a_missing_file_leaves_no_archive(tmp_path):
    with pytest.raises(InputError, match=r"a\.zip cannot be written"):
        write_archive(tmp_path / "a.zip", {"a": tmp_path / "absent"})
    assert not list(tmp_path.iterdir())
