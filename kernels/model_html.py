"""A model as a notebook shows it: what it takes and gives, and its operators."""

from __future__ import annotations

from collections import Counter

from kernels.html_table import html_table
from kernels.model import Model, Tensor
from kernels.signatures import signatures_of


def model_html(model: Model) -> str:
    """Two tables."""
    arguments = [
        (key, what, name, _typed(model.subgraphs[signature.subgraph].tensors[index]))
        for key, signature in signatures_of(model).items()
        for what, named in (("input", signature.inputs), ("output", signature.outputs))
        for name, index in named.items()
    ]
    operators = Counter(each.name for subgraph in model.subgraphs for each in subgraph.operators)
    stored = sum(len(buffer) for buffer in model.buffers)
    counted = sorted(operators.items(), key=lambda item: (-item[1], item[0]))
    return html_table(
        f"Model with {stored:,} bytes of constants", ("signature", "", "name", "type"), arguments
    ) + html_table(f"{operators.total():,} operators", ("operator", "count"), counted)


def _typed(tensor: Tensor) -> str:
    shape = ", ".join(map(str, tensor.shape_signature or tensor.shape))
    return f"{tensor.type.lower()}[{shape}]"
