"""Full-integer quantization: activations become integers, by ranges that were observed."""
