"""Writes docs/operators.md: every operator, its types, and how closely it equals LiteRT.

``python -m tools.operator_reference GOLDEN PAGE``, from the operator table and from the frozen
outputs of the conformance suite: what is not compared there is not said to agree.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from kernels.node import NUMERICS, REFERENCE, XNNPACK
from kernels.operators import OPERATORS
from kernels.output_file import write_text
from tools.conformance.golden import Golden, key_of, read_golden
from tools.conformance.litert_errors import ERRORS
from tools.conformance.missing_types import MISSING_TYPES
from tools.conformance.runner import trials
from tools.conformance.suite import cases
from tools.conformance.tiers import EXACT, TIERS, tier_of

_NOT_COMPARED = "not compared"
_HEAD = """\
# Operators

Made by `python -m tools.operator_reference tests/conformance/golden.npz docs/operators.md` from
the operator table and the frozen outputs of LiteRT {version}; a test keeps it so.

The runtime has {kernels} operators. For each: the types that it computes with in the
conformance suite, by how closely it equals LiteRT's reference kernels (`numerics="reference"`) and
LiteRT as it runs by default (`numerics="xnnpack"`). *exact* is every bit, on x86 with AVX-512 and
glibc: functions of the C library are the machine's; *{none}* are types that this runtime takes and
that resolver of LiteRT does not. Types of which no case is
listed may be supported: an operator says at load what it takes. `hybrid-int8` and the like are
float activations with integer weights; in `blockwise-int4` every block of a row has a scale;
integers of `plain-int16` and the like have none.

| operator | models | reference | xnnpack |
|---|---|---|---|
"""
_REASONS = """
## Why not exact

| operator | type | numerics | tier | reason |
|---|---|---|---|---|
"""
_ERRORS = """
## Where LiteRT errs

Nothing is compared there: this runtime computes what the operator means, and tests of its own say
so.

| operator | types | numerics | models | how |
|---|---|---|---|---|
"""

_MISSING = """
## Types that LiteRT takes and this runtime does not

`python -m tools.conformance.type_audit` asks LiteRT about every operator with every type, and fails
where it finds one that is not here. Left out are bytes without a scale, which LiteRT multiplies by
0, and weights that it reads as if they were of another type. The first converters (2018) called
int8 weights UINT8: of float operators with such weights FULLY_CONNECTED is here, CONV_2D,
EMBEDDING_LOOKUP and the recurrent ones refuse them at load.

| operators | types | why not |
|---|---|---|
"""


def page(golden: Golden) -> str:
    """The whole page."""
    compared = _compared(golden)
    with_kernel = [name for name, facts in OPERATORS.items() if facts.kernel is not None]
    head = _HEAD.format(
        version=golden.record["litert"], kernels=len(with_kernel), none=_NOT_COMPARED
    )
    rows = [_row(name, compared.get(name, {})) for name in with_kernel]
    reasons = _REASONS + "".join(_reasons(compared))
    missing = _MISSING + "".join(_missing_types())
    return head + "".join(rows) + reasons + _ERRORS + "".join(_litert_errors()) + missing


Compared = Mapping[str, Mapping[tuple[str, str], tuple[int, int]]]
"""operator -> (type, numerics) -> models that run here, and how many of them LiteRT ran."""


def _compared(golden: Golden) -> Compared:
    found: dict[str, dict[tuple[str, str], tuple[int, int]]] = defaultdict(dict)
    for trial in trials(cases()):
        kind = trial.case.type, trial.numerics
        run, known = found[trial.case.operator].get(kind, (0, 0))
        frozen = golden.digests if trial.tier.name == EXACT else golden.values
        found[trial.case.operator][kind] = run + 1, known + (key_of(trial) in frozen)
    return found


def _row(name: str, kinds: Mapping[tuple[str, str], tuple[int, int]]) -> str:
    models = sum(run for (_, numerics), (run, _) in kinds.items() if numerics == REFERENCE)
    cells = [_cell(name, kinds, numerics) for numerics in (REFERENCE, XNNPACK)]
    return f"| {name} | {models or ''} | {' | '.join(cells)} |\n"


def _cell(name: str, kinds: Mapping[tuple[str, str], tuple[int, int]], numerics: str) -> str:
    by_tier: dict[str, list[str]] = defaultdict(list)
    for (type_, of), (_, known) in kinds.items():
        if of == numerics:
            tier = tier_of(name, type_, numerics).name if known else _NOT_COMPARED
            by_tier[tier].append(type_)
    tiers = (tier for tier in (*TIERS, _NOT_COMPARED) if tier in by_tier)
    return "; ".join(f"{tier}: {', '.join(by_tier[tier])}" for tier in tiers)


def _reasons(compared: Compared) -> Iterator[str]:
    for name in sorted(compared):
        for type_, numerics in sorted(compared[name], key=_type_then_numerics):
            tier = tier_of(name, type_, numerics)
            if tier.name != EXACT:
                bound = f"{tier.name} {tier.bound:g}" if tier.bound else tier.name
                yield f"| {name} | {type_} | {numerics} | {bound} | {tier.reason} |\n"


def _type_then_numerics(kind: tuple[str, str]) -> tuple[str, int]:
    return kind[0], NUMERICS.index(kind[1])


def _litert_errors() -> Iterator[str]:
    for error in ERRORS:
        types, numerics = (", ".join(names) for names in (error.types, error.numerics))
        where = error.where or "all"
        yield f"| {error.operator} | {types} | {numerics} | {where} | {error.reason} |\n"


def _missing_types() -> Iterator[str]:
    for row in MISSING_TYPES:
        yield f"| {', '.join(row.operators)} | {', '.join(row.types)} | {row.reason} |\n"


def main(golden: str, target: str) -> None:
    """Writes the page to ``target``."""
    write_text(target, page(read_golden(Path(golden))))


if __name__ == "__main__":
    main(*sys.argv[1:])
