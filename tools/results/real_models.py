"""The section on real models: bytes, accuracy and fidelity of the default recipe."""

from __future__ import annotations

from collections.abc import Sequence

from tools.bench.table import NOTHING, apart, markdown
from tools.bench.variant import DYNAMIC, FLOAT, OURS
from tools.measured_models import MeasuredModel
from tools.results.fidelity import Fidelity, measure_files
from tools.results.places import LQ, Places

_TEXT = """## Real models, no options

*Ours* is `tflq quantize` with no options and no data, *TF* TensorFlow's converter with
`Optimize.DEFAULT`, *lq* litert-quantizer with `dynamic_wi8_afp32`. All outputs are LiteRT's
(default kernels, one thread); SQNR is that of all outputs against the float model's. *Runtime* is
the largest difference between this project's runtime and LiteRT for our file, over the largest
output.
"""
_NOTE = """
Models without accuracy have no labelled data here: their samples are generated, seeded, and show
fidelity only. The samples of the others are real.
"""
_KINDS = (FLOAT, DYNAMIC, LQ, OURS)
_HEAD = (
    *("model", "bytes: float", "TF", "lq", "ours", "ratio"),
    *("top-1: float", "TF", "lq", "ours", "samples"),
    *("SQNR dB: TF", "lq", "ours", "runtime"),
)


def section(places: Places, models: Sequence[MeasuredModel]) -> str:
    """The section as Markdown; every file but ours is made once and kept."""
    rows = [row(model.name, *measured(places, model)) for model in models]
    return "\n".join([_TEXT, *markdown(_HEAD, rows), _NOTE])


def measured(places: Places, model: MeasuredModel) -> tuple[dict[str, Fidelity], int]:
    """What each kind of file does, and on how many samples."""
    float_model = places.float_model(model.name)
    files = {
        FLOAT: float_model,
        DYNAMIC: places.tensorflow(model.name),
        LQ: places.litert(model.name, float_model),
        OURS: places.ours(model.name, float_model),
    }
    samples = model.read(places.data, float_model)
    return measure_files(files, samples), samples.samples


def row(name: str, found: dict[str, Fidelity], samples: int) -> list[str]:
    """The cells of a model."""
    ours = found[OURS]
    sizes = [f"{found[kind].bytes:,}" for kind in _KINDS[:-1]]
    return [
        *(name, *sizes, f"**{ours.bytes:,}**", f"{found[FLOAT].bytes / ours.bytes:.2f}"),
        *(accuracy(found[kind].accuracy) for kind in _KINDS),
        str(samples),
        *(decibels(found[kind].sqnr_db) for kind in _KINDS[1:]),
        apart(ours.difference),
    ]


def accuracy(value: float | None) -> str:
    """Top-1, or nothing."""
    return NOTHING if value is None else f"{value:.4f}"


def decibels(value: float | None) -> str:
    """SQNR, or nothing."""
    return NOTHING if value is None else f"{value:.1f}"
