"""Measurements for tests of the figures: one model with all kinds, one with few."""

from tools.figures.measured import Measured

FULL = Measured(
    "kws",
    {"float": 104088, "dyn": 51240, "lq": 45232, "ours": 40832},
    {"float/litert": 0.064, "dyn/litert": 0.1, "ours/litert": 0.057, "ours/ours": 0.058},
    {"float": 0.915, "dyn": 0.914, "lq": 0.916, "ours": 0.9167},
)
FEW = Measured("basic_pitch", {"float": 202200, "ours": 87904}, {"float/litert": 5.0}, {})
