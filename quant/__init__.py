"""The quantizer: SavedModel -> float model -> recipe -> plan -> quantized model -> report."""
