"""What builds the models of the tests: the builder of the conformance suite."""

from tools.conformance.model_builder import (
    Operation,
    Value,
    blockwise,
    constant,
    graph,
    options_table,
    quantization,
    single_operator,
    tensor,
    with_subgraphs,
)

__all__ = [
    "Operation",
    "Value",
    "blockwise",
    "constant",
    "graph",
    "options_table",
    "quantization",
    "single_operator",
    "tensor",
    "with_subgraphs",
]
