"""Samples from a file or folder, whatever it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from os import PathLike
from pathlib import Path

from kernels.errors import DataError
from kernels.model import Tensor
from quant.evaluation_data import (
    AS_STORED,
    LABEL_KEY,
    EvaluationData,
    Normalization,
    read_evaluation_data,
)
from quant.image_folder import read_image_folder
from quant.images import AS_IS
from quant.tfrecord_samples import read_tfrecord

NPZ = ".npz"
TFRECORD = ".tfrecord"


def read_samples(
    path: str | PathLike[str],
    inputs: Mapping[str, Tensor],
    label: str = LABEL_KEY,
    normalization: Normalization = AS_STORED,
    limit: int | None = None,
    resize: str = AS_IS,
    files: Collection[str] | None = None,
) -> EvaluationData:
    """The first ``limit`` samples, all if None, for the inputs of a model, and their labels.

    A folder has images (``read_image_folder``), ``.npz`` arrays (``read_evaluation_data``), a
    file with ``.tfrecord`` in its name examples (``read_tfrecord``). ``label`` names the array or
    feature of labels; ``resize`` is for images. ``files``: those of a folder that count, as paths
    in it, all if None. Images and examples are read when they are asked for. Raises DataError for
    what cannot be read, and RecipeError for an unknown ``resize``.
    """
    place = Path(path)
    if place.is_dir():
        return read_image_folder(place, inputs, normalization, limit, resize, files)
    if TFRECORD in place.name:
        return read_tfrecord(place, inputs, label, normalization, limit, resize)
    if place.suffix == NPZ:
        return read_evaluation_data(place, [*inputs], label, normalization, limit)
    raise DataError(
        f"samples {place}: this is neither a folder nor a {NPZ} or {TFRECORD} file.",
        "Give a folder of images, arrays in .npz, or tf.train.Example messages in .tfrecord.",
    )
