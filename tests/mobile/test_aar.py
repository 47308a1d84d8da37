import zipfile
from xml.etree import ElementTree

from tests.mobile.packed import MODEL, write_model
from tools.mobile import aar

ANDROID = "{http://schemas.android.com/apk/res/android}"


def make(tmp_path, *names, **options):
    options = {"namespace": "com.example.models", "min-sdk": "21", "dir": "models", **options}
    models = [str(write_model(tmp_path, name)) for name in names]
    words = [f"--{name}={value}" for name, value in options.items()]
    assert aar.main([*models, f"--output={tmp_path / 'm.aar'}", *words]) == 0
    return zipfile.ZipFile(tmp_path / "m.aar")


def test_entries(tmp_path):
    with make(tmp_path, "b.tflite", "a.tflite") as archive:
        assert archive.namelist() == [
            "AndroidManifest.xml",
            "META-INF/com/android/build/gradle/aar-metadata.properties",
            "R.txt",
            "assets/models/a.tflite",
            "assets/models/b.tflite",
            "classes.jar",
        ]
        assert archive.read("assets/models/a.tflite") == MODEL
        assert archive.read("R.txt") == b""
        assert b"aarFormatVersion=1.0\n" in archive.read(archive.namelist()[1])
        with archive.open("classes.jar") as jar:
            assert zipfile.ZipFile(jar).namelist() == ["META-INF/MANIFEST.MF"]


def test_manifest(tmp_path):
    with make(tmp_path, "a.tflite", namespace='a"<&', **{"min-sdk": 26}) as archive:
        manifest = ElementTree.fromstring(archive.read("AndroidManifest.xml"))
    assert manifest.get("package") == 'a"<&'
    assert manifest.find("uses-sdk").get(f"{ANDROID}minSdkVersion") == "26"


def test_folders_may_be_nested(tmp_path):
    with make(tmp_path, "a.tflite", dir="ml/models") as archive:
        assert "assets/ml/models/a.tflite" in archive.namelist()


def test_no_models(tmp_path, capsys):
    assert aar.main(["--output=a.aar", "--namespace=a", "--min-sdk=1", "--dir=m"]) == 2
    assert "MODELS" in capsys.readouterr().err
