"""docs/notebooks.md is true: its blocks run, one after the other, as the cells of a notebook."""

import ast

import pytest

from quant.plots import INSTALL
from tests import checkout, markdown
from tests.dense_model import write_dense_model

CELLS = [
    block.text
    for block in markdown.blocks(checkout.path("docs/notebooks.md"))
    if block.language == "python"
]


def run(cell, names):
    """The value of the cell's last line, which a notebook shows."""
    *before, last = ast.parse(cell).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(before, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def test_cells_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_dense_model(tmp_path)
    tables, plots = CELLS
    names = {}
    assert "<table>" in run(tables, names)._repr_html_()
    pytest.importorskip("matplotlib", reason=INSTALL)
    assert run(plots, names).axes
    assert (tmp_path / "sqnr.svg").stat().st_size
