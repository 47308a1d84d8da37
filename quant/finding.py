"""What is wrong with a quantized model, if anything, and the line of the recipe that cures it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quant.layer_error import JUMP_DB, LayerError
from quant.recipe import keep_float_line
from quant.report import GOOD_SQNR_DB
from quant.stored_constant import StoredConstant
from quant.threshold import Check
from quant.weight_effect import Effects
from quant.weight_error import MOST_DB

BAD, WARNING, NOTE, GOOD = SEVERITIES = ("bad", "warning", "note", "good")

OUTLIER_RATIO = 30.0
"""A channel's largest value, in RMS of its others: a normal distribution has about 4."""
LOST_DB = 12.0
"""Below this the values of a channel, but for the largest, are mostly noise."""
LARGE_SHARE = 0.05
"""A constant that stays float is named if it is this share of the file."""
MOST_OF_A_KIND = 3
LEAST_GAIN_DB = 0.5
POOR_SQNR_DB = 15.0
"""An output with this SQNR has noise of 18 % of its own size."""
_INTEGERS = ("INT8", "INT4", "INT2", "UINT8", "INT16")


@dataclass(frozen=True)
class Finding:
    """``severity`` is one of SEVERITIES. ``tensor`` is the constant or the output it is about,
    None for the whole model; ``recipe`` a line to paste, None where there is nothing to do."""

    severity: str
    title: str
    text: str
    subgraph: int = 0
    tensor: str | None = None
    recipe: str | None = None


def findings(
    constants: Sequence[StoredConstant],
    layers: Sequence[LayerError] = (),
    checks: Sequence[Check] = (),
    file_bytes: int = 0,
    effects: Effects | None = None,
) -> tuple[Finding, ...]:
    """The most severe first; a model with nothing to complain of has one that says so. Where a
    threshold is not met, the weight of which ``effects`` say that it harms most is named."""
    names = [each.name for each in constants if each.is_changed]
    found = [
        *_missed(checks),
        *_most_harmful(constants, names, checks, effects),
        *_outliers(constants, names),
        *_inexact(constants, names, checks),
        *_jumps(layers, names),
        *_large_floats(constants, file_bytes),
    ]
    if not any(each.severity in (BAD, WARNING) for each in found):
        found.append(_nothing(constants))
    return tuple(sorted(found, key=lambda each: SEVERITIES.index(each.severity)))


def _missed(checks: Sequence[Check]) -> Iterator[Finding]:
    for check in checks:
        if not check.passed:
            text = f"It is {check.value:.4f}, which misses the threshold by {-check.margin:.4f}."
            yield Finding(BAD, f"{check.name} is not met", text)


def _most_harmful(
    constants: Sequence[StoredConstant],
    names: Sequence[str],
    checks: Sequence[Check],
    effects: Effects | None,
) -> Iterator[Finding]:
    if effects is None or not effects.weights or all(check.passed for check in checks):
        return
    worst = max(effects.weights, key=lambda each: each.without_db)
    gain = worst.without_db - effects.all_db
    costs = [
        each.bytes_before - each.bytes_after
        for each in constants
        if (each.subgraph, each.name) == (worst.subgraph, worst.name)
    ]
    if gain > LEAST_GAIN_DB:
        yield Finding(
            BAD,
            f"One weight costs the outputs {gain:.1f} dB",
            f"Of {len(effects.weights)} weights that were tried one by one, keeping this one float "
            f"gives back most: with float activations the outputs go from {effects.all_db:.1f} to "
            f"{worst.without_db:.1f} dB. It costs {sum(costs):,} bytes.",
            worst.subgraph,
            worst.name,
            keep_float_line(worst.name, names),
        )


def _has_outlier(constant: StoredConstant) -> bool:
    channel = constant.channel
    return (
        channel is not None
        and constant.type in _INTEGERS
        and channel.sqnr_db < LOST_DB
        and channel.peak > OUTLIER_RATIO * channel.rest > 0
    )


