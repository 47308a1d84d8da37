"""Kernels for AVX2 and FMA. A product's name has the rows and columns of its tile."""

from __future__ import annotations

from kernels.compiled.images import float_copier, image_encoder, image_recoder
from kernels.compiled.packing import column_packer, row_packer
from kernels.compiled.peaks import float_products, integer_products, reader
from kernels.compiled.product import float_product, hybrid_product, requantized_product
from kernels.compiled.quantize import parameter_finder, range_finder, row_quantizer
from kernels.isa import INSTRUCTION_SETS

ISA = INSTRUCTION_SETS["avx2"]
NEEDS = ISA.needs

float_4x24 = float_product(4, 24, ISA.lanes)
float_5x16 = float_product(5, 16, ISA.lanes)
float_1x32 = float_product(1, 32, ISA.lanes)

hybrid_6x16 = hybrid_product(6, 16, ISA)
hybrid_4x24 = hybrid_product(4, 24, ISA)
hybrid_1x32 = hybrid_product(1, 32, ISA)

requantized_6x16 = requantized_product(6, 16, ISA)
requantized_4x24 = requantized_product(4, 24, ISA)
requantized_1x32 = requantized_product(1, 32, ISA)

quantize_rows = row_quantizer(ISA)
find_ranges = range_finder(ISA.lanes)
find_parameters = parameter_finder(ISA)
encode_images = image_encoder(ISA)
recode_images = image_recoder(ISA)
copy_floats = float_copier()
pack_rows = row_packer(ISA.lanes)
pack_columns = column_packer(ISA.lanes)

float_peak = float_products(ISA)
integer_peak = integer_products(ISA)
read = reader(ISA)
