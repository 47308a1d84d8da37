import numpy as np
import pytest

from kernels.errors import DataError, RecipeError
from kernels.model import Tensor
from quant.evaluation_data import Normalization
from quant.image_folder import read_image_folder
from tests.image_files import pixels, write_image

INPUTS = {"image": Tensor("image", "FLOAT32", (1, 6, 8, 3))}
FILES = ("b/1.png", "a/2.png", "a/10.png", "c/deep/3.PNG")


def write(folder, files):
    for number, file in enumerate(files):
        write_image(folder / file, pixels(number))
    return folder


def labelled(folder, *lines):
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_class_folders_are_labels_in_sorted_order(tmp_path):
    write(tmp_path, [*FILES, ".hidden/4.png", "a/.5.png"])
    (tmp_path / "README.txt").write_text("not an image")
    data = read_image_folder(tmp_path, INPUTS)
    assert data.labels.tolist() == [0, 0, 1, 2]
    expected = [pixels(FILES.index(f)) for f in ("a/10.png", "a/2.png", "b/1.png", "c/deep/3.PNG")]
    np.testing.assert_array_equal(data.inputs["image"][:], expected)
    np.testing.assert_array_equal(data.inputs["image"][1:3], expected[1:3])


def test_a_table_says_the_order_and_the_labels(tmp_path):
    labelled(write(tmp_path, FILES), "label,file", "7,b/1.png", "3,a/10.png", "7,b/1.png")
    data = read_image_folder(tmp_path, INPUTS)
    assert data.labels.tolist() == [7, 3, 7]
    np.testing.assert_array_equal(data.inputs["image"][:2], [pixels(0), pixels(2)])


def test_images_without_labels(tmp_path):
    data = read_image_folder(write(tmp_path, ["b.png", "a.jpeg"]), INPUTS)
    assert data.labels is None
    assert data.samples == 2
    np.testing.assert_array_equal(data.inputs["image"][1:], [pixels(0)])


def test_normalization_and_limit(tmp_path):
    labelled(write(tmp_path, ["1.png", "2.png"]), "file,label", "2.png,0", "1.png,1")
    data = read_image_folder(tmp_path, INPUTS, Normalization(127, 128), limit=1)
    expected = (pixels(1).astype(np.float32) - np.float32(127)) / np.float32(128)
    np.testing.assert_array_equal(data.inputs["image"][:], expected[np.newaxis])
    assert data.labels.tolist() == [0]


def test_nothing_is_read_before_it_is_asked_for(tmp_path):
    write(tmp_path, ["1.png", "2.png"])
    (tmp_path / "1.png").write_bytes(b"no image")
    rows = read_image_folder(tmp_path, INPUTS).inputs["image"]
    np.testing.assert_array_equal(rows[1:2], [pixels(1)])
    with pytest.raises(DataError, match=r"1\.png cannot be read as an image"):
        rows[0:1]


def test_images_of_any_size_run_one_by_one(tmp_path):
    write_image(tmp_path / "1.png", pixels(1))
    write_image(tmp_path / "2.png", pixels(2, 3, 3))
    inputs = {"x": Tensor("x", "FLOAT32", (1, 1, 1, 3), shape_signature=(-1, -1, -1, 3))}
    rows = read_image_folder(tmp_path, inputs).inputs["x"]
    assert rows[1:].shape == (1, 3, 3, 3)
    with pytest.raises(DataError, match="different sizes"):
        rows[:]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["name,label", "1.png,0"], "no column 'file'"),
        (["file,label"], "has no images"),
        (["file,label", "1.png,cat"], "cannot be read.*cat"),
        (["file,label", "1.png"], "cannot be read"),
        (["file,label", '"1.png,0'], "cannot be read"),
        ([""], "has no images"),
    ],
)
def test_damaged_tables(tmp_path, lines, problem):
    labelled(write(tmp_path, ["1.png"]), *lines)
    with pytest.raises(DataError, match=problem):
        read_image_folder(tmp_path, INPUTS)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ([], "has no images"),
        (["1.png", "a/2.png"], "images beside folders of images: 1.png"),
    ],
)
def test_folders_that_do_not_serve(tmp_path, files, problem):
    with pytest.raises(DataError, match=problem):
        read_image_folder(write(tmp_path, files), INPUTS)


def test_a_class_without_images_would_shift_the_others(tmp_path):
    write(tmp_path, FILES)
    (tmp_path / "bb").mkdir()
    with pytest.raises(DataError, match="bb has no images"):
        read_image_folder(tmp_path, INPUTS)


@pytest.mark.parametrize("shapes", [[(1, 6)], [(1, 6, 8, 4)], [(1, 6, 8, 3)] * 2, []])
def test_models_that_do_not_take_one_image(tmp_path, shapes):
    inputs = {f"x{i}": Tensor("x", "FLOAT32", shape) for i, shape in enumerate(shapes)}
    with pytest.raises(DataError, match="one input"):
        read_image_folder(write(tmp_path, ["1.png"]), inputs)


def test_an_unknown_resize(tmp_path):
    with pytest.raises(RecipeError, match="unknown resize"):
        read_image_folder(write(tmp_path, ["1.png"]), INPUTS, resize="stretch")


def test_only_the_files_that_are_given_are_there(tmp_path):
    labelled(write(tmp_path, FILES), "file,label", "a/2.png,5", "b/1.png,6")
    data = read_image_folder(tmp_path, INPUTS, files=["c/deep/3.PNG", "a/2.png", "BUILD"])
    assert data.labels.tolist() == [0, 1]
    np.testing.assert_array_equal(data.inputs["image"][:], [pixels(1), pixels(3)])
    data = read_image_folder(tmp_path, INPUTS, files=["labels.csv", "a/2.png", "b/1.png"])
    assert data.labels.tolist() == [5, 6]
    with pytest.raises(DataError, match=r"lists b/1\.png, which is not among the files"):
        read_image_folder(tmp_path, INPUTS, files=["labels.csv", "a/2.png"])


def test_links_to_class_folders(tmp_path):
    write(tmp_path / "elsewhere", ["1.png"])
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "cat").symlink_to(tmp_path / "elsewhere")
    assert read_image_folder(tmp_path / "images", INPUTS).labels.tolist() == [0]
