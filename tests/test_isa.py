import subprocess
import sys

import pytest

from kernels.errors import InputError
from kernels.isa import INSTRUCTION_SETS, choose

ZEN4 = "+avx,+avx2,+fma,+avx512f,+avx512bw,+avx512vl,+avx512vnni,-amx-int8"


@pytest.mark.parametrize(
    ("features", "best"),
    [
        ("", "generic"),
        ("+sse4.2,-avx2", "generic"),
        ("+avx2,-fma", "generic"),
        ("+avx2,+fma,+avx512f", "avx2"),
        (ZEN4, "avx512vnni"),
        ("+neon,+dotprod", "neon_dot"),
    ],
)
def test_the_best_that_the_processor_has(features, best):
    assert choose(None, features).name == choose("", features).name == best


@pytest.mark.parametrize("name", ["generic", "avx2", "avx512vnni"])
def test_one_may_be_asked_for(name):
    assert choose(name, ZEN4) == INSTRUCTION_SETS[name]


@pytest.mark.parametrize("name", ["avx512vnni", "neon_dot", "sse"])
def test_but_not_what_the_processor_lacks(name):
    with pytest.raises(InputError, match=f"'{name}'.*\n.*avx2, generic"):
        choose(name, "+avx2,+fma")


@pytest.mark.parametrize("isa", INSTRUCTION_SETS.values(), ids=lambda isa: isa.name)
def test_every_tile_has_its_kernels(isa):
    names = [f"float_{tile.rows}x{tile.columns}" for tile in isa.float_tiles]
    for kind in ("hybrid", "requantized"):
        names += [f"{kind}_{tile.rows}x{tile.columns}" for tile in isa.integer_tiles]
    module = __import__(f"kernels.compiled.{isa.name}", fromlist=names)
    assert [name for name in names if not hasattr(module, name)] == []


def test_no_numba_is_needed():
    program = (
        "import sys, kernels.isa as isa; isa.instruction_set(); sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
