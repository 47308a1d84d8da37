"""The smallest model within an accuracy budget: a scheme for every weight, found by measuring."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from kernels.errors import RecipeError
from kernels.model import Model
from kernels.tflite.writer import encode_model
from quant.mix import Step, mix, steps
from quant.recipe import Recipe
from quant.scheme import FLOAT
from quant.sensitivity import Make, Sensitivity

Drop = Callable[[Model], float]
"""How much worse than the float model a model is by the metric."""
Estimate = Callable[[Recipe], float]
"""Milliseconds that a recipe's model is about to take on its target (``quant.latency``)."""

FRONT_POINTS = 8
"""Mixes that are measured beside those of the search, evenly spread in size."""
TRIED_ALONE = 12
"""Steps beyond the mix that is found which are tried one by one."""
TOLERANCE = 1e-9
"""A drop of 3 in 600 samples is a budget of 0.005, whatever the floats say."""


@dataclass(frozen=True)
class Point:
    """A measured mix: its file's bytes, the metric's drop, the milliseconds that it is about to
    take, and how many units have which scheme."""

    bytes: int
    drop: float
    estimated_ms: float
    schemes: Mapping[str, int]

    @property
    def costs(self) -> tuple[int, float, float]:
        """What is the better the less it is."""
        return self.bytes, self.drop, self.estimated_ms


@dataclass(frozen=True)
class Search:
    """``recipe`` gives the smallest mix within the budget, which is ``chosen``; ``front`` are the
    measured mixes that no other beats in size, drop and time, the largest first."""

    recipe: Recipe
    chosen: Point
    front: tuple[Point, ...]

    def to_json(self) -> str:
        """One JSON object: budget, chosen point and front."""
        shown = {
            "metric": self.recipe.metric,
            "chosen": asdict(self.chosen),
            "front": [asdict(point) for point in self.front],
        }
        return json.dumps(shown, indent=1) + "\n"

    def _repr_html_(self) -> str:
        from quant.notebook import search_html  # only notebooks ask for it

        return search_html(self)


def find_smallest(
    recipe: Recipe,
    sensitivities: Sequence[Sensitivity],
    make: Make,
    drop: Drop,
    estimate: Estimate,
) -> Search:
    """The search: mixes along the steps of ``quant.mix``, halved between what is within the
    budget and what is not, then single steps beyond.

    The budget holds for what is measured, not for what the sensitivities promise; of all that was
    measured the smallest within it is chosen. Raises RecipeError where the recipe has no budget.
    """
    if recipe.accuracy_budget is None:
        raise RecipeError("the recipe has no accuracy_budget.", "Set it, such as 0.005.")
    measured: dict[frozenset[tuple[int, int]], tuple[Point, tuple[Step, ...]]] = {}

    def measure(taken: Sequence[Step]) -> Point:
        key = frozenset(mix(taken).items())
        if key not in measured:
            chosen = mixed_recipe(recipe, sensitivities, taken)
            mixed, counts = make(chosen), _counts(sensitivities, taken)
            point = Point(encode_model(mixed).size, drop(mixed), estimate(chosen), counts)
            measured[key] = point, tuple(taken)
        return measured[key][0]

    order, budget = steps(sensitivities), recipe.accuracy_budget + TOLERANCE
    for i in range(FRONT_POINTS + 1):
        measure(order[: i * len(order) // FRONT_POINTS])
    _extend(_halved(order, budget, measure), order, budget, measure)
    within = [each for each in measured.values() if each[0].drop <= budget]
    chosen, taken = min(within, key=lambda each: each[0].costs)
    points = front([point for point, _ in measured.values()])
    return Search(mixed_recipe(recipe, sensitivities, taken), chosen, points)


def mixed_recipe(
    recipe: Recipe, sensitivities: Sequence[Sensitivity], taken: Sequence[Step]
) -> Recipe:
    """The recipe with a rule for every weight, which says why it is so."""
    chosen = mix(taken)
    rules = tuple(
        rule
        for u, each in enumerate(sensitivities)
        for rule in each.unit.rules(
            each.options[chosen.get(u, 0)].scheme, _why(each, chosen.get(u, 0))
        )
    )
    return replace(
        recipe, scheme=FLOAT, rules=(*recipe.rules, *rules), min_elements=0, accuracy_budget=None
    )


def _why(sensitivity: Sensitivity, option: int) -> str:
    """What the next smaller scheme alone would do."""
    smaller = [
        each for each in sensitivity.options if each.saved > sensitivity.options[option].saved
    ]
    if not smaller:
        return "accuracy budget: the smallest that its operators take"
    following = min(smaller, key=lambda each: each.saved)
    return (
        f"accuracy budget: {following.scheme} alone saves {following.saved:,} bytes "
        f"and leaves the outputs {following.sqnr_db:.1f} dB"
    )


def _halved(
    order: Sequence[Step], budget: float, measure: Callable[[Sequence[Step]], Point]
) -> tuple[Step, ...]:
    """The longest prefix of the steps that bisection finds within the budget."""
    within, beyond = 0, len(order) + 1
    while beyond - within > 1:
        middle = (within + beyond) // 2
        if measure(order[:middle]).drop <= budget:
            within = middle
        else:
            beyond = middle
    return tuple(order[:within])


def _extend(
    taken: tuple[Step, ...],
    order: Sequence[Step],
    budget: float,
    measure: Callable[[Sequence[Step]], Point],
) -> None:
    """Measures the steps with those of the following ones that still fit, each tried once."""
    skipped: set[int] = set()
    for step in order[len(taken) : len(taken) + TRIED_ALONE]:
        if step.unit in skipped:
            continue
        if measure((*taken, step)).drop <= budget:
            taken = (*taken, step)
        else:
            skipped.add(step.unit)


def _counts(sensitivities: Sequence[Sensitivity], taken: Sequence[Step]) -> dict[str, int]:
    chosen = mix(taken)
    schemes = [each.options[chosen.get(u, 0)].scheme for u, each in enumerate(sensitivities)]
    return {scheme: schemes.count(scheme) for scheme in sorted(set(schemes))}


def front(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points that no other one beats in bytes, drop and time, the largest file first."""
    best: list[Point] = []
    for point in sorted(points, key=lambda each: each.costs):
        if not any(_is_no_worse(other, point) for other in best):
            best.append(point)
    return tuple(reversed(best))


def _is_no_worse(one: Point, other: Point) -> bool:
    return all(a <= b for a, b in zip(one.costs, other.costs, strict=True))
