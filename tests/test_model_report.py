import json

import pytest

from quant.model_report import FORMAT, ModelReport
from tests.reported_model import everything, nothing


@pytest.mark.parametrize("make", [everything, nothing])
def test_json_round_trip(make):
    made = make()
    text = made.to_json()
    assert ModelReport.from_json(text) == made
    assert json.loads(text)["format"] == FORMAT
    assert "NaN" not in text
    assert "Infinity" not in text
    assert make().to_json() == text
