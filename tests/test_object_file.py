import llvmlite.binding as llvm
import pytest

from kernels.jit import target, target_machine
from kernels.object_file import object_file

CALLER = """
declare void @{0}({1})
define i32 @"tests.caller"({1} %x) {{
  call void @{0}({1} %x)
  ret i32 0
}}
"""


def compiled(text, name="tests.caller"):
    machine = target_machine(*target())
    return object_file(llvm.parse_assembly(text), name, machine)


@pytest.mark.parametrize("function", ["free", "PyErr_SetNone", "NRT_Free"])
def test_what_is_no_function_of_the_c_library_is_refused(function):
    with pytest.raises(TypeError, match=rf"Kernel tests\.caller needs {function}\."):
        compiled(CALLER.format(function, "ptr"))


def test_what_is_no_variable_of_its_own_is_refused():
    text = '@there = external global i32\ndefine ptr @"a.b"() {\n  ret ptr @there\n}'
    with pytest.raises(TypeError, match="needs there"):
        compiled(text, "a.b")


@pytest.mark.parametrize(("function", "argument"), [("sched_yield", ""), ("llvm.assume", "i1")])
def test_functions_of_the_c_library_and_llvm_are_taken(function, argument):
    text = CALLER.format(function, argument)
    assert b"tests.caller" in compiled(text if argument else text.replace(" %x", ""))


@pytest.mark.skipif("x86" not in target()[0], reason="the relocations of x86-64")
@pytest.mark.parametrize("features", ["", "+fma"])
def test_calls_go_through_a_table_of_addresses(features):
    """kernels.linking has no room for a jump to a far function, which ends the process."""
    text = """
        declare void @memset(ptr, i32, i64)
        declare float @llvm.fma.f32(float, float, float)
        define float @"a.b"(ptr %p, float %x) {
          call void @memset(ptr %p, i32 0, i64 99)
          %y = call float @llvm.fma.f32(float %x, float %x, float %x)
          ret float %y
        }"""
    machine = target_machine(target()[0], "x86-64", features)
    assembly = machine.emit_assembly(llvm.parse_assembly(text))
    assert "memset@PLT" in assembly
    module = llvm.parse_assembly(text)
    object_file(module, "a.b", machine)
    assembly = machine.emit_assembly(module)
    assert "@PLT" not in assembly
    assert "memset@GOTPCREL" in assembly
    assert ("fmaf@GOTPCREL" in assembly) == (not features)
