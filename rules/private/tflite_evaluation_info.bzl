"""What an evaluation tells the test that judges it."""

TfliteEvaluationInfo = provider(
    doc = "A model, measured.",
    fields = {
        "compares": "Whether it was compared with the float model it was made from.",
        "file": "File: what was measured, JSON.",
        "metrics": "list of string: the metrics in it.",
        "model": "TfliteModelInfo of the model; None for one that was not quantized here.",
        "tflite": "File: the model.",
    },
)