def _outliers(constants: Sequence[StoredConstant], names: Sequence[str]) -> Iterator[Finding]:
    for each in [c for c in constants if _has_outlier(c)][:MOST_OF_A_KIND]:
        channel = each.channel
        assert channel is not None
        yield Finding(
            BAD,
            f"One value spoils channel {channel.index} of a weight",
            f"Its largest value is {channel.peak:.4g}, the others are about {channel.rest:.2g}: "
            f"the step that the large one asks for leaves them an SQNR of {channel.sqnr_db:.1f} "
            f"dB, and {channel.zeroed:.0%} of them become 0. Keep the weight float, which costs "
            f"{each.bytes_before - each.bytes_after:,} bytes, or train without the outlier.",
            each.subgraph,
            each.name,
            keep_float_line(each.name, names),
        )


def _inexact(
    constants: Sequence[StoredConstant], names: Sequence[str], checks: Sequence[Check]
) -> Iterator[Finding]:
    """The least exact weight; it says how many others there are. A note where the metric holds."""
    low = [
        (each.sqnr_db, each.name, each)
        for each in constants
        if each.is_coarse
        and each.sqnr_db is not None
        and each.sqnr_db < GOOD_SQNR_DB
        and not _has_outlier(each)
    ]
    holds = bool(checks) and all(check.passed for check in checks)
    for sqnr, _, each in sorted(low, key=lambda one: one[:2])[:1]:
        steps = "" if each.steps is None else f" Its RMS is {each.steps:.2f} steps: {each.reading}."
        others = f" {len(low) - 1} others are below {GOOD_SQNR_DB:.0f} dB too." * (len(low) > 1)
        yield Finding(
            NOTE if holds else WARNING,
            f"A weight is held with {sqnr:.1f} dB",
            f"Below {GOOD_SQNR_DB:.0f} dB the error of a weight begins to show in outputs.{steps}"
            f"{others} If accuracy suffers keep it float, which costs "
            f"{each.bytes_before - each.bytes_after:,} bytes.",
            each.subgraph,
            each.name,
            keep_float_line(each.name, names),
        )


def _jumps(layers: Sequence[LayerError], names: Sequence[str]) -> Iterator[Finding]:
    """The worst of the layers that lose much; it says how many others there are. With its weight
    float, its kernel would not quantize activations."""
    lost = [
        (each.sqnr_db, each.name, each.sqnr_db + each.lost_db, each)
        for each in layers
        if each.lost_db is not None and each.lost_db >= JUMP_DB and each.sqnr_db < GOOD_SQNR_DB
    ]
    for sqnr, _, before, each in sorted(lost, key=lambda one: one[:2])[:1]:
        source = "exact values" if before >= MOST_DB else f"{before:.1f} dB"
        others = f" So do {len(lost) - 1} others, though less." if len(lost) > 1 else ""
        yield Finding(
            WARNING if sqnr < POOR_SQNR_DB else NOTE,
            f"{each.kind} turns {source} into {sqnr:.1f} dB",
            f"Here more error arises than the layer reads: {_cause(each)}.{others} "
            "Nothing need be done while the metric holds.",
            each.subgraph,
            each.name,
            keep_float_line(each.weights[0], names) if each.weights else None,
        )


def _cause(layer: LayerError) -> str:
    if layer.weights:
        return "its weight is rounded, and what it reads is at run time"
    return "look at its weight, and at the range of its input"


def _large_floats(constants: Sequence[StoredConstant], file_bytes: int) -> Iterator[Finding]:
    kept = [
        each
        for each in constants
        if not each.is_changed
        and each.type == "FLOAT32"
        and file_bytes
        and each.bytes_after > LARGE_SHARE * file_bytes
    ]
    for each in sorted(kept, key=lambda one: (-one.bytes_after, one.name))[:MOST_OF_A_KIND]:
        yield Finding(
            NOTE,
            f"A constant of {each.bytes_after:,} bytes is still float",
            f"It is {each.bytes_after / file_bytes:.0%} of the file. {each.reason or ''}".strip(),
            each.subgraph,
            each.name,
        )


def _nothing(constants: Sequence[StoredConstant]) -> Finding:
    measured = [each.sqnr_db for each in constants if each.sqnr_db is not None]
    if not measured:
        return Finding(GOOD, "No weight lost anything", "All values are as in the float model.")
    return Finding(
        GOOD,
        "Nothing to do: only rounding",
        f"Every weight is held with {min(measured):.1f} dB or more, and no channel is spoilt by an "
        "outlier.",
    )
