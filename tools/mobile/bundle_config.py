"""What an Android app bundle says of compression: ``BundleConfig.pb``.

bundletool makes the APKs that phones install, and compresses what it is not told to leave alone.
https://github.com/google/bundletool/blob/master/src/main/proto/config.proto
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from kernels.errors import InputError

CONFIG = "BundleConfig.pb"
_COMPRESSION, _UNCOMPRESSED_GLOB = 3, 1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MANIFEST = "/manifest/AndroidManifest.xml"
_PACKS = (b"asset-pack", b"ai-pack")
"""What the manifest of a module says whose files bundletool leaves uncompressed."""


@dataclass(frozen=True)
class Compression:
    """Which files of a bundle stay uncompressed: ``patterns`` are of paths without the module's
    name; of the modules ``packs`` all do."""

    patterns: tuple[str, ...]
    packs: frozenset[str]

    def keeps(self, path: str) -> bool:
        """Whether the APKs made of the bundle hold the file uncompressed."""
        module, _, inside = path.partition("/")
        return module in self.packs or any(re.fullmatch(p, inside) for p in self.patterns)


def read_compression(archive: zipfile.ZipFile) -> Compression:
    """Raises InputError where the configuration is malformed."""
    names = archive.namelist()
    globs = uncompressed_globs(archive.read(CONFIG)) if CONFIG in names else []
    manifests = [name for name in names if name.endswith(_MANIFEST)]
    packs = {
        name.removesuffix(_MANIFEST)
        for name in manifests
        if any(word in archive.read(name) for word in _PACKS)
    }
    return Compression(tuple(map(glob_pattern, globs)), frozenset(packs))


def uncompressed_globs(config: bytes) -> list[str]:
    """Patterns of paths, without the module's name, that stay uncompressed."""
    return [
        glob.decode("utf-8", "replace")
        for compression in _fields(config, _COMPRESSION)
        for glob in _fields(compression, _UNCOMPRESSED_GLOB)
    ]


def glob_pattern(glob: str) -> str:
    """The regular expression of a glob of java.nio.file.FileSystem: ``*`` stays in a folder,
    ``**`` does not; ``?``, ``[a-z]`` and ``{a,b}``."""
    pattern, depth = "", 0
    for token in re.findall(r"\*\*|\\.|\[[^]]+\]|.", glob, re.DOTALL):
        if token in "{}":
            depth += 1 if token == "{" else -1
        pattern += _glob_token(token, depth)
    return pattern if depth == 0 else re.escape(glob)


def _glob_token(token: str, depth: int) -> str:
    fixed = {"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}
    if token in fixed:
        return fixed[token]
    if token == "," and depth:
        return "|"
    if len(token) > 2:
        return "[" + token[1:-1].replace("!", "^", 1).replace("\\", "\\\\") + "]"
    return re.escape(token[-1])


def _fields(message: bytes, number: int) -> Iterator[bytes]:
    """The values of a field of type bytes, string or message in a protobuf message."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        end = _end(message, position, key & 7)
        if key == number << 3 | _BYTES:
            start = _varint(message, position)[1]
            yield message[start:end]
        position = end


def _end(message: bytes, position: int, kind: int) -> int:
    if kind == _VARINT:
        end = _varint(message, position)[1]
    elif kind == _BYTES:
        length, start = _varint(message, position)
        end = start + length
    else:
        end = position + {_FIXED64: 8, _FIXED32: 4}.get(kind, len(message) + 1)
    if end > len(message):
        raise _malformed()
    return end


def _varint(message: bytes, position: int) -> tuple[int, int]:
    """(value, position after it)."""
    for index in range(position, min(position + 10, len(message))):
        if message[index] < 0x80:
            digits = message[position : index + 1]
            return sum((byte & 0x7F) << 7 * i for i, byte in enumerate(digits)), index + 1
    raise _malformed()


def _malformed() -> InputError:
    return InputError(f"{CONFIG} of the app bundle is malformed.", "Build the app bundle again.")
