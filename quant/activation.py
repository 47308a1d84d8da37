"""An activation in a plan: what becomes of a tensor that is made at run time, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Activation:
    """A float tensor of the model. ``type`` is that in which operators get it; ``scale`` and
    ``zero_point`` are None where it stays FLOAT32."""

    name: str
    subgraph: int
    tensor: int
    type: str
    scale: float | None
    zero_point: int | None
    reason: str
