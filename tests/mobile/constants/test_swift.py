from tests.mobile.constants.described import DESCRIBED, HARD_NAME
from tools.mobile.constants.swift import string, swift

EXPECTED = r"""// Made from speech.tflite by tflite_model_constants. Do not edit.

public enum Speech {
    public static let assetPath = "models/speech.tflite"
    public static let sha256 = "abababababababababababababababababababababababababababababababab"
    public static let sizeBytes = 12345

    public enum ServingDefault {
        public static let key = "serving_default"

        public enum Inputs {
            public enum Image {
                public static let name = "image"
                public static let index = 0
                public static let type = "FLOAT32"
                public static let shape: [Swift.Int] = [-1, 8, 8, 1]
            }
        }

        public enum Outputs {
            public enum Scores0 {
                public static let name = "scores:0"
                public static let index = 1
                public static let type = "INT8"
                public static let shape: [Swift.Int] = [1, 10]
                public static let scale: Swift.Float = 0.00390625
                public static let zeroPoint = -128
            }

            public enum Int {
                public static let name = "int"
                public static let type = "INT32"
                public static let shape: [Swift.Int] = []
            }
        }
    }

    public enum Type_ {
        public static let key = "Type"
"""


def test_file():
    text = swift(DESCRIBED, "Speech")
    assert text.startswith(EXPECTED)
    assert text.count("{") - text.count("u{") == text.count("}") - text.count("u{") > 0


def test_strings():
    assert string("") == '""'
    assert string(HARD_NAME) == r'"say \"$x\"\\n\u{a}??/ \u{e9} \u{1d6fc}"'
