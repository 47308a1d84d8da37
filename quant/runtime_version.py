"""The metadata entry that says which TensorFlow release a model needs at least."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kernels.model import Model

MIN_RUNTIME_VERSION = "min_runtime_version"
_BUFFER_BYTES = 16
"""The converter's: the text, padded with zeros."""


def require_runtime(model: Model, releases: Iterable[str]) -> Model:
    """The model asking for the newest of the releases and of what it asks for already.

    A model without the metadata entry stays without: operator versions say it too.
    """
    buffers = list(model.buffers)
    for entry in model.metadata:
        if entry.name == MIN_RUNTIME_VERSION:
            present = bytes(buffers[entry.buffer]).rstrip(b"\0").decode("utf-8", "replace")
            newest = max((present, *releases), key=_numbers)
            if newest != present:
                buffers[entry.buffer] = newest.encode().ljust(_BUFFER_BYTES, b"\0")
    return replace(model, buffers=tuple(buffers))


def _numbers(release: str) -> tuple[int, ...]:
    """``2.17.0`` as numbers to compare; text that is no release is older than all."""
    parts = release.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()
