import zipfile

import pytest

from kernels.errors import ConversionError
from quant.saved_model_folder import GIT_LFS_POINTER, HDF5, check_folder

SHARD = "variables/variables.data-{:05d}-of-{:05d}"
COMPLETE = {
    "saved_model.pb": b"graph",
    "variables/variables.index": b"index",
    SHARD.format(0, 1): b"data",
}


def write(folder, files):
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


@pytest.mark.parametrize(
    "files",
    [
        COMPLETE,
        {"saved_model.pb": b"graph"},
        {"saved_model.pbtxt": b"graph"},
        {**COMPLETE, "fingerprint.pb": b"", "assets/vocabulary.txt": b"a"},
        {**COMPLETE, SHARD.format(0, 1): b""},
        {
            **{name: COMPLETE[name] for name in list(COMPLETE)[:2]},
            SHARD.format(0, 2): b"data",
            SHARD.format(1, 2): b"data",
        },
    ],
)
def test_saved_models(tmp_path, files):
    check_folder(write(tmp_path, files))


def test_empty_variables_are_for_the_graph_to_judge(tmp_path):
    (tmp_path / "variables").mkdir()
    check_folder(write(tmp_path, {"saved_model.pb": b"graph"}))


@pytest.mark.parametrize(
    ("files", "problem", "cure"),
    [
        ({}, "has no saved_model.pb: it holds nothing", "model.export(FOLDER)"),
        ({"a.txt": b"", "b.txt": b""}, "it holds a.txt, b.txt", "model.export(FOLDER)"),
        ({"config.json": b"", "model.weights.h5": b""}, "unpacked Keras", "load_model"),
        ({"checkpoint": b"", "c-1.index": b""}, "it is a checkpoint folder", "weights but no"),
        ({"c-1.index": b"", "c-1.data-00000-of-00001": b""}, "checkpoint folder", "no graph"),
        ({"frozen.pb": b"graph"}, "frozen.pb is a frozen graph", "wrap_function"),
        ({f"1/{name}": b"x" for name in COMPLETE}, "but it is in", "/1"),
        ({"saved_model.pb": b""}, "saved_model.pb is empty", "again"),
        ({"saved_model.pb": GIT_LFS_POINTER + b"/v1"}, "Git LFS pointer", "git lfs pull"),
        (
            {**COMPLETE, SHARD.format(0, 1): GIT_LFS_POINTER},
            "data-00000-of-00001 is a Git LFS pointer",
            "git lfs pull",
        ),
        (
            {name: COMPLETE[name] for name in list(COMPLETE)[:2]},
            "data-00000-of-00001 is missing",
            "glob(['NAME/**'])",
        ),
        (
            {"saved_model.pb": b"graph", SHARD.format(0, 1): b"data"},
            "variables.index is missing",
            "whole folder",
        ),
        ({**COMPLETE, SHARD.format(1, 3): b""}, "00000-of-00003 is missing", "whole folder"),
    ],
)
def test_folders_that_are_none(tmp_path, files, problem, cure):
    if "00000-of-00003" in problem:
        files = {name: content for name, content in files.items() if "of-00001" not in name}
    with pytest.raises(ConversionError) as caught:
        check_folder(write(tmp_path, files))
    assert problem in caught.value.problem
    assert cure in caught.value.cure


@pytest.mark.parametrize(
    ("name", "content", "problem", "cure"),
    [
        ("saved_model.pb", b"graph", "is a file of a SavedModel", "Give its folder"),
        ("model.h5", HDF5 + b"rest", "a Keras HDF5 file", "load_model"),
        ("model", HDF5 + b"rest", "a Keras HDF5 file", "load_model"),
        ("model.keras", b"anything", "a Keras model file", "load_model"),
        ("model.pb", b"graph", "a frozen TensorFlow graph", "wrap_function"),
        ("model.bin", b"\x1c\0\0\0TFL3....", "a .tflite, converted already", "as it is"),
        ("model-1.index", b"", "a checkpoint", "no graph"),
        ("model.onnx", b"", "an ONNX model", "SavedModel"),
        ("model.tar.gz", b"\x1f\x8b", "an archive", "Unpack it"),
        ("model.zip", b"PK broken", "cannot be read: File is not a zip file", "readable"),
        ("notes.txt", b"text", "is a file, not a SavedModel folder", "model.export(FOLDER)"),
        ("empty", b"", "is a file, not a SavedModel folder", "model.export(FOLDER)"),
    ],
)
def test_files_given_for_folders(tmp_path, name, content, problem, cure):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConversionError) as caught:
        check_folder(tmp_path / name)
    assert problem in caught.value.problem
    assert cure in caught.value.cure


def test_a_keras_file_is_known_by_what_it_holds(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr("model.weights.h5", b"")
    with pytest.raises(ConversionError, match="a Keras model file"):
        check_folder(tmp_path / "model.zip")


def test_a_folder_inside_a_saved_model(tmp_path):
    with pytest.raises(ConversionError) as caught:
        check_folder(write(tmp_path, COMPLETE) / "variables")
    assert caught.value.cure == f"Give {tmp_path}"


def test_what_does_not_exist(tmp_path):
    with pytest.raises(ConversionError, match="none does not exist"):
        check_folder(tmp_path / "none")
