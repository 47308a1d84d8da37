"""How weights are rounded, by name."""

from __future__ import annotations

AUTO, BALANCED, NEAREST, LEARNED, GPTQ = ROUNDINGS = (
    *("auto", "balanced", "nearest"),
    *("learned", "gptq"),
)
"""Balanced: such that the errors of a channel cancel; nearest: each by itself; auto: balanced
where that gains, which is in int4 and with one scale for all, as a step of int8 per channel is
already chosen so; learned and gptq need data."""

WITH_DATA = frozenset({LEARNED, GPTQ})
"""Those that ``quant.sequential_rounding`` does; what it does not round is rounded to nearest."""
