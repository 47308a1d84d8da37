"""A report: what quantizing did to each constant, how exact it is, and what to do about it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from kernels.int8 import FLOAT
from kernels.model import Model
from quant.plan import Entry, Plan
from quant.recipe import keep_float_line
from quant.weights import StoredWeight

WORST = 5
"""How many of the least exact weights a report names."""
GOOD_SQNR_DB = 30.0
"""A weight with this SQNR has noise of 3 % of its own size: below it, int8 begins to show."""
SCALE_BYTES = 4
BLOCK_SCALE_BYTES = 2


@dataclass(frozen=True)
class TensorReport:
    """One constant tensor. Bytes are of values and scales; a tensor that shows another's
    buffer adds none. Scales and ``sqnr_db`` (of the weight, dequantized, against itself) are
    None where it has none; ``sqnr_db`` also where nothing is lost. ``type`` is that in the file."""

    name: str
    subgraph: int
    scheme: str
    type: str
    granularity: str | None
    reason: str
    bytes_before: int
    bytes_after: int
    scale_min: float | None = None
    scale_max: float | None = None
    sqnr_db: float | None = None


@dataclass(frozen=True)
class OperatorReport:
    """How many operators of a name the model has, and how many of them get other weights."""

    name: str
    total: int
    changed: int


@dataclass(frozen=True)
class Advice:
    """A weight that is held least exactly, and what to do about it."""

    name: str
    sqnr_db: float
    advice: str


@dataclass(frozen=True)
class Report:
    """``bytes_before`` and ``bytes_after`` are of the files, None until somebody wrote them."""

    target_runtime: str
    tensors: tuple[TensorReport, ...]
    operators: tuple[OperatorReport, ...]
    worst: tuple[Advice, ...]
    bytes_before: int | None = None
    bytes_after: int | None = None

    @property
    def ratio(self) -> float | None:
        """How many times smaller the file has become."""
        if not self.bytes_before or not self.bytes_after:
            return None
        return self.bytes_before / self.bytes_after

    def to_json(self) -> str:
        """One JSON object, with ``ratio``."""
        return json.dumps({**asdict(self), "ratio": self.ratio}, indent=1) + "\n"

    def _repr_html_(self) -> str:
        from quant.notebook import report_html  # only notebooks ask for it

        return report_html(self)

    @staticmethod
    def from_json(text: str) -> Report:
        """The report that ``to_json`` wrote."""
        fields = json.loads(text)
        del fields["ratio"]
        return Report(
            **{
                **fields,
                "tensors": tuple(TensorReport(**each) for each in fields["tensors"]),
                "operators": tuple(OperatorReport(**each) for each in fields["operators"]),
                "worst": tuple(Advice(**each) for each in fields["worst"]),
            }
        )


def make_report(model: Model, plan: Plan, weights: Mapping[int, StoredWeight]) -> Report:
    """The report of a plan for ``model`` and of the weights that it made, by buffer."""
    shown: set[int] = set()
    tensors = []
    for entry in plan.constants:
        tensors.append(_tensor(entry, weights.get(entry.buffer), entry.buffer not in shown))
        shown.add(entry.buffer)
    return Report(plan.target_runtime, tuple(tensors), _operators(model, plan), _worst(tensors))


def _tensor(entry: Entry, weight: StoredWeight | None, is_first: bool) -> TensorReport:
    before = entry.bytes if is_first else 0
    if weight is None:
        return TensorReport(
            entry.name, entry.subgraph, entry.scheme, entry.type, None, entry.reason, before, before
        )
    scale_bytes = BLOCK_SCALE_BYTES if weight.encoding.block_size else SCALE_BYTES
    after = weight.stored_bytes + scale_bytes * weight.scale.size
    return TensorReport(
        name=entry.name,
        subgraph=entry.subgraph,
        scheme=entry.scheme,
        type=weight.encoding.type,
        granularity=entry.granularity,
        reason=entry.reason,
        bytes_before=before,
        bytes_after=after if is_first else 0,
        scale_min=float(weight.scale.min()) if weight.scale.size else None,
        scale_max=float(weight.scale.max()) if weight.scale.size else None,
        sqnr_db=weight.sqnr_db if math.isfinite(weight.sqnr_db) else None,
    )


def _operators(model: Model, plan: Plan) -> tuple[OperatorReport, ...]:
    fed = {
        (consumer.subgraph, consumer.operator): consumer.name
        for entry in plan.constants
        for consumer in entry.consumers
        if consumer.delivery != FLOAT
    }
    names = [operator.name for subgraph in model.subgraphs for operator in subgraph.operators]
    changed = list(fed.values())
    return tuple(
        OperatorReport(name, names.count(name), changed.count(name)) for name in sorted(set(names))
    )


def _worst(tensors: list[TensorReport]) -> tuple[Advice, ...]:
    measured = sorted(
        (
            (tensor.sqnr_db, tensor.name, tensor)
            for tensor in tensors
            if tensor.sqnr_db is not None and tensor.bytes_before
        ),
        key=lambda each: each[:2],
    )
    names = [name for _, name, _ in measured]
    return tuple(
        Advice(name, sqnr, _advice(tensor, names)) for sqnr, name, tensor in measured[:WORST]
    )


def _advice(tensor: TensorReport, names: list[str]) -> str:
    if tensor.sqnr_db is not None and tensor.sqnr_db >= GOOD_SQNR_DB:
        return "nothing: only rounding"
    cost = tensor.bytes_before - tensor.bytes_after
    return f"if accuracy suffers: {keep_float_line(tensor.name, names)} ({cost:,} bytes more)"
