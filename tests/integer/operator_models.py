"""Models of one operator, from the conformance suite, quantized by the ranges of their tensors."""

import numpy as np

from kernels.errors import TfliteQuantError
from kernels.interpreter import Interpreter
from quant.integer.plan import plan_integer
from quant.integer.quantization import carried_out
from quant.ranges import Range
from quant.recipe import Recipe
from tools.conformance.case import cases_of
from tools.conformance.suite import FAMILIES

SCHEMES = {"INT8": ("full_integer", "int8"), "INT16": ("int16x8", "int16")}
POSITIVE = ("SQRT", "RSQRT", "LOG")
"""Of numbers below 0 their kernels make nothing."""


def float_cases(operator):
    """Models of one float operator and an input, in some of the shapes of the suite."""
    for family in FAMILIES:
        if operator in family.operators and "float32" in family.axes["type"]:
            for case in cases_of(family):
                if (case.operator, case.type) == (operator, "float32"):
                    built = case.build()
                    if built is not None and len(built.feeds) == 1:
                        yield built.model, dict(built.feeds[0])


def observed(operator):
    """Such models with the ranges of their tensors, as far as they are finite numbers."""
    for model, feed in float_cases(operator):
        if operator in POSITIVE:
            feed = {name: np.abs(values) + np.float32(0.1) for name, values in feed.items()}
        try:
            values = Interpreter(model).invoke_all(**feed)
        except TfliteQuantError:
            continue
        floats = {place: v for place, v in values.items() if v.dtype == np.float32}
        if all(v.size and np.isfinite(v).all() for v in values.values()):
            yield model, feed, {p: Range(float(v.min()), float(v.max())) for p, v in floats.items()}


def quantized(model, ranges, element_type, target="litert"):
    """The model with its operator in integer form, alone or, if it only moves, between integers."""
    scheme, io = SCHEMES[element_type]
    for each in ("float", io):
        recipe = Recipe(scheme=scheme, io=each, target_runtime=target)
        plan = plan_integer(model, recipe, ranges)
        if all(form.is_integer for form in plan.forms.values()):
            return carried_out(plan, model, {})[0]
    raise AssertionError(list(plan.forms.values()))


def as_given(model, values, outputs=False):
    """Floats as the integers that the model's inputs, or outputs, want; and others as they are."""
    places = model.subgraphs[0].outputs if outputs else model.subgraphs[0].inputs
    given = []
    for index, value in zip(places, values, strict=True):
        tensor = model.subgraphs[0].tensors[index]
        if tensor.type in SCHEMES:
            (scale,), (zero,) = tensor.quantization.scale, tensor.quantization.zero_point
            limits = np.iinfo(tensor.type.lower())
            steps = np.clip(np.rint(value / scale) + zero, limits.min, limits.max)
            value = steps.astype(tensor.type.lower())
        given.append(value)
    return given


def named(model, values):
    """In the order of the signature's inputs -> in the order of the graph's."""
    signature = model.signatures[0]
    names = {index: name for name, index in signature.inputs.items()}
    return [values[names[index]] for index in model.subgraphs[0].inputs]


def outputs_of(model, inputs, numerics="xnnpack"):
    signature = model.signatures[0]
    names = {index: name for name, index in signature.inputs.items()}
    feed = {names[i]: v for i, v in zip(model.subgraphs[0].inputs, inputs, strict=True)}
    made = Interpreter(model, numerics).invoke(**feed)
    names = {index: name for name, index in signature.outputs.items()}
    return [made[names[index]] for index in model.subgraphs[0].outputs]
