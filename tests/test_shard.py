import numpy as np
import pytest

from kernels.errors import RecipeError
from quant.evaluation_data import EvaluationData
from quant.shard import Shard, part_of


@pytest.mark.parametrize(
    ("samples", "batch", "count", "sizes"),
    [
        (10, 1, 3, [3, 3, 4]),
        (10, 4, 2, [4, 6]),
        (10, 16, 3, [0, 0, 10]),
        (64, 16, 4, [16, 16, 16, 16]),
        (5, 1, 1, [5]),
    ],
)
def test_parts_are_even_and_divide_no_batch(samples, batch, count, sizes):
    rows = [Shard(number, count).rows(samples, batch) for number in range(1, count + 1)]
    assert [len(range(samples)[each]) for each in rows] == sizes
    assert [i for each in rows for i in range(samples)[each]] == list(range(samples))
    assert all(each.start % batch == 0 for each in rows)


def test_a_part_is_read_when_it_is_asked_for():
    asked = []

    class Rows:
        def __len__(self):
            return 9

        def __getitem__(self, rows):
            asked.append(rows)
            return np.arange(9)[rows]

    part = part_of(EvaluationData({"x": Rows()}, np.arange(9)), slice(3, 8))
    assert (part.samples, part.labels.tolist(), asked) == (5, [3, 4, 5, 6, 7], [])
    assert part.inputs["x"][1:3].tolist() == [4, 5]
    assert part.inputs["x"][4:9].tolist() == [7]
    assert asked == [slice(4, 6), slice(7, 8)]


def test_parse():
    assert Shard.parse("2/5") == Shard(2, 5)


@pytest.mark.parametrize("text", ["", "2", "0/5", "6/5", "2/", "/5", "a/b", "1/2/3", "-1/2"])
def test_what_is_no_shard(text):
    with pytest.raises(RecipeError, match="no shard"):
        Shard.parse(text)
