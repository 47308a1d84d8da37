"""What one rule of this project tells the next about a model."""

TfliteModelInfo = provider(
    doc = "A quantized model and what it was made from.",
    fields = {
        "tflite": "File: the quantized model.",
        "float_model": "File: the float .tflite it was quantized from.",
        "plan": "File: what was decided for every constant and why, JSON.",
        "report": "File: sizes and errors, JSON.",
        "front": "File: what the search within an accuracy_budget measured, JSON; None without.",
        "manifest": "File: digests of the model and of what it was made of, an in-toto Statement.",
    },
)
