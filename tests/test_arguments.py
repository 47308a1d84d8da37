"""The arguments of an invocation, checked one by one."""

import re

import numpy as np
import pytest

from kernels.arguments import ordered_arguments
from kernels.errors import InputError
from kernels.model import Signature, Subgraph
from tests.build_model import tensor

IMAGE = tensor("image", (1, 4, 6), shape_signature=(-1, 4, -1)).tensor
SCALE = tensor("scale", ()).tensor
WORD = tensor("word", (1,), "STRING").tensor
SUBGRAPH = Subgraph((IMAGE, SCALE, WORD), inputs=(2, 0, 1), outputs=(), operators=())
SIGNATURE = Signature("classify", {"image": 0, "scale": 1, "word": 2}, {})
GOOD = {
    "image": np.zeros((1, 4, 6), np.float32),
    "scale": np.float32(2),
    "word": np.array([b"a"], dtype=object),
}


def ordered(**changes):
    return ordered_arguments(SIGNATURE, SUBGRAPH, {**GOOD, **changes})


def test_in_the_order_of_the_graph():
    word, image, scale = ordered()
    assert word.tolist() == [b"a"]
    assert image is GOOD["image"]
    assert scale.shape == ()


@pytest.mark.parametrize("shape", [(0, 4, 6), (7, 4, 6), (1, 4, 99)])
def test_sizes_that_are_free(shape):
    assert ordered(image=np.zeros(shape, np.float32))[1].shape == shape


def test_in_c_order():
    assert ordered(image=np.zeros((6, 4, 1), np.float32).T)[1].flags.c_contiguous


def test_text_becomes_objects():
    assert ordered(word=["b"])[0].dtype == object


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"picture": 1}, "Signature 'classify' is given 'picture', which it does not have."),
        ({"image": np.zeros((1, 4, 6))}, "Input 'image' is float64; the model takes float32"),
        ({"image": [[[1, 2]]]}, "Input 'image' is int64; the model takes float32"),
        (
            {"image": np.zeros((1, 5, 6), np.float32)},
            "has shape (1, 5, 6); the model takes (?, 4, ?)",
        ),
        ({"image": np.zeros((4, 6), np.float32)}, "has shape (4, 6); the model takes (?, 4, ?)"),
        ({"scale": np.zeros(1, np.float32)}, "has shape (1,); the model takes ()"),
    ],
)
def test_what_does_not_fit(changes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        ordered(**changes)


def test_missing_names_are_listed_with_what_there_is():
    with pytest.raises(InputError) as caught:
        ordered_arguments(SIGNATURE, SUBGRAPH, {"image": GOOD["image"]})
    assert caught.value.problem == "Signature 'classify' lacks 'scale', 'word'."
    assert caught.value.cure == "It takes 'image', 'scale', 'word'."
