"""Fingerprint64, against values of the C++ library, one for each way that it takes."""

import pytest

from kernels.farmhash import fingerprint64


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0x9AE16A3B2F90404F),
        (b"a", 0xB3454265B6DF75E3),
        (b"abc", 0x24A5B3A074E7F369),
        (b"hello world", 0x588FB7478BD6B01B),
    ],
)
def test_known_answers(data, expected):
    assert fingerprint64(data) == expected


@pytest.mark.parametrize("size", [3, 4, 7, 8, 16, 17, 32, 33, 64, 65, 128, 129, 200])
def test_every_byte_counts(size):
    data = bytes(range(size))
    flipped = [data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :] for i in range(size)]
    hashes = {fingerprint64(variant) for variant in (data, *flipped)}
    assert len(hashes) == size + 1
    assert all(0 <= value < 2**64 for value in hashes)
