"""Constants that are quantized together or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernels.constant import stored_bytes
from kernels.int8 import DEQUANTIZE, HYBRID, INT8, PASS_THROUGH
from kernels.model import OPTIONAL_TENSOR, Model
from quant.constants import Constant, Use, operator_of
from quant.granularity import Granularity
from quant.scheme import DYNAMIC_RANGE
from quant.weights import Encoding

SCALE_BYTES = 4 + 8
"""A float32 scale and an int64 zero point: without vectors that the writer stores once."""
BLOCK_SCALE_BYTES = 2
"""The float16 scale of a block."""
QUANTIZATION_BYTES = 96
"""A tensor's quantization table, its vtable and vector lengths, padding: at most."""
DEQUANTIZE_BYTES = 128
"""A DEQUANTIZE, its operator code and its output tensor: at most."""
FLOAT_BYTES = 4


@dataclass(frozen=True)
class Candidate:
    """A constant that every use takes as the scheme says, and its bytes as float32; ``why`` is
    what the rule says that gave it the scheme."""

    constant: Constant
    granularity: Granularity
    bytes: int
    scheme: str = DYNAMIC_RANGE
    why: str = ""

    @property
    def encoding(self) -> Encoding:
        """That of its first tensor."""
        return self.granularity.encodings[self.constant.tensors[0]]

    @property
    def elements(self) -> int:
        """How many values it has."""
        return self.bytes // FLOAT_BYTES

    @property
    def saved(self) -> int:
        """The bytes by which the file becomes smaller, at least."""
        tables = len(self.constant.tensors) * QUANTIZATION_BYTES * self.encoding.is_integer
        tables += self._dequantizes * DEQUANTIZE_BYTES
        stored = stored_bytes(self.encoding.type, (self.elements,))
        assert stored is not None
        scale = BLOCK_SCALE_BYTES if self.encoding.block_size else SCALE_BYTES
        return self.bytes - stored - self.granularity.scales * scale - tables

    @property
    def _dequantizes(self) -> int:
        uses = list(zip(self.constant.uses, self.granularity.deliveries, strict=True))
        weights = {(u.subgraph, u.tensor) for u, delivery in uses if delivery.how == DEQUANTIZE}
        return len(weights) + sum(delivery.how == PASS_THROUGH for _, delivery in uses)


@dataclass(frozen=True)
class Group:
    """Candidates tied by operators that want every weight of one type or none.

    ``blocked`` is why not all of those operators' weights can be so, or nothing.
    """

    members: tuple[Candidate, ...]
    blocked: str = ""

    @property
    def elements(self) -> int:
        """Of all members: an operator's weights count as one."""
        return sum(member.elements for member in self.members)

    @property
    def saved(self) -> int:
        """File bytes that all members save together, at least."""
        return sum(member.saved for member in self.members)


def groups(model: Model, candidates: Mapping[int, Candidate]) -> list[Group]:
    """Every candidate in one group, alone where nothing ties it."""
    group_of = {buffer: frozenset({buffer}) for buffer in candidates}
    blocked: dict[int, str] = {}
    for use in _all_or_nothing(model, candidates):
        weights = _weight_buffers(model, use)
        first = candidates[next(b for b in weights if b in candidates)].encoding.type
        tied = [b for b in weights if b in candidates and candidates[b].encoding.type == first]
        joined = frozenset().union(*(group_of[buffer] for buffer in tied))
        group_of |= dict.fromkeys(joined, joined)
        loose = [name for buffer, name in weights.items() if buffer not in tied]
        if loose:
            name = operator_of(model, use).name
            blocked[tied[0]] = (
                f"{name} wants every weight {first.lower()} or none; '{loose[0]}' cannot be"
            )
    return [
        Group(
            tuple(candidates[buffer] for buffer in sorted(joined)),
            next((blocked[buffer] for buffer in sorted(joined) if buffer in blocked), ""),
        )
        for joined in dict.fromkeys(group_of.values())
    ]


def _all_or_nothing(model: Model, candidates: Mapping[int, Candidate]) -> list[Use]:
    """One use for each operator that wants every weight of one type or none."""
    found = {}
    for candidate in candidates.values():
        deliveries = candidate.granularity.deliveries
        for use, delivery in zip(candidate.constant.uses, deliveries, strict=True):
            together = INT8[operator_of(model, use).name].all_or_nothing
            if delivery.how == HYBRID and together:
                found[use.subgraph, use.operator] = use
    return list(found.values())


def _weight_buffers(model: Model, use: Use) -> dict[int, str]:
    """Buffer -> tensor name of each weight operand that the operator has."""
    operator = operator_of(model, use)
    operands = [weight.operand for weight in INT8[operator.name].weights]
    present = [operator.inputs[i] for i in operands if i < len(operator.inputs)]
    tensors = model.subgraphs[use.subgraph].tensors
    return {tensors[i].buffer: tensors[i].name for i in present if i != OPTIONAL_TENSOR}
