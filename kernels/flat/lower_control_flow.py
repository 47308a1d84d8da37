"""WHILE and IF as jumps, their subgraphs as instructions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from kernels.flat.copies import copies_at_once, copy, is_whole, written_to
from kernels.flat.instruction import Code, Jump, Label, Lowered, values_of
from kernels.flat.value import Source, Value, new_value
from kernels.node import Node


def while_loop(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """WHILE whose loop variables keep their shapes.

    What the body hands on unchanged is read where it is. The body's outputs are written to the
    memory of the loop variables, straight away if nothing reads what is there any more.
    """
    given = _all(inputs)
    if node.program is None or given is None:
        return None
    condition = node.program(node.options.cond_subgraph_index)
    body = node.program(node.options.body_subgraph_index)
    fixed = body.unchanged
    variables = [
        source if number in fixed else new_value(source.shape, source.dtype, changes=True)
        for number, source in enumerate(given)
    ]
    seen = [_fixed(x) if number in fixed else x for number, x in enumerate(variables)]
    both = _lowered((condition, body), seen)
    if both is None or not _alike(both[1].outputs, variables):
        return None
    test, turn = both
    go = _truth(test.outputs)
    if not isinstance(go, Value):
        return None
    changing = [
        (number, x)
        for number, x in enumerate(variables)
        if number not in fixed and isinstance(x, Value)
    ]
    top, end = Label(), Label()
    code = (
        *(copy(given[number], variable) for number, variable in changing),
        *test.before,
        *turn.before,
        top,
        *test.instructions,
        Jump(end, unless=go),
        *_with_outputs(turn, [(turn.outputs[number], x) for number, x in changing], seen),
        Jump(top, operations=test.operations + turn.operations),
        end,
    )
    return Lowered(tuple(variables), code, operations=test.operations)


def if_else(node: Node, inputs: Sequence[Source | None]) -> Lowered | None:
    """IF whose branches make values of the same shapes."""
    given = _all(inputs)
    if node.program is None or given is None:
        return None
    go = _truth(given[:1])
    if go is None:
        return None
    options = node.options
    branches = (options.then_subgraph_index, options.else_subgraph_index)
    if not isinstance(go, Value):
        taken: Lowered | None = node.program(branches[0 if go.item() else 1]).lower(given[1:])
        return taken
    both = _lowered([node.program(index) for index in branches], given[1:])
    if both is None or not _alike(both[0].outputs, both[1].outputs):
        return None
    yes, no = both
    made = [new_value(x.shape, x.dtype, changes=True) for x in yes.outputs]
    other, end = Label(), Label()
    code = (
        Jump(other, unless=go),
        *_with_outputs(yes, [*zip(yes.outputs, made, strict=True)], given),
        Jump(end),
        other,
        *_with_outputs(no, [*zip(no.outputs, made, strict=True)], given),
        end,
    )
    before = (*yes.before, *no.before)
    return Lowered(tuple(made), code, before, max(yes.operations, no.operations))


def _all(inputs: Sequence[Source | None]) -> list[Source] | None:
    known = [source for source in inputs if source is not None]
    return known if len(known) == len(inputs) else None


def _lowered(programs: Sequence[Any], given: Sequence[Source]) -> list[Lowered] | None:
    """Subgraphs as instructions; no second one if the first cannot be lowered."""
    made: list[Lowered] = []
    for program in programs:
        lowered = program.lower(given)
        if lowered is None:
            return None
        made.append(lowered)
    return made


def _fixed(source: Source) -> Source:
    return replace(source, fixed=True) if isinstance(source, Value) else source


def _alike(made: Sequence[Source], expected: Sequence[Source]) -> bool:
    """Whether two lists of values have the same shapes and types."""
    return [(x.shape, x.dtype) for x in made] == [(x.shape, x.dtype) for x in expected]


def _truth(outputs: Sequence[Source]) -> Source | None:
    """A condition: one boolean."""
    if len(outputs) != 1 or outputs[0].dtype != np.bool_ or prod(outputs[0].shape) != 1:
        return None
    return outputs[0]


def _with_outputs(
    lowered: Lowered, moves: Sequence[tuple[Source, Value]], given: Sequence[Source]
) -> tuple[Code, ...]:
    """The instructions of a subgraph, with what brings its outputs to where they are to be.

    ``given`` are its inputs: no output is written there before all have been read.
    """
    code = lowered.instructions
    copied: list[tuple[Source, Value]] = []
    uses = Counter(source.block for source, _ in moves if isinstance(source, Value))
    foreign = {source.block for source in given if isinstance(source, Value)}
    foreign |= {value.block for item in lowered.before for value in values_of(item)}
    for source, target in moves:
        straight = None
        if isinstance(source, Value) and is_whole(source) and source.block not in foreign:
            alone = uses[source.block] == 1 and target.block not in uses
            straight = written_to(code, source.block, target.block) if alone else None
        if straight is None:
            copied.append((source, target))
        else:
            code = straight
    return (*code, *copies_at_once(copied))
