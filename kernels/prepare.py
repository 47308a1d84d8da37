"""From a model to programs: every operator resolved, checked and prepared, once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from kernels.constant import RUNTIME_DTYPES, constant
from kernels.cost import metered
from kernels.errors import ModelError, TfliteQuantError, UnsupportedOperatorError
from kernels.flat.steps import FlatStep, flat_steps
from kernels.limits import Limits
from kernels.missing_operators import MissingOperator, unsupported
from kernels.model import OPTIONAL_TENSOR, Model, Operator, Subgraph
from kernels.node import XNNPACK, Array, Node, Operand, Run
from kernels.operators import OPERATORS, OperatorFacts
from kernels.program import Program, Step, execute
from kernels.state import State
from kernels.tflite.schema import OPTIONS, with_defaults


@dataclass(frozen=True)
class Surroundings:
    """What all nodes of a model share: the fields of the same names in ``Node``."""

    numerics: str
    subgraph: Callable[[int, tuple[Array, ...]], tuple[Array, ...]]
    limits: Limits
    state: State
    program: Callable[[int], Any] | None = None


def prepare_model(model: Model, surroundings: Surroundings) -> tuple[Program, ...]:
    """A program for every subgraph.

    Raises UnsupportedOperatorError that names all operators without a kernel at once, and
    ModelError for an operator that cannot be right.
    """
    missing: list[MissingOperator] = []
    programs = tuple(
        _program(model, index, surroundings, missing) for index in range(len(model.subgraphs))
    )
    if missing:
        raise unsupported(missing)
    return programs


def _program(
    model: Model, index: int, surroundings: Surroundings, missing: list[MissingOperator]
) -> Program:
    subgraph = model.subgraphs[index]
    constants = _constants(model, subgraph)
    steps: list[Step] = []
    flat: list[FlatStep] = []
    for number, operator in enumerate(subgraph.operators):
        prepared = _step(subgraph, number, constants, surroundings)
        if isinstance(prepared, str):
            missing.append(MissingOperator(operator, index, number, reason=prepared))
            continue
        step, flat_step = prepared
        if _is_known_at_load(operator, constants):
            made = execute(step, [constants[i] for i in step.inputs])
            values = [np.asarray(value, order="C") for value in made]
            constants.update(zip(step.outputs, values, strict=True))
        else:
            steps.append(step)
            flat.append(flat_step)
    variables = tuple(i for i, tensor in enumerate(subgraph.tensors) if tensor.is_variable)
    kept = {*constants, *variables, *subgraph.outputs, OPTIONAL_TENSOR}
    return Program(
        subgraph=index,
        tensors=subgraph.tensors,
        inputs=subgraph.inputs,
        outputs=subgraph.outputs,
        steps=_with_lifetimes(steps, kept),
        constants=constants,
        variables=variables,
        flat=flat_steps(flat, constants, subgraph.outputs),
    )


def _constants(model: Model, subgraph: Subgraph) -> dict[int, Array]:
    """The values of constant tensors. A tensor of no elements that nothing makes is one too."""
    made = {i for operator in subgraph.operators for i in operator.outputs} | {*subgraph.inputs}
    constants: dict[int, Array] = {}
    for index, tensor in enumerate(subgraph.tensors):
        if index in made or tensor.is_variable:
            continue
        value = constant(model, tensor)
        if value is None and prod(tensor.shape) == 0 and tensor.type in RUNTIME_DTYPES:
            value = np.empty(tensor.shape, RUNTIME_DTYPES[tensor.type])
        if value is not None:
            constants[index] = value
    return constants


def _is_known_at_load(operator: Operator, constants: Mapping[int, Array]) -> bool:
    return OPERATORS[operator.name].at_load and all(i in constants for i in operator.inputs)


def _step(
    subgraph: Subgraph, number: int, constants: Mapping[int, Array], surroundings: Surroundings
) -> tuple[Step, FlatStep] | str:
    """The operator prepared, and as it is lowered; or what its kernel lacks for it, "" if there
    is no kernel."""
    operator = subgraph.operators[number]
    facts = OPERATORS.get(operator.name)
    if facts is None or facts.kernel is None:
        return ""
    makes = [f"'{subgraph.tensors[i].name}'" for i in operator.outputs] or ["nothing"]
    where = f"Operator {number} ({operator.name}, which makes {', '.join(makes)})"
    try:
        node = _node(subgraph, number, constants, surroundings)
        run = facts.kernel(node)
        _require_operand_count(run, node)
        run = metered(node, run, facts.cost)
    except UnsupportedOperatorError as error:
        return error.problem
    except TfliteQuantError as error:
        raise type(error)(f"{where}: {error.problem}", error.cure) from error
    except Exception as error:  # whatever a kernel trips over while it reads the operator
        raise ModelError(
            f"{where} cannot be prepared: {error}",
            "The file may be damaged: convert the model again.",
        ) from error
    flat = _flat_step(where, operator, node, facts, run)
    step = Step(where, run, operator.inputs, operator.outputs, operator=operator.name)
    return step, flat


def _flat_step(
    where: str, operator: Operator, node: Node, facts: OperatorFacts, run: Run
) -> FlatStep:
    """The operator as a lowering sees it. Only XNNPACK's numerics are lowered."""
    lowers = node.numerics == XNNPACK
    return FlatStep(
        where=where,
        node=node,
        lower=facts.lower if lowers else None,
        fusions=facts.fusions if lowers else (),
        cost=facts.cost,
        inputs=operator.inputs,
        outputs=operator.outputs,
        run=None if facts.runs_subgraphs else run,
        patterns=facts.patterns if lowers else (),
    )


def _node(
    subgraph: Subgraph, number: int, constants: Mapping[int, Array], surroundings: Surroundings
) -> Node:
    operator = subgraph.operators[number]
    if OPTIONAL_TENSOR in operator.outputs:
        raise UnsupportedOperatorError(
            f"Its output {operator.outputs.index(OPTIONAL_TENSOR)} is absent.", "Give it a tensor."
        )

    def operand(index: int) -> Operand:
        return Operand(subgraph.tensors[index], constants.get(index))

    return Node(
        index=number,
        name=operator.name,
        options=with_defaults(operator.options or operator.options2, OPTIONS[operator.name]),
        inputs=tuple(None if i == OPTIONAL_TENSOR else operand(i) for i in operator.inputs),
        outputs=tuple(map(operand, operator.outputs)),
        numerics=surroundings.numerics,
        subgraph=surroundings.subgraph,
        program=surroundings.program,
        limits=surroundings.limits,
        state=surroundings.state,
        intermediates=tuple(
            None if i == OPTIONAL_TENSOR else subgraph.tensors[i]
            for i in operator.intermediates or ()
        ),
    )


def _require_operand_count(run: Run, node: Node) -> None:
    try:
        inspect.signature(run).bind(*node.inputs)
    except TypeError as error:
        raise ModelError(
            f"It has {len(node.inputs)} inputs: {error}.",
            "The file may be damaged: convert the model again.",
        ) from error


def _with_lifetimes(steps: Sequence[Step], kept: set[int]) -> tuple[Step, ...]:
    """The steps with the tensors that die after each: those that no later one mentions."""
    dying: list[Step] = []
    mentioned = set(kept)
    for step in reversed(steps):
        last_mentions = {*step.inputs, *step.outputs} - mentioned
        mentioned |= last_mentions
        dying.append(replace(step, dead=tuple(sorted(last_mentions))))
    return tuple(reversed(dying))
