"""Makes the SavedModels of the architectures: ``build.py FOLDER NAME...``. Needs TensorFlow.

Random weights, small inputs, a batch of one.
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
CLASSES = 10
IMAGE = (96, 96, 3)
SMALL_IMAGE = (32, 32, 3)
SEQUENCE = (12, 16)
AUDIO = 1600


def sequential(shape, *stack):
    return keras.Sequential([keras.Input(shape), *stack])


def application(make, **settings):
    return make(weights=None, input_shape=IMAGE, classes=CLASSES, **settings)


APPLICATIONS = {
    "convnext_tiny": keras.applications.ConvNeXtTiny,
    "densenet121": keras.applications.DenseNet121,
    "efficientnet_b0": keras.applications.EfficientNetB0,
    "efficientnet_v2b0": keras.applications.EfficientNetV2B0,
    "inception_resnet_v2": keras.applications.InceptionResNetV2,
    "inception_v3": keras.applications.InceptionV3,
    "mobilenet_v2": keras.applications.MobileNetV2,
    "mobilenet_v3_large": keras.applications.MobileNetV3Large,
    "mobilenet_v3_small": keras.applications.MobileNetV3Small,
    "nasnet_mobile": keras.applications.NASNetMobile,
    "resnet50": keras.applications.ResNet50,
    "resnet50v2": keras.applications.ResNet50V2,
    "xception": keras.applications.Xception,
}


def mobilenet_v1_025_96():
    return application(keras.applications.MobileNet, alpha=0.25)


def vgg16():
    return keras.applications.VGG16(
        weights=None, input_shape=IMAGE, include_top=False, pooling="avg"
    )


def autoencoder():
    sizes = (128, 64, 8, 64, 128)
    hidden = [layers.Dense(size, activation="relu") for size in sizes]
    return sequential((640,), *hidden, layers.Dense(640))


def recurrent(*stack):
    return sequential(SEQUENCE, *stack, layers.Dense(CLASSES, activation="softmax"))


def lstm():
    return recurrent(layers.LSTM(32))


def gru():
    return recurrent(layers.GRU(32))


def simplernn():
    return recurrent(layers.SimpleRNN(32))


def bilstm():
    return recurrent(layers.Bidirectional(layers.LSTM(32)))


def bigru():
    return recurrent(layers.Bidirectional(layers.GRU(32)))


def lstm_stack_seq():
    return recurrent(layers.LSTM(32, return_sequences=True), layers.LSTM(32, return_sequences=True))


def convlstm():
    return sequential((4, 12, 12, 3), layers.ConvLSTM2D(8, 3), layers.GlobalAveragePooling2D())


def conv1d_audio():
    return sequential(
        (400, 1),
        layers.Conv1D(16, 9, strides=2, activation="relu"),
        layers.MaxPooling1D(2),
        layers.SeparableConv1D(32, 5, padding="same", activation="relu"),
        layers.MaxPooling1D(2),
        layers.Conv1D(32, 3, padding="causal", dilation_rate=2, activation="relu"),
        layers.GlobalAveragePooling1D(),
        layers.Dense(CLASSES, activation="softmax"),
    )


def conv3d():
    return sequential(
        (8, 12, 12, 2),
        layers.Conv3D(8, 3, padding="same", activation="relu"),
        layers.BatchNormalization(),
        layers.Conv3D(8, 3, strides=2),
        layers.Conv3DTranspose(4, 2, strides=2),
        layers.GlobalAveragePooling3D(),
        layers.Dense(CLASSES),
    )


def dscnn():
    blocks = []
    for _ in range(4):
        blocks += [
            layers.DepthwiseConv2D(3, padding="same", activation="relu"),
            layers.Conv2D(64, 1, activation="relu"),
        ]
    first = layers.Conv2D(64, (10, 4), strides=2, padding="same", activation="relu")
    last = layers.Dense(CLASSES, activation="softmax")
    return sequential((49, 10, 1), first, *blocks, layers.GlobalAveragePooling2D(), last)


def wavenet():
    x = entry = keras.Input((128, 8))
    x = layers.Conv1D(16, 2, padding="causal")(x)
    for dilation in (1, 2, 4, 8):
        gate = layers.Conv1D(16, 2, dilation_rate=dilation, padding="causal", activation="sigmoid")(
            x
        )
        signal = layers.Conv1D(16, 2, dilation_rate=dilation, padding="causal", activation="tanh")(
            x
        )
        x = x + layers.Conv1D(16, 1)(gate * signal)
    return keras.Model(entry, layers.Conv1D(8, 1)(x))


def unet():
    entry = keras.Input(SMALL_IMAGE)
    down = layers.Conv2D(16, 3, padding="same")(entry)
    down = layers.LeakyReLU()(down)
    x = layers.AveragePooling2D(2)(layers.MaxPooling2D()(down))
    x = layers.PReLU(shared_axes=[1, 2])(layers.Conv2D(32, 3, padding="same")(x))
    x = layers.UpSampling2D(interpolation="bilinear")(x)
    x = layers.Conv2DTranspose(16, 2, strides=2)(x)
    x = layers.Concatenate()([x, down])
    return keras.Model(entry, layers.Conv2D(1, 1, activation="sigmoid")(x))


def attention_block(x, heads=2, mask=False, activation="gelu"):
    attended = layers.MultiHeadAttention(heads, 16)(x, x, use_causal_mask=mask)
    x = layers.LayerNormalization()(x + attended)
    hidden = layers.Dense(64, activation=activation)(x)
    return layers.LayerNormalization()(x + layers.Dense(x.shape[-1])(hidden))


def embedded(words, length, width):
    entry = keras.Input((length,), dtype="int32")
    return entry, layers.Embedding(words, width)(entry)


def transformer():
    entry, x = embedded(30, 16, 32)
    for _ in range(2):
        x = attention_block(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(entry, layers.Dense(CLASSES, activation="softmax")(x))


def decoder():
    entry, x = embedded(30, 16, 32)
    x = attention_block(x, mask=True, activation="silu")
    return keras.Model(entry, layers.Dense(30)(x))


def vit_tiny():
    entry = keras.Input(SMALL_IMAGE)
    x = layers.Conv2D(32, 8, strides=8)(entry)
    x = layers.Reshape((16, 32))(x)
    for _ in range(2):
        x = attention_block(x)
    return keras.Model(entry, layers.Dense(CLASSES, activation="softmax")(x[:, 0]))


def gqa():
    entry = keras.Input((8, 32))
    attended = layers.GroupQueryAttention(8, 4, 2)(entry, entry)
    return keras.Model(entry, layers.Dense(CLASSES)(attended))


def module(function, *specs):
    made = tf.Module()
    made.call = tf.function(function, input_signature=specs)
    return made


def stft():
    def spectrum(x):
        frames = tf.signal.stft(x, frame_length=256, frame_step=128, fft_length=256)
        return tf.math.log(tf.abs(frames) + 1e-3)

    return module(spectrum, tf.TensorSpec((1, AUDIO), tf.float32, "x"))


def nms():
    def suppressed(boxes, logits):
        scores, classes = tf.reduce_max(tf.exp(logits[0]), -1), tf.argmax(logits[0], -1)
        best, order = tf.math.top_k(scores, 20)
        chosen, _ = tf.raw_ops.NonMaxSuppressionV4(
            boxes=tf.gather(boxes[0], order),
            scores=best,
            max_output_size=5,
            iou_threshold=0.5,
            score_threshold=0.1,
            pad_to_max_output_size=True,
        )
        return chosen, tf.cast(classes, tf.float32)

    specs = [
        tf.TensorSpec((1, 40, n), tf.float32, name) for n, name in ((4, "boxes"), (3, "logits"))
    ]
    return module(suppressed, *specs)


def resize_misc():
    def resized(x):
        big = tf.image.resize(x, (16, 16))
        blocks = tf.nn.depth_to_space(tf.nn.space_to_depth(big, 2), 2)
        plain = tf.image.resize(tf.nn.lrn(blocks), (8, 8), "nearest")
        return tf.concat([plain, x], -1)

    return module(resized, tf.TensorSpec((1, 8, 8, 4), tf.float32, "x"))


def se_activations():
    entry = keras.Input((16, 16, 4))
    x = entry
    for activation in ("hard_silu", "elu", "softplus", "mish", "selu"):
        x = layers.Conv2D(8, 3, padding="same", activation=activation)(x)
        scale = layers.Dense(8, activation="sigmoid")(layers.GlobalAveragePooling2D()(x))
        x = x * layers.Reshape((1, 1, 8))(scale)
    x = layers.UnitNormalization()(layers.GlobalMaxPooling2D()(x))
    return keras.Model(entry, layers.Dense(CLASSES)(x))


def make(name):
    keras.backend.clear_session()
    keras.utils.set_random_seed(SEED)
    return application(APPLICATIONS[name]) if name in APPLICATIONS else globals()[name]()


def settle(model):
    """Statistics of a trained network instead of 0 and 1, which fold away."""
    rng = np.random.default_rng(SEED)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.moving_mean.assign(rng.normal(0, 0.1, layer.moving_mean.shape))
            layer.moving_variance.assign(rng.uniform(0.5, 1.5, layer.moving_variance.shape))


def save(folder, name):
    model = make(name)
    if isinstance(model, keras.Model):
        settle(model)
        archive = keras.export.ExportArchive()
        archive.track(model)
        specs = [
            tf.TensorSpec((1, *x.shape[1:]), x.dtype, f"x{i}") for i, x in enumerate(model.inputs)
        ]
        archive.add_endpoint("serving_default", model.__call__, specs)
        archive.write_out(str(folder / name), verbose=False)
    else:
        tf.saved_model.save(model, str(folder / name), signatures=model.call)


if __name__ == "__main__":
    for chosen in sys.argv[2:]:
        save(Path(sys.argv[1]), chosen)
