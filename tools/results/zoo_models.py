"""The section on the benchmark's zoo: ratio of sizes, and LiteRT's time for each file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from kernels.errors import InputError
from tools.bench import contestant, zoo
from tools.bench.contestant import LITERT, Contestant
from tools.bench.table import NOTHING, markdown, times
from tools.bench.timing import CPU, interleaved, ratio
from tools.bench.variant import DYNAMIC, FLOAT, OURS, files
from tools.bench.zoo import ZooModel
from tools.results.places import LQ, Places

SECONDS = 3.0
"""Of timing, a file."""

_TEXT = """## The zoo: size, and time on LiteRT

Keras' networks with random weights (batch normalization's statistics are random, too, so that
folding them changes something). *Size* is the float file's bytes over each file's, names kept.
*Time* is LiteRT's on one thread, over the time of the float model: below 1 is faster. Calls take
turns; the time is that of the calling thread. Absolute times vary with the machine, ratios hardly.
"""
_HEAD = ("model", "float bytes", "size: TF", "lq", "ours", "time: TF", "lq", "ours")
_KINDS = (DYNAMIC, LQ, OURS)


def section(places: Places, models: Sequence[ZooModel]) -> str:
    """The section as Markdown. Models that are not there are built, which needs TensorFlow."""
    return "\n".join([_TEXT, *markdown(_HEAD, [row(places, model) for model in models]), ""])


def row(places: Places, model: ZooModel) -> list[str]:
    """The cells of a model; those of a file that LiteRT or its maker refuses are empty."""
    made = files(zoo.build(model, places.zoo))
    chosen = {FLOAT: made[FLOAT], DYNAMIC: made[DYNAMIC], OURS: made[OURS]}
    with suppress(InputError):
        chosen[LQ] = places.litert(model.name, made[FLOAT])
    size = made[FLOAT].stat().st_size
    sizes = [f"{size / chosen[k].stat().st_size:.3f}" if k in chosen else NOTHING for k in _KINDS]
    taken = relative_times(chosen)
    return [model.title, f"{size:,}", *sizes, *(times(taken.get(kind)) for kind in _KINDS)]


def relative_times(chosen: Mapping[str, Path]) -> dict[str, float]:
    """LiteRT's time for each file over that for the float model."""
    calls = {}
    for kind, path in chosen.items():
        asked = contestant.question(path)
        calls[kind] = contestant.start(Contestant(kind, LITERT), asked)
    seconds = interleaved(calls, CPU, SECONDS)
    return {kind: ratio(CPU, values, seconds[FLOAT]) for kind, values in seconds.items()}
