"""Every contradiction that a model can have, one edit away from a good model."""

from dataclasses import replace

import numpy as np
import pytest

from kernels.errors import ModelError
from kernels.limits import Limits
from kernels.model import Metadata, Signature, Table
from kernels.tflite.verifier import verify
from kernels.tflite.verify_calls import called_subgraphs
from tests.build_model import Operation, graph, single_operator, tensor
from tests.example_model import example
from tests.hang import no_hang


def with_subgraph(model, i=0, **fields):
    subgraphs = list(model.subgraphs)
    subgraphs[i] = replace(subgraphs[i], **fields)
    return replace(model, subgraphs=tuple(subgraphs))


def with_operator(model, operator, /, **fields):
    operators = (
        replace(o, **fields) if o.name == operator else o for o in model.subgraphs[0].operators
    )
    return with_subgraph(model, operators=tuple(operators))


def with_tensor(model, name, **fields):
    tensors = (replace(t, **fields) if t.name == name else t for t in model.subgraphs[0].tensors)
    return with_subgraph(model, tensors=tuple(tensors))


def with_quantization(model, name, **fields):
    found = next(t for t in model.subgraphs[0].tensors if t.name == name).quantization
    return with_tensor(model, name, quantization=replace(found, **fields))


def with_signature(model, **fields):
    return replace(model, signatures=(replace(model.signatures[0], **fields),))


def index(name):
    return [t.name for t in example().subgraphs[0].tensors].index(name)


def scales(*values):
    return np.array(values, np.float32)


def zero_points(*values):
    return np.array(values, np.int64)


MODEL = {
    "version": (lambda m: replace(m, version=4), "version is 4"),
    "no subgraph": (lambda m: replace(m, subgraphs=()), "no subgraph"),
    "no buffer": (lambda m: replace(m, buffers=()), "Buffer 0"),
    "buffer 0 not empty": (lambda m: replace(m, buffers=(b"1", *m.buffers[1:])), "Buffer 0"),
    "metadata": (lambda m: replace(m, metadata=(Metadata("n", 99),)), "'n' refers to buffer 99"),
    "metadata buffer": (lambda m: replace(m, metadata_buffer=(-1,)), "metadata_buffer .* -1"),
    "external buffer": (
        lambda m: replace(m, external_buffers=(Table("ExternalBuffer", {"group": 1}),)),
        r"external_buffers\[0\] refers to group 1, of 1",
    ),
    "signature's subgraph": (lambda m: with_signature(m, subgraph=3), "subgraph 3, of 3"),
    "signature's input": (lambda m: with_signature(m, inputs={"x": 99}), "tensor 99"),
    "signature's output": (lambda m: with_signature(m, outputs={"y": -1}), "tensor -1"),
    "signature twice": (
        lambda m: replace(m, signatures=(Signature("k", {}, {}), Signature("k", {}, {}))),
        "'k' is there 2 times",
    ),
}
GRAPH = {
    "graph input": (lambda m: with_subgraph(m, inputs=(99,)), r"inputs refers to tensor 99"),
    "graph output": (lambda m: with_subgraph(m, outputs=(-1,)), r"outputs refers to tensor -1"),
    "operator input": (lambda m: with_operator(m, "WHILE", inputs=(99,)), r"WHILE\.inputs .* 99"),
    "negative input": (lambda m: with_operator(m, "WHILE", inputs=(-2,)), r"WHILE\.inputs .* -2"),
    "operator output": (lambda m: with_operator(m, "WHILE", outputs=(99,)), r"WHILE\.outputs"),
    "intermediate": (
        lambda m: with_operator(m, "WHILE", intermediates=(99,)),
        r"WHILE\.intermediates",
    ),
    "mutating inputs": (
        lambda m: with_operator(m, "WHILE", mutating_variable_inputs=(True, False)),
        "1 inputs and 2 mutating_variable_inputs",
    ),
    "read before written": (
        lambda m: with_subgraph(m, operators=m.subgraphs[0].operators[::-1]),
        r"operators\[0\] SQUEEZE reads tensor \d+ before",
    ),
    "reads itself": (
        lambda m: with_operator(m, "WHILE", inputs=(index("end"),)),
        "WHILE reads tensor .* before",
    ),
    "written twice": (
        lambda m: with_operator(m, "WHILE", outputs=(index("z"),)),
        "WHILE writes tensor .* already",
    ),
    "writes a constant": (
        lambda m: with_operator(m, "WHILE", outputs=(index("b"),)),
        "WHILE writes tensor .* already",
    ),
    "writes a variable": (
        lambda m: with_operator(m, "WHILE", outputs=(index("state"),)),
        "WHILE writes tensor .* already",
    ),
    "writes an input": (
        lambda m: with_operator(m, "WHILE", outputs=(index("x"),)),
        "WHILE writes tensor .* already",
    ),
    "output of nothing": (
        lambda m: with_subgraph(m, 2, operators=()),
        r"subgraphs\[2\]\.outputs has tensor 1, which no operator writes",
    ),
}
OPERATOR = {
    "unknown": (lambda m: with_operator(m, "WHILE", name="UNTIL", options=None), "UNTIL is not"),
    "version": (lambda m: with_operator(m, "WHILE", version=0), "version 0"),
    "custom code": (lambda m: with_operator(m, "CUSTOM", custom_code=""), "custom_code"),
    "options of another": (
        lambda m: with_operator(m, "CONV_2D", options=Table("Pool2DOptions")),
        "CONV_2D has Pool2DOptions and not Conv2DOptions",
    ),
    "options that are none": (
        lambda m: with_operator(m, "CONV_2D", options=Table("Tensor")),
        "CONV_2D has Tensor",
    ),
    "options in the other union": (
        lambda m: with_operator(m, "CONV_2D", options2=Table("Conv2DOptions")),
        "CONV_2D has Conv2DOptions",
    ),
    "options that are no options": (
        lambda m: with_operator(m, "CUSTOM", options=Table("Model")),
        "CUSTOM has Model and not a member of BuiltinOptions",
    ),
}


