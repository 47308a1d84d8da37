"""Products and codes of recurrent operators, for AVX-512 with VNNI. A product's name has the
rows and columns of its tile."""

from __future__ import annotations

from kernels.compiled.accumulated import hybrid_accumulator, lane_accumulator
from kernels.compiled.row_codes import asymmetric_rows, symmetric_rows
from kernels.isa import INSTRUCTION_SETS

ISA = INSTRUCTION_SETS["avx512vnni"]
NEEDS = ISA.needs

hybrid_6x64 = hybrid_accumulator(6, 64, ISA)
hybrid_1x128 = hybrid_accumulator(1, 128, ISA)

lanes_4x16 = lane_accumulator(4, 16, ISA.lanes)
lanes_1x64 = lane_accumulator(1, 64, ISA.lanes)

symmetric = symmetric_rows(ISA)
asymmetric = asymmetric_rows(ISA)
