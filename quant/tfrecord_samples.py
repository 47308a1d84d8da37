"""The examples of a TFRecord file as samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.constant import DTYPES
from kernels.errors import DataError
from kernels.model import Tensor
from quant.evaluation_data import AS_STORED, INPUT_KEY, LABEL_KEY, EvaluationData, Normalization
from quant.images import AS_IS, check_resize, image_shape, read_image
from quant.tf_example import Feature, parse_example
from quant.tfrecord import Record, find_records, read_record

Array = NDArray[Any]

_FREE = -1
_IMAGE_SIGNS = (b"\x89PNG\r\n", b"\xff\xd8\xff")
"""How PNG and JPEG files begin."""


@dataclass(frozen=True)
class FeatureRows:
    """A feature of examples that are read when they are asked for, each of the shape that the
    input takes: (n, ...), float32 if it is normalized."""

    records: tuple[Record, ...]
    feature: str
    tensor: Tensor
    resize: str
    normalization: Normalization

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, rows: slice, /) -> Array:
        values = [self._value(record) for record in self.records[rows]]
        if len({value.shape for value in values}) > 1:
            raise DataError(
                f"feature '{self.feature}' of {self.records[0].path} has different shapes: "
                f"{sorted({value.shape for value in values})}.",
                "Store it in one shape, or give the model a fixed size and say how to resize.",
            )
        stacked = np.stack(values)
        return stacked if stacked.dtype.kind == "O" else self.normalization.apply(stacked)

    def _value(self, record: Record) -> Array:
        features = parse_example(read_record(record), str(record))
        if self.feature not in features:
            raise _no_feature(record, self.feature, features)
        where = f"feature '{self.feature}' in {record}"
        return feature_value(features[self.feature], self.tensor, self.resize, where)


def read_tfrecord(
    path: Path,
    inputs: Mapping[str, Tensor],
    label: str = LABEL_KEY,
    normalization: Normalization = AS_STORED,
    limit: int | None = None,
    resize: str = AS_IS,
) -> EvaluationData:
    """The examples of a file: a feature for each input by its name, and labels, if there are any.

    A model with one input may find its samples under ``x``. Labels are integers or floats, (N,)
    where each example has one. Raises DataError: no TFRecord file, a damaged one, records that
    are no ``tf.train.Example``, a feature missing; RecipeError for an unknown ``resize``.
    """
    check_resize(resize)
    records = find_records(path, limit)
    first = parse_example(read_record(records[0]), str(records[0]))
    rows = {
        name: FeatureRows(
            records,
            _feature_name(records[0], first, name, len(inputs)),
            tensor,
            resize,
            normalization,
        )
        for name, tensor in inputs.items()
    }
    return EvaluationData(rows, _labels(records, label) if label in first else None)


def _feature_name(record: Record, features: Mapping[str, Feature], name: str, inputs: int) -> str:
    if name in features:
        return name
    if inputs == 1 and INPUT_KEY in features:
        return INPUT_KEY
    raise _no_feature(record, name, features)


def _no_feature(record: Record, name: str, features: Mapping[str, Feature]) -> DataError:
    return DataError(
        f"{record} has no feature '{name}'; it has {sorted(features)}.",
        f"Name the features as the model's inputs, or that of the only one '{INPUT_KEY}'.",
    )


def _labels(records: tuple[Record, ...], label: str) -> Array:
    labels = [_label(record, label) for record in records]
    if len({value.shape for value in labels}) > 1:
        raise DataError(
            f"labels of {records[0].path} have different lengths.", "Give each example as many."
        )
    stacked = np.stack(labels)
    return stacked[:, 0] if stacked.shape[1] == 1 else stacked


def _label(record: Record, label: str) -> Array:
    features = parse_example(read_record(record), str(record))
    if label not in features:
        raise _no_feature(record, label, features)
    value = features[label]
    if isinstance(value, tuple):
        raise DataError(
            f"label '{label}' in {record} is bytes.", "Store labels as integers or floats."
        )
    return value


def feature_value(feature: Feature, tensor: Tensor, resize: str, where: str) -> Array:
    """One sample, as it is stored, in the shape of an input without its batch.

    Bytes are a PNG or JPEG image for an input of images, strings for one of strings, or else the
    numbers of the input's type in C order, or uint8. Raises DataError for anything else.
    """
    shape = (tensor.shape_signature or tensor.shape)[1:]
    if not isinstance(feature, tuple):
        return _reshaped(feature, shape, where)
    if tensor.type == "STRING":
        strings = np.empty(len(feature), object)
        strings[:] = feature
        return _reshaped(strings, shape, where)
    if len(feature) != 1:
        raise DataError(
            f"{where} has {len(feature)} byte strings.", "Store an image or a tensor in one."
        )
    (content,) = feature
    images = image_shape(tensor)
    if images is not None and content.startswith(_IMAGE_SIGNS):
        return read_image(content, where, images, resize)
    dtype = DTYPES[tensor.type]
    is_bytes = len(content) == prod(shape)
    if len(content) % dtype.itemsize and not is_bytes:
        raise DataError(
            f"{where} has {len(content)} bytes, which are no image and no {dtype} numbers.",
            "Store a PNG or JPEG image, or the bytes of an array.",
        )
    return _reshaped(np.frombuffer(content, np.uint8 if is_bytes else dtype), shape, where)


def _reshaped(values: Array, shape: tuple[int, ...], where: str) -> Array:
    """In a shape of which one dimension may be free."""
    known = prod(size for size in shape if size != _FREE)
    free = shape.count(_FREE)
    fits = values.size == known if not free else bool(known) and values.size % known == 0
    if not fits or free > 1:
        raise DataError(
            f"{where} has {values.size} values; the model takes {shape} a sample.",
            "Store as many as the input has, in C order.",
        )
    return values.reshape(shape)