def calls(*indices):
    """Subgraph i calls subgraph indices[i]; the last ones call nothing."""
    model = example()
    for i, called in enumerate(indices):
        operation = Operation(
            "CALL_ONCE", [], [], {"init_subgraph_index": called} if called else None
        )
        operators = graph([operation], [], []).subgraphs[0].operators
        model = with_subgraph(model, i, operators=operators, outputs=())
    return model


CALLS = {
    "absent subgraph": (lambda m: calls(3), "CALL_ONCE calls subgraph 3, of 3"),
    "negative subgraph": (lambda m: calls(-1), "calls subgraph -1"),
    "itself": (lambda m: calls(1, 1), "in a circle: 1 -> 1"),
    "itself by default": (lambda m: calls(0), "in a circle: 0 -> 0"),
    "mutual": (lambda m: calls(1, 2, 1), "in a circle: (1 -> 2 -> 1|2 -> 1 -> 2)"),
    "WHILE on itself": (
        lambda m: with_operator(
            m, "WHILE", options=Table("WhileOptions", {"cond_subgraph_index": 1})
        ),
        "in a circle",
    ),
}
TENSOR = {
    "type": (lambda m: with_tensor(m, "x", type="FLOAT33"), "'x' is of type FLOAT33"),
    "buffer": (lambda m: with_tensor(m, "x", buffer=99), "'x' refers to buffer 99"),
    "negative buffer": (lambda m: with_tensor(m, "x", buffer=-1), "'x' refers to buffer -1"),
    "negative dimension": (lambda m: with_tensor(m, "z", shape=(-1, 4)), "negative dimension"),
    "rank": (lambda m: with_tensor(m, "z", shape=(1,) * 65), "65 dimensions"),
    "bytes": (lambda m: with_tensor(m, "z", shape=(1 << 20, 1 << 20)), "bytes; the limit"),
    "overflow": (lambda m: with_tensor(m, "z", shape=(2**31 - 1,) * 9), "bytes; the limit"),
    "shape signature": (lambda m: with_tensor(m, "x", shape_signature=(1, 2)), "shape_signature"),
    "shape signature -2": (
        lambda m: with_tensor(m, "x", shape_signature=(-2, 8, 8, 3)),
        "shape_signature",
    ),
    "too few bytes": (
        lambda m: with_tensor(m, "b", shape=(5,)),
        r"'b' has 16 bytes in buffer \d instead of 20",
    ),
    "too many bytes": (lambda m: with_tensor(m, "b", shape=(3,)), "16 bytes .* instead of 12"),
    "packed bytes": (
        lambda m: with_tensor(m, "nibbles", shape=(9,), quantization=None),
        "'nibbles' has 3 bytes .* instead of 5",
    ),
    "strings": (lambda m: with_tensor(m, "words", shape=(3,)), "'words'.* has 2 strings"),
    "values of no type": (
        lambda m: with_tensor(m, "b", type="VARIANT"),
        "VARIANT, which has no values in a file",
    ),
}
QUANTIZATION = {
    "zero": (lambda m: with_quantization(m, "w", scale=scales(1, 0, 1, 1)), "scale 0.0 in .* 1"),
    "negative": (lambda m: with_quantization(m, "w", scale=scales(1, 1, 1, -2)), "scale -2.0"),
    "nan": (lambda m: with_quantization(m, "w", scale=scales(np.nan, 1, 1, 1)), "scale nan"),
    "infinite": (lambda m: with_quantization(m, "w", scale=scales(np.inf, 1, 1, 1)), "scale inf"),
    "count": (
        lambda m: with_quantization(m, "w", scale=scales(1, 1), zero_point=zero_points(0, 0)),
        "2 scales on axis 0",
    ),
    "axis": (lambda m: with_quantization(m, "w", axis=1), "4 scales on axis 1"),
    "no such axis": (lambda m: with_quantization(m, "w", axis=4), "4 scales on axis 4"),
    "no such axis of one scale": (
        lambda m: with_quantization(m, "w", scale=scales(1), zero_point=zero_points(1), axis=9),
        "1 scales on axis 9",
    ),
    "negative axis": (lambda m: with_quantization(m, "w", axis=-4), "4 scales on axis -4"),
    "zero points": (
        lambda m: with_quantization(m, "w", zero_point=zero_points(0)),
        "4 scales and 1 zero points",
    ),
    "zero point": (
        lambda m: with_quantization(m, "w", zero_point=zero_points(0, 0, 128, 0)),
        r"INT8 with a zero point outside \[-128, 127\]",
    ),
    "zero point of 4 bits": (
        lambda m: with_quantization(m, "nibbles", zero_point=zero_points(-9)),
        r"INT4 with a zero point outside \[-8, 7\]",
    ),
    "scales in a tensor": (
        lambda m: with_quantization(
            m, "nibbles", details=Table("BlockwiseQuantization", {"scales": 99})
        ),
        "its scales in tensor 99",
    ),
}
CASES = {
    f"{group}: {case}": cases[case]
    for group, cases in {
        "model": MODEL,
        "graph": GRAPH,
        "operator": OPERATOR,
        "calls": CALLS,
        "tensor": TENSOR,
        "quantization": QUANTIZATION,
    }.items()
    for case in cases
}


