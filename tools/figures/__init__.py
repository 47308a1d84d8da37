"""The three figures: size, latency and accuracy of models, float beside quantized."""
