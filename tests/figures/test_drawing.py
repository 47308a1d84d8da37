"""Figures are a function of what was measured: the same bytes, no dates, every number."""

import re

import pytest

from quant.plots import INSTALL
from tests.figures.measurements import FEW, FULL
from tools import command
from tools.figures.measured import measured_text

pytest.importorskip("matplotlib", reason=INSTALL)

from tools.figures import __main__ as program
from tools.figures import drawing
from tools.figures.drawing import COLOURS, FIGURES, OURS_OURS, draw

MEASURED = [FULL, FEW]


@pytest.mark.parametrize("bars", FIGURES, ids=lambda bars: bars.name)
def test_two_drawings_are_equal_and_undated(bars):
    first, second = draw(bars, MEASURED, "a processor"), draw(bars, MEASURED, "a processor")
    assert first == second
    assert first["png"].startswith(b"\x89PNG")
    assert b"<dc:date>" not in first["svg"]
    colours = {each.lower() for each in re.findall("#[0-9a-f]{6}", first["svg"].decode())}
    kinds = {kind for each in MEASURED for kind in bars.values(each)}
    assert {COLOURS[kind] for kind in kinds} <= colours


def test_values_are_those_measured():
    size, latency, accuracy = FIGURES
    assert size.values(FULL) == {"float": 104.088, "dyn": 51.24, "lq": 45.232, "ours": 40.832}
    assert latency.values(FULL) == {"float": 0.064, "dyn": 0.1, "ours": 0.057, OURS_OURS: 0.058}
    assert latency.values(FEW) == {"float": 5.0}
    assert accuracy.values(FULL)["ours"] == pytest.approx(91.67)
    assert not accuracy.values(FEW)


def test_bars_begin_at_zero_and_labels_are_values():
    size, _, accuracy = FIGURES
    figure = drawing._figure(size, [("kws", size.values(FULL))], ["float", "ours"], "")
    (axes,) = figure.axes
    assert [patch.get_height() for patch in axes.patches] == [1, pytest.approx(40832 / 104088)]
    assert axes.get_ylim()[0] == 0
    assert [each.get_text() for each in axes.texts] == ["104", "41"]
    figure = drawing._figure(accuracy, [("kws", accuracy.values(FULL))], ["float"], "")
    assert [patch.get_height() for patch in figure.axes[0].patches] == [pytest.approx(91.5)]


def test_the_program_writes_all_of_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BUILD_WORKSPACE_DIRECTORY", str(tmp_path))
    (tmp_path / "m.json").write_text(measured_text("a processor", MEASURED))
    assert program.main(["m.json", "-o", "figures"]) == command.DONE
    made = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert made == sorted(f"{bars.name}.{kind}" for bars in FIGURES for kind in ("svg", "png"))
    assert len(capsys.readouterr().out.splitlines()) == len(made)