def test_the_example_is_good():
    verify(example())


@pytest.mark.parametrize("case", CASES)
def test_contradiction(case):
    change, message = CASES[case]
    with pytest.raises(ModelError, match=message):
        verify(change(example()))


@pytest.mark.parametrize(
    "change",
    [
        lambda m: with_tensor(m, "x", shape_signature=()),
        lambda m: with_tensor(m, "x", shape_signature=(-1,) * 4),
        lambda m: with_quantization(m, "w", scale=scales(), zero_point=zero_points()),
        lambda m: with_quantization(m, "w", scale=scales(1), zero_point=zero_points(1), axis=2),
        lambda m: with_quantization(m, "nibbles", details=Table("CustomQuantization")),
        lambda m: with_operator(m, "CUSTOM", options=Table("AddOptions")),
        lambda m: with_operator(m, "WHILE", mutating_variable_inputs=()),
        lambda m: replace(m, signatures=()),
        lambda m: calls(1, 2),
    ],
)
def test_allowed(change):
    verify(change(example()))


def test_a_tensor_without_elements_needs_no_value():
    empty, end = tensor("empty", (0, 3)), tensor("end", (0, 3))
    verify(graph([Operation("ABS", [empty], [end])], [], [end]))


def test_an_operator_may_write_a_tensor_without_elements():
    empty, end = tensor("empty", (0, 3)), tensor("end", (0, 3))
    operations = [
        Operation("ABS", [tensor("x", (0, 3))], [empty]),
        Operation("ABS", [empty], [end]),
    ]
    verify(graph(operations, [tensor("x", (0, 3))], [end]))


def test_limits():
    model = single_operator("ABS", [tensor("x", (9, 9))], [tensor("y", (9, 9))])
    verify(model, Limits(tensor_bytes=324, rank=2))
    for limits in (Limits(tensor_bytes=323), Limits(rank=1)):
        with pytest.raises(ModelError, match="limit"):
            verify(model, limits)


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("ABS", None, ()),
        ("WHILE", {"cond_subgraph_index": 1, "body_subgraph_index": 2}, (1, 2)),
        ("IF", {"else_subgraph_index": 5}, (0, 5)),
        ("CALL", {"subgraph": 7}, (7,)),
        ("STABLEHLO_CASE", {"branch_subgraph_indices": (3, 1)}, (3, 1)),
        ("STABLEHLO_COMPOSITE", {"decomposition_subgraph_index": 4}, (4,)),
        ("STABLEHLO_SORT", {"comparator_subgraph_index": 4}, (4,)),
        ("STABLEHLO_CUSTOM_CALL", {"called_computations": (2,)}, (2,)),
    ],
)
def test_called_subgraphs(name, options, expected):
    model = graph([Operation(name, [], [], options)], [], [])
    assert called_subgraphs(model.subgraphs[0].operators[0]) == expected


def test_a_long_chain_of_calls_is_quick():
    call = graph([Operation("CALL", [], [], {"subgraph": 1})], [], [])
    subgraph = call.subgraphs[0]
    chain = tuple(
        replace(
            subgraph,
            operators=(
                replace(subgraph.operators[0], options=Table("CallOptions", {"subgraph": i + 1})),
            ),
        )
        for i in range(5000)
    )
    model = replace(call, subgraphs=(*chain, replace(subgraph, operators=())))
    with no_hang():
        verify(model, Limits(call_depth=5001))
    with no_hang(), pytest.raises(ModelError, match="5001 deep; the limit is 64"):
        verify(model)
