"""Kernels for AArch64, which these tests cannot run: their assembly."""

import re

import pytest

from kernels.compilation import Declaration
from kernels.compiled import axes_neon_dot, neon_dot, windows_neon_dot
from kernels.isa import INSTRUCTION_SETS

TARGET = ("aarch64-unknown-linux-gnu", "neoverse-n1", "+neon,+dotprod")
ISA = INSTRUCTION_SETS["neon_dot"]
PRODUCTS = [("float", "fmla", ISA.float_tiles)]
PRODUCTS += [(kind, "sdot", ISA.integer_tiles) for kind in ("hybrid", "requantized")]
LOOP_INSTRUCTIONS = {
    "sdot",
    "fmla",
    "ldp",
    "ldr",
    "ld1r",
    "add",
    "cmp",
    "mov",
    "subs",
    "b.lt",
    "b.ne",
}


def loops(assembly: str) -> list[list[str]]:
    """The instructions of each block that ends with a jump to its own beginning."""
    blocks = re.split(r"^(\.LBB\w+):.*$", assembly, flags=re.MULTILINE)[1:]
    found = []
    for label, body in zip(blocks[::2], blocks[1::2], strict=True):
        lines = [line.split("\t")[1:] for line in body.splitlines() if line.startswith("\t")]
        code = [line for line in lines if not line[0].startswith(".")]
        jumps = [place for place, line in enumerate(code) if line[-1] == label]
        if jumps:
            found.append([line[0] for line in code[: jumps[0] + 1]])
    return found


@pytest.mark.parametrize(
    ("kind", "instruction", "tile"),
    [(kind, instruction, tile) for kind, instruction, tiles in PRODUCTS for tile in tiles],
)
def test_a_step_is_vector_instructions_on_registers(kind, instruction, tile):
    source = getattr(neon_dot, f"{kind}_{tile.rows}x{tile.columns}")
    innermost = [loop for loop in loops(source.assembly(*TARGET)) if instruction in loop]
    vectors = tile.columns // ISA.lanes
    rows = {1, tile.rows}  # what is left over is made row by row
    assert sorted(loop.count(instruction) for loop in innermost) == sorted(
        r * vectors for r in rows
    )
    assert sorted(loop.count("ld1r") for loop in innermost) == sorted(rows)
    assert {name for loop in innermost for name in loop} <= LOOP_INSTRUCTIONS


@pytest.mark.parametrize("name", ["hybrid_depthwise_three", "requantized_depthwise_three"])
def test_a_column_of_a_filter_is_one_product(name):
    assembly = getattr(windows_neon_dot, name).assembly(*TARGET)
    assert 3 * ISA.vectors_of(9) in [loop.count("sdot") for loop in loops(assembly)]


KERNELS = [
    (module, name)
    for module in (neon_dot, windows_neon_dot, axes_neon_dot)
    for name, value in vars(module).items()
    if isinstance(value, Declaration)
]


@pytest.mark.parametrize(("module", "name"), KERNELS)
def test_no_kernel_calls_a_library(module, name):
    assembly = getattr(module, name).assembly(*TARGET)
    assert not re.search(r"^\tbl\t", assembly, flags=re.MULTILINE)
