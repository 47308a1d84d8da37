import numpy as np

from kernels.field_types import FLOATS
from kernels.jit import compile_kernel, kernel
from kernels.kernel import Kernel
from kernels.linking import link

TABLE = np.arange(1000, dtype=np.float32)


@kernel(FLOATS)
def constants(x, begin, end):
    for i in range(begin, end):
        x[i] = TABLE[i] + np.float32(0.1)


def test_code_and_constants_stay_together_in_a_process_with_large_arrays():
    """Their distance must fit into 32 bits, and each kernel comes with its own constants."""
    between = []
    for i in range(4):
        name = f"tests.constants{i}"
        address = link(name, compile_kernel(constants, name))
        x = np.zeros(1000, np.float32)
        Kernel(name, constants.fields, address)(x, chunks=1000)
        np.testing.assert_array_equal(x, TABLE + np.float32(0.1))
        between.append(np.empty(2**31, np.uint8))
    assert len(between) == 4


def test_two_kernels_of_one_object_cache_have_addresses_of_their_own():
    content = compile_kernel(constants, "tests.one")
    another = compile_kernel(constants, "tests.another")
    assert link("tests.one", content) != link("tests.another", another)
