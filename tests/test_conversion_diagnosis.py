import pytest

from kernels.errors import ConversionError
from quant.conversion_diagnosis import _BY_KIND, diagnose

SIGNATURES = {
    "decode": {"inputs": {"c": ["float32", [None, 8]]}, "outputs": {"x": ["float32", None]}},
    "encode": {
        "inputs": {"x": ["int32", [1, 4]], "y": ["string", []]},
        "outputs": {"code": ["float32", [None, 8]]},
    },
}
LISTED = (
    "decode(c: float32[?, 8]) -> (x: float32[...]); "
    "encode(x: int32[1, 4], y: string[]) -> (code: float32[?, 8])"
)

CASES = [
    (
        {"error": "tensorflow_missing", "message": "...", "python": "/usr/bin/python3"},
        "converting needs TensorFlow, and /usr/bin/python3 does not have it",
        "pip install 'tflite-quant[tensorflow]'",
    ),
    (
        {
            "error": "tensorflow_broken",
            "message": "ImportError: Traceback\nImportError: libfoo.so: cannot open",
            "python": "/p",
        },
        "TensorFlow does not start in /p: ImportError: libfoo.so: cannot open.",
        "--force-reinstall",
    ),
    (
        {"error": "unreadable", "message": "Error parsing message"},
        "saved_model.pb is damaged: Error parsing message.",
        "Copy the folder again",
    ),
    ({"error": "not_for_serving", "tags": []}, "there is: no graph at all.", "model.export"),
    (
        {"error": "not_for_serving", "tags": [["train"], ["gpu", "serve"], []]},
        "no graph is tagged 'serve' alone; there is: train, gpu+serve, no tag.",
        "model.export(FOLDER)",
    ),
    ({"error": "variables_missing"}, "variables/variables.index is missing", "glob(['NAME/**'])"),
    ({"error": "no_signature"}, "it has no signature", "signatures=..."),
    (
        {"error": "signature_ambiguous"},
        f"it has 2 signatures and no 'serving_default': {LISTED}.",
        "signature 'decode', or '*' for all",
    ),
    (
        {"error": "signature_unknown", "asked": "decoder"},
        "it has no signature 'decoder'.",
        f"Choose one that it has: {LISTED}.",
    ),
    (
        {
            "error": "load",
            "message": "RuntimeError: Op type not registered 'SentencepieceOp' in binary "
            "running on host. Make sure the Op and Kernel are registered.",
        },
        "operator 'SentencepieceOp' is not one of TensorFlow's",
        "in the app",
    ),
    (
        {
            "error": "load",
            "message": "DataLossError: {{function_node __wrapped__RestoreV2}} TensorBundle at "
            "variables shard 0: Checksum does not match [Op:RestoreV2]",
        },
        "its variables cannot be read: DataLossError: TensorBundle at variables shard 0: "
        "Checksum does not match.",
        "Copy the folder again",
    ),
    (
        {"error": "load", "message": "IndexError: Read less bytes than requested"},
        "its variables cannot be read",
        "Copy the folder again",
    ),
    (
        {"error": "load", "message": "AttributeError: no attribute 'x'"},
        "TensorFlow cannot load it: AttributeError: no attribute 'x'.",
        "--verbose",
    ),
    (
        {"error": "resave", "message": "AssertionError: Tried to export a function"},
        "to save it anew failed: AssertionError: Tried to export a function.",
        "model.export(FOLDER)",
    ),
    (
        {"error": "convert", "message": "ConverterError: TF Select ops\nodd", "errors": []},
        "TensorFlow's converter failed: odd.",
        "--verbose",
    ),
]


@pytest.mark.parametrize(("answer", "problem", "cure"), CASES)
def test_diagnose(answer, problem, cure):
    error = diagnose("models/a", {"signatures": SIGNATURES, **answer})
    assert isinstance(error, ConversionError)
    assert error.problem.startswith("models/a: ")
    assert problem in error.problem
    assert cure in error.cure
    assert "\n" not in error.problem + error.cure


def test_every_kind_is_tested():
    assert {answer["error"] for answer, *_ in CASES} == set(_BY_KIND)
