"""Describes the interpreter that runs this file and its packages, as JSON on standard output."""

import importlib.metadata
import importlib.util
import json
import platform
import sys

json.dump(
    {
        # pyenv and the like put shell scripts on PATH; this is what they start in the end.
        "executable": getattr(sys, "_base_executable", None) or sys.executable,
        "version": platform.python_version(),
        "minor": list(sys.version_info[:2]),
        "platform": f"{sys.platform}-{platform.machine()}",
        "pip": importlib.util.find_spec("pip") is not None,
        "packages": sorted(
            f"{package.metadata['Name']}=={package.version}"
            for package in importlib.metadata.distributions()
        ),
    },
    sys.stdout,
)
