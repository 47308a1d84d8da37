"""What a search within an accuracy budget found, for tests of what shows it."""

from quant.accuracy_budget import Point, Search
from quant.recipe import Recipe


def small_search(scheme: str = "int8") -> Search:
    """Two mixes, of which the smaller is chosen; ``scheme`` is in the other."""
    chosen = Point(10, 0.01, 1.5, {"int4": 2, "float": 1})
    front = (Point(20, 0.0, 2.0, {scheme: 3}), chosen)
    return Search(Recipe(accuracy_budget=0.1), chosen, front)
