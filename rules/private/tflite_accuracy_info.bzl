"""What an accuracy test tells of the model it judges."""

TfliteAccuracyInfo = provider(
    doc = "A model's measured accuracy.",
    fields = {
        "metrics": "File: what was measured, JSON.",
        "model": "TfliteModelInfo of the model; None for one that was not quantized here.",
        "tflite": "File: the model.",
        "thresholds": "list of struct(kind, metric, value): what is asked of it.",
    },
)
