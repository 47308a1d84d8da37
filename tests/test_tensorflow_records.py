"""TFRecord files as TensorFlow writes them, with images that it encoded."""

import subprocess

import numpy as np
import pytest

from kernels.model import Tensor
from quant.tfrecord_samples import read_tfrecord
from tests import tensorflow_python

PROGRAM = """
import sys
import numpy as np
import tensorflow as tf

def feature(**kinds):
    ((kind, value),) = kinds.items()
    if kind == "floats":
        return tf.train.Feature(float_list=tf.train.FloatList(value=value))
    if kind == "integers":
        return tf.train.Feature(int64_list=tf.train.Int64List(value=value))
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=value))

with tf.io.TFRecordWriter(sys.argv[1]) as writer:
    for number in range(5):
        image = np.random.default_rng(number).integers(0, 256, (6, 8, 3), np.uint8)
        features = {
            "png": feature(bytes=[tf.io.encode_png(image).numpy()]),
            "jpeg": feature(bytes=[tf.io.encode_jpeg(np.full_like(image, 40 * number)).numpy()]),
            "floats": feature(floats=np.linspace(-number, number, 4)),
            "integers": feature(integers=[-number, 1 << 40]),
            "text": feature(bytes=[b"word", bytes(number)]),
            "y": feature(integers=[number - 2]),
        }
        example = tf.train.Example(features=tf.train.Features(feature=features))
        writer.write(example.SerializeToString())
"""
INPUTS = {
    "png": Tensor("png", "FLOAT32", (1, 6, 8, 3)),
    "jpeg": Tensor("jpeg", "FLOAT32", (1, 6, 8, 3)),
    "floats": Tensor("floats", "FLOAT32", (1, 2, 2)),
    "integers": Tensor("integers", "INT64", (1, 2)),
    "text": Tensor("text", "STRING", (1, 2)),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("records") / "x.tfrecord"
    command = [tensorflow_python.interpreter(), "-P", "-c", PROGRAM, str(path)]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-4000:]
    return path


def test_every_kind_of_feature(written):
    data = read_tfrecord(written, INPUTS)
    found = {name: rows[:] for name, rows in data.inputs.items()}
    assert data.labels.tolist() == [-2, -1, 0, 1, 2]
    for number in range(5):
        image = np.random.default_rng(number).integers(0, 256, (6, 8, 3), np.uint8)
        np.testing.assert_array_equal(found["png"][number], image)
        np.testing.assert_allclose(found["jpeg"][number], 40.0 * number, atol=2)
        line = np.linspace(-number, number, 4).astype(np.float32).reshape(2, 2)
        np.testing.assert_array_equal(found["floats"][number], line)
        assert found["integers"][number].tolist() == [-number, 1 << 40]
        assert found["text"][number].tolist() == [b"word", bytes(number)]
