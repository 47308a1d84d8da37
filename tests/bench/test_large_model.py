"""Models of any size: they are valid, have the size that was asked for, and are the same again."""

import numpy as np

from kernels.constant import constant
from kernels.tflite.reader import read_model
from tools.bench.large_model import COLUMNS, ROWS, large_model, layer_rows, write_large_model

LAYER_BYTES = ROWS * COLUMNS * 4


def test_rows_differ_and_suffice():
    rows = layer_rows(3 * LAYER_BYTES)
    assert rows == (ROWS, ROWS + 1, ROWS + 2)
    assert len(layer_rows(3 * LAYER_BYTES + 3 * COLUMNS * 4 + 1)) == 4
    assert layer_rows(0) == ()


def test_layers_read_one_input():
    model = large_model([bytes(2 * COLUMNS * 4), bytes(3 * COLUMNS * 4)])
    (graph,) = model.subgraphs
    assert [graph.tensors[i].shape for i in graph.outputs] == [(1, 2), (1, 3)]
    assert {operator.inputs[0] for operator in graph.operators} == {0}


def test_written_models_are_random_and_the_same_again(tmp_path):
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        write_large_model(path, 1)
    model = read_model(paths[0])
    weight = constant(model, model.subgraphs[0].tensors[1])
    assert abs(weight.std() - 1) < 0.01
    assert np.unique(weight[:10]).size > 9 * COLUMNS
    assert paths[0].read_bytes() == paths[1].read_bytes()
