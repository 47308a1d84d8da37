"""Pixels of images picked by rows and columns.

x: (N, H, W, C); y: (N, rows, columns, C); picked_rows, picked_columns: which of x each is. A chunk
is a row of y.
"""

from __future__ import annotations

from kernels.field_types import INDEX, INT8S, INT32S, Array
from kernels.jit import kernel

SHAPE = (INDEX,) * 5


@kernel(INT32S, INT32S, INT32S, INT32S, *SHAPE)
def pick_words(
    x: Array,
    y: Array,
    picked_rows: Array,
    picked_columns: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    begin: int,
    end: int,
) -> None:
    """Of numbers of four bytes."""
    for line in range(begin, end):
        start = (line // rows * height + picked_rows[line % rows]) * width
        for column in range(columns):
            source = (start + picked_columns[column]) * channels
            target = (line * columns + column) * channels
            for c in range(channels):
                y[target + c] = x[source + c]


@kernel(INT8S, INT8S, INT32S, INT32S, *SHAPE)
def pick_bytes(
    x: Array,
    y: Array,
    picked_rows: Array,
    picked_columns: Array,
    height: int,
    width: int,
    channels: int,
    rows: int,
    columns: int,
    begin: int,
    end: int,
) -> None:
    """Of bytes."""
    for line in range(begin, end):
        start = (line // rows * height + picked_rows[line % rows]) * width
        for column in range(columns):
            source = (start + picked_columns[column]) * channels
            target = (line * columns + column) * channels
            for c in range(channels):
                y[target + c] = x[source + c]
