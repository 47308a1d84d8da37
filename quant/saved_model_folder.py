"""Is a path a SavedModel? Answered from names and first bytes, before TensorFlow is started.

https://www.tensorflow.org/guide/saved_model#the_savedmodel_format_on_disk
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from kernels.errors import ConversionError

GRAPH_FILES = ("saved_model.pb", "saved_model.pbtxt")
GIT_LFS_POINTER = b"version https://git-lfs"
HDF5 = b"\x89HDF\r\n\x1a\n"
TFLITE_IDENTIFIER = b"TFL3"
_ZIP = b"PK"
_HEAD_BYTES = 32
_SHARD = re.compile(r"variables\.data-\d{5}-of-(\d{5})")
_KERAS_WEIGHTS = "model.weights.h5"
_NAMED = 4
"""So many files or folders are named in a message."""

_EXPORT = "and convert the folder that it writes."
_UNPACK = "Unpack it, and give the folder that has saved_model.pb."
_KERAS_CURE = f"Run keras.models.load_model(PATH).export(FOLDER) {_EXPORT}"
_CHECKPOINT_CURE = (
    "A checkpoint has weights but no graph: load it into the model that wrote it, call "
    f"model.export(FOLDER) {_EXPORT}"
)
_FROZEN_CURE = (
    "Import the graph with tf.compat.v1.wrap_function, save it with tf.saved_model.save "
    f"and a signature, {_EXPORT}"
)
_BY_SUFFIX = {
    ".keras": ("a Keras model file", _KERAS_CURE),
    ".pb": ("a frozen TensorFlow graph", _FROZEN_CURE),
    ".pbtxt": ("a TensorFlow graph as text", _FROZEN_CURE),
    ".ckpt": ("a checkpoint", _CHECKPOINT_CURE),
    ".index": ("a checkpoint", _CHECKPOINT_CURE),
    ".onnx": ("an ONNX model", "Export the model from its framework as a SavedModel."),
    ".gz": ("an archive", _UNPACK),
    ".tgz": ("an archive", _UNPACK),
    ".tar": ("an archive", _UNPACK),
    ".zip": ("an archive", _UNPACK),
}


def check_folder(path: Path) -> None:
    """Raises ConversionError, with what the path is and the cure, unless it is a SavedModel
    folder with all of its variables. A folder without any variables passes: only the graph
    knows whether it needs them."""
    try:
        _check(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ConversionError(f"{path} cannot be read: {error}.", "Make it readable.") from error


def _check(path: Path) -> None:
    if not path.exists():
        raise ConversionError(
            f"{path} does not exist.", "Give the folder that model.export(FOLDER) wrote."
        )
    if not path.is_dir():
        raise _not_a_folder(path)
    if not _has_graph(path):
        raise _not_a_saved_model(path)
    for name in GRAPH_FILES:
        _check_content(path / name)
    _check_variables(path / "variables")


def _not_a_folder(path: Path) -> ConversionError:
    if path.name in GRAPH_FILES:
        return ConversionError(
            f"{path} is a file of a SavedModel.", f"Give its folder: {path.parent}"
        )
    kind, cure = _file_kind(path)
    return ConversionError(f"{path} is {kind}, not a SavedModel folder.", cure)


def _file_kind(path: Path) -> tuple[str, str]:
    head = _head(path)
    if head.startswith(HDF5):
        return "a Keras HDF5 file", _KERAS_CURE
    if head[4:8] == TFLITE_IDENTIFIER:
        return "a .tflite, converted already", "Quantize it as it is; nothing is to be converted."
    if head.startswith(_ZIP) and _KERAS_WEIGHTS in zipfile.ZipFile(path).namelist():
        return _BY_SUFFIX[".keras"]
    return _BY_SUFFIX.get(
        path.suffix.lower(), ("a file", "Give the folder that model.export(FOLDER) wrote.")
    )


def _not_a_saved_model(path: Path) -> ConversionError:
    missing = f"{path} has no saved_model.pb"
    near = [folder for folder in (path.parent, *sorted(path.iterdir())) if _has_graph(folder)]
    if near:
        names = ", ".join(str(folder) for folder in near[:_NAMED])
        return ConversionError(f"{missing}, but it is in {names}.", f"Give {near[-1]}")
    if (path / _KERAS_WEIGHTS).exists():
        return ConversionError(f"{missing}: it is an unpacked Keras model.", _KERAS_CURE)
    if (path / "checkpoint").exists() or any(path.glob("*.index")):
        return ConversionError(f"{missing}: it is a checkpoint folder.", _CHECKPOINT_CURE)
    frozen = sorted(file.name for file in path.glob("*.pb"))
    if frozen:
        return ConversionError(f"{missing}: {frozen[0]} is a frozen graph.", _FROZEN_CURE)
    found = ", ".join(sorted(entry.name for entry in path.iterdir())[:_NAMED]) or "nothing"
    return ConversionError(
        f"{missing}: it holds {found}.",
        "Give the folder that model.export(FOLDER) or tf.saved_model.save wrote.",
    )


def _has_graph(folder: Path) -> bool:
    return any((folder / name).is_file() for name in GRAPH_FILES)


def _check_variables(variables: Path) -> None:
    names = sorted(entry.name for entry in variables.iterdir()) if variables.is_dir() else []
    shards = [match for match in map(_SHARD.fullmatch, names) if match]
    if "variables.index" not in names and not shards:
        return
    count = int(shards[0][1]) if shards else 1
    expected = [f"variables.data-{i:05d}-of-{count:05d}" for i in range(count)]
    for name in ("variables.index", *expected):
        if name not in names:
            raise ConversionError(
                f"{variables / name} is missing: the SavedModel is not complete.",
                "Copy the whole folder; in a BUILD file, glob(['NAME/**']).",
            )
        _check_content(variables / name)


def _check_content(file: Path) -> None:
    if not file.exists():
        return
    head = _head(file)
    if head.startswith(GIT_LFS_POINTER):
        raise ConversionError(
            f"{file} is a Git LFS pointer, not the content.", "Run 'git lfs pull'."
        )
    if not head and file.name in GRAPH_FILES:
        raise ConversionError(f"{file} is empty.", "Export the model again.")


def _head(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(_HEAD_BYTES)
