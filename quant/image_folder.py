"""A folder of images as samples, labelled by a table or by their sub-folders."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.errors import DataError
from kernels.model import Tensor
from quant.evaluation_data import AS_STORED, EvaluationData, Normalization
from quant.images import AS_IS, ImageShape, check_resize, image_shape, read_image

Array = NDArray[Any]

LABELS_FILE = "labels.csv"
_COLUMNS = ("file", "label")
_SUFFIXES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class ImageRows:
    """Images that are read when they are asked for: (n, height, width, channels) uint8, float32
    if they are normalized."""

    folder: Path
    files: tuple[str, ...]
    shape: ImageShape
    resize: str
    normalization: Normalization

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, rows: slice, /) -> Array:
        images = [
            read_image(self.folder / file, f"image {self.folder / file}", self.shape, self.resize)
            for file in self.files[rows]
        ]
        sizes = {image.shape for image in images}
        if len(sizes) > 1:
            raise DataError(
                f"images of {self.folder} that run together have different sizes: {sorted(sizes)}.",
                "Give the model a fixed size and say how to resize, or store them in one size.",
            )
        return self.normalization.apply(np.stack(images))


def read_image_folder(
    folder: Path,
    inputs: Mapping[str, Tensor],
    normalization: Normalization = AS_STORED,
    limit: int | None = None,
    resize: str = AS_IS,
    files: Collection[str] | None = None,
) -> EvaluationData:
    """The images of a folder, and their labels.

    With ``labels.csv`` (columns ``file``, a path in the folder, and ``label``, an integer) those
    that it lists, in its order. Else, if the images are in sub-folders, a sub-folder is a class:
    its label is its place among all in sorted order; images are sorted by path. Images in no
    sub-folder have no labels. Names that begin with a dot do not count. ``files`` are paths in
    the folder: if they are given, no others are there.

    Raises DataError: a model that does not take one image, no images, a class without any, a
    table that is damaged; RecipeError for an unknown ``resize``.
    """
    check_resize(resize)
    name, shape = _image_input(folder, inputs)
    present = _present(folder) if files is None else files
    table = folder / LABELS_FILE
    labels: list[int] | None
    if LABELS_FILE in present:
        images, labels = _listed(table)
        _check_present(table, images, files)
    else:
        images, labels = _by_class(folder, present)
        _check_classes(folder, images if files is None else None)
    if not images:
        raise DataError(f"{folder} has no images.", "Put PNG or JPEG files there.")
    rows = ImageRows(folder, tuple(images)[:limit], shape, resize, normalization)
    kept = None if labels is None else np.array(labels, np.int64)[:limit]
    return EvaluationData({name: rows}, kept)


def _image_input(folder: Path, inputs: Mapping[str, Tensor]) -> tuple[str, ImageShape]:
    shapes = {name: image_shape(tensor) for name, tensor in inputs.items()}
    if len(shapes) == 1:
        ((name, shape),) = shapes.items()
        if shape is not None:
            return name, shape
    given = {name: tensor.shape for name, tensor in inputs.items()}
    raise DataError(
        f"{folder} has images, and the model takes {given}.",
        "Images are for one input (batch, height, width, 1 or 3); store other samples as .npz.",
    )


def _listed(table: Path) -> tuple[list[str], list[int]]:
    """What a table lists."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, strict=True))
        return [str(row["file"]) for row in rows], [int(row["label"]) for row in rows]
    except KeyError as error:
        raise DataError(
            f"{table} has no column {error}.", f"Begin it with the line {','.join(_COLUMNS)}."
        ) from error
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise DataError(
            f"{table} cannot be read: {error}.",
            "Write a line for each image: its path in the folder, a comma, an integer.",
        ) from error


def _check_present(table: Path, images: Sequence[str], files: Collection[str] | None) -> None:
    missing = [] if files is None else sorted({*images}.difference(files))
    if missing:
        raise DataError(
            f"{table} lists {missing[0]}, which is not among the files that are given.",
            "Give all images that it lists.",
        )


def _present(folder: Path) -> list[str]:
    """Paths in the folder of all files in it."""
    return [
        (Path(place) / file).relative_to(folder).as_posix()
        for place, _, files in os.walk(folder, followlinks=True)
        for file in files
    ]


def _by_class(folder: Path, files: Collection[str]) -> tuple[list[str], list[int] | None]:
    """The images among files, and their classes if they are in sub-folders."""
    images = sorted(filter(_is_image, files), key=lambda file: file.split("/"))
    beside = [file for file in images if "/" not in file]
    if len(beside) == len(images):
        return images, None
    if beside:
        raise DataError(
            f"{folder} has images beside folders of images: {beside[0]}.",
            f"Put all into class folders, or list them in {LABELS_FILE}.",
        )
    numbers = {name: number for number, name in enumerate(sorted({*map(_class_of, images)}))}
    return images, [numbers[_class_of(file)] for file in images]


def _class_of(file: str) -> str:
    return file.partition("/")[0]


def _check_classes(folder: Path, images: Sequence[str] | None) -> None:
    """Raises DataError for a class folder that has no images, where it is known of."""
    if images is None or not images or "/" not in images[0]:
        return
    classes = {*map(_class_of, images)}
    for place in sorted(folder.iterdir()):
        if place.is_dir() and not place.name.startswith(".") and place.name not in classes:
            raise DataError(
                f"class folder {place} has no images.",
                f"Remove it, which changes the numbers of later classes, or write {LABELS_FILE}.",
            )


def _is_image(file: str) -> bool:
    hidden = any(part.startswith(".") for part in file.split("/"))
    return file.lower().endswith(_SUFFIXES) and not hidden
