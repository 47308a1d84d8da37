"""What ``tflq bench`` prints of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.bench.breakdown import Row
from tools.bench.measurement import Measurement, Pair, gain, hybrid, same_file, scaling
from tools.bench.peaks import Peaks
from tools.bench.table import NOTHING, aligned, apart, milliseconds, number, times
from tools.bench.timing import clock_of
from tools.bench.variant import TITLES

_HEAD = ("least / median ms", "threads", "LiteRT", "ours", "LiteRT / ours", "apart")
PROFILE_HEAD = ("operator, kernel", "runs", "ms", "share", "G/s", "of peak")
HYBRID_TITLE = "hybrid: LiteRT on TFLite's, ours on ours"
MOST_ROWS = 25


def lines(
    measurement: Measurement, profiles: Mapping[str, Sequence[Row]], peaks: Peaks | None
) -> list[str]:
    """Times and ratios of a model, above 1 where ours is faster, and profiles by kind of file."""
    rows = [row for threads in measurement.threads for row in _rows(measurement, threads)]
    told = [measurement.model, *aligned(_HEAD, rows), *_ours_with_ours(measurement)]
    told += refusals(measurement)
    if peaks is not None:
        for kind, profile in profiles.items():
            told += ["", *_profile_lines(TITLES[kind], profile, peaks)]
    return told


def _rows(measurement: Measurement, threads: int) -> list[list[str]]:
    clock = clock_of(threads)
    rows = []
    for file in measurement.bytes:
        cells = _cells(measurement, same_file(file, threads, clock))
        rows.append([TITLES[file], str(threads), *cells, apart(measurement.differences[file])])
    pair = hybrid(threads, clock)
    if measurement.ratio(pair) is not None:
        rows.append([HYBRID_TITLE, str(threads), *_cells(measurement, pair), ""])
    return rows


def _cells(measurement: Measurement, pair: Pair) -> list[str]:
    taken = [milliseconds(measurement.seconds(one)) for one in pair]
    return [*taken, times(measurement.ratio(pair))]


def _ours_with_ours(measurement: Measurement) -> list[str]:
    ratio = measurement.ratio(gain())
    made = [] if ratio is None else [f"ours: hybrid is {ratio:.2f} times as fast as float"]
    for threads in measurement.threads[1:]:
        ratios = [measurement.ratio(scaling(file, threads)) for file in measurement.bytes]
        told = [f"{TITLES[f]} {times(r)}" for f, r in zip(measurement.bytes, ratios, strict=True)]
        made.append(f"ours: {threads} threads over 1: {', '.join(told)}")
    return made


def refusals(measurement: Measurement) -> list[str]:
    """The files that were not measured, and why."""
    return [f"{TITLES[kind]}: {reason}" for kind, reason in measurement.refused.items()]


def _profile_lines(title: str, rows: Sequence[Row], peaks: Peaks) -> list[str]:
    """Where our time goes."""
    total = sum(row.seconds for row in rows)
    table = aligned(PROFILE_HEAD, profile_rows(rows, peaks)[:MOST_ROWS])
    return [f"{title}: {number(total * 1e3)} ms in all", *table]


def profile_rows(rows: Sequence[Row], peaks: Peaks) -> list[list[str]]:
    """The cells of a profile."""
    total = sum(row.seconds for row in rows) or 1.0
    return [
        [
            f"{row.operator}, {row.kernel}",
            str(row.count),
            number(row.seconds * 1e3),
            f"{row.seconds / total:.0%}",
            number(row.rate / 1e9) if row.operations else NOTHING,
            f"{row.rate / peaks.of(row.kernel):.0%}" if row.operations else NOTHING,
        ]
        for row in rows
    ]
