"""Which rule of a recipe decides on which constant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kernels.errors import RecipeError
from kernels.model import Model, Operator, Tensor
from quant.captured_constants import called_subgraphs
from quant.constants import Constant, Use, operator_of, tensor_of
from quant.recipe import ANY_OPERATOR, Recipe, Rule


@dataclass(frozen=True)
class Choice:
    """The scheme that a use of a constant gets; ``rule`` is None where the recipe's own."""

    scheme: str
    rule: Rule | None = None


def select(model: Model, constants: tuple[Constant, ...], recipe: Recipe) -> Mapping[Use, Choice]:
    """The scheme of every use of a float constant: of the first rule that matches it.

    Raises RecipeError where a rule names a signature or subgraph that the model has not, or
    where a rule matches none of its float constants, nor, if activations are quantized, what an
    operator makes: it would do nothing, unseen.
    """
    uses = [use for constant in constants for use in constant.uses if _is_float(model, use)]
    rules = recipe.ordered_rules
    scopes = [scope_of(model, rule) for rule in rules]
    matches = [
        {use for use in uses if use.subgraph in scope and _matches(model, use, rule)}
        for rule, scope in zip(rules, scopes, strict=True)
    ]
    for rule, scope, matched in zip(rules, scopes, matches, strict=True):
        if not matched and not (recipe.integer_scheme and _makes(model, rule, scope)):
            raise _no_match(model, rule, uses)
    return {
        use: next(
            (Choice(rule.scheme, rule) for rule, m in zip(rules, matches, strict=True) if use in m),
            Choice(recipe.scheme),
        )
        for use in uses
    }


def _is_float(model: Model, use: Use) -> bool:
    return tensor_of(model, use).type == "FLOAT32"


def _matches(model: Model, use: Use, rule: Rule) -> bool:
    by_operator = rule.operator in (ANY_OPERATOR, operator_of(model, use).name)
    return by_operator and re.search(rule.tensor or "", tensor_of(model, use).name) is not None


def makes_named(rule: Rule, operator: Operator, tensors: tuple[Tensor, ...]) -> bool:
    """Whether the rule means an operator of a subgraph by its name and what it makes."""
    names = [tensors[index].name for index in operator.outputs]
    by_operator = rule.operator in (ANY_OPERATOR, operator.name)
    return by_operator and any(re.search(rule.tensor or "", name) for name in names)


def _makes(model: Model, rule: Rule, scope: frozenset[int]) -> bool:
    return any(
        makes_named(rule, operator, model.subgraphs[s].tensors)
        for s in scope
        for operator in model.subgraphs[s].operators
    )


def scope_of(model: Model, rule: Rule) -> frozenset[int]:
    """The subgraphs in which the rule holds."""
    scope = frozenset(range(len(model.subgraphs)))
    if rule.subgraph is not None:
        if rule.subgraph not in scope:
            raise RecipeError(
                f"A rule names subgraph {rule.subgraph}, but the model has {len(scope)}.",
                f"Give an index from 0 to {len(scope) - 1}.",
            )
        scope &= {rule.subgraph}
    if rule.signature is not None:
        scope &= _reached(model, _signature_subgraph(model, rule.signature))
    return scope


def _signature_subgraph(model: Model, key: str) -> int:
    keys = {signature.key: signature.subgraph for signature in model.signatures}
    if key not in keys:
        raise RecipeError(
            f"A rule names signature '{key}', which the model has not.",
            f"Its signatures: {', '.join(keys) or 'none'}.",
        )
    return keys[key]


def _reached(model: Model, start: int) -> set[int]:
    """A subgraph and all that it runs."""
    reached, waiting = {start}, [start]
    while waiting:
        for operator in model.subgraphs[waiting.pop()].operators:
            new = set(called_subgraphs(operator)) - reached
            reached |= new
            waiting.extend(new)
    return reached


def _no_match(model: Model, rule: Rule, uses: list[Use]) -> RecipeError:
    names = sorted({tensor_of(model, use).name for use in uses})
    examples = ", ".join(f"'{name}'" for name in names[:3])
    return RecipeError(
        f"A rule ({rule}) matches none of the model's {len(names)} float constants.",
        f"Correct or remove it; constants have names such as {examples}."
        if names
        else "Remove it: the model has no float constants.",
    )
