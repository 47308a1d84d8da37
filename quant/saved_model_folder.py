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
_HEAD_BYTES = 32
_SHARD = re.compile(r"variables\.data-\d{5}-of-(\d{5})")
_CHECKPOINT_INDEX = "*.index"

_EXPORT = "and convert the folder that it writes."
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
    ".ckpt": ("a TensorFlow checkpoint", _CHECKPOINT_CURE),
    ".index": ("a TensorFlow checkpoint", _CHECKPOINT_CURE),
    ".onnx": ("an ONNX model", "Export the model from its framework as a SavedModel."),
    ".gz": ("an archive", "Unpack it, and give the folder that has saved_model.pb."),
    ".tgz": ("an archive", "Unpack it, and give the folder that has saved_model.pb."),
    ".tar": ("an archive", "Unpack it, and give the folder that has saved_model.pb."),
    ".zip": ("an archive", "Unpack it, and give the folder that has saved_model.pb."),
}


def check_folder(path: Path) -> None:
    """Raises ConversionError, with what the path is and the cure, unless it is a SavedModel
    folder with all of its variables. A folder without any variables passes: only the graph
    knows whether it needs them."""
    if not path.exists():
        raise ConversionError(
            f"{path} does not exist.", "Give the folder that model.export(FOLDER) wrote."
        )
    if not path.is_dir():
        raise _not_a_folder(path)
    graph = next((path / name for name in GRAPH_FILES if (path / name).is_file()), None)
    if graph is None:
        raise _not_a_saved_model(path)
    _check_content(graph)
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
    if zipfile.is_zipfile(path) and "model.weights.h5" in zipfile.ZipFile(path).namelist():
        return _BY_SUFFIX[".keras"]
    return _BY_SUFFIX.get(
        path.suffix.lower(), ("a file", "Give the folder that model.export(FOLDER) wrote.")
    )


def _not_a_saved_model(path: Path) -> ConversionError:
    missing = f"{path} has no saved_model.pb"
    below = sorted(
        folder
        for folder in path.iterdir()
        if any((folder / name).is_file() for name in GRAPH_FILES)
    )
    if below:
        return ConversionError(f"{missing}, but {below[-1].name}/ in it has.", f"Give {below[-1]}")
    if (path / "model.weights.h5").exists() or (path / "keras_metadata.pb").exists():
        return ConversionError(f"{missing}: it is an unpacked Keras model.", _KERAS_CURE)
    if (path / "checkpoint").exists() or any(path.glob(_CHECKPOINT_INDEX)):
        return ConversionError(f"{missing}: it is a checkpoint folder.", _CHECKPOINT_CURE)
    frozen = sorted(file.name for file in path.glob("*.pb"))
    if frozen:
        return ConversionError(f"{missing}: {frozen[0]} is a frozen graph.", _FROZEN_CURE)
    found = ", ".join(sorted(entry.name for entry in path.iterdir())[:4]) or "nothing"
    return ConversionError(
        f"{missing}: it holds {found}.",
        "Give the folder that model.export(FOLDER) or tf.saved_model.save wrote.",
    )


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
    head = _head(file)
    if head.startswith(GIT_LFS_POINTER):
        raise ConversionError(
            f"{file} is a Git LFS pointer, not the content.", "Run 'git lfs pull'."
        )
    if not head and file.name in GRAPH_FILES:
        raise ConversionError(f"{file} is empty.", "Export the model again.")


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_HEAD_BYTES)
    except OSError as error:
        raise ConversionError(
            f"{file} cannot be read: {error.strerror}.", "Make it readable."
        ) from error
