"""What times were measured on: the machine, the versions, the day."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from quant.converter_process import interpreter

_PACKAGES = ("ai-edge-litert", "numba", "llvmlite", "numpy")
_VERSIONS = """
from importlib import metadata
for name in ("tensorflow-cpu", "tensorflow", "keras"):
    try:
        print(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        pass
"""


def machine() -> dict[str, str]:
    """What is known of the machine and of the software, by name."""
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "processors": f"{os.cpu_count()}",
        "memory": memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **versions(),
    }


def processor() -> str:
    """The processor's name."""
    lines = _proc("cpuinfo")
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def memory() -> str:
    """How much memory there is."""
    sizes = [int(line.split()[1]) for line in _proc("meminfo") if line.startswith("MemTotal:")]
    return f"{sizes[0] / (1 << 20):.0f} GiB" if sizes else "unknown"


def versions() -> dict[str, str]:
    """Package -> version, of those installed here or beside TensorFlow."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found | _tensorflow_versions()


def _tensorflow_versions() -> dict[str, str]:
    try:
        said = subprocess.run([interpreter(), "-c", _VERSIONS], capture_output=True, text=True)
    except OSError:
        return {}
    lines = (line.partition(" ") for line in said.stdout.splitlines())
    return {name: version for name, _, version in lines}


def _proc(name: str) -> list[str]:
    """The lines of a file of Linux; none elsewhere."""
    try:
        return Path("/proc", name).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
