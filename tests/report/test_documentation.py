"""docs/report.md names every key of the JSON that a report is."""

import json

from quant.model_report import FORMAT
from tests import checkout
from tests.reported_model import everything


def keys(value):
    """Of an object and of those within it; what a metric, an operator or a scheme is called is no
    key of ours."""
    if isinstance(value, list):
        for each in value[:1]:
            yield from keys(each)
    elif isinstance(value, dict):
        for key, within in value.items():
            yield key
            if key not in ("operators", "scores", "schemes", "evaluation"):
                yield from keys(within)


def test_every_key_is_described():
    text = checkout.path("docs/report.md").read_text(encoding="utf-8")
    described = text[text.index("## The JSON") :]
    found = set(keys(json.loads(everything().to_json())))
    assert len(found) > 50
    assert {key for key in found if f"`{key}`" not in described} == set()
    assert f"`{FORMAT}`" in described
