"""What an accuracy test tells of the model it judges."""

TfliteAccuracyInfo = provider(
    doc = "A model's measured accuracy.",
    fields = {
        "metrics": "File: what was measured, JSON.",
        "tflite": "File: the model.",
    },
)
