"""Plots show the numbers of the result; matplotlib is optional."""

import builtins

import pytest

from kernels.errors import InputError
from quant import plots
from quant.quantizer import quantize
from quant.recipe import Recipe
from tests.budget_front import small_search
from tests.dense_model import dense_model

RESULT = quantize(dense_model(), Recipe(min_elements=0))


def test_without_matplotlib_the_cure_is_told(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"tflite-quant\[plots\]"):
        plots.sqnr_by_weight(RESULT.report)


def axes_of(make, *args):
    pytest.importorskip("matplotlib", reason=plots.INSTALL)
    figure = make(*args)
    figure.canvas.draw()
    (axes,) = figure.axes
    return axes


def test_bars_are_bytes_before_and_after():
    axes = axes_of(plots.size_by_operator, RESULT)
    before, after = (bars.patches[0].get_width() for bars in axes.containers)
    assert before == sum(each.bytes_before for each in RESULT.report.tensors)
    assert after == sum(each.bytes_after for each in RESULT.report.tensors)


def test_the_least_exact_weight_is_on_top():
    axes = axes_of(plots.sqnr_by_weight, RESULT.report)
    values = [patch.get_width() for patch in axes.patches]
    lossy = [each.sqnr_db for each in RESULT.report.tensors if each.sqnr_db is not None]
    assert values == sorted(lossy, reverse=True)


def test_the_chosen_mix_is_marked():
    found = small_search()
    axes = axes_of(plots.pareto_front, found)
    front, chosen = axes.lines
    assert list(front.get_xdata()) == sorted(point.bytes for point in found.front)
    assert list(chosen.get_xdata()) == [found.chosen.bytes]
