from tests.mobile.packed import write_model
from tools.mobile import ai_pack

ASSETS = "src/main/assets"


def make(tmp_path, *words, delivery="on-demand"):
    fast = write_model(tmp_path, "fast.tflite", b"fast")
    other = write_model(tmp_path, "other.tflite", b"other")
    variants = ["--variant", "fast", str(fast), "--variant", "other", str(other)]
    options = ["--pack=speech", "--file=models/speech.tflite", f"--delivery={delivery}"]
    code = ai_pack.main([f"--output={tmp_path / 'pack'}", *options, *variants, *words])
    return code, tmp_path / "pack"


def test_every_group_has_the_model_under_one_name(tmp_path):
    code, pack = make(tmp_path)
    assert code == 0
    files = {str(p.relative_to(pack)): p.read_bytes() for p in pack.rglob("*") if p.is_file()}
    assert files.pop("build.gradle.kts").splitlines()[:2] == [
        b"plugins {",
        b'    id("com.android.ai-pack")',
    ]
    assert files == {
        f"{ASSETS}/models#group_fast/speech.tflite": b"fast",
        f"{ASSETS}/models#group_other/speech.tflite": b"other",
    }


def test_build_file_names_pack_and_delivery(tmp_path):
    _, pack = make(tmp_path, delivery="install-time")
    text = (pack / "build.gradle.kts").read_text()
    assert 'packName = "speech"' in text
    assert 'deliveryType = "install-time"' in text
    assert text.count("{") == text.count("}") == 3


def test_selectors_make_the_targeting_file(tmp_path):
    words = ["--selector", "fast", "soc Qualcomm SM8650", "--selector", "fast", "ram 8000000000"]
    code, pack = make(tmp_path, *words)
    assert code == 0
    text = (pack / "device_targeting_configuration.xml").read_text()
    assert text.count("<config:device-group ") == 1
    assert 'model="SM8650"' in text


def test_unknown_delivery(tmp_path, capsys):
    code, _ = make(tmp_path, delivery="never")
    assert code == 2
    assert "install-time" in capsys.readouterr().err
