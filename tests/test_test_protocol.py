from xml.etree import ElementTree

from quant.threshold import Check
from tools import test_protocol

CHECKS = (Check("top1 >= 0.9", 0.95, 0.05), Check("top1 drop <= 0", 0.01, -0.01))


def test_outside_bazel_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    test_protocol.write_test_xml("//a:b", CHECKS, {})
    test_protocol.keep_output("metrics.json", "{}", {})
    test_protocol.acknowledge_sharding({})
    assert not list(tmp_path.iterdir())


def test_one_case_a_threshold(tmp_path):
    output = tmp_path / "test.xml"
    test_protocol.write_test_xml("//a:b", CHECKS, {"XML_OUTPUT_FILE": str(output)})
    suite = ElementTree.parse(output).getroot().find("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failed = {case.get("name"): case.find("failure") is not None for case in suite}
    assert failed == {"top1 >= 0.9": False, "top1 drop <= 0": True}


def test_outputs_are_kept_where_bazel_says(tmp_path):
    folder = tmp_path / "undeclared"
    test_protocol.keep_output("a.json", "{}", {"TEST_UNDECLARED_OUTPUTS_DIR": str(folder)})
    assert (folder / "a.json").read_text() == "{}"


def test_shards_are_acknowledged(tmp_path):
    status = tmp_path / "status"
    test_protocol.acknowledge_sharding({"TEST_SHARD_STATUS_FILE": str(status)})
    assert status.exists()
