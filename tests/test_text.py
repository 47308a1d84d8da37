"""EMBEDDING_LOOKUP_SPARSE, HASHTABLE_LOOKUP, LSH_PROJECTION and SKIP_GRAM, against definitions
and LiteRT."""

import numpy as np
import pytest

from kernels.errors import InputError, ModelError
from kernels.interpreter import Interpreter
from kernels.limits import Limits
from kernels.node import NUMERICS
from tests.oracle import Fixed, check, integers, operator_model, random

COMBINERS = {
    "SUM": lambda w: 1,
    "MEAN": lambda w: w.sum(dtype=np.float32),
    "SQRTN": lambda w: np.sqrt((w * w).sum(dtype=np.float32)),
}


@pytest.mark.parametrize("combiner", COMBINERS)
@pytest.mark.parametrize("inner", [(1,), (4,), (2, 3)])
@pytest.mark.parametrize(
    ("ids", "indices", "shape"),
    [
        ([2], [[0, 0]], (1, 1)),
        ([1, 3, 0, 1], [[0, 0], [0, 1], [1, 0], [2, 3]], (4, 4)),
        ([4, 4, 1], [[0, 1, 0], [0, 1, 2], [1, 0, 0]], (2, 2, 3)),
    ],
)
def test_embedding_lookup_sparse(ids, indices, shape, inner, combiner):
    table, weights = random(1, 5, *inner), np.abs(random(2, len(ids)))
    expected = np.zeros((*shape[:-1], *inner), np.float32)
    for place in np.ndindex(*shape[:-1]):
        of = [i for i, index in enumerate(indices) if tuple(index[:-1]) == place]
        if of:
            total = sum(table[ids[i]] * weights[i] for i in of)
            expected[place] = total / COMBINERS[combiner](weights[of])
    inputs = [np.int32(ids), np.int32(indices), Fixed(np.int32(shape)), weights, Fixed(table)]
    check("EMBEDDING_LOOKUP_SPARSE", inputs, expected, {"combiner": combiner}, tolerance=2e-7)


def run(operator, inputs, options=None, limits=None, outputs=None):
    inputs = [np.asarray(value) for value in inputs]
    model = operator_model(operator, inputs, outputs or [inputs[-1]], options)
    fed = {f"in{i}": v for i, v in enumerate(inputs)}
    return list(Interpreter(model, limits=limits).invoke(**fed).values())


@pytest.mark.parametrize(
    ("ids", "indices", "shape"),
    [
        ([5], [[0, 0]], (1, 1)),
        ([-1], [[0, 0]], (1, 1)),
        ([0], [[1, 0]], (1, 1)),
        ([0], [[-1, 0]], (1, 1)),
        ([0], [[0]], (1, 1)),
        ([0, 1], [[0, 0]], (1, 1)),
    ],
)
def test_ids_and_indices_outside(ids, indices, shape):
    inputs = [np.int32(ids), np.int32(indices), np.int32(shape), random(1, 1), random(1, 5, 2)]
    with pytest.raises(InputError, match="Ids"):
        run("EMBEDDING_LOOKUP_SPARSE", inputs)


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int8, object])
@pytest.mark.parametrize("keys", [[7], [3, 9, -4, 100], [4, 4, 4]])
def test_hashtable_lookup(keys, dtype):
    table_keys = np.int32([-4, 3, 7, 9])
    values = integers(1, 4, 2, dtype=np.int32).astype(dtype)
    if dtype is object:
        values = np.array([b"a", b"", b"ccc", b"dd"], object)
    found = np.isin(keys, table_keys).astype(np.uint8)
    nothing = b"" if dtype is object else np.zeros(2, dtype)
    rows = [
        values[table_keys.tolist().index(k)] if hit else nothing
        for k, hit in zip(keys, found, strict=True)
    ]
    expected = np.array(rows, dtype)
    inputs = [np.int32(keys), Fixed(table_keys), Fixed(values)]
    check("HASHTABLE_LOOKUP", inputs, [expected, found])


