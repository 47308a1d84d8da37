"""Unused buffers go, used ones keep their bytes."""

from dataclasses import replace

from kernels.model import Metadata
from quant.prune import drop_unused_buffers
from tests.float_models import fully_connected


def shown(model):
    """Tensor name -> the bytes that it shows."""
    return {t.name: bytes(model.buffers[t.buffer]) for g in model.subgraphs for t in g.tensors}


def model_with_spare_buffers():
    """Buffers: weight, spare, empty, bias, metadata; x and y show empty ones of their own."""
    model = fully_connected(4, 5)
    (subgraph,) = model.subgraphs
    place = {"w": 1, "b": 4, "x": 3, "y": 6}
    tensors = tuple(replace(t, buffer=place[t.name]) for t in subgraph.tensors)
    _, weight, bias = model.buffers
    return replace(
        model,
        subgraphs=(replace(subgraph, tensors=tensors),),
        buffers=(b"", weight, b"spare", b"", bias, b"1.5.0", b""),
        metadata=(Metadata("min_runtime_version", 5),),
        metadata_buffer=(5,),
    )


def test_what_is_used_keeps_its_bytes():
    before = model_with_spare_buffers()
    after = drop_unused_buffers(before)
    assert shown(after) == shown(before)
    assert after.buffers == (b"", before.buffers[1], before.buffers[4], b"1.5.0")
    assert after.metadata == (Metadata("min_runtime_version", 3),)
    assert after.metadata_buffer == (3,)


def test_again_changes_nothing():
    once = drop_unused_buffers(model_with_spare_buffers())
    assert drop_unused_buffers(once) == once


def test_a_model_with_a_value_in_buffer_0_stays():
    model = replace(model_with_spare_buffers(), buffers=(b"value",) * 7)
    assert drop_unused_buffers(model) is model
