"""Small float models for full-integer quantization, and their ranges and quantized forms."""

import numpy as np

from kernels.interpreter import Interpreter
from quant.integer.plan import plan_integer
from quant.quantizer import quantize
from quant.ranges import Range
from quant.recipe import Recipe
from tests.build_model import Operation, graph, tensor
from tests.float_models import normal

SIZE = 8
STRIDE = {"padding": "SAME", "stride_w": 1, "stride_h": 1}


def values(name):
    """A float tensor of images that is made at run time."""
    return tensor(name, (1, SIZE, SIZE, 4))


def convolution(source, made, activation="NONE", weight="w", bias="b"):
    """A CONV_2D of 4 channels."""
    operands = [source, normal(weight, 4, 3, 3, 4, scale=0.2), normal(bias, 4)]
    return Operation(
        "CONV_2D", operands, [made], {**STRIDE, "fused_activation_function": activation}
    )


def chain(*operations):
    """Operators one after the other: the first reads x, the last makes y."""
    return graph(operations, [operations[0].inputs[0]], [operations[-1].outputs[0]])


def one(name, source, made, options=None):
    """An operator of one operand."""
    return Operation(name, [source], [made], options)


def samples(model, count=4, seed=0):
    """Normal random inputs by name, for ``count`` runs; or whether they are above 0."""
    rng = np.random.default_rng(seed)
    inputs = {name: tensor_of(model, index) for name, index in model.signatures[0].inputs.items()}
    return [{name: _drawn(rng, each) for name, each in inputs.items()} for _ in range(count)]


def tensor_of(model, index):
    return model.subgraphs[0].tensors[index]


def _drawn(rng, made):
    drawn = rng.normal(size=made.shape)
    return drawn > 0 if made.type == "BOOL" else drawn.astype(np.float32)


def ranges_of(model, count=4):
    """The least and greatest number of each float tensor over the samples."""
    found = {}
    for sample in samples(model, count):
        for place, value in Interpreter(model).invoke_all(**sample).items():
            if value.dtype == np.float32:
                low, high = found.get(place, (np.inf, -np.inf))
                found[place] = min(low, float(value.min())), max(high, float(value.max()))
    return {place: Range(*ends) for place, ends in found.items()}


def plan_of(model, **recipe):
    recipe = Recipe(**{"scheme": "full_integer", **recipe})
    return plan_integer(model, recipe, ranges_of(model))


def quantized(model, **recipe):
    return quantize(model, Recipe(**{"scheme": "full_integer", **recipe}), samples(model))


def operators(model, subgraph=0):
    return [operator.name for operator in model.subgraphs[subgraph].operators]


def tensors(model, subgraph=0):
    """Name -> tensor."""
    return {each.name: each for each in model.subgraphs[subgraph].tensors}
