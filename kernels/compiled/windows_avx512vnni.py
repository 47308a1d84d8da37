"""Kernels over windows, for AVX-512 with VNNI.

Names end with the size of the window.
"""

from __future__ import annotations

from kernels.compiled.depthwise import any_filter, square_filter
from kernels.compiled.depthwise_ends import integer_filters
from kernels.compiled.interpolation import interpolation
from kernels.compiled.listed_pooling import (
    averages_of_bytes,
    averages_of_floats,
    maxima_of_bytes,
    maxima_of_floats,
)
from kernels.compiled.pooling import square_averages, square_byte_maxima, square_maxima
from kernels.isa import INSTRUCTION_SETS

ISA = INSTRUCTION_SETS["avx512vnni"]
NEEDS = ISA.needs

depthwise_three = square_filter(ISA.lanes, 3, ISA.vectors_of(9))
depthwise_three_pair = square_filter(ISA.lanes, 3, ISA.vectors_of(9), lines=2)
depthwise_five = square_filter(ISA.lanes, 5, ISA.vectors_of(25), together=2)
depthwise_any = any_filter(ISA.lanes, together=8)

hybrid_depthwise_three, requantized_depthwise_three = integer_filters(ISA, 3, together=1)
hybrid_depthwise_five, requantized_depthwise_five = integer_filters(ISA, 5, together=2)
hybrid_depthwise_any, requantized_depthwise_any = integer_filters(ISA, None, together=4)

average_floats_two = square_averages(ISA.lanes, 2)
average_floats_three = square_averages(ISA.lanes, 3)
average_floats_any = averages_of_floats(ISA.lanes)
average_bytes_any = averages_of_bytes(ISA.lanes)

maximum_floats_two = square_maxima(ISA.lanes, 2)
maximum_floats_three = square_maxima(ISA.lanes, 3)
maximum_floats_any = maxima_of_floats(ISA.lanes)
maximum_bytes_two = square_byte_maxima(ISA.lanes, 2)
maximum_bytes_three = square_byte_maxima(ISA.lanes, 3)
maximum_bytes_any = maxima_of_bytes(ISA.lanes)

interpolate = interpolation(ISA.lanes)
