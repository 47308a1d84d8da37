import pytest

from kernels.flat.tiling import BLOCK_BYTES, LEAST_CHUNKS, Strip, block_rows, grain, strips
from kernels.isa import INSTRUCTION_SETS, TileSize

WIDE = INSTRUCTION_SETS["avx512vnni"].float_tiles


def sizes(made):
    return [(strip.tile.rows, strip.tile.columns, strip.first, strip.count) for strip in made]


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [
        (1, 1000, [(1, 128, 0, 1000)]),
        (64, 64, [(4, 64, 0, 64)]),
        (64, 16, [(14, 16, 0, 16)]),
        (48, 32, [(12, 32, 0, 32)]),
        (48, 96, [(4, 64, 0, 64), (12, 32, 64, 32)]),
    ],
)
def test_the_cheapest_tiles(rows, columns, expected):
    assert sizes(strips(rows, columns, WIDE, divisible=True)) == expected


@pytest.mark.parametrize("columns", range(1, 200, 7))
def test_strips_cover_all_columns_once(columns):
    made = strips(49, columns, WIDE, divisible=True)
    covered = [column for s in made for column in range(s.first, s.first + s.count)]
    assert covered == [*range(columns)]
    assert strips(49, columns, WIDE, divisible=False)[0].count == columns


@pytest.mark.parametrize("rows", [1, 7, 50, 12544])
@pytest.mark.parametrize("row_bytes", [1, 4000, 10**6])
@pytest.mark.parametrize("panels", [1, 16])
def test_blocks_are_whole_tiles_that_fit_or_one(rows, row_bytes, panels):
    block = block_rows(rows, row_bytes, panels, 6)
    assert block % 6 == 0
    assert block == 6 or block * row_bytes <= BLOCK_BYTES + 6 * row_bytes
    assert block == 6 or panels * -(-rows // block) > LEAST_CHUNKS // 2


def test_a_thread_takes_many_small_chunks():
    assert grain(1 << 30) == 1
    assert grain(0) == grain(1) == 1 << 20


def test_a_strip_of_one_tile():
    tile = TileSize(4, 16)
    assert strips(3, 5, [tile], divisible=True) == [Strip(tile, 0, 5)]
