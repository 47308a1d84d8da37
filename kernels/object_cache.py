"""Where machine code of kernels is kept: a folder of files, one a kernel.

The folder's name is ``cache_key``, so nothing in it is ever outdated, and it may be copied.
TFLQ_KERNELS names the folder of such a folder, as ``python -m kernels.compile_all`` makes one;
the user's cache is the other place. Machine code is run as it is: nothing is read from a cache
that somebody else may write to, and nothing whose digest does not match.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kernels.cache_key import cache_key
from kernels.errors import InputError
from kernels.output_file import write_bytes

GIVEN = "TFLQ_KERNELS"
KEPT_FOLDERS = 8
"""Of a user's cache: for some versions, processors and settings."""
_OWNER_ONLY, _OTHERS_WRITE = 0o700, 0o022
_DIGEST_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class KernelObject:
    """``fields``: name -> code of the type; ``content``: the object file."""

    fields: dict[str, str]
    content: bytes


def load(name: str) -> KernelObject | None:
    """What is kept of a kernel, None if there is nothing, or nothing intact."""
    for folder in _folders():
        with suppress(OSError, ValueError):
            return decode(_file(folder, name).read_bytes())
    return None


def store(name: str, kernel: KernelObject) -> None:
    """Keeps a kernel in the user's cache; not at all if it cannot be written."""
    folder = user_folder()
    with suppress(OSError, InputError):
        if folder is not None and _make(folder / cache_key()):
            write(folder, name, kernel)


def write(folder: Path, name: str, kernel: KernelObject) -> None:
    """Writes a kernel's file below a folder, at once. Raises InputError if that fails."""
    write_bytes(_file(folder / cache_key(), name), encode(kernel))


def encode(kernel: KernelObject) -> bytes:
    """A digest of what follows, the fields as a line of JSON, the object file."""
    rest = json.dumps(kernel.fields).encode() + b"\n" + kernel.content
    return hashlib.sha256(rest).digest() + rest


def decode(file: bytes) -> KernelObject:
    """The kernel of a file. Raises ValueError if the file is damaged."""
    digest, rest = file[:_DIGEST_BYTES], file[_DIGEST_BYTES:]
    if hashlib.sha256(rest).digest() != digest:
        raise ValueError("The digest does not match.")
    fields, _, content = rest.partition(b"\n")
    return KernelObject(json.loads(fields), content)


def user_folder() -> Path | None:
    """The user's cache, by the XDG convention; None if the user has no home."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "tflite_quant" / "kernels" if os.path.isabs(base) else None


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.kernel"


def _folders() -> Iterator[Path]:
    if given := os.environ.get(GIVEN):
        yield Path(given) / cache_key()
    kept = user_folder()
    if kept is not None and _is_own(kept / cache_key()):
        yield kept / cache_key()


def _is_own(folder: Path) -> bool:
    """Whether only this user may write to a folder."""
    try:
        status = folder.stat()
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE


def _make(folder: Path) -> bool:
    """Makes a folder of the user's cache, in place of the oldest if there are too many.
    Returns whether only this user may write to it."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        for outdated in _by_age(folder.parent)[KEPT_FOLDERS - 1 :]:
            shutil.rmtree(outdated, ignore_errors=True)
    folder.mkdir(_OWNER_ONLY, exist_ok=True)
    return _is_own(folder)


def _by_age(folder: Path) -> list[Path]:
    """The folders in a folder, the one that changed last first."""
    return sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
