"""Progress goes to standard error: lines where there is no terminal, a bar where there is one."""

import io

import pytest

from tools.progress import counted, progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("count", "lines"), [(0, []), (1, []), (4, []), (5, [1, 2, 3, 5]), (100, [25, 50, 75, 100])]
)
def test_lines_elsewhere(capsys, count, lines):
    items = list(range(count))
    assert [*progress(items, "weights")] == items
    told = capsys.readouterr()
    assert told.err.splitlines() == [f"weights: {line} of {count}" for line in lines]
    assert told.out == ""


def test_a_bar_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert [*progress([1, 2], "weights")] == [1, 2]
    assert "100%" in terminal.getvalue()


def test_lines_can_be_left_out(capsys):
    with counted(4, "runs", in_lines=False) as tick:
        for _ in range(4):
            tick()
    assert capsys.readouterr().err == ""
