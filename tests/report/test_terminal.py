from tests.reported_model import everything, nothing
from tools.report.terminal import terminal_summary


def test_about_a_dozen_lines():
    lines = terminal_summary(everything(), "out/report.html").splitlines()
    assert lines[0] == "bad"
    assert "  bytes     9,000 -> 4,000, 2.25 times smaller" in lines
    assert "  top1      float 0.9000, quantized 0.8000 on 20 samples" in lines
    assert "  FAIL      top1 >= 0.9: 0.8000, margin -0.1000" in lines
    assert any("BAD       One value spoils channel 3" in line for line in lines)
    assert any("keep_float = " in line for line in lines)
    assert lines[-1].split() == ["file", "out/report.html"]
    assert 8 <= len(lines) <= 20


def test_what_is_not_known_takes_no_line():
    text = terminal_summary(nothing(), "report.html")
    assert "None" not in text
    assert "layers" not in text
