"""The error of values against their references, summed over any number of arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quant.sqnr import energies, ratio_db
from quant.weight_error import MOST_DB


@dataclass
class ErrorSum:
    """Energies of the references and of the errors, how many values, and the largest error."""

    signal: float = 0.0
    noise: float = 0.0
    count: int = 0
    largest: float = 0.0

    def add(self, reference: NDArray[Any], values: NDArray[Any]) -> None:
        """Adds real values of one shape."""
        signal, noise = energies(reference, values)
        self.signal += signal
        self.noise += noise
        self.count += reference.size
        error = np.abs(reference - values).max(initial=0.0)
        self.largest = max(self.largest, float(error))

    @property
    def sqnr_db(self) -> float:
        """In dB, within ``MOST_DB`` either way; the least where no ratio says anything."""
        ratio = ratio_db(self.signal, self.noise)
        return max(-MOST_DB, min(MOST_DB, ratio)) if not math.isnan(ratio) else -MOST_DB

    @property
    def rmse(self) -> float:
        """The root mean square of the errors; 0 of no values."""
        return math.sqrt(self.noise / self.count) if self.count else 0.0
