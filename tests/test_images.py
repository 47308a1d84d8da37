import io

import numpy as np
import pytest
from PIL import Image

from kernels.errors import DataError, RecipeError
from kernels.model import Tensor
from quant.images import RESIZES, ImageShape, check_resize, image_shape, read_image
from tests.image_files import pixels, write_image

SAME = ImageShape(6, 8, 3)


def png(image):
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("shape", "signature", "expected"),
    [
        ((1, 6, 8, 3), None, SAME),
        ((1, 6, 8, 1), (-1, 6, 8, 1), ImageShape(6, 8, 1)),
        ((1, 1, 1, 3), (-1, -1, -1, 3), ImageShape(None, None, 3)),
        ((1, 6, 8, 2), None, None),
        ((1, 6, 8), None, None),
        ((), None, None),
    ],
)
def test_inputs_of_images(shape, signature, expected):
    assert image_shape(Tensor("x", "FLOAT32", shape, shape_signature=signature)) == expected


@pytest.mark.parametrize("resize", RESIZES)
@pytest.mark.parametrize("channels", [1, 3])
def test_an_image_of_the_model_s_size_is_as_it_is_stored(tmp_path, resize, channels):
    image = pixels(1, channels=channels)
    path = write_image(tmp_path / "a.png", image)
    shape = ImageShape(6, 8, channels)
    np.testing.assert_array_equal(read_image(path, "a", shape, resize), image)
    np.testing.assert_array_equal(read_image(path.read_bytes(), "a", shape, resize), image)


def test_jpeg(tmp_path):
    path = write_image(tmp_path / "a.jpg", np.full((6, 8, 3), 90, np.uint8))
    found = read_image(path, "a", SAME, "none")
    assert found.dtype == np.uint8
    np.testing.assert_allclose(found, 90, atol=2)


def test_a_model_of_any_size_takes_any():
    image = pixels(2, 3, 5)
    found = read_image(png(Image.fromarray(image)), "a", ImageShape(None, None, 3), "none")
    np.testing.assert_array_equal(found, image)


def naive_bilinear(line, size):
    """A line of numbers, shrunk: a triangle over what each result covers, and as much beside."""
    scale = len(line) / size
    result = []
    for place in range(size):
        middle = (place + 0.5) * scale
        weights = [max(0.0, 1 - abs(i + 0.5 - middle) / scale) for i in range(len(line))]
        result.append(float(np.dot(weights, line)) / sum(weights))
    return result


def test_resize_takes_all_and_center_crop_the_middle():
    line = np.arange(0, 240, 12)
    image = np.broadcast_to(line[None, :, None], (10, 20, 3)).astype(np.uint8)
    stored, shape = png(Image.fromarray(image)), ImageShape(5, 5, 3)
    whole = read_image(stored, "a", shape, "resize")
    middle = read_image(stored, "a", shape, "center_crop")
    np.testing.assert_allclose(whole[2, :, 0], naive_bilinear(line, 5), atol=1)
    np.testing.assert_allclose(middle[2, :, 0], naive_bilinear(line[5:15], 5), atol=1)


@pytest.mark.parametrize(
    ("mode", "color", "channels", "expected"),
    [
        ("L", 7, 3, [7, 7, 7]),
        ("RGBA", (1, 2, 3, 0), 3, [1, 2, 3]),
        ("RGB", (50, 50, 50), 1, [50]),
        ("1", 1, 3, [255, 255, 255]),
    ],
)
def test_colors_are_those_of_the_model(mode, color, channels, expected):
    stored = png(Image.new(mode, (8, 6), color))
    found = read_image(stored, "a", ImageShape(6, 8, channels), "none")
    np.testing.assert_array_equal(found, np.broadcast_to(expected, (6, 8, channels)))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "this one cannot be read as an image"),
        (b"GIF89a", "this one cannot be read as an image"),
        (png(Image.new("RGB", (8, 6)))[:45], "this one cannot be read as an image"),
        (b"\xff\xd8\xff cut short", "this one cannot be read as an image"),
        (png(Image.new("I;16", (8, 6))), "more than 8 bits"),
        (png(Image.new("RGB", (9, 6))), r"this one has 9 x 6 pixels; the model takes 8 x 6"),
    ],
)
def test_images_that_do_not_serve(content, problem):
    with pytest.raises(DataError, match=problem):
        read_image(content, "this one", SAME, "none")


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_image(tmp_path / "none.png", "none.png", SAME, "none")


def test_ways_to_resize():
    with pytest.raises(RecipeError, match=r"unknown resize 'crop'.\n.*center_crop"):
        check_resize("crop")
