import pytest

from tools.report.number import decibels, milliseconds, percent, score, short, size


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (size(0), "0 B"),
        (size(999), "999 B"),
        (size(1000), "1.00 kB"),
        (size(18_559_076), "18.6 MB"),
        (size(999_999), "1.00 MB"),
        (size(5_000_000_000_000), "5000 GB"),
        (decibels(None), "–"),
        (decibels(44.94), "44.9"),
        (decibels(-3.25), "−3.2"),
        (decibels(-0.02), "0.0"),
        (decibels(200.0), "exact"),
        (short(0.000123456), "0.000123"),
        (short(None), "–"),
        (score(-0.00171), "−0.0017"),
        (percent(0.0523), "5.2%"),
        (percent(0.67), "67%"),
        (milliseconds(0.0012345), "1.23"),
    ],
)
def test_numbers(shown, text):
    assert shown == text
