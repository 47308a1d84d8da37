"""Errors of layers as node data of Model Explorer, which colours the graph with them.

Format: its ``node_data_builder.py``: graph id -> results, each keyed by the name of an operator's
output tensor. https://github.com/google-ai-edge/model-explorer
"""

from __future__ import annotations

import json
from typing import Any

from quant.model_report import ModelReport

GRADIENT = (
    {"stop": 0, "bgColor": "#c62828", "textColor": "#ffffff"},
    {"stop": 0.5, "bgColor": "#f9d976", "textColor": "#000000"},
    {"stop": 1, "bgColor": "#e8f5e9", "textColor": "#000000"},
)
"""From the lowest SQNR to the highest: redder is worse."""


def node_data(report: ModelReport) -> str:
    """JSON text: the SQNR of each layer's output, in dB. Without layers, no results."""
    graphs: dict[str, Any] = {
        name: {"results": {}, "gradient": list(GRADIENT)} for name in report.graphs
    }
    for layer in report.layers:
        results = graphs[report.graphs[layer.subgraph]]["results"]
        results[layer.name] = {"value": round(layer.sqnr_db, 2)}
    return json.dumps(graphs, indent=1) + "\n"
