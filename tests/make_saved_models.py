"""Makes the SavedModels of the tests: ``make_saved_models.py FOLDER NAME...``. Needs TensorFlow.

Beside a model NAME is NAME.npz, where the test compares outputs: inputs ``x`` and, for each
call in turn, what TensorFlow computes.
"""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SEED = 1


def spec(*shape, dtype=tf.float32, name="x"):
    return tf.TensorSpec(shape, dtype, name)


class Module(tf.Module):
    """A module with one function and one signature, ``serving_default``."""

    def __init__(self, function, *specs):
        self.call = tf.function(function, input_signature=specs)

    def save(self, path):
        tf.saved_model.save(self, path, signatures=self.call)


def keras_cnn():
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    model.layers[1].set_weights([np.random.rand(8).astype(np.float32) + 0.5 for _ in range(4)])
    return model


def save_calls(path, model, x, calls=1):
    np.savez(f"{path}.npz", x=x, y=np.stack([np.asarray(model(x)) for _ in range(calls)]))


def cnn(path):
    """A Keras CNN as model.export writes it, with a free batch dimension."""
    model = keras_cnn()
    model.export(path, verbose=False)
    save_calls(path, model, np.random.rand(1, 8, 8, 1).astype(np.float32))


def unfrozen(path):
    """The same, as tf.saved_model.save writes it: its checkpoint restores other variables."""
    model = keras_cnn()
    call = tf.function(lambda image: {"logits": model(image)})
    signature = call.get_concrete_function(spec(None, 8, 8, 1, name="image"))
    tf.saved_model.save(model, path, signatures=signature)
    save_calls(path, model, np.random.rand(1, 8, 8, 1).astype(np.float32))


def unfrozen_state(path):
    """Unfrozen weights beside a state that the model keeps from call to call."""
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.Input((5,), dtype="int32", batch_size=1),
            layers.Embedding(7, 4),
            layers.LSTM(4, stateful=True),
            layers.Dense(2),
        ]
    )
    tf.saved_model.save(model, path)
    save_calls(path, model, np.array([[1, 2, 3, 4, 5]], np.int32), calls=3)


def stateful(path):
    """A running sum: a variable that the model reads and assigns, by right."""
    total = tf.Variable(tf.fill((1, 4), 0.5))

    def add(x):
        total.assign_add(x)
        return {"sum": total.read_value()}

    module = Module(add, spec(1, 4))
    module.total = total
    module.save(path)
    save_calls(path, lambda x: module.call(x)["sum"], np.arange(4, dtype=np.float32)[None], 3)


class Coder(tf.Module):
    """Two functions over one weight."""

    def __init__(self):
        self.weight = tf.Variable(np.arange(64 * 64, dtype=np.float32).reshape(64, 64))

    @tf.function(input_signature=[spec(1, 64)])
    def encode(self, x):
        return {"code": x @ self.weight}

    @tf.function(input_signature=[spec(None, 64, name="code")])
    def decode(self, code):
        return {"x": code @ tf.transpose(self.weight)}


def two_signatures(path):
    coder = Coder()
    tf.saved_model.save(coder, path, signatures={"encode": coder.encode, "decode": coder.decode})


def no_signature(path):
    tf.saved_model.save(Coder(), path)


def archive(path):
    """Two endpoints, as Keras' ExportArchive writes them, and its serving_default."""
    coder = Coder()
    exported = keras.export.ExportArchive()
    exported.track(coder)
    exported.add_endpoint("serve", coder.encode)
    exported.add_endpoint("decode", coder.decode)
    exported.write_out(path, verbose=False)


def slots(path):
    """A SavedModel with optimizer slots, which TensorFlow itself can no longer load."""
    optimizer = tf.compat.v1.train.MomentumOptimizer(0.1, 0.9)
    weight = tf.Variable(tf.ones((4, 3)))
    module = Module(lambda x: {"y": x @ weight}, spec(1, 4))
    module.weight, module.optimizer = weight, optimizer
    optimizer.apply_gradients([(tf.ones((4, 3)), weight)])
    module.save(path)
    save_calls(path, lambda x: module.call(x)["y"], np.arange(4, dtype=np.float32)[None])


def lstm(path):
    """A recurrent layer with a free batch dimension."""
    keras.Sequential([keras.Input((5, 3)), layers.LSTM(4)]).export(path, verbose=False)


def lstm_cured(path):
    """The same, exported as the error for it says."""
    model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4)])
    model.export(path, input_signature=[tf.TensorSpec((1, 5, 3), tf.float32)], verbose=False)


def flex(path):
    """Operators that .tflite does not have, a rank and a type that they do not take."""

    def call(x, double):
        return {
            "inverse": tf.linalg.inv(x[0, 0, 0, 0, 0, 0]),
            "pad": tf.pad(x, [[1, 1]] * 8),
            "lgamma": tf.math.lgamma(double),
        }

    Module(call, spec(*[2] * 8), spec(4, dtype=tf.float64, name="double")).save(path)


def custom(path):
    """A call of Python."""
    Module(lambda x: {"y": tf.py_function(lambda v: v, [x], tf.float32)}, spec(1)).save(path)


def infinite(path):
    """A weight with an Inf and a NaN. TensorFlow crashes on it only when it quantizes."""
    values = np.ones((64, 64), np.float32)
    values[0, 0], values[1, 1] = np.inf, np.nan
    weight = tf.Variable(values)
    module = Module(lambda x: {"y": x @ weight}, spec(1, 64))
    module.weight = weight
    module.save(path)


def main(folder, *names):
    for name in names:
        globals()[name](str(Path(folder, name)))


if __name__ == "__main__":
    main(*sys.argv[1:])
