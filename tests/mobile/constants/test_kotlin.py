from tests.mobile.constants.described import DESCRIBED
from tools.mobile.constants.kotlin import kotlin, string

EXPECTED = r"""// Made from speech.tflite by tflite_model_constants. Do not edit.
package com.example.speech

object Speech {
    const val ASSET_PATH = "models/speech.tflite"
    const val SHA256 = "abababababababababababababababababababababababababababababababab"
    const val SIZE_BYTES = 12345L

    object ServingDefault {
        const val KEY = "serving_default"

        object Inputs {
            object Image {
                const val NAME = "image"
                const val INDEX = 0
                const val TYPE = "FLOAT32"
                val SHAPE = intArrayOf(-1, 8, 8, 1)
            }
        }

        object Outputs {
            object Scores0 {
                const val NAME = "scores:0"
                const val INDEX = 1
                const val TYPE = "INT8"
                val SHAPE = intArrayOf(1, 10)
                const val SCALE = 0.00390625f
                const val ZERO_POINT = -128
            }

            object Int {
                const val NAME = "int"
                const val TYPE = "INT32"
                val SHAPE = intArrayOf()
            }
        }
    }

    object Type {
        const val KEY = "Type"

        object Inputs {
            object SayXN {
                const val NAME = "say \"\$x\"\\n\u000a??/ \u00e9 \ud835\udefc"
                const val INDEX = 0
                const val TYPE = "STRING"
                val SHAPE = intArrayOf(2)
            }
        }

        object Outputs {
        }
    }
}
"""


def test_file():
    assert kotlin(DESCRIBED, "Speech", "com.example.speech") == EXPECTED


def test_without_a_package():
    assert kotlin(DESCRIBED, "Speech", None) == EXPECTED.replace("package com.example.speech\n", "")


def test_an_empty_string():
    assert string("") == '""'
