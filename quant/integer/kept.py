"""The operators that a recipe's rules keep from computing with integers."""

from __future__ import annotations

from collections.abc import Mapping

from kernels.integer import INTEGER
from kernels.model import Model, Operator
from quant.constants import Use, find_constants
from quant.integer.graph import Graph, graphs
from quant.integer.scheme import Place
from quant.recipe import Recipe, Rule
from quant.selection import Choice, makes_named, scope_of, select


def kept_operators(model: Model, recipe: Recipe) -> Mapping[Place, str]:
    """First output of an operator -> why it stays float: a rule gives one of its constants
    another scheme; of an operator without float constants, a rule names it or what it makes.

    Raises RecipeError as ``select``.
    """
    scheme = recipe.integer_scheme
    choices = select(model, find_constants(model), recipe)
    rules = [(rule, scope_of(model, rule)) for rule in recipe.ordered_rules]
    kept: dict[Place, str] = {}
    for graph in graphs(model):
        held = [rule for rule, scope in rules if graph.index in scope]
        for o, operator in enumerate(graph.subgraph.operators):
            own = _of_constants(graph, o, choices) or [_of_operator(graph, operator, held, recipe)]
            other = next((each for each in own if each.scheme != scheme), None)
            if other is not None and operator.outputs:
                kept[graph.index, operator.outputs[0]] = _reason(other)
    return kept


def _of_constants(graph: Graph, o: int, choices: Mapping[Use, Choice]) -> list[Choice]:
    """Of the weight, if there is one, and what rules say of other constants; else of all."""
    operator = graph.subgraph.operators[o]
    uses = {operand: Use(graph.index, o, operand, t) for operand, t in enumerate(operator.inputs)}
    found = {operand: choices[use] for operand, use in uses.items() if use in choices}
    facts = INTEGER.get(operator.name)
    weight = None if facts is None else facts.weight_operand
    if weight is None or weight not in found:
        return list(found.values())
    others = [choice for choice in found.values() if choice.rule is not None]
    return [found[weight], *others]


def _of_operator(graph: Graph, operator: Operator, rules: list[Rule], recipe: Recipe) -> Choice:
    tensors = graph.subgraph.tensors
    return next(
        (Choice(rule.scheme, rule) for rule in rules if makes_named(rule, operator, tensors)),
        Choice(recipe.scheme),
    )


def _reason(choice: Choice) -> str:
    said = f"scheme {choice.scheme}"
    return f"{said} of the recipe" if choice.rule is None else f"{said} by rule: {choice.rule}"
