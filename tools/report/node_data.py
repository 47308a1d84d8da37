"""Errors of layers as node data of Model Explorer, which colours the graph with them.

Format: https://github.com/google-ai-edge/model-explorer/wiki/2.-User-Guide#custom-node-data: graph
id -> results, each keyed by the name of an operator's output tensor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quant.model_report import ModelReport

GRADIENT = (
    {"stop": 0, "bgColor": "#c62828", "textColor": "#ffffff"},
    {"stop": 0.5, "bgColor": "#f9d976", "textColor": "#000000"},
    {"stop": 1, "bgColor": "#e8f5e9", "textColor": "#000000"},
)
"""From the lowest SQNR to the highest: redder is worse."""
MAIN_GRAPH = "main"


def node_data(report: ModelReport) -> str:
    """JSON text: the SQNR of each layer's output, in dB. Without layers, no results."""
    graphs: dict[str, Any] = {}
    for layer in report.layers:
        graph = graphs.setdefault(_graph(layer.subgraph), _empty())
        graph["results"][layer.name] = {"value": round(layer.sqnr_db, 2)}
    return json.dumps(graphs or {MAIN_GRAPH: _empty()}, indent=1) + "\n"


def _graph(subgraph: int) -> str:
    return MAIN_GRAPH if subgraph == 0 else f"subgraph_{subgraph}"


def _empty() -> Mapping[str, Any]:
    return {"results": {}, "gradient": list(GRADIENT)}
