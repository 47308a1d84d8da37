"""The archive behind the model, found and moved: Python's zipfile is the judge."""

import io
import struct
import zipfile

import pytest

from kernels.errors import ModelError
from kernels.tflite.zip_tail import find_tail, place_tail

FILES = {"labels.txt": b"cat\ndog\n", "vocabulary.txt": b"\0" * 99}
HEAD = b"\x1c\0\0\0TFL3" + bytes(range(200))


def archive(files=FILES, comment=b"", prefix=b"", compression=zipfile.ZIP_STORED):
    """Behind a prefix, as zipfile's append mode writes it: offsets count from the file's start."""
    file = io.BytesIO()
    file.write(prefix)
    with zipfile.ZipFile(file, "a", compression) as zipped:
        zipped.comment = comment
        for name, content in files.items():
            zipped.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def contents(data):
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


def offsets(data):
    """Local header offsets as a reader sees them that trusts the numbers in the file."""
    end = data.rindex(b"PK\5\6")
    directory = struct.unpack_from("<I", data, end + 16)[0]
    assert data[directory : directory + 4] in (b"PK\1\2", b"PK\5\6")
    found = []
    while data[directory : directory + 4] == b"PK\1\2":
        found.append(struct.unpack_from("<I", data, directory + 42)[0])
        directory += 46 + sum(struct.unpack_from("<3H", data, directory + 28))
    return found


@pytest.mark.parametrize("comment", [b"", b"a comment"])
@pytest.mark.parametrize("files", [FILES, {}], ids=["two files", "no file"])
@pytest.mark.parametrize("relative", [False, True], ids=["file offsets", "archive offsets"])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_tail_is_found_and_stands_alone(comment, files, relative, compression):
    if relative:
        data = HEAD + archive(files, comment, compression=compression)
    else:
        data = archive(files, comment, HEAD, compression)
    tail = find_tail(memoryview(data))
    assert tail == archive(files, comment, compression=compression)
    assert contents(tail) == files


def test_an_end_record_in_the_comment_is_passed_over():
    """Python's zipfile stumbles here: it takes the last signature for the end record."""
    tail = archive(comment=b"PK\5\6" + bytes(30))
    assert find_tail(memoryview(HEAD + tail)) == tail


@pytest.mark.parametrize("start", [0, 1, 4096, 2**31 + 5])
def test_tail_is_placed(start):
    tail = place_tail(archive(), start)
    for offset in offsets(bytes(start) + tail) if start < 2**20 else ():
        assert (bytes(start) + tail)[offset : offset + 4] == b"PK\3\4"
    assert struct.unpack_from("<I", tail, len(tail) - 6)[0] - start == len(archive()) - 22 - (
        46 * 2 + sum(map(len, FILES))
    )


def test_moved_back_and_forth_is_the_same():
    assert find_tail(memoryview(HEAD + place_tail(archive(), len(HEAD)))) == archive()


@pytest.mark.parametrize("data", [b"", b"PK", HEAD, HEAD + b"PK\5\6", HEAD + b"PK\5\6" + bytes(99)])
def test_no_archive(data):
    assert find_tail(memoryview(data)) == b""


def broken(change):
    data = bytearray(archive(prefix=HEAD))
    end = data.rindex(b"PK\5\6")
    change(data, end)
    return bytes(data)


def set_number(form, offset, value):
    return lambda data, end: struct.pack_into(form, data, end + offset, value)


DAMAGED = {
    "directory too large": set_number("<I", 12, 10**6),
    "directory too far": set_number("<I", 16, 10**6),
    "zip64": set_number("<I", 16, 2**32 - 1),
    "directory cut off": set_number("<I", 12, 20),
    "no local header": lambda data, end: data.__setitem__(data.index(b"PK\3\4"), 0),
    "no directory entry": lambda data, end: data.__setitem__(data.index(b"PK\1\2"), 0),
    "entry far away": lambda data, end: struct.pack_into(
        "<I", data, data.index(b"PK\1\2") + 42, 10**6
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged(case):
    with pytest.raises(ModelError, match="ZIP"):
        find_tail(memoryview(broken(DAMAGED[case])))


@pytest.mark.parametrize("tail", [b"no archive", HEAD + archive(), archive(prefix=HEAD)])
def test_only_an_archive_is_placed(tail):
    with pytest.raises(ModelError, match=r"Model\.tail"):
        place_tail(tail, 0)


def test_an_archive_beyond_4_gb_is_an_error():
    with pytest.raises(ModelError, match="4 GB"):
        place_tail(archive(), 2**32 - 100)
