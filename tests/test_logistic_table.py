"""TFLite's table, against the logistic function."""

import numpy as np

from kernels.logistic_table import LOGISTIC_TABLE


def test_entries_are_the_function_or_a_little_more():
    exact = 65536 / (1 + np.exp(-np.arange(256) / 24))
    excess = LOGISTIC_TABLE - exact
    assert LOGISTIC_TABLE.shape == (256,)
    assert excess.min() >= -0.5
    assert excess.max() <= 1.2
    assert np.all(np.diff(LOGISTIC_TABLE) >= 0)
    assert (LOGISTIC_TABLE[0], LOGISTIC_TABLE[-1]) == (32768, 65535)
