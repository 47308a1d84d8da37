"""A model of one operator, and the constants that it is made with."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from kernels.model import Model
from tools.conformance.model_builder import Value, constant

SEED = 2018


@dataclass(frozen=True)
class DeviceModel:
    """A float model of one operator, by the operator's name; ``multiply_adds`` of a run."""

    operator: str
    multiply_adds: int
    model: Model


def random_weight(name: str, *shape: int) -> Value:
    """Uniform, so large that sums of products neither vanish nor grow."""
    reach = np.sqrt(3 * shape[0] / prod(shape))
    values = np.random.default_rng(SEED).uniform(-reach, reach, shape)
    return constant(name, values.astype(np.float32))


def zeros(name: str, size: int) -> Value:
    """A bias."""
    return constant(name, np.zeros(size, np.float32))
