"""How two models differ: sizes, signatures, operators, tensors, values, metadata and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kernels.model import Model, Subgraph, Tensor
from quant.tensor_pairs import Place, tensor_pairs
from tools.bench.table import aligned
from tools.inspection.contents import contents, quantization
from tools.inspection.text import typed
from tools.report.anchor import shortened

FORMAT = "tflq-diff-1"
Json = Mapping[str, Any]
VALUES = "values"
"""What stands for the bytes of a constant among the things that can differ."""


def difference(names: tuple[str, str], models: tuple[Model, Model], sizes: tuple[int, int]) -> Json:
    """One JSON object: what both models have is left out where it is the same."""
    before, after = (
        contents(name, model, size) for name, model, size in zip(names, models, sizes, strict=True)
    )
    pairs = tensor_pairs(*models)
    return {
        "format": FORMAT,
        "models": [*names],
        "bytes": [*sizes],
        "operators": _counts(before["operators"], after["operators"]),
        "signatures": _changed(_by(before["signatures"], "key"), _by(after["signatures"], "key")),
        "tensors": _tensors(models, pairs),
        "removed": _unpaired(models[0], set(pairs)),
        "added": _unpaired(models[1], set(pairs.values())),
        "metadata": _changed(_by(before["metadata"], "name"), _by(after["metadata"], "name")),
        "files": _changed(_by(before["files"], "name"), _by(after["files"], "name")),
    }


def difference_lines(found: Json) -> list[str]:
    """The same for a terminal."""
    (first, second), (before, after) = found["models"], found["bytes"]
    lines = [f"{first} -> {second}", f"bytes {before:,} -> {after:,} ({after - before:+,})"]
    rows = [(name, str(old), str(new)) for name, (old, new) in found["operators"].items()]
    lines += ["", *aligned(("operator", "before", "after"), rows)] if rows else []
    for what in ("signatures", "metadata", "files"):
        lines += [
            f"{what[:-1] if what[-1] == 's' else what} '{k}' {v}" for k, v in found[what].items()
        ]
    lines += ["", f"{len(found['tensors'])} tensors differ"] if found["tensors"] else []
    for each in found["tensors"]:
        lines.append(f"  {shortened(each['name'])}  {', '.join(each['differ'])}")
        lines.append(f"    - {typed(each['before'])}")
        lines.append(f"    + {typed(each['after'])}")
    for what, sign in (("removed", "-"), ("added", "+")):
        lines += ["", f"{len(found[what])} tensors {what}"] if found[what] else []
        lines += [f"  {sign} {shortened(each['name'])}  {typed(each)}" for each in found[what]]
    return lines if len(lines) > 2 else [*lines, "nothing differs but bytes"]


def _counts(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, list[int]]:
    """Name -> how many before and after, where that differs."""
    return {
        name: [before.get(name, 0), after.get(name, 0)]
        for name in sorted({*before, *after})
        if before.get(name, 0) != after.get(name, 0)
    }


def _by(rows: Sequence[Json], key: str) -> dict[str, Json]:
    return {row[key]: row for row in rows}


def _changed(before: Mapping[str, Json], after: Mapping[str, Json]) -> dict[str, str]:
    """Key -> added, removed or changed."""
    found = {}
    for key in sorted({*before, *after}):
        if key not in before or key not in after:
            found[key] = "removed" if key in before else "added"
        elif _told(before[key]) != _told(after[key]):
            found[key] = "changed"
    return found


def _told(row: Json) -> Any:
    """A signature's arguments may have moved to other tensors: that is no difference."""
    if "inputs" not in row:
        return row
    return [
        [{key: value for key, value in each.items() if key != "tensor"} for each in row[what]]
        for what in ("inputs", "outputs")
    ]


def _tensors(models: tuple[Model, Model], pairs: Mapping[Place, Place]) -> list[Json]:
    found: list[Json] = []
    for before, after in sorted(pairs.items()):
        old, new = _tensor(models[0], before), _tensor(models[1], after)
        differ = _differ(old, new, models)
        if differ:
            made = {"name": new.name or old.name, "subgraph": before[0], "differ": differ}
            found.append({**made, "before": _described(old), "after": _described(new)})
    return found


def _tensor(model: Model, place: Place) -> Tensor:
    return model.subgraphs[place[0]].tensors[place[1]]


def _differ(old: Tensor, new: Tensor, models: tuple[Model, Model]) -> list[str]:
    """The names of what is not the same."""
    found = [
        what for what in ("name", "type", "shape_signature") if _of(old, what) != _of(new, what)
    ]
    if quantization(old.quantization) != quantization(new.quantization):
        found.append("quantization")
    contents = [bytes(m.buffers[t.buffer]) for m, t in zip(models, (old, new), strict=True)]
    if "type" not in found and contents[0] != contents[1]:
        found.append(VALUES)
    return found


def _of(tensor: Tensor, what: str) -> Any:
    return getattr(tensor, what)


def _described(tensor: Tensor) -> Json:
    return {
        "type": tensor.type,
        "shape": [*(tensor.shape_signature or tensor.shape)],
        "quantization": quantization(tensor.quantization),
    }


def _unpaired(model: Model, paired: set[Place]) -> list[Json]:
    return [
        {"name": tensor.name, "subgraph": s, **_described(tensor)}
        for s, subgraph in enumerate(model.subgraphs)
        for t, tensor in enumerate(subgraph.tensors)
        if (s, t) not in paired and _is_used(subgraph, t, model)
    ]


def _is_used(subgraph: Subgraph, t: int, model: Model) -> bool:
    """Whether a tensor is an operand, a result or a constant."""
    used = Counter(i for o in subgraph.operators for i in (*o.inputs, *o.outputs))
    return t in used or bool(len(model.buffers[subgraph.tensors[t].buffer]))
