"""Folders of compiled kernels that a test makes, and processes that use them."""

import os
import subprocess
import sys
from pathlib import Path

import kernels

KERNEL = "libm.exp"
RUN = f"""
import numpy as np
from kernels.kernel import kernel
x, y = np.float32([0, -np.inf]), np.zeros(2, np.float32)
kernel("{KERNEL}")(x, y, chunks=2)
print(f"{{y[0]}} {{y[1]}}\\n", end="")
"""
"""Runs one kernel, and prints EXPECTED."""
EXPECTED = "1.0 0.0\n"


def python(code, folder, **environment):
    """What another process prints whose user has ``folder`` as a cache; it finds the modules
    that this one finds, and gets no compiled kernels from a build."""
    kept = {name: value for name, value in os.environ.items() if name != "TFLQ_KERNELS"}
    path = os.pathsep.join([str(Path(kernels.__file__).parent.parent), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "PYTHONPATH": path, "XDG_CACHE_HOME": str(folder), **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
