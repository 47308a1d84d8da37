"""The columns of the tables of benchmarks: from the record of a model to a cell."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from tools.bench.contestant import RUNTIMES, Contestant
from tools.bench.measurement import Pair, gain, hybrid, same_file, scaling
from tools.bench.record import Record
from tools.bench.table import NOTHING, apart, milliseconds, number, times
from tools.bench.timing import WALL
from tools.bench.variant import FLOAT, INTEGER, KINDS, TITLES
from tools.bench.variant import OURS as OURS_FILE

Column = tuple[str, Callable[[Record], str]]
_MEGABYTE = 1 << 20
_NAMES = dict(zip(RUNTIMES, ("LiteRT", "ours"), strict=True))


def ratios() -> list[Column]:
    """The ratios of times."""
    pairs: dict[str, Pair] = {
        "hybrid": hybrid(),
        "our file": same_file(OURS_FILE),
        "float": same_file(FLOAT),
        "int8": same_file(INTEGER),
        "gain": gain(),
        "hybrid, 2 threads": hybrid(2, WALL),
        "float, 2 threads": same_file(FLOAT, 2, WALL),
        "scaling, hybrid": scaling(OURS_FILE),
        "scaling, float": scaling(FLOAT),
    }
    return [(name, _ratio(pair)) for name, pair in pairs.items()]


def _ratio(pair: Pair) -> Callable[[Record], str]:
    return lambda record: times(record.measurement.ratio(pair))


def seconds(threads: int, clock: str) -> list[Column]:
    """The times of both runtimes on every kind of file."""
    contestants = [
        Contestant(file, runtime, threads, clock) for file, runtime in product(KINDS, RUNTIMES)
    ]
    return [(f"{TITLES[one.file]}: {_NAMES[one.runtime]}", _time(one)) for one in contestants]


def _time(contestant: Contestant) -> Callable[[Record], str]:
    return lambda record: milliseconds(record.measurement.seconds(contestant))


def differences() -> list[Column]:
    """How far the outputs are apart."""
    return [(TITLES[file], _difference(file)) for file in KINDS]


def _difference(file: str) -> Callable[[Record], str]:
    return lambda record: apart(record.measurement.differences.get(file))


def memory(what: str) -> list[Column]:
    """What both runtimes take of memory, and ours over LiteRT's."""
    columns: list[Column] = []
    for file in KINDS:
        for runtime in RUNTIMES:
            columns.append((f"{TITLES[file]}: {_NAMES[runtime]}", _size(file, runtime, what)))
        columns.append(("ratio", _size_ratio(file, what)))
    return columns


def _size(file: str, runtime: str, what: str) -> Callable[[Record], str]:
    def cell(record: Record) -> str:
        found = record.memory[runtime].get(file)
        return NOTHING if found is None else number(found[what] / _MEGABYTE)

    return cell


def _size_ratio(file: str, what: str) -> Callable[[Record], str]:
    def cell(record: Record) -> str:
        theirs, ours = (record.memory[runtime].get(file) for runtime in RUNTIMES)
        return NOTHING if theirs is None or ours is None else times(ours[what] / theirs[what])

    return cell


def starts() -> list[Column]:
    """The seconds to the first result."""
    return [(f"{_NAMES[runtime]}, s", _start(runtime)) for runtime in RUNTIMES]


def _start(runtime: str) -> Callable[[Record], str]:
    return lambda record: times(record.first_result.get(runtime))


def day() -> Column:
    """When the model was measured."""
    return "measured on", lambda record: record.machine["date"]
