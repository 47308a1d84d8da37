import pytest

from tools.bench.peaks import Peaks, measure_peaks


@pytest.mark.parametrize(
    ("kernel", "peak"),
    [
        ("avx512vnni.float_4x64", 1.0),
        ("avx512vnni.hybrid_4x64", 4.0),
        ("avx2.requantized_6x16", 4.0),
        ("plain", 1.0),
    ],
)
def test_a_kernel_is_measured_by_the_peak_of_its_arithmetic(kernel, peak):
    assert Peaks(1.0, 4.0, 0.5).of(kernel) == peak


def test_peaks_are_measured():
    peaks = measure_peaks(turns=1000, read_bytes=1 << 20)
    assert min(peaks.float_rate, peaks.integer_rate, peaks.bandwidth) > 0
