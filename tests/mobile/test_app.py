import hashlib

import pytest

from kernels.errors import InputError
from tests.mobile.packed import MODEL, write_model, write_zip
from tools.mobile.app import open_app


def test_an_empty_folder(tmp_path):
    app = open_app(tmp_path)
    assert (app.format.name, app.files) == ("folder", ())


def test_folder(tmp_path):
    write_model(tmp_path / "models")
    (file,) = open_app(tmp_path).files
    assert (file.path, file.name) == ("models/model.tflite", "model.tflite")
    assert (file.size, file.offset, file.compressed) == (len(MODEL), None, False)
    assert file.sha256() == hashlib.sha256(MODEL).hexdigest()


def test_archive(tmp_path):
    files = {"assets/": b"", "assets/a.tflite": MODEL, "assets/b.tflite": MODEL}
    path = write_zip(tmp_path / "a.APK", files, deflated=["assets/b.tflite"])
    app = open_app(path)
    stored, deflated = app.files
    assert app.format.mapped
    assert (stored.compressed, deflated.compressed) == (False, True)
    assert stored.sha256() == deflated.sha256() == hashlib.sha256(MODEL).hexdigest()
    start = stored.offset
    assert path.read_bytes()[start : start + len(MODEL)] == MODEL
    assert start % 16 == 0


@pytest.mark.parametrize(
    ("suffix", "path", "reached"),
    [
        (".apk", "assets/a.tflite", True),
        (".apk", "res/raw/a.tflite", True),
        (".apk", "models/assets/a.tflite", False),
        (".aab", "base/assets/a.tflite", True),
        (".aab", "assets/a.tflite", False),
        (".aar", "assets/a.tflite", True),
        (".ipa", "Payload/My App.app/Models.bundle/a.tflite", True),
        (".ipa", "SwiftSupport/a.tflite", False),
    ],
)
def test_reach(tmp_path, suffix, path, reached):
    app = open_app(write_zip(tmp_path / f"a{suffix}", {path: MODEL}))
    assert app.reaches(app.files[0]) == reached


def test_unknown_suffix(tmp_path):
    with pytest.raises(InputError, match=r"no app that is known here\.\nGive a folder, or a file"):
        open_app(write_zip(tmp_path / "a.jar", {}))


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"not an archive"])
def test_damaged_archive(tmp_path, content):
    (tmp_path / "a.apk").write_bytes(content)
    with pytest.raises(InputError, match="cannot be read as an APK"):
        open_app(tmp_path / "a.apk")


def test_missing(tmp_path):
    with pytest.raises(InputError, match="cannot be read as an APK"):
        open_app(tmp_path / "a.apk")


def test_damaged_file(tmp_path):
    path = write_zip(tmp_path / "a.apk", {"assets/a.tflite": MODEL})
    path.write_bytes(path.read_bytes().replace(b"TFL3", b"TFL4", 1))
    with pytest.raises(InputError, match=r"assets/a\.tflite of the app cannot be read"):
        open_app(path).files[0].sha256()
