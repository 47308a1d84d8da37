from tests.mobile.packed import MODEL, write_model, write_zip
from tools.mobile import check_packaged


def check(app, *words):
    return check_packaged.main([str(app), *map(str, words)])


def test_pass(tmp_path, capsys):
    model = write_model(tmp_path)
    assert check(write_zip(tmp_path / "a.apk", {"assets/model.tflite": MODEL}), model) == 0
    assert capsys.readouterr().out == "a.apk, APK\n  PASS  assets/model.tflite\n"


def test_a_fault_is_told_with_its_cures_once(tmp_path, capsys):
    models = [
        write_model(tmp_path, name, MODEL + name.encode()) for name in ("a.tflite", "b.tflite")
    ]
    files = {f"assets/{model.name}": model.read_bytes() for model in models}
    assert check(write_zip(tmp_path / "a.apk", files, deflated=files), *models) == 1
    out = capsys.readouterr().out
    assert out.count("FAIL") == 2
    assert out.count("nocompress_extensions") == 1
    assert "aapt2 link -0 .tflite" in out


def test_what_is_there_instead(tmp_path, capsys):
    app = write_zip(tmp_path / "a.apk", {"assets/old.tflite": b""})
    assert check(app, write_model(tmp_path)) == 1
    assert (
        "model.tflite is not in it (its models are: assets/old.tflite)" in capsys.readouterr().out
    )


def test_alignment_is_an_option(tmp_path):
    app = write_zip(tmp_path / "a.apk", {"assets/mmmmmmm.tflite": MODEL}, aligned=4)
    model = write_model(tmp_path)
    assert check(app, model) == 1
    assert check(app, model, "--alignment=4") == 0


def test_bad_input(tmp_path, capsys):
    assert check(tmp_path / "a.txt", write_model(tmp_path)) == 2
    assert capsys.readouterr().err.startswith("error: ")
