"""Where machine code of kernels is kept: a folder of object files.

The folder's name is a digest of all that the code depends on: the kernels' sources, Numba, and
the processor compiled for. So nothing in it is ever wrong or changes, and it may be copied.
TFLQ_KERNELS names a folder to read, as a build makes one (``python -m kernels.compile_all``); the
user's cache is the other.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from kernels.errors import InputError
from kernels.output_file import write_bytes

SOURCES = ("jit.py", "field_types.py", "compiled/*.py")
PACKAGES = ("llvmlite", "numba")
GIVEN, CHECKED = "TFLQ_KERNELS", "NUMBA_BOUNDSCHECK"
_PROCESSOR = ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")


@dataclass(frozen=True)
class KernelObject:
    """``fields``: name -> code of the type; ``content``: the object file."""

    fields: dict[str, str]
    content: bytes


def load(name: str) -> KernelObject | None:
    """What is kept of a kernel, None if nothing is."""
    for folder in _folders():
        try:
            content = (folder / f"{name}.o").read_bytes()
            fields = json.loads((folder / f"{name}.json").read_bytes())
        except (OSError, ValueError):
            continue
        return KernelObject(fields, content)
    return None


def store(name: str, kernel: KernelObject) -> None:
    """Keeps a kernel in the user's cache; in no folder if none can be written."""
    folder = user_folder() / key()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(folder, name, kernel)
    except (OSError, InputError):
        return


def write(folder: Path, name: str, kernel: KernelObject) -> None:
    """Writes a kernel's files; the one that ``load`` reads first comes last."""
    write_bytes(folder / f"{name}.json", json.dumps(kernel.fields).encode())
    write_bytes(folder / f"{name}.o", kernel.content)


def _folders() -> Iterator[Path]:
    if GIVEN in os.environ:
        yield Path(os.environ[GIVEN]) / key()
    yield user_folder() / key()


def user_folder() -> Path:
    """The user's cache, by the XDG convention."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "tflite_quant" / "kernels"


@cache
def key() -> str:
    """The digest of all that machine code depends on."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted(path for pattern in SOURCES for path in here.glob(pattern)):
        digest.update(path.relative_to(here).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(json.dumps([_versions(), _processor(), os.environ.get(CHECKED)]).encode())
    return digest.hexdigest()[:24]


def _versions() -> list[str]:
    return [metadata.version(package) for package in PACKAGES]


def _processor() -> list[str]:
    import llvmlite.binding as llvm

    own = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    return [os.environ.get(name) or found for name, found in zip(_PROCESSOR, own, strict=True)]


@cache
def _engine() -> Any:
    """What places machine code in memory."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(codemodel="small", jit=True)
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)


def link(name: str, content: bytes) -> int:
    """The address of a kernel in memory."""
    import llvmlite.binding as llvm

    engine = _engine()
    engine.add_object_file(llvm.ObjectFileRef.from_data(content))
    engine.finalize_object()
    return int(engine.get_function_address(name))
