"""A manifest: what a quantized model was made of and by, as an in-toto Statement, unsigned.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md: whoever signs it wraps it in
an envelope. The same inputs give the same bytes: no time, host or path is in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quant.digest import file_digest, tool_digest
from quant.quantizer import Result
from quant.recipe import Recipe

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:tflite-quant:quantization:v1"
TOOL = "tflite-quant"


@dataclass(frozen=True)
class Material:
    """Something that the model was made of; ``sha256`` as ``quant.digest`` says, hexadecimal."""

    name: str
    sha256: str


def make_manifest(
    model: Path, recipe: Recipe, materials: tuple[Material, ...], result: Result
) -> str:
    """JSON text that states the digest of the written ``model``, of what it was made of, the
    recipe, the tool, sizes and what was measured."""
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [_resource(Material(model.name, file_digest(model)))],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "tool": _resource(Material(TOOL, tool_digest())),
            "recipe": json.loads(recipe.to_json()),
            "materials": [_resource(material) for material in materials],
            "sizes": _sizes(result),
            "metrics": _metrics(result),
        },
    }
    return json.dumps(statement, indent=1) + "\n"


def read_materials(text: str) -> tuple[Material, ...]:
    """The materials that ``materials_json`` wrote down."""
    return tuple(Material(**each) for each in json.loads(text))


def materials_json(materials: tuple[Material, ...]) -> str:
    """JSON text of materials, for an action that makes a manifest later."""
    return json.dumps([asdict(material) for material in materials], indent=1) + "\n"


def _resource(material: Material) -> Mapping[str, Any]:
    """A ResourceDescriptor of in-toto."""
    return {"name": material.name, "digest": {"sha256": material.sha256}}


def _sizes(result: Result) -> Mapping[str, Any]:
    report = result.report
    return {
        "float_bytes": report.bytes_before,
        "bytes": report.bytes_after,
        "ratio": report.ratio,
    }


def _metrics(result: Result) -> Mapping[str, Any]:
    """The least exact weight, and the drop of the metric if a budget was searched."""
    metrics: dict[str, Any] = {}
    if result.report.worst:
        worst = result.report.worst[0]
        metrics["least_weight_sqnr_db"] = worst.sqnr_db
    if result.search is not None:
        metrics[f"{result.search.recipe.metric}_drop"] = result.search.chosen.drop
    return metrics
