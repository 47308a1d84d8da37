import pytest

from tools.mobile.cures import CURES, Fault, cure_lines


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_cure(fault):
    assert len(cure_lines(fault)) == len(CURES[fault]) > 0


@pytest.mark.parametrize("fault", [Fault.COMPRESSED, Fault.MISSING, Fault.MISALIGNED])
def test_gradle_and_bazel_are_among_them(fault):
    text = "\n".join(cure_lines(fault))
    assert "Gradle" in text
    assert "Bazel" in text
