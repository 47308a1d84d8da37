"""Products and codes of recurrent operators, for AVX2. A product's name has the rows and columns
of its tile."""

from __future__ import annotations

from kernels.compiled.accumulated import hybrid_accumulator, lane_accumulator
from kernels.compiled.row_codes import asymmetric_rows, symmetric_rows
from kernels.isa import INSTRUCTION_SETS

ISA = INSTRUCTION_SETS["avx2"]
NEEDS = ISA.needs

hybrid_6x16 = hybrid_accumulator(6, 16, ISA)
hybrid_1x32 = hybrid_accumulator(1, 32, ISA)

lanes_3x8 = lane_accumulator(3, 8, ISA.lanes)
lanes_1x16 = lane_accumulator(1, 16, ISA.lanes)

symmetric = symmetric_rows(ISA)
asymmetric = asymmetric_rows(ISA)
