"""Products and codes of recurrent operators, for AArch64 with the dot product. A product's name
has the rows and columns of its tile."""

from __future__ import annotations

from kernels.compiled.accumulated import hybrid_accumulator, lane_accumulator
from kernels.compiled.row_codes import asymmetric_rows, symmetric_rows
from kernels.isa import INSTRUCTION_SETS

ISA = INSTRUCTION_SETS["neon_dot"]
NEEDS = ISA.needs

hybrid_4x16 = hybrid_accumulator(4, 16, ISA)
hybrid_1x16 = hybrid_accumulator(1, 16, ISA)

lanes_6x4 = lane_accumulator(6, 4, ISA.lanes)
lanes_1x16 = lane_accumulator(1, 16, ISA.lanes)

symmetric = symmetric_rows(ISA)
asymmetric = asymmetric_rows(ISA)
