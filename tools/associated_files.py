"""Files and metadata that travel within a ``.tflite``: labels, vocabularies, descriptions.

Associated files are a ZIP archive behind the flatbuffer, as TFLite Metadata has them: readers of
ZIP and readers of models both take the file
(https://ai.google.dev/edge/litert/models/metadata).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from kernels.errors import ModelError
from kernels.model import Metadata, Model
from tools.mobile.archive import archive_bytes


def associated_files(model: Model) -> dict[str, bytes]:
    """Name -> content, in the archive's order. Raises ModelError for a damaged archive."""
    if not len(model.tail):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(bytes(model.tail))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise ModelError(
            f"The model's associated files cannot be read: {error}.", "Pack them again."
        ) from error


def with_files(model: Model, files: Mapping[str, bytes]) -> Model:
    """The model with these associated files besides its own, of which those of the same name
    are replaced; sorted by name and stored as they are."""
    held = {**associated_files(model), **files}
    return replace(model, tail=archive_bytes(held) if held else b"")


def with_metadata(model: Model, entries: Mapping[str, bytes]) -> Model:
    """The model with these metadata besides its own, of which those of the same name are
    replaced."""
    kept = tuple(each for each in model.metadata if each.name not in entries)
    first = len(model.buffers)
    added = tuple(Metadata(name, first + i) for i, name in enumerate(sorted(entries)))
    buffers = tuple(entries[each.name] for each in added)
    return replace(model, metadata=(*kept, *added), buffers=(*model.buffers, *buffers))
