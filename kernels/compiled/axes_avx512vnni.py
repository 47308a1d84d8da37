"""Sums over one axis, for AVX-512."""

from __future__ import annotations

from kernels.compiled.reduction import (
    requantized_lane_sums,
    requantized_row_sums,
    scaled_lane_sums,
    scaled_row_sums,
)
from kernels.isa import INSTRUCTION_SETS

ISA = INSTRUCTION_SETS["avx512vnni"]
NEEDS = ISA.needs

scaled_rows = scaled_row_sums(ISA.lanes)
scaled_lanes = scaled_lane_sums()
requantized_rows = requantized_row_sums(ISA.lanes)
requantized_lanes = requantized_lane_sums()
