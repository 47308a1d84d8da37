"""The ``.tflite`` file format: reading, verifying and writing models."""
