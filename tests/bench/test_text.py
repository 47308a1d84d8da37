from tests.bench import recorded
from tools.bench import text
from tools.bench.breakdown import Row
from tools.bench.measurement import Measurement
from tools.bench.peaks import Peaks

PEAKS = Peaks(**recorded.CONDITIONS["peaks"])
ROWS = [
    Row("CONV_2D", "product.float", 2, 0.003, 75e6),
    Row("ADD", "arithmetic.add", 1, 0.001, 0),
]


def told(profiles=None, peaks=None):
    return text.lines(Measurement.from_json(recorded.measurement()), profiles or {}, peaks)


def cells(line):
    return [cell for cell in line.split("  ") if cell]


def test_a_line_for_each_file_and_each_number_of_threads():
    lines = told()
    assert lines[0] == "mobilenet_v2"
    assert [cell.strip() for cell in cells(lines[2])] == [
        *("float", "1", "6.00 / 9.00", "5.00 / 7.50", "1.20", "0")
    ]
    starts = [line.split("  ")[0] for line in lines[1:10]]
    assert starts[1:4] == ["float", "TFLite's dynamic range", "our dynamic range"]
    assert starts[4] == text.HYBRID_TITLE


def test_ratios_and_differences_are_told():
    lines = "\n".join(told())
    assert "4.80" in lines
    assert "inf" in lines
    assert "hybrid is 2.00 times as fast as float" in lines
    assert "2 threads over 1: float 1.80, TFLite's dynamic range -" in lines


def test_a_profile_tells_rates_and_shares():
    lines = told({"float": ROWS}, PEAKS)
    title = lines.index("float: 4.00 ms in all")
    assert [cell.strip() for cell in cells(lines[title + 2])] == [
        *("CONV_2D, product.float", "2", "3.00", "75%", "50.0", "50%")
    ]
    assert [cell.strip() for cell in cells(lines[title + 3])][-2:] == ["-", "-"]


def test_an_empty_profile_is_a_head():
    assert len(text.profile_rows([], PEAKS)) == 0
    assert told({"float": []}, PEAKS)[-2] == "float: 0.00 ms in all"


def test_what_was_not_measured_is_told():
    values = {**recorded.measurement(), "refused": {"int8": "no kernel for RSQRT"}}
    lines = text.lines(Measurement.from_json(values), {}, None)
    assert lines[-1] == "TFLite's int8: no kernel for RSQRT"
