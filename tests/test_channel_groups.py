"""Which channels of a model can be scaled together."""

from dataclasses import replace

import pytest

from kernels.model import Signature
from quant.channel_groups import channel_groups
from tests.control_flow_models import branch, loop
from tests.layered_models import CHANNELS, FIXED, SCALABLE


def names(model, group):
    tensors = model.subgraphs[group.subgraph].tensors
    return "".join(sorted(tensors[t].name for t in group.tensors))


@pytest.mark.parametrize("name", SCALABLE)
def test_groups_of_a_model(name):
    model, count = SCALABLE[name]
    groups = channel_groups(model)
    assert len(groups) == count
    for group in groups:
        assert group.makers
        assert group.takers


def test_what_is_added_is_one_group_with_all_that_make_and_take_it():
    model, _ = SCALABLE["residual"]
    both, inner = channel_groups(model)
    assert [names(model, each) for each in (both, inner)] == ["acd", "b"]
    assert [side.operator for side in both.makers] == [0, 2]
    assert [side.operator for side in both.takers] == [1, 4, 5]


def test_channels_are_those_that_are_made_also_where_places_are_flattened():
    model, _ = SCALABLE["flattened"]
    (group,) = channel_groups(model)
    assert (group.channels, names(model, group)) == (CHANNELS, "afp")


@pytest.mark.parametrize("name", FIXED)
def test_channels_that_something_else_sees(name):
    assert channel_groups(FIXED[name]) == ()


def test_an_inner_tensor_that_a_signature_gives():
    model, _ = SCALABLE["two convolutions"]
    inner = [t.name for t in model.subgraphs[0].tensors].index("a")
    (signature,) = model.signatures
    given = Signature(signature.key, signature.inputs, {**signature.outputs, "a": inner})
    assert channel_groups(replace(model, signatures=(given,))) == ()


@pytest.mark.parametrize("model", [loop(), branch()], ids=["loop", "branch"])
def test_what_control_flow_hands_on(model):
    for group in channel_groups(model):
        subgraph = model.subgraphs[group.subgraph]
        assert not {*subgraph.inputs, *subgraph.outputs} & {*group.tensors}
