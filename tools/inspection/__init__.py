"""What a ``.tflite`` file holds, as JSON values and as text, and how two differ."""
