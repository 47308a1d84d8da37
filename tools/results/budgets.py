"""The section on accuracy budgets: the smallest file within half a point of the float model."""

from __future__ import annotations

from collections.abc import Sequence

from kernels.tflite.reader import read_model
from kernels.tflite.writer import write_model
from quant.accuracy_budget import Search
from quant.quantizer import quantize
from quant.recipe import Recipe
from tools.bench.table import markdown
from tools.bench.variant import FLOAT, OURS
from tools.measured_models import MeasuredModel
from tools.results.fidelity import measure_files
from tools.results.places import Places
from tools.results.real_models import accuracy

BUDGET = 0.005
_BUDGETED = "budget"
_TEXT = f"""## Within an accuracy budget

`tflq quantize --accuracy-budget {BUDGET} --data ...` measures what each weight does to the outputs,
and searches the smallest mix of int4, int8, float16 and float with which top-1 drops by no more
than half a point on the samples. The drop is LiteRT's; *smaller* is over our file with no options.
"""
_HEAD = ("model", "bytes: no options", "budget", "smaller", "top-1: float", "budget", "mix")


def section(places: Places, models: Sequence[MeasuredModel]) -> str:
    """The section as Markdown."""
    return "\n".join([_TEXT, *markdown(_HEAD, [row(places, model) for model in models]), ""])


def row(places: Places, model: MeasuredModel) -> list[str]:
    """The cells of a model."""
    float_model = places.float_model(model.name)
    samples = model.read(places.data, float_model)
    result = quantize(read_model(float_model), Recipe(accuracy_budget=BUDGET), samples)
    assert result.search is not None
    write_model(result.model, places.file(model.name, _BUDGETED))
    files = {FLOAT: float_model, OURS: places.ours(model.name, float_model)}
    found = measure_files({**files, _BUDGETED: places.file(model.name, _BUDGETED)}, samples)
    plain, small = found[OURS].bytes, found[_BUDGETED].bytes
    return [
        *(model.name, f"{plain:,}", f"{small:,}", f"{1 - small / plain:.0%}"),
        *(accuracy(found[FLOAT].accuracy), accuracy(found[_BUDGETED].accuracy)),
        mix(result.search),
    ]


def mix(search: Search) -> str:
    """How many weights have which scheme."""
    return ", ".join(f"{count} {name}" for name, count in search.chosen.schemes.items())
