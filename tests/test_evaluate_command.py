"""``tflq evaluate`` on every format of samples."""

import json

import numpy as np
import pytest

from kernels.interpreter import Interpreter
from kernels.tflite.writer import write_model
from tests.build_model import Operation, constant, graph, tensor
from tests.image_files import pixels, write_image
from tests.tfrecord_files import write_examples
from tools import command
from tools.evaluate import main

COUNT = 6


def image_model():
    """(1, 6, 8, 3) -> 4 scores."""
    weights = np.random.default_rng(2).normal(size=(4, 144)).astype(np.float32)
    x, flat, y = tensor("x", (1, 6, 8, 3)), tensor("flat", (1, 144)), tensor("y", (1, 4))
    shape = constant("shape", np.int32([1, 144]))
    layers = [
        Operation("RESHAPE", [x, shape], [flat]),
        Operation("FULLY_CONNECTED", [flat, constant("w", weights), None], [y], {}),
    ]
    return graph(layers, [x], [y])


def label(model, image):
    scores = Interpreter(model).invoke(x=image[np.newaxis].astype(np.float32))["y"]
    return int(np.argmax(scores))


@pytest.fixture
def model(tmp_path):
    write_model(image_model(), tmp_path / "m.tflite")
    return tmp_path / "m.tflite"


def labels_of(model):
    return [label(model, pixels(number)) for number in range(COUNT)]


def npz(folder, labels):
    np.savez(folder / "a.npz", x=np.stack([*map(pixels, range(COUNT))]), y=labels)
    return folder / "a.npz"


def tfrecord(folder, labels):
    return write_examples(
        folder / "a.tfrecord",
        [{"x": pixels(n).tobytes(), "y": np.int64([y])} for n, y in enumerate(labels)],
    )


def images(folder, labels):
    lines = ["file,label", *(f"{n}.png,{y}" for n, y in enumerate(labels))]
    for number in range(COUNT):
        write_image(folder / "images" / f"{number}.png", pixels(number))
    (folder / "images" / "labels.csv").write_text("\n".join(lines))
    return folder / "images"


def evaluated(model, *arguments):
    output = model.with_suffix(".json")
    assert main([str(word) for word in (model, "-o", output, *arguments)]) == command.DONE
    found = json.loads(output.read_text())
    return found["scores"]["top1"]["value"], found["samples"]


@pytest.mark.parametrize("write", [npz, tfrecord, images])
def test_every_format(model, tmp_path, write):
    labels = labels_of(model)
    assert len({*labels}) > 1
    found = evaluated(model, "--data", write(tmp_path, labels))
    assert found == (1.0, COUNT)
    labels[1] = (labels[1] + 1) % 4
    found = evaluated(model, "--data", write(tmp_path, labels), "--limit", 2)
    assert found == (0.5, 2)


def test_class_folders_that_are_resized_and_listed(model, tmp_path):
    large = np.repeat(np.repeat(pixels(0), 2, axis=0), 2, axis=1)
    names = "abcd"
    expected = label(model, pixels(0))
    for number, name in enumerate(names):
        image = large if number == expected else np.zeros((12, 16, 3), np.uint8)
        write_image(tmp_path / "all" / name / "0.png", image)
        write_image(tmp_path / "all" / name / "1.png", image)
    files = tmp_path / "files"
    files.write_text("".join(f"{tmp_path}/all/{name}/0.png\n" for name in names))
    arguments = ["--data", tmp_path / "all", "--resize", "center_crop", "--data-files", files]
    value, samples = evaluated(model, *arguments)
    assert samples == len(names)
    assert value >= 1 / len(names)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--data", "{}/none.npz"], "none.npz"),
        (["--data", "{}/m.tflite"], "neither a folder nor"),
        (["--data", "{}/images"], "the model takes 8 x 6"),
        (["--data", "{}/images", "--resize", "crop"], "unknown resize"),
        (["--data", "{}/images", "--resize", "resize"], "the data has none"),
        (["--data", "{}/images", "--data-files", "{}/none"], "a list of files"),
        (["--data", "{}/images", "--data-files", "{}/elsewhere"], "a list of files"),
    ],
)
def test_bad_input_is_told_in_two_lines(model, tmp_path, capsys, arguments, problem):
    write_image(tmp_path / "images" / "1.png", pixels(1, 4, 4))
    (tmp_path / "elsewhere").write_text("/elsewhere/1.png\n")
    words = [word.format(tmp_path) for word in arguments]
    assert main([str(model), *words]) == command.BAD_INPUT
    told = capsys.readouterr().err
    assert problem in told
    assert len(told.splitlines()) == 2
