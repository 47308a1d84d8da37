"""Small weights as float16, made float32 when the model is loaded: half the bytes, no error."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kernels.constant import constant
from kernels.int8 import DEQUANTIZE
from kernels.mapped_memory import release
from kernels.model import Model
from quant.constants import Constant
from quant.delivery import deliver
from quant.granularity import granularity
from quant.group import Candidate, Group
from quant.scheme import FLOAT16, SCHEMES
from quant.sqnr import sqnr_db
from quant.weights import LARGEST_HALF

LEAST_SAVED = 64
"""Bytes that are worth one more operator."""
HELD_DB = 60.0
"""The SQNR from which float16 is as good as float32 for a weight: int8 has about 45 dB."""


def halved(model: Model, group: Group, target: str) -> Mapping[int, Candidate]:
    """Those members that float16 holds as well as float32 and makes smaller, by buffer."""
    halves = [
        half(model, member.constant, target)
        for member in group.members
        if member.encoding.is_integer and SCHEMES[member.scheme].activation is None
    ]
    return {each.constant.buffer: each for each in halves if each is not None}


def half(model: Model, found: Constant, target: str) -> Candidate | None:
    """The constant as float16, if that holds it as well as float32 and makes the file smaller."""
    scheme = SCHEMES[FLOAT16]
    deliveries = tuple(deliver(model, use, target, scheme) for use in found.uses)
    if target not in scheme.targets or any(d.how != DEQUANTIZE for d in deliveries):
        return None
    chosen = granularity(model, found, deliveries, target, scheme)
    candidate = Candidate(found, chosen, len(model.buffers[found.buffer]), FLOAT16)
    return candidate if candidate.saved >= LEAST_SAVED and _is_held(model, found) else None


def _is_held(model: Model, found: Constant) -> bool:
    s, t = found.tensors[0]
    values = constant(model, model.subgraphs[s].tensors[t])
    if values is None or not np.all(np.abs(values) < LARGEST_HALF):
        return False
    held = sqnr_db(values, values.astype(np.float16).astype(np.float32))
    release(values)
    return held >= HELD_DB
