"""The page of benchmarks: tables of what was measured of the zoo."""

from __future__ import annotations

from collections.abc import Sequence

from tools.bench import columns
from tools.bench.columns import Column
from tools.bench.conditions import Conditions
from tools.bench.record import Record
from tools.bench.table import markdown
from tools.bench.text import PROFILE_HEAD, profile_rows, refusals
from tools.bench.timing import CPU, WALL
from tools.bench.variant import OURS
from tools.bench.zoo import ZOO

MOST_ROWS = 8
"""Of a model's profile."""

_HEAD = """# Benchmarks

Written by `tflq bench --zoo`, which builds the models and measures them: a record of one machine,
on the days named. *LiteRT* is ai-edge-litert with its default kernels (XNNPACK), *ours* is this
project's runtime. Both run in one process and take turns, from NumPy arrays to NumPy arrays. On
one thread, times are those of the thread on a processor, and ratios are medians of the rounds'
ratios. On two, times are those of the wall clock, and ratios are those of the least ones.

Models are Keras' with random weights and random statistics of batch normalization, batch 1.
Images are 224 x 224, InceptionV3's 299 x 299. BERT small has 4 blocks of 256, 4 heads, 128
words. The fused LSTM is one UNIDIRECTIONAL_SEQUENCE_LSTM.
"""
_RATIOS = """## Ratios

LiteRT's time over ours: above 1, ours is faster. *hybrid* is what users have: LiteRT on TFLite's
dynamic-range file, ours on our quantized file. *our file*, *float* and *int8* have both on one
file: our quantized one, the float model, TFLite's full-integer one. *gain* is our float time over
our hybrid time. *scaling* is our time on one thread over that on two.
"""
_TIMES = """## Milliseconds on one thread

Least and median.
"""
_WALL_TIMES = """## Milliseconds on two threads

Least and median, by the wall clock.
"""
_APART = """## Agreement

The largest difference between the outputs of both runtimes, of floats over the largest value.
"""
_STARTS = """## Start

From the start of a process to the first result on our quantized file, kernels compiled before.
"""
_HELD = """## Memory

MiB that a model on one thread takes in a fresh process and holds when it has run: arena and packed
weights. *ratio* is ours over LiteRT's.
"""
_PEAK = """At the peak, with the mapped file:
"""
_PROFILE = """## Where the time goes

Our runtime on our quantized file, one thread. G/s are 1e9 operations per second, two a
multiply-add, *of peak* is their share of what the machine can do.
"""


def page(records: Sequence[Record], conditions: Conditions) -> str:
    """The page, with a row for each record."""
    shown = [record for record in records if record.measurement.model in _TITLES]
    parts = [
        _HEAD,
        _machine_lines(conditions),
        _RATIOS,
        _table(shown, [*columns.ratios(), columns.day()]),
        _TIMES,
        _table(shown, columns.seconds(1, CPU)),
        _WALL_TIMES,
        _table(shown, columns.seconds(2, WALL)),
        _APART,
        _table(shown, columns.differences()),
        *_refusals(shown),
        _STARTS,
        _table(shown, columns.starts()),
        _compiling(conditions),
        _HELD,
        _table(shown, columns.memory("held")),
        _PEAK,
        _table(shown, columns.memory("peak")),
        _PROFILE,
        *(_profile(record, conditions) for record in shown),
    ]
    return "\n".join(parts).rstrip() + "\n"


_TITLES = {model.name: model.title for model in ZOO}


def _table(records: Sequence[Record], shown: Sequence[Column]) -> str:
    head = ["model", *(name for name, _ in shown)]
    rows = [
        [_TITLES[record.measurement.model], *(cell(record) for _, cell in shown)]
        for record in records
    ]
    return "\n".join([*markdown(head, rows), ""])


def _refusals(records: Sequence[Record]) -> list[str]:
    lines = [
        f"* {_TITLES[record.measurement.model]}, {line}"
        for record in records
        for line in refusals(record.measurement)
    ]
    return ["Not measured, since a runtime does not run it:", "", *lines, ""] if lines else []


def _compiling(conditions: Conditions) -> str:
    seconds = f"{conditions.compile_seconds:.1f} s"
    return f"Compiling all kernels takes {seconds} of processor time, once.\n"


def _machine_lines(conditions: Conditions) -> str:
    facts = [f"{name} {value}" for name, value in conditions.machine.items()]
    peaks = conditions.peaks
    measured = (
        f"One thread of it does {peaks.float_rate / 1e9:.0f} G/s in float32 and "
        f"{peaks.integer_rate / 1e9:.0f} G/s in int8 products, and reads "
        f"{peaks.bandwidth / 1e9:.0f} GB/s from memory."
    )
    return f"{', '.join(facts)}. {measured}\n"


def _profile(record: Record, conditions: Conditions) -> str:
    rows = profile_rows(record.profiles[OURS], conditions.peaks)[:MOST_ROWS]
    title = _TITLES[record.measurement.model]
    return "\n".join([f"### {title}", "", *markdown(PROFILE_HEAD, rows), ""])