@pytest.mark.parametrize(("table_keys", "rows"), [([2, 1], 2), ([], 0), ([1, 2], 3)])
def test_a_table_that_is_none(table_keys, rows):
    inputs = [np.int32([1]), np.int32(table_keys), random(1, rows, 2)]
    with pytest.raises(InputError, match="table"):
        run("HASHTABLE_LOOKUP", inputs, outputs=[inputs[2], np.zeros(1, np.uint8)])


@pytest.mark.parametrize("kind", ["SPARSE", "DENSE"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "x",
    [
        np.int32([5]),
        np.int32([12345, 54321, 67890, 9876, -12345678, -987654321]),
        integers(1, 5, 3, dtype=np.int64),
        integers(2, 4, 9, dtype=np.float32),
        integers(3, 3, 50, dtype=np.int32),
        integers(4, 7, 3, dtype=np.int8),
    ],
)
@pytest.mark.parametrize("functions", [(1, 1), (3, 4), (2, 15)])
def test_lsh_projection(functions, x, weighted, kind):
    seeds = random(5, *functions)
    inputs = [Fixed(seeds), x] + ([np.abs(random(6, len(x)))] if weighted else [])
    model_output = np.zeros(functions[0] * (functions[1] if kind == "DENSE" else 1), np.int32)
    fed = {f"in{i}": v for i, v in enumerate(inputs) if isinstance(v, np.ndarray)}
    model = operator_model("LSH_PROJECTION", inputs, [model_output], {"type": kind})
    ours = Interpreter(model).invoke(**fed)["out0"]
    check("LSH_PROJECTION", inputs, ours, {"type": kind})
    assert ours.shape == model_output.shape


@pytest.mark.parametrize("shapes", [((2, 33), (1,)), ((2,), (1,)), ((2, 3), ())])
def test_seeds_that_do_not_fit(shapes):
    with pytest.raises(InputError, match="Seeds are"):
        run("LSH_PROJECTION", [random(1, *shape) for shape in shapes], {"type": "DENSE"})


def test_weights_that_do_not_fit():
    with pytest.raises(InputError, match="Weights"):
        run("LSH_PROJECTION", [random(1, 2, 3), random(1, 2), random(1, 3)], {"type": "DENSE"})


def strings(*values):
    result = np.empty(len(values), object)
    result[:] = values
    return result


def grams(sentence, size, skip, everything):
    words, found = sentence.split(), []

    def extend(gram):
        for following in range(gram[-1] + 1, gram[-1] + skip + 2):
            if len(gram) < size and following < len(words):
                extend([*gram, following])
        if len(gram) == size or everything:
            found.append(b" ".join(words[i] for i in gram))

    for first in range(len(words) if len(words) >= size else 0):
        extend([first])
    return strings(*found)


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("skip", [0, 1, 3])
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("sentence", [b"one", b"the quick  brown fox\tjumps ", b"", b"a b c"])
def test_skip_gram(sentence, size, skip, everything):
    options = {"ngram_size": size, "max_skip_size": skip, "include_all_ngrams": everything}
    expected = grams(sentence, size, skip, everything)
    runs = NUMERICS if expected.size else ()  # LiteRT's Python gives no tensor without strings
    check("SKIP_GRAM", [strings(sentence)], expected, options, litert_runs=runs)


def test_the_first_word_after_a_space():
    options = {"ngram_size": 1, "max_skip_size": 0}
    assert run("SKIP_GRAM", [strings(b" a b")], options)[0].tolist() == [b"a", b"b"]


def test_more_grams_than_the_limit():
    options = {"ngram_size": 30, "max_skip_size": 5}
    with pytest.raises(ModelError, match="the limit is 1000"):
        run("SKIP_GRAM", [strings(b"a " * 99)], options, Limits(tensor_bytes=1000))


@pytest.mark.parametrize("options", [{"ngram_size": 0}, {"ngram_size": 2, "max_skip_size": -1}])
def test_grams_of_nothing(options):
    with pytest.raises(ModelError, match="SKIP_GRAM has"):
        run("SKIP_GRAM", [strings(b"a")], options)
