import pytest

from tests.mobile.packed import MODEL, write_model, write_zip
from tools.mobile.app import open_app
from tools.mobile.cures import Fault
from tools.mobile.packaged import find_models

ASSET = "assets/models/model.tflite"


def find(tmp_path, app, alignment=16, content=MODEL):
    model = write_model(tmp_path / "built", content=content)
    return [(f.place, f.fault) for f in find_models(open_app(app), [model], alignment)]


def apk(tmp_path, files, **options):
    return write_zip(tmp_path / "app.apk", files, **options)


def test_in_place(tmp_path):
    assert find(tmp_path, apk(tmp_path, {ASSET: MODEL})) == [(ASSET, None)]


def test_missing(tmp_path):
    app = apk(tmp_path, {"assets/models/another.tflite": b"..", "classes.dex": b""})
    assert find(tmp_path, app) == [(None, Fault.MISSING)]


def test_the_same_name_with_other_bytes(tmp_path):
    app = apk(tmp_path, {ASSET.upper(): MODEL[:-1] + b"!"})
    assert find(tmp_path, app) == [(ASSET.upper(), Fault.OTHER_BYTES)]


def test_the_same_bytes_under_another_name(tmp_path):
    name = "assets/models#group_other/speech.tflite"
    assert find(tmp_path, apk(tmp_path, {name: MODEL})) == [(name, None)]


def test_a_variant_of_the_same_name_is_no_fault(tmp_path):
    files = {"assets/m#group_a/model.tflite": b"another", "assets/m#group_b/model.tflite": MODEL}
    found = find(tmp_path, apk(tmp_path, files))
    assert found == [("assets/m#group_b/model.tflite", None)]


def test_every_copy_is_judged(tmp_path):
    files = {ASSET: MODEL, "assets/b.tflite": MODEL}
    found = find(tmp_path, apk(tmp_path, files, deflated=["assets/b.tflite"]))
    assert found == [(ASSET, None), ("assets/b.tflite", Fault.COMPRESSED)]


def test_compressed(tmp_path):
    app = apk(tmp_path, {ASSET: MODEL}, deflated=[ASSET])
    assert find(tmp_path, app) == [(ASSET, Fault.COMPRESSED)]


@pytest.mark.parametrize(
    ("asked", "fault"), [(16, Fault.MISALIGNED), (8, Fault.MISALIGNED), (4, None), (1, None)]
)
def test_alignment(tmp_path, asked, fault):
    name = "assets/" + "m" * 7 + ".tflite"  # 30 + 21 bytes of header, and one of extra: 52
    app = apk(tmp_path, {name: MODEL}, aligned=4)
    assert open_app(app).files[0].offset == 52
    assert find(tmp_path, app, alignment=asked) == [(name, fault)]


def test_out_of_reach(tmp_path):
    app = apk(tmp_path, {"models/model.tflite": MODEL})
    assert find(tmp_path, app) == [("models/model.tflite", Fault.OUT_OF_REACH)]


def test_a_target_that_is_no_model(tmp_path):
    pointer = b"version https://git-lfs.github.com/spec/v1\n"
    assert find(tmp_path, apk(tmp_path, {ASSET: pointer}), content=pointer) == [
        (ASSET, Fault.NOT_A_MODEL)
    ]


@pytest.mark.parametrize(
    ("glob", "fault"), [(b"**.tflite", None), (b"**.bin", Fault.WILL_BE_COMPRESSED)]
)
def test_app_bundle(tmp_path, glob, fault):
    compression = b"\x0a" + bytes([len(glob)]) + glob
    files = {
        "BundleConfig.pb": b"\x1a" + bytes([len(compression)]) + compression,
        f"base/{ASSET}": MODEL,
    }
    app = write_zip(tmp_path / "app.aab", files, deflated=[f"base/{ASSET}"], aligned=1)
    assert find(tmp_path, app) == [(f"base/{ASSET}", fault)]


@pytest.mark.parametrize("suffix", [".aar", ".ipa"])
def test_what_is_unpacked_may_be_compressed(tmp_path, suffix):
    place = ASSET if suffix == ".aar" else "Payload/A.app/model.tflite"
    app = write_zip(tmp_path / f"a{suffix}", {place: MODEL}, deflated=[place])
    assert find(tmp_path, app) == [(place, None)]


def test_folder(tmp_path):
    write_model(tmp_path / "A.app/Models.bundle")
    assert find(tmp_path, tmp_path / "A.app") == [("Models.bundle/model.tflite", None)]
