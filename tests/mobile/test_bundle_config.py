import re
import zipfile

import pytest

from kernels.errors import InputError
from tools.mobile.bundle_config import glob_pattern, read_compression, uncompressed_globs


def field(number, content):
    """A field of a protobuf message: bytes, or a small integer."""
    if isinstance(content, int):
        return bytes([number << 3, content])
    return bytes([number << 3 | 2, len(content)]) + content


def config(*globs):
    compression = b"".join(field(1, glob.encode()) for glob in globs) + field(2, 1)
    optimizations = field(2, field(1, 1))
    return field(1, field(2, b"1.15.6")) + optimizations + field(3, compression) + field(8, 1)


def test_globs():
    assert uncompressed_globs(b"") == []
    assert uncompressed_globs(config()) == []
    assert uncompressed_globs(config("**.tflite", "assets/a.bin")) == ["**.tflite", "assets/a.bin"]


@pytest.mark.parametrize("content", [b"\x1a\x05ab", b"\x1a", b"\xff" * 11, b"\x1b", b"\x1d\0"])
def test_malformed(content):
    with pytest.raises(InputError, match="BundleConfig"):
        uncompressed_globs(content)


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("**.tflite", "assets/models/a.tflite", True),
        ("**.[tT][fF][lL][iI][tT][eE]", "assets/a.TFLITE", True),
        ("*.tflite", "assets/a.tflite", False),
        ("assets/*.tflite", "assets/a.tflite", True),
        ("assets/*.tflite", "assets/models/a.tflite", False),
        ("assets/**", "assets/models/a.tflite", True),
        ("**.{tflite,bin}", "assets/a.bin", True),
        ("**.{tflite,bin}", "assets/a.so", False),
        ("assets/?.tflite", "assets/a.tflite", True),
        ("assets/[!b].tflite", "assets/b.tflite", False),
        ("assets/a,b.tflite", "assets/a,b.tflite", True),
        (r"assets/\*.tflite", "assets/*.tflite", True),
        ("a.tflite", "axtflite", False),
        ("{a", "{a", True),
    ],
)
def test_glob_pattern(glob, path, matches):
    assert (re.fullmatch(glob_pattern(glob), path) is not None) == matches


def test_what_a_bundle_keeps(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.aab", "w") as archive:
        archive.writestr("BundleConfig.pb", config("assets/models/**"))
        archive.writestr("base/manifest/AndroidManifest.xml", b"\x0aManifest")
        archive.writestr("pack/manifest/AndroidManifest.xml", b"\x0a dist:type ai-pack")
        compression = read_compression(archive)
    assert compression.keeps("base/assets/models/a.tflite")
    assert not compression.keeps("base/assets/a.tflite")
    assert compression.keeps("pack/assets/a.tflite")


def test_a_bundle_without_configuration_keeps_nothing(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.aab", "w") as archive:
        archive.writestr("base/assets/a.tflite", b"")
        assert not read_compression(archive).keeps("base/assets/a.tflite")
