"""Where quantized weights wait until the model is written: in a file that has no name, not in
memory, so a model may be larger than that. Nothing of it stays, however the process ends."""

from __future__ import annotations

import mmap
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import InputError
from kernels.mapped_memory import is_mapped, parts

LEAST_BYTES = 1 << 16
"""What is smaller stays in memory."""
_ALIGNMENT = 64


@dataclass
class Spill:
    """A file of ``size`` bytes, of which it takes on the disk what is written, and its mapping."""

    folder: Path
    file: IO[bytes]
    mapped: mmap.mmap
    size: int
    used: int = field(default=0)

    def keep(self, data: bytes | memoryview) -> bytes | memoryview:
        """The same bytes, from the file unless they are few, or mapped already, or it is full.

        Raises InputError if they cannot be written.
        """
        start = -(-self.used // _ALIGNMENT) * _ALIGNMENT
        end = start + len(data)
        if len(data) < LEAST_BYTES or end > self.size or is_mapped(data):
            return data
        try:
            self.file.seek(start)
            self.file.writelines(parts(data))
            self.file.flush()
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        self.used = end
        return memoryview(self.mapped)[start:end]

    def keep_array(self, values: NDArray[Any]) -> NDArray[Any]:
        """The same values, which are contiguous, as ``keep`` does it: read-only then."""
        kept = self.keep(values.reshape(-1).view(np.uint8).data)
        return np.frombuffer(kept, values.dtype).reshape(values.shape)


def open_spill(folder: Path, size: int) -> Spill:
    """An empty file in the folder, which is made if it is not there, for ``size`` bytes.

    Raises InputError if that cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (it lives as long as the mapping)
        size = max(1, size)
        file.truncate(size)
        return Spill(folder, file, mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ), size)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> InputError:
    return InputError(
        f"{folder} cannot be written to: {error.strerror or error}.",
        "Name an output in another folder, or free the place.",
    )
