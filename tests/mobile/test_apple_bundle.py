import json
import plistlib

from tests.mobile.packed import MODEL, write_model
from tools.mobile import apple_bundle

OPTIONS = ["--identifier=com.example.Models", "--version=1.2", "--minimum-os=12.0"]


def test_bundle(tmp_path):
    models = [str(write_model(tmp_path, name)) for name in ("a.tflite", "b.tflite")]
    bundle = tmp_path / "Models.bundle"
    assert apple_bundle.main([*models, f"--output={bundle}", *OPTIONS]) == 0
    assert sorted(p.name for p in bundle.iterdir()) == ["Info.plist", "a.tflite", "b.tflite"]
    assert (bundle / "a.tflite").read_bytes() == MODEL
    content = (bundle / "Info.plist").read_bytes()
    assert content.startswith(b"bplist00")
    assert plistlib.loads(content) == {
        "CFBundleDevelopmentRegion": "en",
        "CFBundleIdentifier": "com.example.Models",
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleName": "Models",
        "CFBundlePackageType": "BNDL",
        "CFBundleShortVersionString": "1.2",
        "CFBundleVersion": "1.2",
        "MinimumOSVersion": "12.0",
    }


def test_podspec_has_what_cocoapods_requires(tmp_path):
    model = str(write_model(tmp_path))
    spec = tmp_path / "Models.podspec.json"
    bundle = tmp_path / "Models.bundle"
    assert apple_bundle.main([model, f"--output={bundle}", f"--podspec={spec}", *OPTIONS]) == 0
    pod = json.loads(spec.read_text())
    required = {"name", "version", "summary", "homepage", "license", "authors", "source"}
    assert required <= pod.keys()
    assert (pod["name"], pod["resources"]) == ("Models", ["Models.bundle"])
