"""The digest of all that the machine code of kernels depends on."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from kernels.isa import processor

SOURCES = ("errors.py", "field_types.py", "isa.py", "jit.py", "object_file.py", "compiled/*.py")
"""Kernels, and all of the project that they import."""
PACKAGES: Mapping[str, str] = MappingProxyType(
    {"llvmlite": "_version.py", "numba": "_version.py", "numpy": "version.py"}
)
"""Package -> the file in it that says its version."""
_SETTINGS = ("NUMBA_", "TFLQ_ISA")
"""How the environment variables begin that say how to compile: for which processor, ..."""


@cache
def cache_key() -> str:
    """The digest of the sources, the packages, the processor and Numba's settings."""
    parts = [_sources(Path(__file__).parent), _versions(), _processor(), _settings()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]


def _sources(folder: Path) -> list[tuple[str, str]]:
    return [
        (path.relative_to(folder).as_posix(), _digest(path))
        for pattern in SOURCES
        for path in sorted(folder.glob(pattern))
    ]


def _versions() -> list[str]:
    """From files: to import Numba, or ``importlib.metadata``, takes longer than many a kernel."""
    python = ".".join(map(str, sys.version_info[:2]))
    return [python, *(_version(package, file) for package, file in PACKAGES.items())]


def _version(package: str, file: str) -> str:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(f"The package {package} is not installed.")
    return _digest(Path(spec.origin).with_name(file))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _processor() -> list[str]:
    import llvmlite.binding as llvm

    return [llvm.get_default_triple(), *processor()]


def _settings() -> list[tuple[str, str]]:
    return sorted(item for item in os.environ.items() if item[0].startswith(_SETTINGS))
