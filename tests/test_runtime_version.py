"""The release that a model asks for: the newest of what it asked for and what it needs."""

from dataclasses import replace

import pytest

from kernels.model import Metadata
from quant.runtime_version import MIN_RUNTIME_VERSION, require_runtime
from tests.float_models import fully_connected


def asking(text):
    model = fully_connected(4, 5)
    entries = (Metadata("other", 3), Metadata(MIN_RUNTIME_VERSION, 4))
    return replace(model, buffers=(*model.buffers, b"2.99.0", text), metadata=entries)


@pytest.mark.parametrize(
    ("present", "needed", "expected"),
    [
        (b"1.5.0", ["2.17.0", "2.4.0"], b"2.17.0"),
        (b"2.18.0", ["2.17.0"], b"2.18.0"),
        (b"2.9.0", ["2.10.0"], b"2.10.0"),
        (b"1.5.0", [], b"1.5.0"),
        (b"", ["1.14.0"], b"1.14.0"),
        (b"unknown", ["1.14.0"], b"1.14.0"),
        (b"\xff\xfe", ["1.14.0"], b"1.14.0"),
    ],
)
def test_the_newest_is_asked_for(present, needed, expected):
    after = require_runtime(asking(present.ljust(16, b"\0")), needed)
    assert after.buffers[4] == expected.ljust(16, b"\0")
    assert after.buffers[3] == b"2.99.0"


def test_a_model_that_asks_for_nothing_stays():
    model = fully_connected(4, 5)
    assert require_runtime(model, ["2.17.0"]) == model
