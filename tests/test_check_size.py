from xml.etree import ElementTree

import pytest

from kernels.errors import RecipeError
from tools import check_size


@pytest.fixture
def files(tmp_path):
    (tmp_path / "m.tflite").write_bytes(b"." * 1000)
    (tmp_path / "f.tflite").write_bytes(b"." * 3500)
    return str(tmp_path / "m.tflite"), f"--float-model={tmp_path / 'f.tflite'}"


@pytest.mark.parametrize(
    ("thresholds", "code"),
    [
        (["--max-bytes=1000"], 0),
        (["--max-bytes=999"], 1),
        (["--min-ratio=3.5"], 0),
        (["--min-ratio=3.51"], 1),
        (["--max-bytes=1000", "--min-ratio=3.51"], 1),
        (["--max-bytes=0"], 1),
    ],
)
def test_thresholds(files, thresholds, code):
    assert check_size.main([*files, *thresholds]) == code


def test_what_is_said(files, capsys):
    assert check_size.main([*files, "--name=//a:b", "--max-bytes=2000", "--min-ratio=4"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "//a:b",
        "  PASS  bytes <= 2000: 1,000",
        "  FAIL  ratio >= 4: 3.500",
    ]


def test_test_xml_has_a_case_for_each(files, tmp_path, monkeypatch):
    output = tmp_path / "test.xml"
    monkeypatch.setenv("XML_OUTPUT_FILE", str(output))
    check_size.main([*files, "--max-bytes=1", "--min-ratio=2"])
    suite = ElementTree.parse(output).getroot().find("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")


def test_an_empty_file_has_a_ratio():
    (check,) = check_size.size_checks(0, 100, None, 2.0)
    assert check.passed


def test_nothing_asked():
    with pytest.raises(RecipeError, match="no threshold is set"):
        check_size.size_checks(1, 1, None, None)


def test_a_ratio_needs_a_float_model():
    with pytest.raises(RecipeError, match="min_ratio compares with a float model"):
        check_size.size_checks(1, None, None, 2.0)


def test_a_missing_file(capsys):
    assert check_size.main(["absent.tflite", "--max-bytes=1"]) == 2
    assert "absent.tflite" in capsys.readouterr().err
