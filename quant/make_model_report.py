"""Makes the report of a quantized model beside its float model.

Constants are compared as they are stored; with samples both models run, and so are their layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kernels.model import Model
from quant.evaluate import Evaluation
from quant.evaluation_data import EvaluationData
from quant.finding import findings
from quant.layer_error import LayerError, layer_errors
from quant.model_report import Front, ModelReport, OperatorTime, Sizes
from quant.observed_runs import Sample
from quant.report import Report
from quant.representative_data import representative_data
from quant.stored_constant import StoredConstant, stored_constants
from quant.tensor_pairs import Place
from quant.threshold import Check
from quant.value_histogram import ValueHistogram, activation_histograms, weight_histograms
from quant.weight_effect import Effects, weight_effects
from quant.weight_error import MOST_DB

LAYER_SAMPLES = 16
"""On which layers are compared."""
EFFECT_SAMPLES = 4
"""On which weights are tried, and values counted."""
HISTOGRAMS = 6
"""Of weights, and as many of activations: the worst ones."""
EFFECTS = 12
"""Weights that are tried one by one: the worst ones."""


@dataclass(frozen=True)
class Known:
    """What others found out of the model, all of it optional: the quantizer's report, metrics and
    thresholds, the search's front, and times."""

    report: Report | None = None
    evaluation: Evaluation | None = None
    checks: tuple[Check, ...] = ()
    front: Front | None = None
    times: tuple[OperatorTime, ...] = ()


@dataclass(frozen=True)
class Runs:
    """What both models run on: ``signature`` may be None where there is only one or one is
    "serving_default"."""

    data: EvaluationData
    signature: str | None = None
    num_threads: int = 1


def make_model_report(
    name: str,
    models: tuple[Model, Model],
    file_bytes: tuple[int, int],
    known: Known,
    runs: Runs | None = None,
) -> ModelReport:
    """The report of ``models``, the float one and the quantized one, and of the sizes of their
    files. Layers, activations and effects on the outputs need ``runs``.

    Raises DataError for samples that do not fit the models.
    """
    constants = stored_constants(*models, known.report)
    stored = sum(each.bytes_after for each in constants)
    before, after = file_bytes
    made = ModelReport(
        name=name,
        target_runtime="" if known.report is None else known.report.target_runtime,
        sizes=Sizes(before, after, max(0, after - stored)),
        findings=(),
        graphs=_graphs(models[1]),
        operators=_operators(models[1]),
        constants=constants,
        evaluation=known.evaluation,
        checks=known.checks,
        histograms=_weight_histograms(models, constants),
        front=known.front,
        times=known.times,
    )
    if runs is not None:
        made = _with_runs(made, models, runs)
    found = findings(constants, made.layers, known.checks, after, made.effects)
    return replace(made, findings=found)


def _graphs(model: Model) -> tuple[str, ...]:
    """A subgraph without a name is called by its signature, or by its number: as Model Explorer
    does."""
    keys = {each.subgraph: each.key for each in reversed(model.signatures)}
    return tuple(
        subgraph.name or keys.get(s) or (f"subgraph_{s}" if s else "main")
        for s, subgraph in enumerate(model.subgraphs)
    )


def _operators(model: Model) -> dict[str, int]:
    kinds = [operator.name for subgraph in model.subgraphs for operator in subgraph.operators]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def worst_constants(constants: Sequence[StoredConstant], count: int) -> list[StoredConstant]:
    """Those of which something is lost, as a whole or in a channel, the worst first."""
    lossy = [each for each in constants if each.is_coarse and each.sqnr_db is not None]
    return sorted(lossy, key=lambda each: (_worst_db(each), each.name))[:count]


def _worst_db(constant: StoredConstant) -> float:
    whole = MOST_DB if constant.sqnr_db is None else constant.sqnr_db
    channel = constant.channel
    if channel is None or channel.zeroed == 0:
        return whole
    return min(whole, channel.sqnr_db)


def _weight_histograms(
    models: tuple[Model, Model], constants: Sequence[StoredConstant]
) -> tuple[ValueHistogram, ...]:
    worst = worst_constants(constants, HISTOGRAMS)
    return weight_histograms(*models, [_place(each) for each in worst], _evened_out(constants))


def _with_runs(made: ModelReport, models: tuple[Model, Model], runs: Runs) -> ModelReport:
    """The report with what only running the models tells."""
    samples = representative_data(runs.data, models[0], runs.signature, limit=LAYER_SAMPLES)
    evened_out = bool(_evened_out(made.constants))
    threads, signature = runs.num_threads, runs.signature
    layers = layer_errors(*models, samples, threads, evened_out, signature)
    few = list(islice(samples, EFFECT_SAMPLES))
    places = _worst_outputs(models[1], layers)
    activations = activation_histograms(*models, few, places, threads, evened_out, signature)
    return replace(
        made,
        samples=sum(1 for _ in samples),
        layers=layers,
        histograms=(*made.histograms, *activations),
        effects=_effects(models, made, few, runs, layers),
    )


def _effects(
    models: tuple[Model, Model],
    made: ModelReport,
    samples: Sequence[Sample],
    runs: Runs,
    layers: Sequence[LayerError],
) -> Effects:
    """Of the weights of the layers that lose most, and of those that are held least exactly."""
    worst = [_place(each) for each in worst_constants(made.constants, len(made.constants))]
    losing = [each for each in read_by(models[0], layers) if each in worst]
    places = dict.fromkeys([*losing[: EFFECTS // 2], *worst])
    chosen, evened_out = list(places)[:EFFECTS], _evened_out(made.constants)
    threads, signature = runs.num_threads, runs.signature
    return weight_effects(*models, samples, chosen, threads, evened_out, signature)


def read_by(float_model: Model, layers: Sequence[LayerError]) -> list[Place]:
    """What the operators of layers read, (subgraph, tensor) of the float model; those of the layer
    that loses most first."""
    operators = {
        (s, subgraph.tensors[operator.outputs[0]].name): operator
        for s, subgraph in enumerate(float_model.subgraphs)
        for operator in subgraph.operators
        if operator.outputs
    }
    losses = sorted(
        (-each.lost_db, each.name, each.subgraph) for each in layers if each.lost_db is not None
    )
    return [
        (s, t) for _, name, s in losses if (s, name) in operators for t in operators[s, name].inputs
    ]


def _place(constant: StoredConstant) -> Place:
    return constant.subgraph, constant.tensor


def _evened_out(constants: Sequence[StoredConstant]) -> frozenset[Place]:
    return frozenset(_place(each) for each in constants if each.is_evened_out)


def _worst_outputs(model: Model, layers: Sequence[LayerError]) -> list[Place]:
    worst = sorted(layers, key=lambda each: (each.sqnr_db, each.name))[:HISTOGRAMS]
    return [
        (each.subgraph, model.subgraphs[each.subgraph].operators[each.operator].outputs[0])
        for each in worst
    ]
