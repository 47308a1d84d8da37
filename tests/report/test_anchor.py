import pytest

from tests.reported_model import everything
from tools.report.anchor import LONGEST_NAME, anchors, shortened


def test_every_constant_and_layer_has_a_row():
    made = everything()
    found = anchors(made)
    assert found[0, "first"] == "constant-0-1"
    assert found[0, "h"].startswith("layer-0-")
    assert len({*found.values()}) == len(found) == len(made.constants) + len(made.layers)


@pytest.mark.parametrize(
    ("name", "text"),
    [("", ""), ("a/b", "a/b"), ("conv/W;model/conv/W", "model/conv/W"), ("x;", "x;")],
)
def test_names(name, text):
    assert shortened(name) == text


def test_long_names_keep_both_ends():
    text = shortened("begin" + "x" * 300 + "end")
    assert text.startswith("begin")
    assert text.endswith("end")
    assert len(text) <= LONGEST_NAME
