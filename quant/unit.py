"""Weights whose precision is chosen together, and the rules that say so."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from kernels.int8 import HYBRID, INT8
from quant.plan import Entry, Plan
from quant.recipe import Rule


@dataclass(frozen=True)
class Unit:
    """Constants that have one scheme: those of one buffer, and the weights of an operator that
    wants all of one type. ``tensors`` are (subgraph, name), ``elements`` those of the buffers."""

    buffers: tuple[int, ...]
    tensors: tuple[tuple[int, str], ...]
    elements: int

    @property
    def name(self) -> str:
        """That of its first tensor."""
        return self.tensors[0][1]

    def rules(self, scheme: str, why: str | None = None) -> tuple[Rule, ...]:
        """What gives the unit, and nothing else, the scheme."""
        return tuple(
            Rule(scheme, tensor=f"^{re.escape(name)}$", subgraph=subgraph, why=why)
            for subgraph, name in self.tensors
        )


def units(plan: Plan) -> tuple[Unit, ...]:
    """The constants that the plan changes, each in one unit, in the order of the plan."""
    changed = [entry for entry in plan.constants if entry.is_quantized]
    tied = _tied(changed)
    found: dict[frozenset[int], list[Entry]] = defaultdict(list)
    for entry in changed:
        found[tied[entry.buffer]].append(entry)
    return tuple(_unit(entries) for entries in found.values())


def _tied(entries: list[Entry]) -> dict[int, frozenset[int]]:
    """Buffer -> the buffers of its unit."""
    tied = {entry.buffer: frozenset({entry.buffer}) for entry in entries}
    readers: dict[tuple[int, int], set[int]] = defaultdict(set)
    for entry in entries:
        for consumer in entry.consumers:
            if consumer.delivery == HYBRID and INT8[consumer.name].all_or_nothing:
                readers[consumer.subgraph, consumer.operator].add(entry.buffer)
    for together in readers.values():
        joined = frozenset().union(*(tied[buffer] for buffer in together))
        tied |= dict.fromkeys(joined, joined)
    return tied


def _unit(entries: list[Entry]) -> Unit:
    elements = {entry.buffer: entry.elements for entry in entries}
    tensors = dict.fromkeys((entry.subgraph, entry.name) for entry in entries)
    return Unit(tuple(sorted(elements)), tuple(tensors), sum(elements.values()))
