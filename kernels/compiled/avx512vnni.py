"""Kernels for AVX-512 with VNNI. A product's name has the rows and columns of its tile."""

from __future__ import annotations

from kernels.compiled.images import float_copier, image_encoder, image_recoder
from kernels.compiled.packing import column_packer, row_packer
from kernels.compiled.peaks import float_products, integer_products, reader
from kernels.compiled.product import float_product, hybrid_product, requantized_product
from kernels.compiled.quantize import parameter_finder, range_finder, row_quantizer
from kernels.isa import INSTRUCTION_SETS

ISA = INSTRUCTION_SETS["avx512vnni"]
NEEDS = ISA.needs

float_4x64 = float_product(4, 64, ISA.lanes)
float_6x64 = float_product(6, 64, ISA.lanes)
float_8x48 = float_product(8, 48, ISA.lanes)
float_12x32 = float_product(12, 32, ISA.lanes)
float_14x16 = float_product(14, 16, ISA.lanes)
float_1x128 = float_product(1, 128, ISA.lanes)

hybrid_4x64 = hybrid_product(4, 64, ISA)
hybrid_6x64 = hybrid_product(6, 64, ISA)
hybrid_8x48 = hybrid_product(8, 48, ISA)
hybrid_12x32 = hybrid_product(12, 32, ISA)
hybrid_14x16 = hybrid_product(14, 16, ISA)
hybrid_1x128 = hybrid_product(1, 128, ISA)

requantized_4x64 = requantized_product(4, 64, ISA)
requantized_6x64 = requantized_product(6, 64, ISA)
requantized_8x48 = requantized_product(8, 48, ISA)
requantized_12x32 = requantized_product(12, 32, ISA)
requantized_14x16 = requantized_product(14, 16, ISA)
requantized_1x128 = requantized_product(1, 128, ISA)

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
