import numpy as np
import pytest

from kernels.errors import DataError
from kernels.model import Tensor
from quant.evaluation_data import Normalization
from quant.samples import read_samples
from tests.image_files import pixels, write_image
from tests.tfrecord_files import write_examples

INPUTS = {"image": Tensor("image", "FLOAT32", (1, 6, 8, 3))}
IMAGES = [pixels(0), pixels(1), pixels(2)]


def npz(folder):
    np.savez(folder / "a.npz", x=np.stack(IMAGES), y=[0, 1, 1])
    return folder / "a.npz"


def tfrecord(folder):
    examples = [
        {"image": image.tobytes(), "y": np.int64([n])}
        for image, n in zip(IMAGES, (0, 1, 1), strict=True)
    ]
    return write_examples(folder / "a.tfrecord-00000-of-00001", examples)


def images(folder):
    for image, name in zip(IMAGES, ("a/0.png", "b/1.png", "b/2.png"), strict=True):
        write_image(folder / "images" / name, image)
    return folder / "images"


@pytest.mark.parametrize("write", [npz, tfrecord, images])
@pytest.mark.parametrize("as_text", [True, False])
def test_the_same_samples_in_every_format(tmp_path, write, as_text):
    path = write(tmp_path)
    source = str(path) if as_text else path
    data = read_samples(source, INPUTS, "y", Normalization(127, 128), limit=2)
    expected = (np.stack(IMAGES[:2]).astype(np.float32) - 127) / np.float32(128)
    np.testing.assert_array_equal(data.inputs["image"][:], expected)
    assert data.labels.tolist() == [0, 1]
    assert data.samples == 2


@pytest.mark.parametrize("name", ["a.csv", "a", "none/at/all"])
def test_what_is_none_of_these(tmp_path, name):
    with pytest.raises(DataError, match=r"neither a folder nor a \.npz or \.tfrecord"):
        read_samples(tmp_path / name, INPUTS)
