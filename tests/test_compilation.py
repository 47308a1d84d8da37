import pkgutil

import pytest

from kernels import compilation, compiled
from kernels.compilation import compile_named, kernel_names
from kernels.compiled import trigonometry
from kernels.field_types import FLOATS, INDEX
from kernels.isa import INSTRUCTION_SETS


def test_names_are_of_every_module_in_order():
    names = kernel_names()
    assert list(names) == sorted(set(names))
    assert {"sums.add_fused", "trigonometry.xnnpack_cos", "libm.exp"} <= set(names)
    modules = {module.name for module in pkgutil.iter_modules(compiled.__path__)}
    assert {name.partition(".")[0] for name in names} <= modules


def test_what_is_no_kernel_has_no_name():
    assert not {"unary.f32", "unary.kernel", "unary.each"} & set(kernel_names())


@pytest.mark.parametrize(("needs", "compiled"), [((), True), (("an", "instruction"), False)])
def test_what_the_processor_has_no_instructions_for_is_left_out(monkeypatch, needs, compiled):
    monkeypatch.setattr(trigonometry, "NEEDS", needs, raising=False)
    names = kernel_names()
    assert ("trigonometry.xnnpack_sin" in names) == compiled
    assert "libm.exp" in names


@pytest.mark.parametrize("isa", ["avx2", "generic"])
def test_what_other_instruction_sets_have_is_left_out(monkeypatch, isa):
    monkeypatch.setattr(compilation, "instruction_set", lambda: INSTRUCTION_SETS[isa])
    names = kernel_names()
    assert ("generic.quantize_rows" in names) == (isa == "generic")
    assert not any(name.startswith(("avx512vnni.", "neon_dot.")) for name in names)


def test_a_kernel_with_its_fields():
    made = compile_named("sums.add_rounded")
    codes = [FLOATS.code] * 3 + [INDEX.code] * 2
    assert made.fields == dict(
        zip(["left", "right", "output", "depth", "columns"], codes, strict=True)
    )
    assert b"sums.add_rounded" in made.content


@pytest.mark.parametrize("name", ["unary.nothing", "nothing.at_all"])
def test_no_such_kernel(name):
    with pytest.raises((AttributeError, ImportError)):
        compile_named(name)
