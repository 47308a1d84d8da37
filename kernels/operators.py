"""The operator table: every per-operator fact, in one place.

The interpreter takes the kernel from it, the quantizer the weight operands and what each
target runtime does with int8 weights (``kernels.int8``), the documentation all of it. No
other file tests an operator's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kernels import cost
from kernels.cost import CostOf
from kernels.flat import (
    lower_batch_matmul,
    lower_binary,
    lower_casting,
    lower_control_flow,
    lower_convolution,
    lower_depthwise,
    lower_elementwise,
    lower_fully_connected,
    lower_indexing,
    lower_padding,
    lower_pooling,
    lower_reduction,
)
from kernels.flat.instruction import Fusion, Lower
from kernels.flat.list_update import LIST_UPDATE
from kernels.flat.pattern import Pattern
from kernels.int8 import INT8, TARGET_RUNTIMES, Int8
from kernels.node import Prepare
from kernels.ops import (
    activations,
    angles,
    arithmetic,
    batch_matmul,
    bits,
    blocks,
    broadcasting,
    casting,
    comparison,
    complex_numbers,
    control_flow,
    convolution,
    convolution_3d,
    depthwise_convolution,
    diagonals,
    drawing,
    elementwise,
    embedding_lookup,
    fake_quantizing,
    filling,
    fully_connected,
    gathering,
    joining,
    lstm,
    normalization,
    padding,
    permuting,
    pooling,
    quantizing,
    ranking,
    reduction,
    reshaping,
    resizing,
    rnn,
    searching,
    segments,
    selecting,
    slicing,
    softmax,
    sparse,
    strided_slice,
    suppression,
    svdf,
    text,
    transpose_convolution,
    variables,
    windows,
)

__all__ = ["OPERATORS", "TARGET_RUNTIMES", "OperatorFacts"]


@dataclass(frozen=True)
class OperatorFacts:
    """Everything the project knows of one builtin operator.

    ``at_load``: its result is computed once, when the model is loaded, if all inputs are
    constant; so LiteRT does with weights that are stored int8 or float16. ``cost``: what a
    run costs, if not just what it reads and makes. ``lower``: the operator as instructions of
    a flat program; ``fusions``: with which others it is lowered as one, itself the first;
    ``patterns``: those that it ends, within subgraphs that are lowered as a whole;
    ``runs_subgraphs``: what it does is more than what it makes.
    """

    kernel: Prepare | None = None
    int8: Int8 | None = None
    at_load: bool = False
    cost: CostOf | None = None
    lower: Lower | None = None
    fusions: tuple[Fusion, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    runs_subgraphs: bool = False


_KERNELS: Mapping[str, Prepare] = MappingProxyType(
    {
        "ABS": elementwise.absolute,
        "ADD": arithmetic.add,
        "ADD_N": arithmetic.add_n,
        "ARG_MAX": ranking.arg_max,
        "ARG_MIN": ranking.arg_min,
        "ASSIGN_VARIABLE": variables.assign_variable,
        "ATAN2": angles.atan2,
        "AVERAGE_POOL_2D": pooling.average_pool,
        "BATCH_MATMUL": batch_matmul.prepare,
        "BATCH_TO_SPACE_ND": blocks.batch_to_space,
        "BIDIRECTIONAL_SEQUENCE_LSTM": lstm.prepare_bidirectional,
        "BIDIRECTIONAL_SEQUENCE_RNN": rnn.prepare_bidirectional,
        "BITCAST": bits.bitcast,
        "BITWISE_XOR": bits.bitwise_xor,
        "BROADCAST_ARGS": broadcasting.broadcast_args,
        "BROADCAST_TO": broadcasting.broadcast_to,
        "BUCKETIZE": searching.bucketize,
        "CALL_ONCE": control_flow.call_once,
        "CAST": casting.prepare,
        "CEIL": elementwise.ceil,
        "COMPLEX_ABS": complex_numbers.absolute,
        "CONCATENATION": joining.concatenation,
        "CONV_2D": convolution.prepare,
        "CONV_3D": convolution_3d.convolution,
        "CONV_3D_TRANSPOSE": convolution_3d.transpose,
        "COS": elementwise.cos,
        "CUMSUM": ranking.cumsum,
        "DENSIFY": sparse.densify,
        "DEPTHWISE_CONV_2D": depthwise_convolution.prepare,
        "DEPTH_TO_SPACE": blocks.depth_to_space,
        "DEQUANTIZE": quantizing.dequantize,
        "DILATE": windows.dilate,
        "DIV": arithmetic.div,
        "DYNAMIC_UPDATE_SLICE": slicing.dynamic_update_slice,
        "ELU": activations.elu,
        "EMBEDDING_LOOKUP": embedding_lookup.prepare,
        "EMBEDDING_LOOKUP_SPARSE": text.embedding_lookup_sparse,
        "EQUAL": comparison.equal,
        "EXP": elementwise.exp,
        "EXPAND_DIMS": reshaping.expand_dims,
        "FAKE_QUANT": fake_quantizing.prepare,
        "FILL": filling.fill,
        "FLOOR": elementwise.floor,
        "FLOOR_DIV": arithmetic.floor_div,
        "FLOOR_MOD": arithmetic.floor_mod,
        "FULLY_CONNECTED": fully_connected.prepare,
        "GATHER": gathering.gather,
        "GATHER_ND": gathering.gather_nd,
        "GELU": activations.gelu,
        "GREATER": comparison.greater,
        "GREATER_EQUAL": comparison.greater_equal,
        "HARD_SWISH": activations.hard_swish,
        "HASHTABLE_LOOKUP": text.hashtable_lookup,
        "IF": control_flow.if_else,
        "IMAG": complex_numbers.imaginary,
        "L2_NORMALIZATION": normalization.l2_normalization,
        "L2_POOL_2D": pooling.l2_pool,
        "LEAKY_RELU": activations.leaky_relu,
        "LESS": comparison.less,
        "LESS_EQUAL": comparison.less_equal,
        "LOCAL_RESPONSE_NORMALIZATION": normalization.local_response_normalization,
        "LOG": elementwise.log,
        "LOGICAL_AND": comparison.logical_and,
        "LOGICAL_NOT": comparison.logical_not,
        "LOGICAL_OR": comparison.logical_or,
        "LOGISTIC": activations.logistic,
        "LOG_SOFTMAX": softmax.log_softmax,
        "LSH_PROJECTION": text.lsh_projection,
        "LSTM": lstm.prepare,
        "MATRIX_DIAG": diagonals.matrix_diag,
        "MATRIX_SET_DIAG": diagonals.matrix_set_diag,
        "MAXIMUM": arithmetic.maximum,
        "MAX_POOL_2D": pooling.max_pool,
        "MEAN": reduction.mean,
        "MINIMUM": arithmetic.minimum,
        "MIRROR_PAD": padding.mirror_pad,
        "MUL": arithmetic.mul,
        "MULTINOMIAL": drawing.multinomial,
        "NEG": elementwise.negative,
        "NON_MAX_SUPPRESSION_V4": suppression.hard,
        "NON_MAX_SUPPRESSION_V5": suppression.soft,
        "NOT_EQUAL": comparison.not_equal,
        "ONE_HOT": filling.one_hot,
        "PACK": joining.pack,
        "PAD": padding.pad,
        "PADV2": padding.pad,
        "POW": arithmetic.power,
        "PRELU": activations.prelu,
        "QUANTIZE": quantizing.quantize,
        "RANDOM_STANDARD_NORMAL": drawing.standard_normal,
        "RANDOM_UNIFORM": drawing.uniform,
        "RANGE": filling.sequence,
        "RANK": reshaping.rank_of,
        "READ_VARIABLE": variables.read_variable,
        "REAL": complex_numbers.real,
        "REDUCE_ALL": reduction.all_true,
        "REDUCE_ANY": reduction.any_true,
        "REDUCE_MAX": reduction.maximum,
        "REDUCE_MIN": reduction.minimum,
        "REDUCE_PROD": reduction.product,
        "REDUCE_WINDOW": windows.reduce_window,
        "RELU": activations.relu,
        "RELU6": activations.relu6,
        "RELU_0_TO_1": activations.relu_0_to_1,
        "RELU_N1_TO_1": activations.relu_n1_to_1,
        "RESHAPE": reshaping.reshape,
        "RESIZE_BILINEAR": resizing.resize_bilinear,
        "RESIZE_NEAREST_NEIGHBOR": resizing.resize_nearest_neighbor,
        "REVERSE_SEQUENCE": permuting.reverse_sequence,
        "REVERSE_V2": permuting.reverse,
        "RFFT2D": complex_numbers.rfft2d,
        "RIGHT_SHIFT": bits.right_shift,
        "RNN": rnn.prepare,
        "ROUND": elementwise.round_half_to_even,
        "RSQRT": elementwise.rsqrt,
        "SCATTER_ND": gathering.scatter_nd,
        "SEGMENT_SUM": segments.segment_sum,
        "SELECT": selecting.select,
        "SELECT_V2": selecting.select_v2,
        "SHAPE": reshaping.shape_of,
        "SIGN": elementwise.sign,
        "SIN": elementwise.sin,
        "SKIP_GRAM": text.skip_gram,
        "SLICE": slicing.slice_of,
        "SOFTMAX": softmax.softmax,
        "SPACE_TO_BATCH_ND": blocks.space_to_batch,
        "SPACE_TO_DEPTH": blocks.space_to_depth,
        "SPARSE_TO_DENSE": sparse.sparse_to_dense,
        "SPLIT": slicing.split,
        "SPLIT_V": slicing.split_by_sizes,
        "SQRT": elementwise.sqrt,
        "SQUARE": elementwise.square,
        "SQUARED_DIFFERENCE": arithmetic.squared_difference,
        "SQUEEZE": reshaping.squeeze,
        "STRIDED_SLICE": strided_slice.prepare,
        "SUB": arithmetic.sub,
        "SUM": reduction.total,
        "SVDF": svdf.prepare,
        "TANH": activations.tanh,
        "TILE": broadcasting.tile,
        "TOPK_V2": ranking.top_k,
        "TRANSPOSE": permuting.transpose,
        "TRANSPOSE_CONV": transpose_convolution.prepare,
        "UNIDIRECTIONAL_SEQUENCE_LSTM": lstm.prepare_sequence,
        "UNIDIRECTIONAL_SEQUENCE_RNN": rnn.prepare_sequence,
        "UNIQUE": searching.unique,
        "UNPACK": slicing.unpack,
        "UNSORTED_SEGMENT_MAX": segments.unsorted_segment_max,
        "UNSORTED_SEGMENT_MIN": segments.unsorted_segment_min,
        "UNSORTED_SEGMENT_PROD": segments.unsorted_segment_prod,
        "UNSORTED_SEGMENT_SUM": segments.unsorted_segment_sum,
        "VAR_HANDLE": variables.var_handle,
        "WHERE": selecting.where,
        "WHILE": control_flow.while_loop,
        "ZEROS_LIKE": filling.zeros_like,
    }
)

_COSTS: Mapping[str, CostOf] = MappingProxyType(
    {
        **dict.fromkeys(("CONV_2D", "DEPTHWISE_CONV_2D"), cost.convolution),
        **dict.fromkeys(("AVERAGE_POOL_2D", "L2_POOL_2D", "MAX_POOL_2D"), cost.pooling),
        **dict.fromkeys(
            (
                "BIDIRECTIONAL_SEQUENCE_LSTM",
                "BIDIRECTIONAL_SEQUENCE_RNN",
                "LSTM",
                "RNN",
                "SVDF",
                "UNIDIRECTIONAL_SEQUENCE_LSTM",
                "UNIDIRECTIONAL_SEQUENCE_RNN",
            ),
            cost.recurrent,
        ),
        **dict.fromkeys(("ADD_N", "CONCATENATION", "PACK"), cost.joined),
        **dict.fromkeys(("NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5"), cost.suppression),
        "BATCH_MATMUL": cost.batch_matmul,
        "CONV_3D": cost.volume_convolution,
        "CONV_3D_TRANSPOSE": cost.volume_transpose,
        "EMBEDDING_LOOKUP": cost.embedding_lookup,
        "EMBEDDING_LOOKUP_SPARSE": cost.one_by_one,
        "FULLY_CONNECTED": cost.fully_connected,
        "GATHER": cost.gather,
        "GATHER_ND": cost.gather_nd,
        "LOCAL_RESPONSE_NORMALIZATION": cost.local_response,
        "LSH_PROJECTION": cost.hashing,
        "REDUCE_WINDOW": cost.reduce_window,
        "SELECT": cost.select,
        "TOPK_V2": cost.sorting,
        "TRANSPOSE_CONV": cost.transpose_convolution,
    }
)

_LOWERINGS: Mapping[str, Lower] = MappingProxyType(
    {
        "ABS": lower_elementwise.absolute,
        "ADD": lower_binary.add,
        "ADD_N": lower_binary.add_n,
        "AVERAGE_POOL_2D": lower_pooling.average_pool,
        "BATCH_MATMUL": lower_batch_matmul.batch_matmul,
        "CAST": lower_casting.cast,
        "CEIL": lower_elementwise.ceil,
        "CONV_2D": lower_convolution.convolution,
        "COS": lower_elementwise.cos,
        "DEPTHWISE_CONV_2D": lower_depthwise.depthwise,
        "DIV": lower_binary.div,
        "DYNAMIC_UPDATE_SLICE": lower_indexing.dynamic_update_slice,
        "ELU": lower_elementwise.elu,
        "EQUAL": lower_binary.equal,
        "EXP": lower_elementwise.exp,
        "FLOOR": lower_elementwise.floor,
        "FULLY_CONNECTED": lower_fully_connected.fully_connected,
        "GATHER": lower_indexing.gather,
        "GELU": lower_elementwise.gelu,
        "GREATER": lower_binary.greater,
        "GREATER_EQUAL": lower_binary.greater_equal,
        "HARD_SWISH": lower_elementwise.hard_swish,
        "IF": lower_control_flow.if_else,
        "LEAKY_RELU": lower_elementwise.leaky_relu,
        "LESS": lower_binary.less,
        "LESS_EQUAL": lower_binary.less_equal,
        "LOG": lower_elementwise.log,
        "LOGICAL_AND": lower_binary.logical_and,
        "LOGICAL_NOT": lower_casting.logical_not,
        "LOGICAL_OR": lower_binary.logical_or,
        "LOGISTIC": lower_elementwise.logistic,
        "MAXIMUM": lower_binary.maximum,
        "MAX_POOL_2D": lower_pooling.max_pool,
        "MEAN": lower_reduction.mean,
        "MINIMUM": lower_binary.minimum,
        "MUL": lower_binary.mul,
        "NEG": lower_elementwise.negative,
        "NOT_EQUAL": lower_binary.not_equal,
        "PAD": lower_padding.pad,
        "PADV2": lower_padding.pad,
        "POW": lower_binary.power,
        "RELU": lower_elementwise.relu,
        "RELU6": lower_elementwise.relu6,
        "RELU_0_TO_1": lower_elementwise.relu_0_to_1,
        "RELU_N1_TO_1": lower_elementwise.relu_n1_to_1,
        "ROUND": lower_elementwise.rounded,
        "RSQRT": lower_elementwise.rsqrt,
        "SIGN": lower_elementwise.sign,
        "SIN": lower_elementwise.sin,
        "SQRT": lower_elementwise.sqrt,
        "SQUARE": lower_elementwise.square,
        "SQUARED_DIFFERENCE": lower_binary.squared_difference,
        "SUB": lower_binary.sub,
        "SUM": lower_reduction.total,
        "TANH": lower_elementwise.tanh,
        "WHILE": lower_control_flow.while_loop,
    }
)

_FUSIONS: tuple[Fusion, ...] = (
    Fusion("GATHER", "FULLY_CONNECTED", lower_indexing.gathered_product),
    Fusion("PAD", "CONV_2D", lower_convolution.padded_convolution),
    Fusion("PAD", "DEPTHWISE_CONV_2D", lower_depthwise.padded_depthwise),
    Fusion("PAD", "MAX_POOL_2D", lower_pooling.padded_max_pool),
)

_PATTERNS: tuple[Pattern, ...] = (LIST_UPDATE,)

_RUN_SUBGRAPHS = frozenset({"CALL_ONCE", "IF", "WHILE"})

_AT_LOAD = frozenset({"DENSIFY", "DEQUANTIZE"})

OPERATORS: Mapping[str, OperatorFacts] = MappingProxyType(
    {
        name: OperatorFacts(
            kernel=_KERNELS.get(name),
            int8=INT8.get(name),
            at_load=name in _AT_LOAD,
            cost=_COSTS.get(name),
            lower=_LOWERINGS.get(name),
            fusions=tuple(fusion for fusion in _FUSIONS if fusion.first == name),
            patterns=tuple(pattern for pattern in _PATTERNS if pattern.root.operator == name),
            runs_subgraphs=name in _RUN_SUBGRAPHS,
        )
        for name in sorted({*_KERNELS, *INT8})
    }
)
"""Builtin operator name (the schema's) -> its facts."""
