"""What must hold of a model before anything indexes, allocates or runs by it.

Reader and writer both call ``verify``, so no contradiction comes in or goes out. Beyond LiteRT's
strict verifier (core/tools/verifier.cc) it checks options, calls, signatures, quantization.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import prod
from typing import NoReturn

from kernels.errors import ModelError
from kernels.limits import Limits
from kernels.model import OPTIONAL_TENSOR, Model, Operator, Signature, Subgraph, Tensor
from kernels.tflite.schema import ENUMS, OPTIONS, UNIONS, VERSION
from kernels.tflite.verify_blockwise import verify_blockwise
from kernels.tflite.verify_calls import verify_calls
from kernels.tflite.verify_options import verify_options
from kernels.tflite.verify_tensor import verify_tensor

_CURE = "The file is damaged or its converter is wrong: fetch it or convert it again."

NEWEST_VERSION = 32
"""Of a builtin operator: LiteRT 2.3 has none beyond 14, and refuses what it does not know."""


def verify(model: Model, limits: Limits | None = None) -> None:
    """Raises ModelError that says where the model contradicts itself, if it does."""
    limits = limits or Limits()
    _verify_head(model)
    operators = sum(len(subgraph.operators) for subgraph in model.subgraphs)
    if operators > limits.operators:
        _fail(f"The model has {operators} operators; the limit is {limits.operators}")
    for i, subgraph in enumerate(model.subgraphs):
        _verify_subgraph(model, subgraph, f"subgraphs[{i}]", limits)
    verify_calls(model, limits)
    for i, signature in enumerate(model.signatures):
        _verify_signature(model, signature, i)
    for key, count in Counter(signature.key for signature in model.signatures).items():
        if count > 1:
            _fail(f"The signature {key!r} is there {count} times")


def _fail(problem: str, cure: str = _CURE) -> NoReturn:
    raise ModelError(f"{problem}.", cure)


def _verify_index(index: int, count: int, what: str, where: str, first: int = 0) -> None:
    if not first <= index < count:
        _fail(f"{where} refers to {what} {index}, of {count}")


def _verify_indices(
    indices: Iterable[int], count: int, what: str, where: str, first: int = 0
) -> None:
    for index in indices:
        _verify_index(index, count, what, where, first)


def _verify_head(model: Model) -> None:
    if model.version != VERSION:
        _fail(f"The schema version is {model.version} and not {VERSION}")
    if not model.subgraphs:
        _fail("The model has no subgraph")
    if not model.buffers or len(model.buffers[0]):
        _fail("Buffer 0 is not the empty one that the format wants")
    for entry in model.metadata:
        _verify_index(entry.buffer, len(model.buffers), "buffer", f"Metadata {entry.name!r}")
    _verify_indices(model.metadata_buffer or (), len(model.buffers), "buffer", "metadata_buffer")
    groups = len(model.external_buffer_groups or ())
    for i, table in enumerate(model.external_buffers or ()):
        _verify_index(table.fields.get("group", 0), groups, "group", f"external_buffers[{i}]")


def _verify_signature(model: Model, signature: Signature, index: int) -> None:
    where = f"signature_defs[{index}] {signature.key!r}"
    _verify_index(signature.subgraph, len(model.subgraphs), "subgraph", where)
    tensors = len(model.subgraphs[signature.subgraph].tensors)
    for names in (signature.inputs, signature.outputs):
        _verify_indices(names.values(), tensors, "tensor", where)


def _verify_subgraph(model: Model, subgraph: Subgraph, path: str, limits: Limits) -> None:
    named = [(t, f"{path}.tensors[{i}] {t.name!r}") for i, t in enumerate(subgraph.tensors)]
    for tensor, where in named:
        verify_tensor(model, subgraph, tensor, where, limits)
    for tensor, where in named:
        verify_blockwise(model, subgraph, tensor, where)
    _verify_indices(subgraph.inputs, len(subgraph.tensors), "tensor", f"{path}.inputs")
    _verify_indices(subgraph.outputs, len(subgraph.tensors), "tensor", f"{path}.outputs")
    for i, operator in enumerate(subgraph.operators):
        _verify_operator(subgraph, operator, f"{path}.operators[{i}] {operator.name}")
    _verify_order(model, subgraph, path)


def _verify_operator(subgraph: Subgraph, operator: Operator, where: str) -> None:
    count = len(subgraph.tensors)
    _verify_indices(operator.inputs, count, "tensor", f"{where}.inputs", OPTIONAL_TENSOR)
    _verify_indices(operator.outputs, count, "tensor", f"{where}.outputs", OPTIONAL_TENSOR)
    _verify_indices(
        operator.intermediates or (), count, "tensor", f"{where}.intermediates", OPTIONAL_TENSOR
    )
    flags = len(operator.mutating_variable_inputs or ())
    if flags not in (0, len(operator.inputs)):
        _fail(f"{where} has {len(operator.inputs)} inputs and {flags} mutating_variable_inputs")
    if operator.name not in ENUMS["BuiltinOperator"]:
        _fail(f"{where} is not in the schema")
    if operator.name == "CUSTOM" and not operator.custom_code:
        _fail(f"{where} has no custom_code")
    newest = NEWEST_VERSION if operator.name != "CUSTOM" else operator.version
    if not 1 <= operator.version <= newest:
        _fail(f"{where} has version {operator.version}")
    _verify_options(operator, where)
    verify_options(subgraph, operator, where)


def _verify_options(operator: Operator, where: str) -> None:
    """An operator without options may carry some of another: runtimes ignore them."""
    wanted = OPTIONS[operator.name]
    pairs = ((operator.options, "BuiltinOptions"), (operator.options2, "BuiltinOptions2"))
    for options, union in pairs:
        if options is None:
            continue
        if options.name not in UNIONS[union] or (wanted and options.name != wanted):
            _fail(f"{where} has {options.name} and not {wanted or 'a member of ' + union}")


def _is_stored(model: Model, tensor: Tensor) -> bool:
    return len(model.buffers[tensor.buffer]) > 0 or tensor.external_buffer > 0


def _verify_order(model: Model, subgraph: Subgraph, path: str) -> None:
    """Every tensor is written once, and before it is read; without elements it need not be."""
    written = {
        i
        for i, tensor in enumerate(subgraph.tensors)
        if tensor.is_variable or _is_stored(model, tensor)
    }
    written.update(subgraph.inputs)
    readable = written | {i for i, tensor in enumerate(subgraph.tensors) if not prod(tensor.shape)}
    readable.add(OPTIONAL_TENSOR)
    for i, operator in enumerate(subgraph.operators):
        where = f"{path}.operators[{i}] {operator.name}"
        for index in operator.inputs:
            if index not in readable:
                _fail(f"{where} reads tensor {index} before any operator writes it")
        outputs = [index for index in operator.outputs if index != OPTIONAL_TENSOR]
        for index in outputs:
            if index in written:
                _fail(f"{where} writes tensor {index}, which has a value already")
            written.add(index)
        readable.update(outputs)
    for index in subgraph.outputs:
        if index not in readable:
            _fail(f"{path}.outputs has tensor {index}, which no operator writes")
