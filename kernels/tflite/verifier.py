"""Verifies a model."""

from __future__ import annotations

from kernels.model import Model
from kernels.tflite.limits import ModelLimits


def verify(model: Model, limits: ModelLimits | None = None) -> None:
    """Verified."""
