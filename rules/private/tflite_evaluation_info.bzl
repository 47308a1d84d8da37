"""What an evaluation tells the test that judges it."""

TfliteEvaluationInfo = provider(
    doc = "A model, measured.",
    fields = {
        "compares": "Whether it was compared with the float model it was made from.",
        "file": "File: what was measured, JSON.",
        "metrics": "list of string: the metrics in it.",
        "report": "File: sizes and errors, JSON; None for a model that was not quantized here.",
        "tflite": "File: the model.",
    },
)
