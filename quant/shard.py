"""A part of the samples, to be measured on a machine of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from kernels.errors import RecipeError
from quant.evaluation_data import EvaluationData, Rows

Array = NDArray[Any]


@dataclass(frozen=True)
class Shard:
    """The part ``number`` (from 1) of ``count``."""

    number: int
    count: int

    @staticmethod
    def parse(text: str) -> Shard:
        """The shard written as ``2/5``. Raises RecipeError for what is none."""
        number, slash, count = text.partition("/")
        if slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count):
            return Shard(int(number), int(count))
        raise RecipeError(f"'{text}' is no shard.", "Write the second of five as 2/5.")

    def rows(self, samples: int, batch: int) -> slice:
        """The samples of this part, of parts as even as batches let them be.

        A batch is not divided, so that every sample runs in the company that it has when all
        samples run on one machine. A part may be empty.
        """
        batches = -(-samples // batch)
        first = batches * (self.number - 1) // self.count * batch
        return slice(first, min(samples, batches * self.number // self.count * batch))


@dataclass(frozen=True)
class _Part:
    """Some of the samples of an input, read when they are asked for."""

    all: Rows
    rows: range

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: slice, /) -> Array:
        part = self.rows[rows]
        return self.all[part.start : part.stop]


def part_of(data: EvaluationData, rows: slice) -> EvaluationData:
    """The samples of a slice."""
    part = range(data.samples)[rows]
    return EvaluationData(
        {name: _Part(values, part) for name, values in data.inputs.items()},
        None if data.labels is None else data.labels[rows],
    )
