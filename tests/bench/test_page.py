import pytest

from tests.bench import recorded
from tools.bench import columns
from tools.bench.conditions import Conditions
from tools.bench.page import page
from tools.bench.record import Record

CONDITIONS = Conditions.from_json(recorded.CONDITIONS)


def made(*models):
    return page([Record.from_json(recorded.record(model)) for model in models], CONDITIONS)


def rows(text, title):
    return [line for line in text.splitlines() if line.startswith(f"| {title} |")]


def test_every_table_has_a_row_for_each_model_and_rows_are_as_wide_as_heads():
    text = made("mobilenet_v2", "resnet50")
    assert len(rows(text, "MobileNetV2")) == len(rows(text, "ResNet50")) == 7
    for table in text.split("\n\n"):
        lines = [line for line in table.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1


def test_ratios_are_those_of_the_record():
    (line, *_) = rows(made("mobilenet_v2"), "MobileNetV2")
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        *("MobileNetV2", "4.80", "2.00", "1.20", "-", "2.00", "-", "1.10", "-", "1.80"),
        "2026-01-31",
    ]


@pytest.mark.parametrize(
    "said",
    ["Example 9000", "100 G/s", "400 G/s", "20 GB/s", "12.2 s", "0.45", "1.20", "0.90", "80%"],
)
def test_the_page_tells(said):
    assert said in made("mobilenet_v2")


def test_models_that_are_not_in_the_zoo_are_left_out():
    assert made("alexnet") == made()


def test_a_page_without_models_is_a_page():
    assert made().startswith("# Benchmarks\n")
    assert not made().endswith("\n\n")


@pytest.mark.parametrize("what", ["held", "peak"])
def test_memory_is_in_megabytes_beside_the_ratio(what):
    record = Record.from_json(recorded.record())
    cells = [cell(record) for _, cell in columns.memory(what)]
    assert cells[:3] == {"held": ["10.0", "12.0", "1.20"], "peak": ["20.0", "18.0", "0.90"]}[what]
    assert set(cells[3:]) == {"-"}


def test_what_was_not_measured_is_told():
    values = recorded.record()
    values["measurement"]["refused"] = {"int8": "no kernel for RSQRT"}
    told = page([Record.from_json(values)], CONDITIONS)
    assert "* MobileNetV2, TFLite's int8: no kernel for RSQRT\n" in told
    assert "Not measured" not in made("mobilenet_v2")
