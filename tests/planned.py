"""Plans of models, by the names of their constants, and models that share a constant."""

from quant.plan import plan_model
from quant.recipe import Recipe
from tests.build_model import Operation, graph, tensor


def entries(model, **recipe):
    """Tensor name -> entry."""
    return {entry.name: entry for entry in plan_model(model, Recipe(**recipe)).constants}


def reasons(model, **recipe):
    return {name: entry.reason for name, entry in entries(model, **recipe).items()}


def delivered(entry):
    return [(consumer.name, consumer.delivery) for consumer in entry.consumers]


def shared(*operations):
    """Operators that read one constant; inputs are what nobody makes."""
    made = {v.tensor.name for o in operations for v in o.outputs}
    fed = [
        v
        for o in operations
        for v in o.inputs
        if v is not None and not v.data and v.tensor.name not in made
    ]
    return graph(operations, fed, [o.outputs[0] for o in operations])


def matmul(name, weight):
    rows, columns = weight.tensor.shape
    return Operation(
        "FULLY_CONNECTED",
        [tensor(f"x{name}", (2, columns)), weight, None],
        [tensor(f"y{name}", (2, rows))],
        {},
    )
