from dataclasses import replace

from quant.quantizer import quantize
from quant.recipe import Recipe
from quant.tensor_pairs import tensor_pairs
from tests.dense_model import dense_model


def renamed(model, names):
    (subgraph,) = model.subgraphs
    tensors = [replace(each, name=names(each.name)) for each in subgraph.tensors]
    return replace(model, subgraphs=(replace(subgraph, tensors=tuple(tensors)),))


def test_what_is_quantized_here_keeps_its_places():
    before = dense_model()
    after = quantize(before, Recipe(min_elements=0)).model
    pairs = tensor_pairs(before, after)
    assert pairs == {(0, t): (0, t) for t in range(len(before.subgraphs[0].tensors))}


def test_stripped_names_are_found_by_place():
    before = dense_model()
    assert len(tensor_pairs(before, renamed(before, lambda _: ""))) == 5


def test_moved_tensors_are_found_by_name():
    before = dense_model()
    (subgraph,) = before.subgraphs
    moved = replace(
        before, subgraphs=(replace(subgraph, tensors=tuple(reversed(subgraph.tensors))),)
    )
    last = len(subgraph.tensors) - 1
    assert tensor_pairs(before, moved) == {(0, t): (0, last - t) for t in range(last + 1)}


def test_other_names_and_fewer_subgraphs_have_no_pairs():
    before = dense_model()
    assert not tensor_pairs(before, renamed(before, "other_{}".format))
    assert not tensor_pairs(before, replace(before, subgraphs=()))
