"""A model described that has something of every difficulty: names, shapes, scales."""

import numpy as np

from tools.mobile.constants.facts import ModelFacts, SignatureFacts, TensorFacts

HARD_NAME = 'say "$x"\\n\n??/ é 𝛼'
PLAIN = TensorFacts("image", 0, "FLOAT32", (-1, 8, 8, 1))
QUANTIZED = TensorFacts("scores:0", 1, "INT8", (1, 10), np.float32(1 / 256), -128)
SCALAR = TensorFacts("int", None, "INT32", ())

DESCRIBED = ModelFacts(
    "speech.tflite",
    "models/speech.tflite",
    "ab" * 32,
    12_345,
    (
        SignatureFacts("serving_default", (PLAIN,), (QUANTIZED, SCALAR)),
        SignatureFacts("Type", (TensorFacts(HARD_NAME, 0, "STRING", (2,)),), ()),
    ),
)
