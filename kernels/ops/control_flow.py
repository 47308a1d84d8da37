"""Operators that run subgraphs: WHILE, IF, CALL_ONCE.

Source: ``tflite/kernels/{while,if,call_once}.cc`` of google-ai-edge/LiteRT.
"""

from __future__ import annotations

from collections.abc import Callable

from kernels.errors import InputError, ModelError
from kernels.node import Array, Node, Run

Subgraph = Callable[[int, tuple[Array, ...]], tuple[Array, ...]]


def while_loop(node: Node) -> Run:
    """Runs the body on its own outputs as long as the condition holds.

    Raises ModelError beyond ``limits.loop_iterations``, counted over the whole invocation.
    """
    run_subgraph = _subgraphs(node)
    condition, body = node.options.cond_subgraph_index, node.options.body_subgraph_index

    def run(*values: Array) -> tuple[Array, ...]:
        while _truth(run_subgraph(condition, values)):
            node.state.meter.count_iteration()
            values = run_subgraph(body, values)
        return values

    return run


def if_else(node: Node) -> Run:
    """Runs one of two subgraphs on all inputs but the first, which is the condition."""
    run_subgraph = _subgraphs(node)
    then, otherwise = node.options.then_subgraph_index, node.options.else_subgraph_index

    def run(condition: Array, *values: Array) -> tuple[Array, ...]:
        return run_subgraph(then if _truth((condition,)) else otherwise, values)

    return run


def call_once(node: Node) -> Run:
    """Runs a subgraph without inputs the first time only: it gives variables their values."""
    run_subgraph = _subgraphs(node)
    subgraph = node.options.init_subgraph_index

    def run() -> tuple[Array, ...]:
        if subgraph not in node.state.called_once:
            run_subgraph(subgraph, ())
            node.state.called_once.add(subgraph)
        return ()

    return run


def _subgraphs(node: Node) -> Subgraph:
    if node.subgraph is None:
        raise ModelError(
            "It has no subgraphs to run.",
            "Prepare it as a part of a model.",
        )
    return node.subgraph


def _truth(values: tuple[Array, ...]) -> bool:
    if len(values) != 1 or values[0].size != 1:
        raise InputError(
            f"A condition has shapes {[value.shape for value in values]}.",
            "A condition is one element; the model may be made for one example at a time.",
        )
    return bool(values[0].item())
