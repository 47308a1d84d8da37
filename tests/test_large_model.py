"""A model beyond the 2 GB of a flatbuffer is quantized in a fraction of that memory.

The float file is sparse: it has values in the first row of each layer, and holes.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from kernels.constant import constant
from kernels.mapped_memory import is_mapped
from kernels.tflite.encode import FLATBUFFER_BYTES
from kernels.tflite.reader import read_model
from kernels.tflite.writer import encode_model, write_model
from quant.clipping import AUTO
from quant.weights import ZERO_CHANNEL_SCALE, Encoding, store_weight
from tests import checkout
from tools.bench import quantizing_run
from tools.bench.large_model import COLUMNS, large_model, layer_rows
from tools.bench.quantizing import TINY_BYTES

ROOT = checkout.path("kernels").parent
SIZE = FLATBUFFER_BYTES + (50 << 20)
ROW_BYTES = COLUMNS * 4
MOST_MEMORY = 100 << 20
"""A layer has 64 MB, of which an eighth is in memory at a time, and a fourth as integers."""

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.skipif(
        shutil.disk_usage(tempfile.gettempdir()).free < 4 << 30, reason="needs 4 GB of disk"
    ),
]


def first_row(layer):
    return np.random.default_rng(layer).normal(size=COLUMNS).astype(np.float32)


def write_sparse(path):
    """The float model; what is zero is not written."""
    rows = layer_rows(SIZE)
    holes = path.with_name("holes")
    with holes.open("wb") as file:
        file.truncate(rows[-1] * ROW_BYTES)
    zeros = memoryview(np.memmap(holes, np.uint8, "r"))
    layers = {count * ROW_BYTES: layer for layer, count in enumerate(rows)}
    with path.open("wb") as file:
        for chunk in encode_model(large_model([zeros[:size] for size in layers])).chunks:
            end = file.tell() + len(chunk)
            written = first_row(layers[len(chunk)]).tobytes() if is_mapped(chunk) else chunk
            file.write(written)
            file.truncate(end)
            file.seek(end)
    return len(rows)


@pytest.fixture(scope="module")
def quantized():
    """How many layers there are, the quantized model, and what the program tells."""
    with tempfile.TemporaryDirectory() as folder:
        source, output, tiny = (Path(folder, name) for name in ("float", "output", "tiny"))
        layers = write_sparse(source)
        write_model(large_model([bytes(TINY_BYTES)] * 2), tiny)
        program = [sys.executable, "-m", quantizing_run.__name__, "ours", source, output, tiny]
        done = subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        assert source.stat().st_size > SIZE
        yield layers, read_model(output), json.loads(done.stdout)


def test_memory_is_a_fraction_of_the_file(quantized):
    _, _, told = quantized
    assert 0 < told["peak"] < MOST_MEMORY


@pytest.mark.parametrize("layer", [0, 16, 32])
def test_weights_are_those_of_the_layer(quantized, layer):
    layers, model, _ = quantized
    assert layers > 32
    (tensor,) = (t for t in model.subgraphs[0].tensors if t.name == f"w{layer}")
    expected = store_weight(first_row(layer)[np.newaxis], Encoding("INT8", 0), "w", AUTO)
    values = constant(model, tensor)
    assert tensor.type == "INT8"
    np.testing.assert_array_equal(values[0], expected.values[0])
    assert tensor.quantization.scale[0] == expected.scale[0]
    assert not values[1].any()
    assert not values[-1].any()
    assert tensor.quantization.scale[-1] == np.float32(ZERO_CHANNEL_SCALE)
